import LacunaExperiment
import LacunaNets

/// Turbo-VBI. With `structure: independent` it is the three-layer prior without turbo, the control for claims about structure.
struct TurboVBIPruningMethod: NetworkCompressionMethod {
    let name = "turbo-vbi-network"
    let summary = "three-layer prior with a law of the support: chains along a neuron's inputs, with or without gates"
    let citation = Citation(
        authors: "C. Xia, D. H. K. Tsang, V. K. N. Lau", year: 2023,
        title: "Structured Bayesian Compression for Deep Neural Networks Based on The Turbo-VBI Approach",
        source: "IEEE Trans. Signal Processing 71, arXiv 2302.10483")
    let strengths = strengthOption(
        [1, 4, 10], 1e-6...1e6, "scale of active weights, in mean squares of a layer's weights, per level")
    let ownOptions: [ParameterDeclaration] = [
        epochsOption(40), rateOption(1e-3, "Adam"),
        ParameterDeclaration(
            "start_deviation", .number(0...1), default: .number(0.01),
            "deviation of the weights at the start; 0: weights are points"),
        BayesianNetworkOptions.epochsPerRound, BayesianNetworkOptions.temperature,
        ParameterDeclaration(
            "structure", .choice(TurboVBIPruning.Structure.allCases.map(\.rawValue)), default: .text("gated-chain"),
            "which weights are active together"),
        ParameterDeclaration(
            "coupling", .choice(["joint", "mean-field"]), default: .text("joint"),
            "q(precision) and q(support): mean-field as published, or in one block, which is our extension"),
        ParameterDeclaration(
            "p01", .number(1e-6...0.999), default: .number(0.02), only: .init("structure", "chain", "gated-chain"),
            "P(active after inactive) along a chain"),
        ParameterDeclaration(
            "p10", .number(1e-6...0.999), default: .number(0.5), only: .init("structure", "chain", "gated-chain"),
            "P(inactive after active) along a chain"),
        ParameterDeclaration(
            "gate", .number(1e-6...0.999999), default: .number(0.5), only: .init("structure", "gated-chain"),
            "P(a gated chain lives)"),
        ParameterDeclaration(
            "learn_support", .flag, default: .flag(false),
            only: .init("structure", "independent", "chain", "gated-chain", "group"),
            "estimate these probabilities, or the activity, along, for each layer; those of grids are not learnt"),
    ]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        TurboVBIPruning(
            rateFactor: strength,
            structure: TurboVBIPruning.Structure(rawValue: try options.text("structure")) ?? .gatedChain,
            coupling: GammaSupportPrior<Float>.Coupling(rawValue: try options.text("coupling")) ?? .joint,
            transition: MarkovTransition(
                p01: Float(try options.number("p01")), p10: Float(try options.number("p10"))),
            gate: Float(try options.number("gate")), learnsSupport: try options.flag("learn_support"),
            temperature: try options.number("temperature"), search: try BayesianNetworkOptions.search(options),
            epochsPerRound: try options.integer("epochs_per_round"))
    }
}
