/// Sparse variational dropout: normal weights under the log-uniform prior; those with log α = log σ²/μ² ≥ threshold are noise and go.
///
/// Source: Molchanov, Ashukha & Vetrov 2017 (arXiv 1701.05369).
public struct VariationalDropoutPruning: PruningMethod, Hashable {
    /// Multiplies the divergence: 1 is the bound.
    public var strength: Double
    public var search: VariationalSearch
    /// Share of the training over which the divergence rises from 0.
    public var warmUp: Double
    public var threshold: Double

    public init(
        strength: Double = 1, search: VariationalSearch = VariationalSearch(epochs: 40, startDeviation: Double.exp(-5)),
        warmUp: Double = 0.3, threshold: Double = 3
    ) {
        self.strength = strength
        self.search = search
        self.warmUp = warmUp
        self.threshold = threshold
    }

    private func network(_ problem: CompressionProblem) throws -> Network<Float> {
        try problem.network.variational(deviation: search.startDeviation)
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        let rules = try problem.affineLayers().map {
            DivergenceRule<Float>(
                $0.name, .logUniform, samples: problem.data.count, weight: strength, warmUp: warmUp)
        }
        return try search.search(problem, network(problem), rules, schedule: .linear(floor: 0.01))
    }

    public func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork {
        try problem.pruned(network(problem), found, by: .logAlpha(threshold))
    }
}
