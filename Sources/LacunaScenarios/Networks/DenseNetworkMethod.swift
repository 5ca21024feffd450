import LacunaExperiment
import LacunaNets

struct DenseNetworkMethod: NetworkCompressionMethod {
    let name = "dense-network"
    let summary = "the trained network with all its weights: what the others are measured by"
    let citation = Citation(
        authors: "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner", year: 1998,
        title: "Gradient-Based Learning Applied to Document Recognition", source: "Proc. IEEE 86(11)")
    let strengths = strengthOption(Array(repeating: 1, count: 9), 1...1, "all weights stay, at every level")
    let options: [ParameterDeclaration] = []

    /// The same at every level.
    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is NetworkCompressionProblem ? nil : "'\(name)' compresses networks only"
    }

    func pruning(strength: Double, options: ParameterValues) throws -> any PruningMethod {
        MagnitudePruning(density: 1)
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? NetworkCompressionProblem else {
            throw LacunaError(.value, name, "compresses networks only")
        }
        let solver = NetworkPruning(MagnitudePruning(density: 1), fineTuneEpochs: 0)
        let solution = try solver.solve(problem.compression(), limits: limits)
        return Outcome(estimate: solution.estimate, report: solution.report)
    }
}
