import LacunaExperiment
import LacunaSolvers

struct PCKroSBLMethod: LinearMethod {
    let name = "pc-krosbl"
    let summary = "Kronecker SBL for block-sparse modes by pattern-coupled hyperparameters"
    let citation = Citation.heJoseph2024
    let options =
        BayesianOptions.loop { PCKroSBL<Double>($0, couplings: [nil, nil, nil]) }
        + BayesianOptions.inner {
            let prior = PCKroSBL<Double>($0, couplings: []).prior
            return (prior.tolerance, prior.isRelative, prior.sweepLimit)
        } + [
            ParameterDeclaration("beta", .number(0...1), default: .number(0.8), "coupling to both neighbours"),
            ParameterDeclaration(
                "coupled_modes", .integers(1...64),
                "modes that are coupled, counted from 1; default: the first and the last"),
        ]

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        problem.reasonAgainstKronecker
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        let modes = model.modeCount
        let coupled = try settings.integers("coupled_modes", default: modes == 1 ? [1] : [1, modes])
        if let outside = coupled.first(where: { $0 > modes }) {
            throw LacunaError(.value, "coupled_modes", "mode \(outside) of a problem with \(modes)")
        }
        let beta = try settings.options.number("beta")
        var solver = PCKroSBL<S>(
            settings.preset, couplings: (1...modes).map { coupled.contains($0) ? beta : nil })
        let model = try settings.apply(to: &solver.options, model)
        solver.prior.tolerance = try settings.number("inner_tolerance", default: solver.prior.tolerance)
        solver.prior.isRelative = try settings.flag("inner_relative", default: solver.prior.isRelative)
        solver.prior.sweepLimit = try settings.integer("inner_iterations", default: solver.prior.sweepLimit)
        return try solver.solve(model, limits: limits)
    }
}
