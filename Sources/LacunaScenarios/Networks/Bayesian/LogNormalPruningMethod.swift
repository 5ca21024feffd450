import LacunaExperiment
import LacunaNets

struct LogNormalPruningMethod: NetworkCompressionMethod {
    let name = "structured-bp"
    let summary = "structured Bayesian pruning: log-normal noise on inputs, neurons and channels"
    let citation = Citation(
        authors: "K. Neklyudov, D. Molchanov, A. Ashukha, D. Vetrov", year: 2017,
        title: "Structured Bayesian Pruning via Log-Normal Multiplicative Noise", source: "NIPS, arXiv 1705.07283")
    let strengths = strengthOption([1, 4, 16], 1e-6...1e4, "weight of the divergence; 1 is the bound; per level")
    let ownOptions: [ParameterDeclaration] = [
        epochsOption(40), rateOption(1e-3, "Adam"),
        ParameterDeclaration(
            "warm_up", .number(0...1), default: .number(0), "part of the epochs over which the divergence rises"),
        BayesianNetworkOptions.threshold(1, "least mean over deviation of a gate that stays"),
    ]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        LogNormalPruning(
            strength: strength, search: try BayesianNetworkOptions.search(options, startDeviation: Double.exp(-5)),
            warmUp: try options.number("warm_up"), threshold: try options.number("threshold"))
    }
}
