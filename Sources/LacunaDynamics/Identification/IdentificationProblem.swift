/// What equations are identified from: the regression of derivatives on library terms, with the names and the trajectories behind it.
public struct IdentificationProblem: Sendable {
    public let kind: SINDyModel.Kind
    public let stateNames: [String]
    public let inputNames: [String]
    public let features: FeatureSet
    public let regression: RegressionProblem
    /// Rows of the regression that belong to each trajectory.
    public let segments: [Range<Int>]

    /// The equations with these coefficients. - Throws: `LacunaError` where no term is left in any of them.
    public func model(_ coefficients: SparseCoefficients) throws -> SINDyModel {
        guard coefficients.complexity > 0 else {
            throw LacunaError(
                .value, "SINDy", (["no term is left in any equation"] + coefficients.warnings).joined(separator: "; "))
        }
        return SINDyModel(
            kind: kind, stateNames: stateNames, inputNames: inputNames, features: features,
            coefficients: coefficients.values, warnings: coefficients.warnings)
    }
}
