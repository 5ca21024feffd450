extension MonarchTransform where Element == Complex<Double> {
    /// The discrete Fourier transform F[t, s] = exp(∓2πi t s / n), n = p b: with input order[k b + i] = i p + k,
    ///
    ///     R[k, j, i] = w_b^{ij},   L[j, l, k] = w_p^{lk} w_n^{jk},   w_q = exp(-2πi / q).
    ///
    /// The inverse has conjugate factors and is divided by n; orthonormal ones are divided by √n either way. Exact.
    /// - Throws: `LacunaError` unless b divides n ≥ 1.
    public static func fourier(
        size n: Int, blockSize b: Int, inverse: Bool = false, orthonormal: Bool = false
    ) throws -> MonarchTransform {
        let layout = try MonarchLayout(size: n, blockSize: b)
        // Half of the normalisation to each factor.
        let total = orthonormal ? 1 / Double(n).squareRoot() : inverse ? 1 / Double(n) : 1
        let scale = total.squareRoot()
        func entry(_ root: Complex<Double>) -> Complex<Double> { (inverse ? root.conjugate : root).scaled(by: scale) }
        return try MonarchTransform(
            factors: MonarchFactors(
                layout: layout, left: { j, l, k, _ in entry(rootOfUnity(l * k * b + j * k, n)) },
                right: { _, _, j, i in entry(rootOfUnity(i * j, b)) }),
            inputOrder: fourierInputOrder(size: n, blockSize: b))
    }
}

/// The order in which a Fourier transform of n = p b numbers takes its input to be a Monarch matrix:
/// order[k b + i] = i p + k, a transposition (not bit reversal, which does not do).
/// - Throws: `LacunaError` unless b divides n ≥ 1.
public func fourierInputOrder(size n: Int, blockSize b: Int) throws -> [Int] {
    let layout = try MonarchLayout(size: n, blockSize: b)
    return (0..<n).map { $0 % b * layout.rightBlocks + $0 / b }
}

extension MonarchTransform where Element == Double {
    /// The Hadamard transform H[t, s] = (-1)^(number of common binary ones of t and s), Sylvester's order:
    /// H_n = H_p ⊗ H_b, a Monarch matrix without a permutation. Exact.
    /// - Throws: `LacunaError` unless n is a power of two and b divides it.
    public static func hadamard(
        size n: Int, blockSize b: Int, orthonormal: Bool = false
    ) throws -> MonarchTransform {
        guard n >= 1, n & (n - 1) == 0, b >= 1, n % b == 0 else {
            throw LacunaError(
                .value, "Hadamard transform", "size \(n) in blocks of \(b); n must be a power of two and b divide it")
        }
        func matrix(_ size: Int) -> Matrix<Double> {
            let scale = orthonormal ? 1 / Double(size).squareRoot() : 1
            return Matrix(rows: size, columns: size) { ($0 & $1).nonzeroBitCount % 2 == 0 ? scale : -scale }
        }
        return try MonarchTransform(
            factors: MonarchFactors(kronecker: matrix(n / b), matrix(b)), inputOrder: Array(0..<n))
    }
}
