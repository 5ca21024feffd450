import LacunaExperiment
import LacunaSolvers

struct VBIMethod: LinearMethod {
    let name = "vbi"
    let summary = "plain variational Bayes: a Gamma prior on every precision, the noise learnt"
    let citation = Citation(
        authors: "C. M. Bishop, M. E. Tipping", year: 2000, title: "Variational Relevance Vector Machines",
        source: "16th Conference on Uncertainty in Artificial Intelligence")
    let options = [
        ParameterDeclaration(
            "tolerance", .number(0...1), default: .number(1e-5), "relative change of the estimate at which to stop"),
        ParameterDeclaration(
            "iterations", .integer(1...10_000_000), default: .integer(300), "iteration limit"),
        BayesianOptions.learnNoise, BayesianOptions.noiseVariance, TurboVBIMethod.typicalActivity,
    ]

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        var solver = VBI<S>(learnsNoise: try settings.learnsNoise(model))
        solver.options.tolerance = try settings.options.number("tolerance")
        solver.options.iterationLimit = try settings.options.integer("iterations")
        solver.options.unit = model.activeUnit(activity: try settings.options.number("typical_activity"))
        guard solver.options.learnsNoise else { return try solver.solve(settings.model(model), limits: limits) }
        solver.options.initialNoiseVariance = try settings.options.optionalNumber("noise_variance")
        return try solver.solve(model, limits: limits)
    }
}
