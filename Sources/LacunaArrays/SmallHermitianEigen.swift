/// Eigendecomposition of small Hermitian matrices: Householder reduction to a real tridiagonal matrix, then implicit QL
/// with the rotations applied to contiguous columns (Golub & Van Loan, Matrix Computations, 8.3; EISPACK tred2/tql2).
///
/// At n ≤ 32 LAPACK's drivers spend most of their time on blocking and bookkeeping.
final class SmallHermitianEigen<S: Scalar> {
    private typealias R = S.RealPart
    private let capacity: Int
    /// Subdiagonal of the tridiagonal matrix.
    private let subdiagonal: Buffer<S.RealPart>
    private let reflectorScales: Buffer<S>
    private let product: Buffer<S>
    private let reflectors: Buffer<S>

    init(capacity: Int) {
        self.capacity = capacity
        subdiagonal = Buffer(repeating: 0, count: capacity + 1)
        reflectorScales = Buffer(repeating: 0, count: capacity)
        product = Buffer(repeating: 0, count: capacity)
        reflectors = Buffer(repeating: 0, count: capacity * capacity)
    }

    /// Returns false if QL did not converge; the matrix is then garbage.
    @specialized(where S == Double)
    @specialized(where S == Complex<Double>)
    func decompose(_ n: Int, _ a: UnsafeMutablePointer<S>, values d: UnsafeMutablePointer<S.RealPart>) -> Bool {
        reduce(n, a, d)
        accumulate(n, a)
        return diagonalize(n, a, d)
    }

    /// Lower triangle of A -> tridiagonal (d, subdiagonal) with reflectors H_k = I - τ_k v_k v_kᴴ.
    @inline(__always)
    private func reduce(_ n: Int, _ a: UnsafeMutablePointer<S>, _ d: UnsafeMutablePointer<S.RealPart>) {
        let e = subdiagonal.pointer, tau = reflectorScales.pointer, p = product.pointer
        // Both triangles are kept, so that every inner loop runs down a column.
        for column in 1..<max(n, 1) {
            for row in 0..<column { a[row + column * n] = a[column + row * n].conjugated }
        }
        for k in 0..<max(n - 1, 0) {
            d[k] = a[k + k * n].realPart
            let size = n - k - 1
            let x = a + (k + 1 + k * n)
            let v = reflectors.pointer + k * capacity
            var tail = R.zero
            for i in 1..<max(size, 1) { tail += x[i].squaredModulus }
            let alpha = x[0]
            let alphaImaginary = alpha.imaginaryPart
            if tail == 0 && alphaImaginary == 0 {
                e[k] = alpha.realPart
                tau[k] = 0
                continue
            }
            let norm = (alpha.squaredModulus + tail).squareRoot()
            let beta = alpha.realPart > 0 ? -norm : norm
            e[k] = beta
            // H = I - τ v vᴴ with Hᴴ x = β e_1: τ = (β - α̅)/β conjugated as LAPACK has it, v = (1, x_i / (α - β)).
            let scale = S(real: (beta - alpha.realPart) / beta, imaginary: -alphaImaginary / beta)
            tau[k] = scale
            let inverse = S(1) / (alpha - S(beta))
            v[0] = 1
            for i in 1..<max(size, 1) { v[i] = x[i] * inverse }
            // p = τ A v; w = p - (τ/2)(pᴴ v) v; A <- A - v wᴴ - w vᴴ
            let block = a + (k + 1) * (n + 1)
            for i in 0..<size { p[i] = 0 }
            for j in 0..<size {
                let column = block + j * n
                let factor = v[j] * scale
                for i in 0..<size { p[i] += column[i] * factor }
            }
            var inner = S.zero
            for i in 0..<size { inner += p[i].conjugated * v[i] }
            let half = (scale * inner).scaled(by: 0.5)
            for i in 0..<size { p[i] -= half * v[i] }
            for j in 0..<size {
                let column = block + j * n
                let wj = p[j].conjugated
                let vj = v[j].conjugated
                for i in 0..<size { column[i] -= v[i] * wj + p[i] * vj }
            }
        }
        if n > 0 { d[n - 1] = a[n * n - 1].realPart }
        e[max(n - 1, 0)] = 0
    }

    /// Q = H_0 H_1 … into `a`.
    @inline(__always)
    private func accumulate(_ n: Int, _ a: UnsafeMutablePointer<S>) {
        for index in 0..<n * n { a[index] = 0 }
        for index in 0..<n { a[index * (n + 1)] = 1 }
        let tau = reflectorScales.pointer
        for k in stride(from: n - 2, through: 0, by: -1) where tau[k] != 0 {
            let size = n - k - 1
            let v = reflectors.pointer + k * capacity
            for j in 0..<size {
                let column = a + (k + 1) + (k + 1 + j) * n
                var even = S.zero, odd = S.zero
                var i = 0
                while i + 1 < size {
                    even += v[i].conjugated * column[i]
                    odd += v[i + 1].conjugated * column[i + 1]
                    i += 2
                }
                if i < size { even += v[i].conjugated * column[i] }
                let factor = tau[k] * (even + odd)
                for i in 0..<size { column[i] -= factor * v[i] }
            }
        }
    }

    /// Implicit QL on (d, subdiagonal), rotating the columns of `a`.
    @inline(__always)
    private func diagonalize(_ n: Int, _ a: UnsafeMutablePointer<S>, _ d: UnsafeMutablePointer<S.RealPart>) -> Bool {
        let e = subdiagonal.pointer
        let parts = S.isComplex ? 2 : 1
        let length = n * parts
        // A rotation by real numbers acts on real and imaginary parts alike.
        let z = UnsafeMutableRawPointer(a).assumingMemoryBound(to: R.self)
        for l in 0..<n {
            var sweeps = 0
            while true {
                var m = l
                while m < n - 1 {
                    let scale = d[m].magnitude + d[m + 1].magnitude
                    if !(e[m].magnitude > R.ulpOfOne / 2 * scale) { break }
                    m += 1
                }
                if m == l { break }
                sweeps += 1
                if sweeps > 60 { return false }
                var g = (d[l + 1] - d[l]) / (2 * e[l])
                var r = (g * g + 1).squareRoot()
                g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r))
                var s: R = 1, c: R = 1, p: R = 0
                var i = m - 1
                var underflow = false
                while i >= l {
                    let f = s * e[i]
                    let b = c * e[i]
                    r = (f * f + g * g).squareRoot()
                    e[i + 1] = r
                    if r == 0 {
                        d[i + 1] -= p
                        e[m] = 0
                        underflow = true
                        break
                    }
                    let reciprocal = 1 / r
                    s = f * reciprocal
                    c = g * reciprocal
                    g = d[i + 1] - p
                    r = (d[i] - g) * s + 2 * c * b
                    p = s * r
                    d[i + 1] = g + p
                    g = c * r - b
                    let left = z + i * length
                    let right = left + length
                    for k in 0..<length {
                        let upper = right[k]
                        let lower = left[k]
                        right[k] = s * lower + c * upper
                        left[k] = c * lower - s * upper
                    }
                    i -= 1
                }
                if underflow { continue }
                d[l] -= p
                e[l] = g
                e[m] = 0
            }
        }
        return true
    }
}
