/// Stepwise sparse regression (Boninsegna, Nüske & Clementi 2018): least squares on all terms, then one term less, and again; the
/// history of models is kept and `selection` takes one.
///
/// Cost: samples × terms² + terms⁴ / 12 an equation.
public struct SSR: StepwiseRegression, Hashable {
    /// Which term goes.
    public enum Criterion: String, Hashable, Sendable, CaseIterable {
        /// The one with the smallest coefficient, as published.
        case coefficient
        /// The one whose loss raises the residual least: the smallest ξ_j² / ((ΘᵀΘ)⁻¹)_jj.
        case residual
    }

    public var criterion: Criterion
    public var selection: ModelSelection

    public init(criterion: Criterion = .residual, selection: ModelSelection = .largestErrorRatio) {
        self.criterion = criterion
        self.selection = selection
    }

    public func history(_ problem: RegressionProblem, equation: Int) throws -> [NestedModel] {
        let workspace = RegressionWorkspace(problem)
        var support = problem.candidates
        var models = [try workspace.nestedModel(support, equation: equation)]
        while !support.isEmpty {
            let values = models[models.count - 1].coefficients
            var sizes = values.map { $0 * $0 }
            if criterion == .residual, let inverse = workspace.inverseDiagonal(support) {
                sizes = zip(sizes, inverse).map { $0 / $1 }
            }
            let least = sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0
            support.remove(at: least)
            models.append(try workspace.nestedModel(support, equation: equation))
        }
        return models.reversed()
    }
}
