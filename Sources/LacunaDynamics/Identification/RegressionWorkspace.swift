/// Memory for the small systems of one regression, and how they are solved: made once per fit, no iteration allocates.
final class RegressionWorkspace {
    let problem: RegressionProblem
    /// What the last solve found: ξ on its support, in that order.
    let solution: Buffer<Double>
    private let factor: Buffer<Double>
    private let correction: Buffer<Double>
    private let weights: Buffer<Double>
    private let residual: Buffer<Double>
    /// Samples of a residual held at a time: with a column of Θ they stay in the first cache.
    private static let block = 2048

    init(_ problem: RegressionProblem) {
        self.problem = problem
        let count = problem.termCount
        solution = Buffer(repeating: 0, count: count)
        factor = Buffer(repeating: 0, count: count * count)
        correction = Buffer(repeating: 0, count: count)
        weights = Buffer(repeating: 0, count: count)
        residual = Buffer(repeating: 0, count: min(Self.block, problem.features.rows))
    }

    /// `solution` ← argmin ‖y_e - Θ_S ξ‖² + α ‖ξ‖² from the scaled normal equations. False where the columns of S are dependent to
    /// rounding. Cost: |S|³ / 3.
    func ridge(_ support: [Int], equation: Int, alpha: Double) -> Bool {
        guard factorize(support, alpha: alpha) else { return false }
        for (index, term) in support.enumerated() { solution[index] = problem.moments[term, equation] }
        solve(support.count, solution)
        unscale(support)
        return true
    }

    /// `solution` ← argmin ‖y_e - Θ_S ξ‖, as exact as by QR: the normal equations' solution, refined by those of its residual over the
    /// samples (Björck 1987, corrected seminormal equations), or QR where that does not settle. Without samples it is the normal
    /// equations' alone. Cost: 2 samples × |S| a refinement, mostly one.
    /// - Throws: `LacunaError` for dependent columns, which it names.
    func leastSquares(_ support: [Int], equation: Int) throws {
        guard !support.isEmpty else { return }
        let n = support.count
        if factorize(support, alpha: 0), isWellConditioned(n) {
            for (index, term) in support.enumerated() { solution[index] = problem.moments[term, equation] }
            solve(n, solution)
            var isSettled = problem.features.rows == 0, refinements = 0
            while !isSettled && refinements < 5 {
                refinements += 1
                residualMoments(support, equation)
                solve(n, correction)
                var change = 0.0, size = 0.0
                for index in 0..<n {
                    solution[index] += correction[index]
                    change += correction[index] * correction[index]
                    size += solution[index] * solution[index]
                }
                // Corrections shrink by one factor c, the first of them is c times the solution: what is left is its square.
                isSettled = change <= 1e-20 * size
            }
            if isSettled { return unscale(support) }
        }
        try orthogonalLeastSquares(support, equation)
    }

    /// `solution` ← (Θ_Sᵀ Θ_S + α I)⁻¹ right. False where the columns of S are dependent to rounding.
    func solveNormalEquations(_ support: [Int], _ right: [Double], alpha: Double) -> Bool {
        guard factorize(support, alpha: alpha) else { return false }
        for (index, term) in support.enumerated() { solution[index] = right[index] / problem.norms[term] }
        solve(support.count, solution)
        unscale(support)
        return true
    }

    /// Θ_Sᵀ (y_e - Θ_S ξ), from the samples where there are any.
    func residualMoments(_ support: [Int], values: [Double], equation: Int) -> [Double] {
        for (index, term) in support.enumerated() { solution[index] = values[index] * problem.norms[term] }
        if problem.features.rows > 0 {
            residualMoments(support, equation)
        } else {
            for (index, term) in support.enumerated() {
                var sum = problem.moments[term, equation]
                for (other, second) in support.enumerated() { sum -= problem.gram[term, second] * solution[other] }
                correction[index] = sum
            }
        }
        return support.enumerated().map { correction[$0] * problem.norms[$1] }
    }

    /// ‖y_e - Θ_S ξ‖² for ξ = `solution`, from the samples where there are any.
    func squaredResidual(_ support: [Int], equation: Int) -> Double {
        for (index, term) in support.enumerated() { solution[index] *= problem.norms[term] }
        defer { unscale(support) }
        if problem.features.rows > 0 { return residualMoments(support, equation) }
        var sum = problem.targetSquares[equation]
        for (index, term) in support.enumerated() {
            sum -= 2 * solution[index] * problem.moments[term, equation]
            for (other, second) in support.enumerated() {
                sum += solution[index] * solution[other] * problem.gram[term, second]
            }
        }
        return max(sum, 0)
    }

