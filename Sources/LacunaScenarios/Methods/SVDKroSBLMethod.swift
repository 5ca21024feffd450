import LacunaExperiment
import LacunaSolvers

struct SVDKroSBLMethod: LinearMethod {
    let name = "svd-krosbl"
    let summary = "Kronecker SBL, hyperparameters by a rank-one fit of the second moments"
    let citation = Citation.heJoseph2024
    let options =
        BayesianOptions.loop(pruneRemark: "; irs at 25 dB and above: 0.001") { SVDKroSBL<Double>($0) }
        + [BayesianOptions.start { SVDKroSBL<Double>($0).prior.start }]

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        problem.reasonAgainstKronecker
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        var solver = SVDKroSBL<S>(
            settings.preset, snrDecibels: settings.snrDecibels ?? 0)
        let model = try settings.apply(to: &solver.options, model)
        solver.prior.start = try settings.start(solver.prior.start)
        return try solver.solve(model, limits: limits)
    }
}
