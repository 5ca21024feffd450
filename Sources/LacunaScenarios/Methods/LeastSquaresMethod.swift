import LacunaExperiment
import LacunaSolvers

struct LeastSquaresMethod: LinearMethod {
    let name = "least-squares"
    let summary = "least squares, of minimum norm where measurements are fewer than unknowns"
    let citation = Citation(
        authors: "R. Penrose", year: 1956, title: "On Best Approximate Solutions of Linear Matrix Equations",
        source: "Math. Proc. Cambridge Phil. Soc. 52(1)")
    let options: [ParameterDeclaration] = []

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        try LeastSquares<S>().solve(model, limits: limits)
    }
}
