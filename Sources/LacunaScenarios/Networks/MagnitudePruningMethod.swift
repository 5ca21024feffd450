import LacunaExperiment
import LacunaNets

struct MagnitudePruningMethod: NetworkCompressionMethod {
    let name = "magnitude"
    let summary = "the largest weights of the trained network, fine-tuned"
    let citation = Citation(
        authors: "S. Han, J. Pool, J. Tran, W. J. Dally", year: 2015,
        title: "Learning both Weights and Connections for Efficient Neural Networks", source: "arXiv 1506.02626")
    let strengths = strengthOption([0.1, 0.05, 0.02], 1e-6...1, "share of the weights that stays, per level")

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        MagnitudePruning(density: strength)
    }
}
