/// What equations are identified from: the regression of derivatives on library terms, with the names and the trajectories behind it.
public struct IdentificationProblem: Sendable {
    public let kind: SINDyModel.Kind
    public let stateNames: [String]
    public let inputNames: [String]
    public let features: FeatureSet
    public let regression: RegressionProblem
    /// Rows of the regression that belong to each trajectory.
    public let segments: [Range<Int>]
    /// Of the samples of a map, if they have one.
    var step: Double?

    /// The equations with these coefficients, and how sure they are; a warning for each that has lost all terms.
    /// - Throws: `LacunaError` where no term is left in any of them.
    public func model(
        _ coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty? = nil
    ) throws -> SINDyModel {
        let warnings = coefficients.warnings + eliminations(coefficients)
        guard coefficients.complexity > 0 else {
            throw LacunaError(
                .value, "SINDy", (["no term is left in any equation"] + warnings).joined(separator: "; "))
        }
        return SINDyModel(
            kind: kind, stateNames: stateNames, inputNames: inputNames, features: features,
            coefficients: coefficients.values, uncertainty: uncertainty, step: step, warnings: warnings)
    }

    /// What is to be known about equations that have lost all terms: sizes of coefficients and columns, and thresholds to try.
    private func eliminations(_ coefficients: SparseCoefficients) -> [String] {
        stateNames.indices.compactMap { equation in
            guard regression.targetSquares[equation] > 0, coefficients.support(equation: equation).isEmpty else {
                return nil
            }
            let workspace = RegressionWorkspace(regression), candidates = regression.candidates
            guard (try? workspace.leastSquares(candidates, equation: equation)) != nil else { return nil }
            let largest = candidates.indices.reduce(0) { max($0, abs(workspace.solution[$1])) }
            let norms = candidates.map { regression.norms[$0] }
            return
                "no term of the equation of \(stateNames[equation]) is left: the largest coefficient of least squares is \(largest), "
                + "columns have lengths \(norms.min() ?? 0) to \(norms.max() ?? 0). "
                + "Try thresholds from \(largest / 100) to \(largest / 2)."
        }
    }
}
