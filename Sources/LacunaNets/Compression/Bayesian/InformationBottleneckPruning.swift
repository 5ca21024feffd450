/// Variational information bottleneck: y = z x with z ~ N(μ, σ²) for every feature, and ½ log(1 + μ²/σ²) to pay for what passes; gates
/// with log σ²/μ² ≥ threshold go. Weights are points.
///
/// Source: Dai, Zhu, Guo & Wipf 2018 (arXiv 1802.10399).
public struct InformationBottleneckPruning: GatePruning, Hashable {
    /// Multiplies the divergence.
    public var strength: Double
    /// The start deviation is that of the gates.
    public var search: VariationalSearch
    public var warmUp: Double
    public var threshold: Double

    public init(
        strength: Double = 1,
        search: VariationalSearch = VariationalSearch(epochs: 40, startDeviation: Double.exp(-4.5)),
        warmUp: Double = 0.3, threshold: Double = 0
    ) {
        self.strength = strength
        self.search = search
        self.warmUp = warmUp
        self.threshold = threshold
    }

    public func network(_ problem: CompressionProblem) throws -> Network<Float> {
        try problem.network.gated(perFeature: true) { GaussianGate($0, deviation: search.startDeviation) }
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        let rules = try problem.gates().map {
            DivergenceRule<Float>($0, .bottleneck, samples: problem.data.count, weight: strength, warmUp: warmUp)
        }
        return try search.search(problem, network(problem), rules, schedule: .linear(floor: 0.01))
    }

    public func kept(_ found: NetworkParameters<Float>, gate: String) throws -> Support {
        try found.support(of: gate, .logAlpha(threshold))
    }
}
