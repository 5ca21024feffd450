/// Bayesian compression: normal weights, and before each layer a scale per feature with a prior that wants it to be 0.
///
/// Source: Louizos, Ullrich & Welling 2017 (arXiv 1705.08665).
public struct GroupScalePruning: GatePruning, Hashable {
    public enum Prior: String, Hashable, Sendable, CaseIterable {
        /// Normal scales under p(z) ∝ 1/|z|: BC-GNJ. Scales with log σ²/μ² ≥ threshold go.
        case normalJeffreys = "normal-jeffreys"
        /// Half-Cauchy scales: BC-GHS. Those whose log z has a mode below -threshold go.
        case horseshoe
    }

    public var prior: Prior
    /// Multiplies the divergence of the scales: 1 is the bound.
    public var strength: Double
    /// Multiplies the divergence of the weights from N(0, 1).
    public var weightStrength: Double
    /// The start deviation is that of weights and scales.
    public var search: VariationalSearch
    public var warmUp: Double
    public var threshold: Double

    public init(
        _ prior: Prior = .normalJeffreys, strength: Double = 1, weightStrength: Double = 0.1,
        search: VariationalSearch = VariationalSearch(epochs: 40, startDeviation: Double.exp(-4.5)),
        warmUp: Double = 0.3, threshold: Double = 1
    ) {
        self.prior = prior
        self.strength = strength
        self.weightStrength = weightStrength
        self.search = search
        self.warmUp = warmUp
        self.threshold = threshold
    }

    public func network(_ problem: CompressionProblem) throws -> Network<Float> {
        let deviation = search.startDeviation
        return try problem.network.variational(deviation: deviation).gated(perFeature: true) { count in
            switch prior {
            case .normalJeffreys: GaussianGate(count, deviation: deviation)
            case .horseshoe: HorseshoeGate(count, deviation: deviation)
            }
        }
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        let samples = problem.data.count
        var rules: [any TrainingRule<Float>] = try problem.gates().map { gate in
            switch prior {
            case .normalJeffreys:
                DivergenceRule(gate, .logUniform, samples: samples, weight: strength, warmUp: warmUp)
            case .horseshoe: HorseshoeRule(gate, samples: samples, weight: strength, warmUp: warmUp)
            }
        }
        for layer in try problem.affineLayers() {
            rules.append(
                DivergenceRule(layer.name, .unitNormal, samples: samples, weight: weightStrength, warmUp: warmUp))
        }
        return try search.search(problem, network(problem), rules, schedule: .linear(floor: 0.01))
    }

    public func kept(_ found: NetworkParameters<Float>, gate: String) throws -> Support {
        switch prior {
        case .normalJeffreys: try found.support(of: gate, .logAlpha(threshold))
        case .horseshoe: try found.horseshoeSupport(of: gate, threshold: -threshold)
        }
    }
}
