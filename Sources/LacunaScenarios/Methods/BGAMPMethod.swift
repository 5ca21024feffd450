import LacunaExperiment
import LacunaSolvers

struct BGAMPMethod: LinearMethod {
    let name = "bg-amp"
    let summary = "approximate message passing with a Bernoulli-Gauss prior, all parameters learnt by EM"
    let citation = Citation(
        authors: "J. P. Vila, P. Schniter", year: 2013,
        title: "Expectation-Maximization Gaussian-Mixture Approximate Message Passing",
        source: "IEEE Trans. Signal Processing 61(19)")
    let options = [
        ParameterDeclaration("damping", .number(0.001...1), default: .number(0.5), "share of the new messages"),
        ParameterDeclaration(
            "learn_mean", .flag, default: .flag(false), "learn the mean of active coefficients; else it is 0"),
        ParameterDeclaration(
            "tolerance", .number(0...1), default: .number(1e-5), "relative change of the estimate at which to stop"),
        ParameterDeclaration(
            "iterations", .integer(1...10_000_000), default: .integer(300), "iteration limit"),
        BayesianOptions.learnNoise, BayesianOptions.noiseOverride,
    ]

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        let solver = BernoulliGaussAMP<S>(
            damping: try settings.options.number("damping"), learnsMean: try settings.options.flag("learn_mean"),
            learnsNoise: try settings.learnsNoise(model), tolerance: try settings.options.number("tolerance"),
            iterationLimit: try settings.options.integer("iterations"))
        return try solver.solve(settings.model(model), limits: limits)
    }
}
