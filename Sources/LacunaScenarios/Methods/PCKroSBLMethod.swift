import LacunaExperiment
import LacunaSolvers

struct PCKroSBLMethod: LinearMethod {
    let name = "pc-krosbl"
    let summary = "Kronecker SBL for block-sparse modes by pattern-coupled hyperparameters"
    let citation = Citation.heJoseph2024
    let options =
        BayesianOptions.kronecker.filter { $0.name != "normalised_start" } + BayesianOptions.inner + [
            ParameterDeclaration("beta", .number(0...1), default: .number(0.8), "coupling to both neighbours"),
            ParameterDeclaration(
                "coupled_modes", .integers(1...64),
                "modes that are coupled, counted from 1; default: the first and the last"),
        ]

    func reasonToSkip(_ problem: LinearProblem) -> String? { problem.reasonAgainstKronecker }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        let modes = model.modeCount
        let coupled = try settings.options.optionalIntegers("coupled_modes") ?? [1, modes]
        if let outside = coupled.first(where: { $0 > modes }) {
            throw LacunaError(.value, "coupled_modes", "mode \(outside) of a problem with \(modes)")
        }
        // The paper couples in its IRS study only. For recovery: AM's threshold, and none that depends on the scale of x.
        let isIRS = settings.preset == .irs
        var options = try settings.loopOptions(
            prune: isIRS ? [1e-2, 1e-1, 1e-2] : [1e-2], pruneAbsolute: isIRS ? 1e-4 : 0, modes: modes)
        let model = try settings.applyNoise(model, to: &options)
        let beta = try settings.options.number("beta")
        var prior = PatternCoupledPrior<Double>(couplings: (1...modes).map { coupled.contains($0) ? beta : nil })
        prior.tolerance = try settings.options.optionalNumber("inner_tolerance") ?? prior.tolerance
        prior.isRelative = try settings.options.optionalFlag("inner_relative") ?? prior.isRelative
        prior.sweepLimit = try settings.options.optionalInteger("inner_iterations") ?? prior.sweepLimit
        return try KroneckerSBL<S, PatternCoupledPrior<Double>>(prior: prior, options: options)
            .solve(model, limits: limits)
    }
}
