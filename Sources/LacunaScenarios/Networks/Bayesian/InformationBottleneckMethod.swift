import LacunaExperiment
import LacunaNets

struct InformationBottleneckMethod: NetworkCompressionMethod {
    let name = "vibnet"
    let summary = "variational information bottleneck: normal gates on inputs, neurons and channels"
    let citation = Citation(
        authors: "B. Dai, C. Zhu, B. Guo, D. Wipf", year: 2018,
        title: "Compressing Neural Networks using the Variational Information Bottleneck",
        source: "ICML, arXiv 1802.10399")
    let strengths = strengthOption([1, 4, 16], 1e-6...1e4, "weight of the divergence, per level")
    let ownOptions: [ParameterDeclaration] = [
        epochsOption(40), rateOption(1e-3, "Adam"), BayesianNetworkOptions.startDeviation(0.0111),
        BayesianNetworkOptions.warmUp,
        BayesianNetworkOptions.threshold(0, "log of variance over squared mean from which a gate goes"),
    ]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        InformationBottleneckPruning(
            strength: strength, search: try BayesianNetworkOptions.search(options),
            warmUp: try options.number("warm_up"), threshold: try options.number("threshold"))
    }
}