    /// The diagonal of (Θ_Sᵀ Θ_S)⁻¹. nil where the columns are dependent to rounding.
    func inverseDiagonal(_ support: [Int]) -> [Double]? {
        guard factorize(support, alpha: 0) else { return nil }
        let n = support.count
        guard n > 0 else { return [] }
        BLAS<Double>.inverseFromCholesky(n, factor.pointer, n)
        return support.enumerated().map { index, term in
            factor[index + index * n] / (problem.norms[term] * problem.norms[term])
        }
    }

    /// Cholesky factor of G_SS + α D⁻².
    private func factorize(_ support: [Int], alpha: Double) -> Bool {
        let n = support.count
        guard n > 0 else { return true }
        for column in 0..<n {
            for row in column..<n {
                factor[row + column * n] = problem.gram[support[row], support[column]]
            }
            let norm = problem.norms[support[column]]
            factor[column + column * n] += alpha / (norm * norm)
        }
        return BLAS<Double>.choleskyFactor(n, factor.pointer, n)
    }

    private func isWellConditioned(_ n: Int) -> Bool {
        var smallest = Double.infinity
        for index in 0..<n { smallest = min(smallest, factor[index + index * n]) }
        return smallest > 1e-6
    }

    private func solve(_ n: Int, _ right: Buffer<Double>) {
        guard n > 0 else { return }
        BLAS<Double>.solveLower(.plain, n, columns: 1, factor.pointer, n, into: right.pointer, n)
        BLAS<Double>.solveLower(.adjoint, n, columns: 1, factor.pointer, n, into: right.pointer, n)
    }

    /// From coefficients of columns of length 1 to those of Θ.
    private func unscale(_ support: [Int]) {
        for (index, term) in support.enumerated() { solution[index] /= problem.norms[term] }
    }

    /// `correction` ← D⁻¹ Θ_Sᵀ r for r = y_e - Θ_S D⁻¹ s, s = `solution`; returns ‖r‖².
    @discardableResult
    private func residualMoments(_ support: [Int], _ equation: Int) -> Double {
        let m = problem.features.rows, n = support.count
        for (index, term) in support.enumerated() {
            weights[index] = -solution[index] / problem.norms[term]
            correction[index] = 0
        }
        var squares = 0.0
        problem.features.storage.withUnsafeBufferPointer { x in
            problem.targets.storage.withUnsafeBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                let r = residual.pointer
                for first in stride(from: 0, to: m, by: Self.block) {
                    let rows = min(Self.block, m - first)
                    r.update(from: y + first + equation * m, count: rows)
                    for index in 0..<n {
                        BLAS<Double>.multiply(
                            .plain, rows, 1, x + first + support[index] * m, m, vector: weights.pointer + index,
                            beta: 1, into: r)
                    }
                    for index in 0..<n {
                        BLAS<Double>.multiply(
                            .transposed, rows, 1, x + first + support[index] * m, m, vector: r, beta: 1,
                            into: correction.pointer + index)
                    }
                    var part = 0.0
                    BLAS<Double>.multiply(.transposed, rows, 1, r, rows, vector: r, into: &part)
                    squares += part
                }
            }
        }
        for (index, term) in support.enumerated() { correction[index] /= problem.norms[term] }
        withExtendedLifetime((residual, weights, correction)) {}
        return squares
    }

    /// QR of a packed copy of the scaled columns.
    private func orthogonalLeastSquares(_ support: [Int], _ equation: Int) throws {
        let m = problem.features.rows, n = support.count
        var smallest = 0.0
        if m > 0 {
            let columns = Buffer<Double>(repeating: 0, count: m * n)
            let right = Buffer(Array(problem.targets.column(equation)))
            let work = Buffer<Double>(repeating: 0, count: 65 * n)
            for (index, term) in support.enumerated() {
                let norm = problem.norms[term]
                for row in 0..<m { columns[row + index * m] = problem.features[row, term] / norm }
            }
            if BLAS<Double>.leastSquares(
                m, n, columns: 1, columns.pointer, m, into: right.pointer, m, work: work.pointer, workCount: work.count)
            {
                let diagonal = (0..<n).map { abs(columns[$0 + $0 * m]) }
                smallest = (diagonal.min() ?? 0) / (diagonal.max() ?? 1)
            }
            for index in 0..<n { solution[index] = right[index] }
            withExtendedLifetime(work) {}
        }
        guard smallest > 1e-13 else {
            throw LacunaError(
                .value, "regression",
                "the terms \(support.map { problem.featureNames[$0] }.joined(separator: ", ")) depend on each other on these data",
                remedy: "Take a smaller library, or data that leave the curve or surface they lie on.")
        }
        unscale(support)
    }
}
