import LacunaExperiment
import LacunaNets

struct GradualMagnitudeMethod: NetworkCompressionMethod {
    let name = "gradual-magnitude"
    let summary = "magnitude pruning along a cubic schedule while the network trains"
    let citation = Citation(
        authors: "M. Zhu, S. Gupta", year: 2017,
        title: "To Prune, or Not to Prune: Exploring the Efficacy of Pruning for Model Compression",
        source: "arXiv 1710.01878")
    let strengths = strengthOption([0.1, 0.05, 0.02], 1e-6...1, "share of the weights that stays, per level")
    let ownOptions: [ParameterDeclaration] = [
        epochsOption(10), rateOption(1e-3, "Adam"),
        ParameterDeclaration(
            "fraction", .number(0.01...1), default: .number(0.8), "part of the epochs over which the schedule runs"),
        ParameterDeclaration(
            "interval", .integer(1...100_000), default: .integer(100),
            "steps between one choice of weights and the next; the last choice is at the end of the schedule"),
    ]

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        GradualMagnitudePruning(
            density: strength, epochs: try options.integer("epochs"), learningRate: try options.number("rate"),
            fraction: try options.number("fraction"), interval: try options.integer("interval"))
    }
}
