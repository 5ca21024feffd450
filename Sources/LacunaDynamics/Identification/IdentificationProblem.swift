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
        let lost = stateNames.indices.filter {
            regression.targetSquares[$0] > 0 && coefficients.support(equation: $0).isEmpty
        }
        guard let equation = lost.first else { return [] }
        let largest = significantDigits(largestCoefficient(equation))
        let norms = regression.candidates.map { regression.norms[$0] }
        let names = lost.prefix(3).map { stateNames[$0] }.joined(separator: ", ") + (lost.count > 3 ? ", ..." : "")
        return [
            "no term is left of \(names): the largest coefficient of \(stateNames[equation]) is near \(largest), columns have lengths "
                + "\(significantDigits(norms.min() ?? 0)) to \(significantDigits(norms.max() ?? 0)). "
                + "Try thresholds from a hundredth of \(largest) to half of it"
        ]
    }

    /// Of least squares; where its columns depend on each other, of each column alone.
    private func largestCoefficient(_ equation: Int) -> Double {
        let workspace = RegressionWorkspace(regression), candidates = regression.candidates
        if (try? workspace.leastSquares(candidates, equation: equation)) != nil {
            return candidates.indices.reduce(0) { max($0, abs(workspace.solution[$1])) }
        }
        return candidates.reduce(0) { max($0, abs(regression.moments[$1, equation]) / regression.norms[$1]) }
    }
}
