import LacunaExperiment
import LacunaSolvers

struct SVDKroSBLMethod: LinearMethod {
    let name = "svd-krosbl"
    let summary = "Kronecker SBL, hyperparameters by a rank-one fit of the second moments"
    let citation = Citation.heJoseph2024
    let options = BayesianOptions.kronecker

    func reasonToSkip(_ problem: LinearProblem) -> String? { problem.reasonAgainstKronecker }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        // In the IRS study the authors prune by a ratio at high SNR only.
        let isQuiet = (settings.snrDecibels ?? 0) >= 25
        let prune = settings.preset == .recovery || isQuiet ? 1e-3 : 0
        var options = try settings.loopOptions(
            prune: [prune], pruneAbsolute: settings.preset == .irs ? 1e-4 : 0, modes: model.modeCount)
        let model = try settings.applyNoise(model, to: &options)
        let prior = SingularVectorPrior<Double>(start: try settings.start())
        return try KroneckerSBL<S, SingularVectorPrior<Double>>(prior: prior, options: options)
            .solve(model, limits: limits)
    }
}
