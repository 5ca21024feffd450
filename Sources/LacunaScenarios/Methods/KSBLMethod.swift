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
    let options = BayesianOptions.kronecker

    func reasonToSkip(_ problem: LinearProblem) -> String? { problem.reasonAgainstKronecker }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        let isIRS = settings.preset == .irs
        var options = try settings.loopOptions(
            prune: isIRS ? [1e-2, 1e-1, 1e-3] : [1e-2], pruneAbsolute: isIRS ? 1e-4 : 0, modes: model.modeCount)
        let model = try settings.applyNoise(model, to: &options)
        let prior = AlternatingPrior<Double>.singleSweep(start: try settings.start())
        return try KroneckerSBL<S, AlternatingPrior<Double>>(prior: prior, options: options).solve(
            model, limits: limits)
    }
}
