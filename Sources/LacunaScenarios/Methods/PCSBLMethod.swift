import LacunaExperiment
import LacunaSolvers

struct PCSBLMethod: LinearMethod {
    let name = "pc-sbl"
    let summary = "SBL with the precisions of neighbours coupled in the flat vector"
    let citation = Citation(
        authors: "J. Fang, Y. Shen, H. Li, P. Wang", year: 2015,
        title: "Pattern-Coupled Sparse Bayesian Learning for Recovery of Block-Sparse Signals",
        source: "IEEE Trans. Signal Processing 63(2)")
    let options = [
        BayesianOptions.tolerance, BayesianOptions.iterations, BayesianOptions.learnNoise,
        BayesianOptions.noiseVariance, BayesianOptions.unit,
        ParameterDeclaration("beta", .number(0...1), default: .number(0.9), "coupling to both neighbours"),
    ]

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        var options = SparseBayesianOptions<Double>(relativePruning: [0], stopsOn: .mean)
        let model = try settings.apply(to: &options, model, prunes: false)
        let prior = CoupledPrecisionPrior<Double>(coupling: try settings.options.number("beta"))
        return try PCSBL<S>(prior: prior, options: options).solve(model, limits: limits)
    }
}
