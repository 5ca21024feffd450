import LacunaExperiment
import LacunaSolvers

struct OracleLeastSquaresMethod: LinearMethod {
    let name = "oracle-least-squares"
    let summary = "least squares on the true support: the bound for support recovery"
    let citation = Citation(
        authors: "E. Candès, T. Tao", year: 2007,
        title: "The Dantzig Selector: Statistical Estimation When p Is Much Larger than n",
        source: "Annals of Statistics 35(6)")
    let options: [ParameterDeclaration] = []

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        problem.support == nil ? "the true support is not known" : nil
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        guard let support = settings.support else {
            throw LacunaError(.value, name, "the true support is not known")
        }
        return try OracleLeastSquares<S>(support: support).solve(model, limits: limits)
    }
}
