/// How sure the coefficients of equations are.
public struct CoefficientUncertainty: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Of least squares, see `RegressionProblem.standardErrors`.
        case standardError = "standard error"
        /// Of the posterior, see `BayesianRegression`.
        case posteriorDeviation = "posterior deviation"
        /// Over bags of samples, see `Ensemble`.
        case ensembleDeviation = "deviation over bags"
    }

    public let kind: Kind
    /// equations × terms; 0 for terms that are out.
    public let deviations: Matrix<Double>
    /// The share of an ensemble's models that have the term.
    public let inclusion: Matrix<Double>?

    public init(kind: Kind, deviations: Matrix<Double>, inclusion: Matrix<Double>? = nil) {
        self.kind = kind
        self.deviations = deviations
        self.inclusion = inclusion
    }
}

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
