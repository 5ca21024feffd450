import LacunaExperiment
import LacunaSolvers

struct SBLMethod: LinearMethod {
    let name = "sbl"
    let summary = "classic sparse Bayesian learning by EM, one hyperparameter per coefficient"
    let citation = Citation(
        authors: "D. P. Wipf, B. D. Rao", year: 2004, title: "Sparse Bayesian Learning for Basis Selection",
        source: "IEEE Trans. Signal Processing 52(8)")
    let options = BayesianOptions.kronecker.filter { $0.name != "normalised_start" }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        var options = try settings.loopOptions(
            prune: [settings.preset == .irs ? 1e-4 : 1e-3], pruneAbsolute: 0, modes: 1)
        let model = try settings.applyNoise(model, to: &options)
        return try SBL<S>(prior: IndependentPrior(), options: options).solve(model, limits: limits)
    }
}
