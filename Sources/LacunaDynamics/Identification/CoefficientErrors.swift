extension RegressionProblem {
    /// Standard errors of least-squares coefficients on their support, equations × terms; 0 for terms that are out:
    /// σ_e √((Θ_SᵀΘ_S)⁻¹_jj) with σ_e² = ‖r_e‖² / (samples - |S|).
    ///
    /// They hold for residuals that are independent. Errors of derivatives are not: neighbouring samples share noise, and finite
    /// differences err systematically; then these are too small, and an `Ensemble` of blocks or the weak form says more.
    /// - Throws: `LacunaError` for coefficients of another size and dependent terms.
    public func standardErrors(of coefficients: SparseCoefficients) throws -> Matrix<Double> {
        let values = coefficients.values
        guard values.rows == equationCount, values.columns == termCount else {
            throw LacunaError(
                .shape, "coefficients",
                "\(describeShape(values.shape)) for \(equationCount) equations of \(termCount) terms")
        }
        let workspace = RegressionWorkspace(self)
        var errors = Matrix<Double>(repeating: 0, rows: equationCount, columns: termCount)
        for equation in 0..<equationCount {
            let support = coefficients.support(equation: equation)
            guard let inverse = workspace.inverseDiagonal(support) else {
                throw LacunaError(.value, "standard errors", "terms of equation \(equation) depend on each other")
            }
            for (index, term) in support.enumerated() { workspace.solution[index] = values[equation, term] }
            let squares = workspace.squaredResidual(support, equation: equation)
            let freedom = Double(max(sampleCount - support.count, 1))
            for (index, term) in support.enumerated() {
                errors[equation, term] = (squares / freedom * inverse[index]).squareRoot()
            }
        }
        return errors
    }
}
