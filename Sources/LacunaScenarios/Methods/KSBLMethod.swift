import LacunaExperiment
import LacunaSolvers

struct KSBLMethod: LinearMethod {
    let name = "ksbl"
    let summary = "Kronecker SBL, one alternating sweep per iteration without normalisation"
    let citation = Citation(
        authors: "W.-C. Chang, Y. T. Su", year: 2021,
        title:
            "Sparse Bayesian Learning Based Tensor Dictionary Learning and Signal Recovery with Application to MIMO Channel Estimation",
        source: "IEEE J. Sel. Topics Signal Processing; as compared in arXiv 2307.14719")
    let options =
        BayesianOptions.loop { AMKroSBL<Double>.singleSweep($0) }
        + [BayesianOptions.start { AMKroSBL<Double>.singleSweep($0).prior.start }]

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        problem.reasonAgainstKronecker
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        var solver = AMKroSBL<S>.singleSweep(settings.preset, modes: model.modeCount)
        let model = try settings.apply(to: &solver.options, model)
        solver.prior.start = try settings.start(solver.prior.start)
        return try solver.solve(model, limits: limits)
    }
}
