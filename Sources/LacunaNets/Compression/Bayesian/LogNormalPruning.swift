/// Structured Bayesian pruning: y = θ x with θ truncated log-normal on [e⁻²⁰, 1] for every feature, under the log-uniform law on the same
/// interval; gates with a mean below `threshold` deviations go. Weights are points.
///
/// Source: Neklyudov, Molchanov, Ashukha & Vetrov 2017 (arXiv 1705.07283).
public struct LogNormalPruning: GatePruning, Hashable {
    /// Multiplies the divergence: 1 is the bound.
    public var strength: Double
    public var search: VariationalSearch
    public var warmUp: Double
    /// Least mean over deviation of a gate that stays.
    public var threshold: Double

    public init(
        strength: Double = 1, search: VariationalSearch = VariationalSearch(epochs: 40), warmUp: Double = 0,
        threshold: Double = 1
    ) {
        self.strength = strength
        self.search = search
        self.warmUp = warmUp
        self.threshold = threshold
    }

    public func network(_ problem: CompressionProblem) throws -> Network<Float> {
        try problem.network.gated(perFeature: true) { LogNormalGate($0) }
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        let rules = try problem.gates().map {
            DivergenceRule<Float>(
                $0, .truncatedLogNormal, samples: problem.data.count, weight: strength, warmUp: warmUp)
        }
        return try search.search(problem, network(problem), rules, schedule: .linear(floor: 0.01))
    }

    public func kept(_ found: NetworkParameters<Float>, gate: String) throws -> Support {
        try found.support(of: gate, .logNormalSignalToNoise(threshold))
    }
}
