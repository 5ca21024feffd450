import LacunaExperiment
import LacunaNets

struct VariationalDropoutMethod: NetworkCompressionMethod {
    let name = "sparse-vd"
    let summary = "sparse variational dropout: normal weights under the log-uniform prior; those that are noise go"
    let citation = Citation(
        authors: "D. Molchanov, A. Ashukha, D. Vetrov", year: 2017,
        title: "Variational Dropout Sparsifies Deep Neural Networks", source: "ICML, arXiv 1701.05369")
    let strengths = strengthOption([0.3, 1, 3], 1e-6...1e3, "weight of the divergence; 1 is the bound; per level")
    let ownOptions: [ParameterDeclaration] = [
        epochsOption(40), rateOption(1e-3, "Adam"), BayesianNetworkOptions.startDeviation(0.0067),
        BayesianNetworkOptions.warmUp,
        BayesianNetworkOptions.threshold(3, "log of variance over squared mean from which a weight goes"),
    ]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        VariationalDropoutPruning(
            strength: strength, search: try BayesianNetworkOptions.search(options),
            warmUp: try options.number("warm_up"), threshold: try options.number("threshold"))
    }
}
