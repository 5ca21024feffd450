import LacunaExperiment
import LacunaNets

struct GroupScalePruningMethod: NetworkCompressionMethod {
    let name = "bayesian-compression"
    let summary = "scales on inputs, neurons and channels under a normal-Jeffreys or a horseshoe prior"
    let citation = Citation(
        authors: "C. Louizos, K. Ullrich, M. Welling", year: 2017,
        title: "Bayesian Compression for Deep Learning", source: "NIPS, arXiv 1705.08665")
    let strengths = strengthOption(
        [1, 4, 16], 1e-6...1e4, "weight of the scales' divergence; 1 is the bound; per level")
    let ownOptions: [ParameterDeclaration] = [
        epochsOption(40), rateOption(1e-3, "Adam"), BayesianNetworkOptions.startDeviation(0.0111),
        BayesianNetworkOptions.warmUp,
        ParameterDeclaration(
            "prior", .choice(GroupScalePruning.Prior.allCases.map(\.rawValue)), default: .text("normal-jeffreys"),
            "of the scales: BC-GNJ or BC-GHS"),
        ParameterDeclaration(
            "weight_strength", .number(0...1e3), default: .number(0.1),
            "weight of the weights' divergence from N(0, 1); 1 is the bound"),
        BayesianNetworkOptions.threshold(
            1,
            "normal-jeffreys: log of variance over squared mean from which a scale goes; horseshoe: log scale below minus it"
        ),
    ]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        GroupScalePruning(
            GroupScalePruning.Prior(rawValue: try options.text("prior")) ?? .normalJeffreys, strength: strength,
            weightStrength: try options.number("weight_strength"), search: try BayesianNetworkOptions.search(options),
            warmUp: try options.number("warm_up"), threshold: try options.number("threshold"))
    }
}
