/// Forward regression with orthogonal least squares (Billings, Chen & Korenberg 1989; Billings 2013): the term that reduces the error most
/// after those before it, by its error reduction ratio (q_jᵀ y)² / (q_jᵀ q_j · yᵀ y) with q_j the part of θ_j orthogonal to them, and again;
/// the history is kept and `selection` takes a model. A term that stood in for others at first is never dropped.
///
/// Orthogonalisation acts on the Gram matrix (a Cholesky factorisation that chooses its pivots). Cost: terms² a step, and samples × terms
/// for the coefficients of its model.
public struct FROLS: StepwiseRegression, Hashable {
    public var selection: ModelSelection
    /// Terms at which to end; nil is all.
    public var termLimit: Int?

    public init(selection: ModelSelection = .largestErrorRatio, termLimit: Int? = nil) {
        self.selection = selection
        self.termLimit = termLimit
    }

    public func history(_ problem: RegressionProblem, equation: Int) throws -> [NestedModel] {
        let workspace = RegressionWorkspace(problem)
        var support: [Int] = []
        var models = [try workspace.nestedModel([], equation: equation)]
        for step in try order(problem, equation: equation) {
            support.append(step.term)
            models.append(try workspace.nestedModel(support.sorted(), equation: equation))
        }
        return models
    }

    /// Terms in the order of their choice with their error reduction ratios, which sum to R² (uncentred). Terms that depend on those
    /// before them to rounding are not listed.
    public func order(
        _ problem: RegressionProblem, equation: Int
    ) throws -> [(term: Int, errorReductionRatio: Double)] {
        guard termLimit.map({ $0 >= 0 }) ?? true else {
            throw LacunaError(.value, "FROLS", "a limit of \(termLimit ?? 0) terms; at least 0 is expected")
        }
        // What is left of the Gram matrix and of Θᵀy when the chosen columns are projected out.
        var gram = problem.gram
        var moments = Array(problem.moments.column(equation))
        var left = problem.candidates
        var steps: [(term: Int, errorReductionRatio: Double)] = []
        let energy = problem.targetSquares[equation]
        while steps.count < termLimit ?? Int.max, energy > 0 {
            left.removeAll { gram[$0, $0] < 1e-12 }
            func ratio(_ term: Int) -> Double { moments[term] * moments[term] / (gram[term, term] * energy) }
            guard let best = left.max(by: { ratio($0) < ratio($1) }) else { break }
            steps.append((best, ratio(best)))
            left.removeAll { $0 == best }
            let pivot = gram[best, best]
            for term in left {
                let share = gram[term, best] / pivot
                moments[term] -= share * moments[best]
                for other in left { gram[term, other] -= share * gram[best, other] }
            }
        }
        return steps
    }
}
