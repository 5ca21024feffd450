/// The orthonormal trigonometric transforms, and those of them that are Monarch matrices.
///
/// With x read in an order of its own, y_t = Σ_r Re(λ_t exp(-2πi t r / n) μ_r) x[source_r]: a Fourier transform between
/// phases, of which the real part is a Monarch matrix of rank 2, exactly. The best of rank 1 is off by 35 % to 64 %.
public enum RealTransform: Hashable, Sendable, CaseIterable {
    /// cos(π t (2s + 1) / 2n).
    case cosineII
    /// cos(π (2t + 1)(2s + 1) / 4n).
    case cosineIV
    /// sin(π (t + 1)(s + 1) / (n + 1)): its period does not divide, and no form of low rank is exact.
    case sineI
    /// sin(π (t + 1)(2s + 1) / 2n).
    case sineII
    /// sin(π (2t + 1)(2s + 1) / 4n).
    case sineIV
    /// cos(2π t s / n) + sin(2π t s / n).
    case hartley

    /// The n×n matrix from the definition, with orthonormal rows. - Throws: `LacunaError` for a size below 1.
    public func matrix(size n: Int) throws -> Matrix<Double> {
        guard n >= 1 else { throw LacunaError(.shape, "\(self) transform", "size \(n); it must be at least 1") }
        // In units of a full turn: numerator over denominator, reduced before the division.
        func turn(_ numerator: Int, _ denominator: Int) -> Complex<Double> {
            rootOfUnity(numerator, denominator).conjugate
        }
        return Matrix(rows: n, columns: n) { t, s in
            let value: Double =
                switch self {
                case .cosineII: turn(t * (2 * s + 1), 4 * n).real
                case .cosineIV: turn((2 * t + 1) * (2 * s + 1), 8 * n).real
                case .sineI: turn((t + 1) * (s + 1), 2 * (n + 1)).imaginary
                case .sineII: turn((t + 1) * (2 * s + 1), 4 * n).imaginary
                case .sineIV: turn((2 * t + 1) * (2 * s + 1), 8 * n).imaginary
                case .hartley: turn(t * s, n).real + turn(t * s, n).imaginary
                }
            return rowScale(t, n) * value
        }
    }

    /// 1 / norm of row t.
    private func rowScale(_ t: Int, _ n: Int) -> Double {
        switch self {
        case .cosineII: ((t == 0 ? 1 : 2) / Double(n)).squareRoot()
        case .sineII: ((t == n - 1 ? 1 : 2) / Double(n)).squareRoot()
        case .cosineIV, .sineIV: (2 / Double(n)).squareRoot()
        case .sineI: (2 / Double(n + 1)).squareRoot()
        case .hartley: 1 / Double(n).squareRoot()
        }
    }

    /// Where the Fourier transform's r-th input comes from: the even entries upwards, then the odd ones downwards
    /// (Makhoul 1980); for Hartley's transform as it is.
    private func source(_ r: Int, _ n: Int) -> Int {
        if self == .hartley { return r }
        return r < (n + 1) / 2 ? 2 * r : 2 * (n - r) - 1
    }

    /// The order of the columns in which the matrix is nearest to a Monarch matrix with right blocks of size b.
    /// - Throws: `LacunaError` unless b divides n ≥ 1.
    public func inputOrder(size n: Int, blockSize b: Int) throws -> [Int] {
        try fourierInputOrder(size: n, blockSize: b).map { source($0, n) }
    }

    /// The orthonormal transform as a Monarch matrix of rank 2. Exact.
    /// - Throws: `LacunaError` unless b divides n ≥ 1, and for `sineI`, which has no such form.
    public func monarch(size n: Int, blockSize b: Int) throws -> MonarchTransform<Double> {
        guard self != .sineI else {
            throw LacunaError(
                .value, "sine transform I", "it is no Monarch matrix",
                remedy: "Project its matrix, or take the sine transform II.")
        }
        let layout = try MonarchLayout(size: n, blockSize: b, rank: 2)
        let p = n / b
        func left(_ j: Int, _ l: Int, _ k: Int) -> Complex<Double> {
            let t = l * b + j
            return rootOfUnity(l * k * b + j * k, n) * rowPhase(t, n).scaled(by: rowScale(t, n))
        }
        func right(_ k: Int, _ j: Int, _ i: Int) -> Complex<Double> {
            rootOfUnity(i * j, b) * inputPhase(i * p + k, n)
        }
        return try MonarchTransform(
            factors: MonarchFactors(
                layout: layout,
                left: { j, l, k, rho in rho == 0 ? left(j, l, k).real : -left(j, l, k).imaginary },
                right: { k, rho, j, i in rho == 0 ? right(k, j, i).real : right(k, j, i).imaginary }),
            inputOrder: inputOrder(size: n, blockSize: b))
    }

    /// λ_t.
    private func rowPhase(_ t: Int, _ n: Int) -> Complex<Double> {
        switch self {
        case .cosineII: rootOfUnity(t, 4 * n)
        case .cosineIV: rootOfUnity(2 * t + 1, 8 * n)
        case .sineII: Complex(0, 1) * rootOfUnity(t + 1, 4 * n)
        case .sineIV: Complex(0, 1) * rootOfUnity(2 * t + 1, 8 * n)
        case .sineI, .hartley: Complex(1, 1)
        }
    }

    /// μ_r. Entries read downwards meet the mirrored half of the wave, which is odd for two of the kinds.
    private func inputPhase(_ r: Int, _ n: Int) -> Complex<Double> {
        let mirrored = r >= (n + 1) / 2 ? -1.0 : 1.0
        switch self {
        case .cosineII, .sineI, .hartley: return 1
        case .cosineIV: return rootOfUnity(r, 2 * n).scaled(by: mirrored)
        case .sineII: return rootOfUnity(r, n).scaled(by: mirrored)
        case .sineIV: return rootOfUnity(r, 2 * n)
        }
    }
}
