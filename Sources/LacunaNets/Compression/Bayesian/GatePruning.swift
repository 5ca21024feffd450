/// What methods share that put a gate before every layer, one per feature of a vector and per channel of an image: inputs of the network,
/// neurons and channels go as a whole.
public protocol GatePruning: PruningMethod {
    /// The network with its gates.
    func network(_ problem: CompressionProblem) throws -> Network<Float>
    /// Gates of one layer that stay.
    func kept(_ found: NetworkParameters<Float>, gate: String) throws -> Support
}

extension GatePruning {
    public func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork {
        let network = try network(problem)
        var kept: [String: Support] = [:]
        for gate in try problem.gates() { kept[gate] = try self.kept(found, gate: gate) }
        return try problem.pruned(network, found, keeping: kept)
    }
}

extension CompressionProblem {
    /// Names of the gates that `Network.gated` puts before the layers.
    func gates() throws -> [String] { try affineLayers().map { "\($0.name).gate" } }
}

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
