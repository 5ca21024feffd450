extension ConstrainedSTLSQ {
    /// Standard errors of coefficients that `fit` found, equations × terms; 0 for terms that are out and for those that the constraints fix.
    ///
    /// With M = I - K C, K = H⁻¹Cᵀ (C H⁻¹Cᵀ)⁻¹, the coefficients are M times those of least squares: their covariance is M V Mᵀ, V the blocks
    /// σ_e² H_e⁻¹, and σ_e² = ‖r_e‖² / (samples - |S_e|). It holds for residuals that are independent, see `RegressionProblem.standardErrors`.
    /// - Throws: `LacunaError` for coefficients of another size and dependent terms.
    public func standardErrors(
        of coefficients: SparseCoefficients, in problem: RegressionProblem
    ) throws -> Matrix<Double> {
        let values = coefficients.values, d = problem.equationCount
        guard values.shape == [d, problem.termCount] else {
            throw LacunaError(
                .shape, "coefficients",
                "\(describeShape(values.shape)) for \(d) equations of \(problem.termCount) terms")
        }
        let workspace = RegressionWorkspace(problem)
        let supports = (0..<d).map { coefficients.support(equation: $0) }
        let rows = try independentRows(problem, supports)
        var variances: [Double] = [], inverses: [[Double]] = [], responses: [Matrix<Double>] = []
        // C H⁻¹ Cᵀ, and the same with σ_e².
        var schur = Matrix<Double>(repeating: 0, rows: rows.count, columns: rows.count), spread = schur
        for (equation, support) in supports.enumerated() {
            guard let inverse = workspace.inverseDiagonal(support) else {
                throw LacunaError(.value, "standard errors", "terms of equation \(equation) depend on each other")
            }
            for (index, term) in support.enumerated() { workspace.solution[index] = values[equation, term] }
            let squares = workspace.squaredResidual(support, equation: equation)
            let variance = squares / Double(max(problem.sampleCount - support.count, 1))
            var response = Matrix<Double>(repeating: 0, rows: support.count, columns: rows.count)
            for (j, row) in rows.enumerated() {
                let column = try workspace.solve(support, support.map { row.weights[equation, $0] }, alpha: 0)
                for (index, value) in column.enumerated() { response[index, j] = value }
                for (i, other) in rows.enumerated() {
                    let sum = zip(support, column).reduce(0) { $0 + other.weights[equation, $1.0] * $1.1 }
                    schur[i, j] += sum
                    spread[i, j] += variance * sum
                }
            }
            variances.append(variance)
            inverses.append(inverse)
            responses.append(response)
        }
        var errors = Matrix<Double>(repeating: 0, rows: d, columns: problem.termCount)
        for (equation, support) in supports.enumerated() where !support.isEmpty {
            let response = responses[equation]
            // Kᵀ of this equation: constraints × terms.
            let gains =
                rows.isEmpty
                ? Matrix<Double>(repeating: 0, rows: 0, columns: support.count)
                : try schur.solve(response.transposed)
            for (index, term) in support.enumerated() {
                var square = variances[equation] * inverses[equation][index]
                for i in rows.indices {
                    square -= 2 * variances[equation] * gains[i, index] * response[index, i]
                    for j in rows.indices { square += gains[i, index] * spread[i, j] * gains[j, index] }
                }
                // What a constraint fixes is left with rounding.
                let free = variances[equation] * inverses[equation][index]
                errors[equation, term] = square > 1e-12 * free ? square.squareRoot() : 0
            }
        }
        return errors
    }
}
