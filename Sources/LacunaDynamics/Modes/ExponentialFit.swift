/// Y ≈ Φ(α) C for given times: what variable projection needs of it.
struct ExponentialFit {
    let times: [Double]
    /// Y, times × coordinates.
    let targets: Matrix<Complex<Double>>

    /// All that is known at one α.
    struct Point {
        let eigenvalues: [Complex<Double>]
        /// Φ = Q T.
        let factor: QRFactorization<Complex<Double>>
        let exponentials: Matrix<Complex<Double>>
        /// C = Φ⁺ Y.
        let coefficients: Matrix<Complex<Double>>
        /// R = Y - Φ C.
        let residual: Matrix<Complex<Double>>
        /// ‖R‖².
        let error: Double
    }

    /// - Throws: `LacunaError` where exponentials depend on each other or overflow.
    func evaluate(_ eigenvalues: [Complex<Double>]) throws -> Point {
        let exponentials = Matrix(rows: times.count, columns: eigenvalues.count) {
            Complex<Double>.exp(eigenvalues[$1].scaled(by: times[$0]))
        }
        guard exponentials.storage.allSatisfy(\.isFinite) else {
            throw LacunaError(.value, "exponentials", "one overflows")
        }
        let factor = try QRFactorization(exponentials)
        guard factor.reciprocalConditionEstimate > 1e-14 else {
            throw LacunaError(.value, "exponentials", "they depend on each other")
        }
        let projected = try factor.q.adjoint.multiplied(by: targets)
        let coefficients = try factor.r.solve(projected)
        let fitted = try factor.q.multiplied(by: projected)
        let residual = Matrix(
            rows: targets.rows, columns: targets.columns,
            storage: zip(targets.storage, fitted.storage).map { $0 - $1 })
        return Point(
            eigenvalues: eigenvalues, factor: factor, exponentials: exponentials, coefficients: coefficients,
            residual: residual, error: residual.storage.reduce(0) { $0 + $1.lengthSquared })
    }

    /// JᵀJ and -Jᵀ R for the real and imaginary parts of α.
    struct NormalEquations {
        let gram: Matrix<Double>
        let gradient: [Double]

        /// -(JᵀJ + λ diag JᵀJ)⁻¹ Jᵀ R.
        func step(damping: Double) -> [Complex<Double>] {
            let size = gradient.count, r = size / 2
            let largest = (0..<size).reduce(0) { max($0, gram[$1, $1]) }
            let damped = Matrix(rows: size, columns: size) { row, column in
                // A coordinate that nothing depends on is damped too.
                gram[row, column] + (row == column ? damping * max(gram[row, row], 1e-14 * largest) : 0)
            }
            guard let factor = try? CholeskyFactorization(damped), let step = try? factor.solve(gradient) else {
                return Array(repeating: .zero, count: r)
            }
            return (0..<r).map { Complex(step[$0], step[r + $0]) }
        }
    }

    func normalEquations(at point: Point) -> NormalEquations {
        let m = times.count, r = point.eigenvalues.count
        let q = point.factor.q
        // d_j = t e^{α_j t}; s_j = d_jᴴ R.
        let slopes = Matrix(rows: m, columns: r) { point.exponentials[$0, $1].scaled(by: times[$0]) }
        guard let sums = try? slopes.adjoint.multiplied(by: point.residual),
            let inside = try? q.adjoint.multiplied(by: slopes), let shadow = try? q.multiplied(by: inside),
            // (Φ⁺)ᴴ = Q T⁻ᴴ.
            let inverse = try? point.factor.r.solve(.identity(r)), let dual = try? q.multiplied(by: inverse.adjoint)
        else { return NormalEquations(gram: .identity(2 * r), gradient: Array(repeating: 0, count: 2 * r)) }
        let outside = Matrix(rows: m, columns: r, storage: zip(slopes.storage, shadow.storage).map { $0 - $1 })
        func products(_ columns: Matrix<Complex<Double>>, _ rows: Matrix<Complex<Double>>) -> Matrix<Complex<Double>> {
            Matrix(rows: r, columns: r) { i, j in
                let left = zip(columns.column(i), columns.column(j)).reduce(Complex<Double>.zero) {
                    $0 + $1.0.conjugate * $1.1
                }
                let right = (0..<rows.columns).reduce(Complex<Double>.zero) { $0 + rows[i, $1].conjugate * rows[j, $1] }
                return left * right
            }
        }
        let first = products(outside, point.coefficients), second = products(dual, sums)
        let gram = Matrix<Double>(rows: 2 * r, columns: 2 * r) { row, column in
            let i = row % r, j = column % r
            let sum = first[i, j] + second[i, j], difference = first[i, j] - second[i, j]
            switch (row < r, column < r) {
            case (true, true), (false, false): return sum.real
            // ⟨A + C, i (A - C)⟩ and its mirror.
            case (true, false): return -difference.imaginary
            case (false, true): return difference.imaginary
            }
        }
        let overlap = (0..<r).map { j in
            (0..<sums.columns).reduce(Complex<Double>.zero) { $0 + point.coefficients[j, $1].conjugate * sums[j, $1] }
        }
        return NormalEquations(gram: gram, gradient: overlap.map(\.real) + overlap.map(\.imaginary))
    }
}
