import LacunaExperiment
import LacunaSolvers

struct AMKroSBLMethod: LinearMethod {
    let name = "am-krosbl"
    let summary = "Kronecker SBL, hyperparameters by alternating minimisation"
    let citation = Citation.heJoseph2024
    let options = BayesianOptions.kronecker + BayesianOptions.inner

    func reasonToSkip(_ problem: LinearProblem) -> String? { problem.reasonAgainstKronecker }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        let isIRS = settings.preset == .irs
        let prune = isIRS ? [1e-2, 1e-1, 1e-3] : [try settings.learnsNoise(model) ? 5e-3 : 1e-2]
        var options = try settings.loopOptions(prune: prune, pruneAbsolute: isIRS ? 1e-4 : 0, modes: model.modeCount)
        let model = try settings.applyNoise(model, to: &options)
        var prior = AlternatingPrior<Double>(start: try settings.start())
        prior.tolerance = try settings.options.optionalNumber("inner_tolerance") ?? (isIRS ? 1e-4 : 1e-5)
        prior.isRelative = try settings.options.optionalFlag("inner_relative") ?? isIRS
        prior.sweepLimit = try settings.options.optionalInteger("inner_iterations") ?? prior.sweepLimit
        return try KroneckerSBL<S, AlternatingPrior<Double>>(prior: prior, options: options).solve(
            model, limits: limits)
    }
}
