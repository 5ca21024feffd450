import LacunaExperiment
import LacunaNets

struct PrecisionPruningMethod: NetworkCompressionMethod {
    let name = "ard"
    let summary = "plain variational Bayes: a precision for every weight; weights below their deviation go"
    let citation = Citation(
        authors: "M. E. Tipping", year: 2001, title: "Sparse Bayesian Learning and the Relevance Vector Machine",
        source: "J. Machine Learning Research 1")
    let strengths = strengthOption([0.3, 1, 3], 1e-6...1e3, "weight of the prior against the likelihood, per level")
    let ownOptions: [ParameterDeclaration] = [
        epochsOption(40), rateOption(1e-3, "Adam"), BayesianNetworkOptions.startDeviation(0.01),
        BayesianNetworkOptions.epochsPerRound,
        BayesianNetworkOptions.threshold(1, "least mean over deviation of a weight that stays"),
    ]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        PrecisionPruning(
            temperature: strength, search: try BayesianNetworkOptions.search(options),
            epochsPerRound: try options.integer("epochs_per_round"), threshold: try options.number("threshold"))
    }
}
