import LacunaExperiment
import LacunaSolvers

struct AMKroSBLMethod: LinearMethod {
    let name = "am-krosbl"
    let summary = "Kronecker SBL, hyperparameters by alternating minimisation"
    let citation = Citation.heJoseph2024
    let options =
        BayesianOptions.loop(pruneRemark: "; recovery with learnt noise: 0.005") { AMKroSBL<Double>($0) }
        + [BayesianOptions.start { AMKroSBL<Double>($0).prior.start }]
        + BayesianOptions.inner {
            let prior = AMKroSBL<Double>($0).prior
            return (prior.tolerance, prior.isRelative, prior.sweepLimit)
        }

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        problem.reasonAgainstKronecker
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        var solver = AMKroSBL<S>(
            settings.preset, modes: model.modeCount, learnsNoise: try settings.learnsNoise(model))
        let model = try settings.apply(to: &solver.options, model)
        solver.prior.start = try settings.start(solver.prior.start)
        solver.prior.tolerance = try settings.number("inner_tolerance", default: solver.prior.tolerance)
        solver.prior.isRelative = try settings.flag("inner_relative", default: solver.prior.isRelative)
        solver.prior.sweepLimit = try settings.integer("inner_iterations", default: solver.prior.sweepLimit)
        return try solver.solve(model, limits: limits)
    }
}
