import LacunaExperiment
import LacunaSolvers

/// Turbo-VBI. With `support: independent` it is three-layer VBI, the control for claims about structure.
struct TurboVBIMethod: LinearMethod {
    let name = "turbo-vbi"
    let summary = "variational Bayes with a law of the support: bursts, grids, groups; independent is three-layer VBI"
    let citation = Citation.liu2020

    static let typicalActivity = ParameterDeclaration(
        "typical_activity", .number(1e-6...0.999), default: .number(0.1),
        "fraction of non-zeros that the unit of x is computed for")
    private static let defaults = TurboVBIOptions<Double>()

    let options = [
        ParameterDeclaration(
            "support", .choice(SupportKind.allCases.map(\.rawValue)), default: .text("chain"),
            "law of the support; oracle: the true one is given"),
        ParameterDeclaration(
            "coupling", .choice(TurboVBIOptions<Double>.Coupling.allCases.map(\.rawValue)), default: .text("joint"),
            "q(precision) and q(support): mean-field as published, or in one block, which is our extension"),
        ParameterDeclaration(
            "learn_support", .flag, default: .flag(true), only: .init("support", "chain", "independent", "group"),
            "learn transition probabilities or activity by EM; those of grids are not learnt"),
        ParameterDeclaration(
            "p01", .number(1e-9...0.999), only: .init("support", "chain", "grid"),
            "P(active after inactive), to start with; default: 0.02, grid 0.288"),
        ParameterDeclaration(
            "p10", .number(1e-9...0.999), only: .init("support", "chain", "grid"),
            "P(inactive after active), to start with; default: 0.2, grid 0.51"),
        ParameterDeclaration(
            "activity", .number(1e-9...0.999), default: .number(0.1), only: .init("support", "independent", "group"),
            "P(active) to start with"),
        ParameterDeclaration(
            "chain_mode", .integer(1...64), only: .init("support", "chain"),
            "mode of a Kronecker problem along which chains run; default: the last"),
        ParameterDeclaration(
            "gate", .number(1e-6...0.999999), only: .init("support", "chain"),
            "P(a chain has non-zeros at all), to start with; default: no gate"),
        ParameterDeclaration(
            "grid", .integers(1...1_000_000), only: .init("support", "grid"),
            "rows and columns of a grid; default: the last two modes"),
        ParameterDeclaration(
            "group_size", .integer(1...1_000_000), only: .init("support", "group"), "neighbours that make up a group"),
        ParameterDeclaration(
            "inactive_rate", .numbers(1e-300...1e6),
            default: .list([.number(defaults.inactiveRateStart), .number(defaults.inactiveRateEnd)]),
            "first and last rate of inactive precisions, or one for all rounds"),
        ParameterDeclaration(
            "warm_start", .integer(0...1_000_000), default: .integer(defaults.warmStart),
            "plain iterations before the first round; coherent dictionaries take hundreds"
        ),
        ParameterDeclaration(
            "inner", .integer(1...1_000_000), default: .integer(defaults.innerIterations), "posteriors in a round"),
        ParameterDeclaration("rounds", .integer(1...1_000_000), default: .integer(defaults.rounds), "limit of rounds"),
        ParameterDeclaration(
            "refit", .integer(0...1_000_000), default: .integer(defaults.refitIterations),
            "last iterations on the recovered support alone; 0: no refit"),
        ParameterDeclaration(
            "tolerance", .number(0...1), default: .number(defaults.tolerance),
            "relative change of the estimate over a round at which to stop"),
        BayesianOptions.learnNoise, BayesianOptions.noiseVariance, typicalActivity,
    ]

    enum SupportKind: String, CaseIterable { case chain, independent, grid, group, oracle }

    private func kind(_ options: ParameterValues) throws -> SupportKind? {
        SupportKind(rawValue: try options.text("support"))
    }

    func reasonToSkip(_ problem: LinearProblem, options: ParameterValues) -> String? {
        (try? kind(options)) == .oracle && problem.support == nil ? "the true support is not known" : nil
    }

