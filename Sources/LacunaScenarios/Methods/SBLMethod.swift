import LacunaExperiment
import LacunaSolvers

struct SBLMethod: LinearMethod {
    let name = "sbl"
    let summary = "classic sparse Bayesian learning by EM, one hyperparameter per coefficient"
    let citation = Citation(
        authors: "D. P. Wipf, B. D. Rao", year: 2004, title: "Sparse Bayesian Learning for Basis Selection",
        source: "IEEE Trans. Signal Processing 52(8)")
    let options = BayesianOptions.loop { SBL<Double>($0) }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        var solver = SBL<S>(settings.preset)
        let model = try settings.apply(to: &solver.options, model)
        return try solver.solve(model, limits: limits)
    }
}