    func solve<S: Scalar>(
        _ model: LinearModel<S>, settings: LinearMethodSettings, limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        let options = settings.options
        let sizes = (model.dictionary as? any Factored<S>)?.factors.map(\.columns) ?? [model.dictionary.columns]
        let learns = try options.flag("learn_support"), activity = try options.number("activity")
        switch try kind(options) {
        case .independent:
            return try run(IndependentSupport(activity: activity, learns: learns), model, settings, limits)
        case .group:
            guard let size = try options.optionalInteger("group_size") else {
                throw LacunaError(.value, "group_size", "missing; support: group needs it")
            }
            let count = model.dictionary.columns
            guard count % size == 0 else {
                throw LacunaError(.value, "group_size", "\(size) does not divide \(count) unknowns")
            }
            let groups = try Groups(sizes: Array(repeating: size, count: count / size))
            return try run(GroupSupport(groups: groups, activity: activity, learns: learns), model, settings, limits)
        case .grid:
            return try run(grid(sizes, settings), model, settings, limits)
        case .oracle:
            guard let support = settings.support else {
                throw LacunaError(.value, name, "the true support is not known")
            }
            return try run(GivenSupport<Double>(support), model, settings, limits)
        case .chain, nil:
            return try run(chain(sizes, settings, learns: learns), model, settings, limits)
        }
    }

    private func chain(_ sizes: [Int], _ settings: LinearMethodSettings, learns: Bool) throws -> MarkovSupport<Double> {
        let mode = try settings.integer("chain_mode", default: sizes.count)
        guard mode <= sizes.count else {
            throw LacunaError(.value, "chain_mode", "mode \(mode) of a problem with \(sizes.count)")
        }
        return MarkovSupport(
            transition: MarkovTransition(
                p01: try settings.number("p01", default: 0.02), p10: try settings.number("p10", default: 0.2)),
            length: sizes[mode - 1], stride: sizes[mode...].reduce(1, *),
            gate: try settings.options.optionalNumber("gate"), learns: learns)
    }

    private func grid(_ sizes: [Int], _ settings: LinearMethodSettings) throws -> GridSupport<Double> {
        let shape = try settings.integers("grid", default: sizes.suffix(2))
        guard shape.count == 2 else {
            throw LacunaError(
                .value, "grid", "\(shape.count) sizes; rows and columns are needed",
                remedy: "Give grid: [ROWS, COLUMNS].")
        }
        return GridSupport(
            rows: shape[0], columns: shape[1],
            along: MarkovTransition(
                p01: try settings.number("p01", default: 0.288), p10: try settings.number("p10", default: 0.51)))
    }

    private func run<S: Scalar, D: SupportDenoiser>(
        _ support: D, _ model: LinearModel<S>, _ settings: LinearMethodSettings, _ limits: SolveLimits
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double, D.Real == Double {
        let values = settings.options
        var options = TurboVBIOptions<Double>()
        if let coupling = TurboVBIOptions<Double>.Coupling(rawValue: try values.text("coupling")) {
            options.coupling = coupling
        }
        let rates = try values.numbers("inactive_rate")
        guard let first = rates.first, let last = rates.last, rates.count <= 2 else {
            throw LacunaError(.value, "inactive_rate", "\(rates.count) numbers; one or two are needed")
        }
        options.inactiveRateStart = first
        options.inactiveRateEnd = last
        options.warmStart = try values.integer("warm_start")
        options.innerIterations = try values.integer("inner")
        options.rounds = try values.integer("rounds")
        options.refitIterations = try values.integer("refit")
        options.tolerance = try values.number("tolerance")
        options.typicalActivity = try values.number("typical_activity")
        let learnsNoise = try settings.learnsNoise(model)
        options.learnsNoise = learnsNoise
        if learnsNoise { options.initialNoiseVariance = try values.optionalNumber("noise_variance") }
        let solver = TurboVBI<S, D>(support: support, options: options)
        return try solver.solve(learnsNoise ? model : settings.model(model), limits: limits)
    }
}
