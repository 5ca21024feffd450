/// Turbo-VBI for networks: the three-layer prior on every weight, with a law of the support that likes clusters (`TurboVBIRule`); weights
/// that are probably inactive go.
///
/// Source: Xia, Tsang & Lau 2023 (arXiv 2302.10483), whose abstract is all that could be read: laws, scale and annealing follow the first
/// author's later code and our notes.
public struct TurboVBIPruning: PruningMethod, Hashable {
    /// Which weights are active together.
    public enum Structure: String, Hashable, Sendable, CaseIterable {
        /// Each for itself: the three-layer prior without turbo, the control of the others.
        case independent
        /// A Markov chain along the incoming weights of each neuron, or along each flattened kernel.
        case chain
        /// Such chains, each of which may be dead as a whole.
        case gatedChain = "gated-chain"
        /// A grid over the inputs and outputs of a linear layer, and over each kernel.
        case grid
        /// All incoming weights of a neuron, all of a kernel.
        case group
    }

    /// The scale of active weights is b = rateFactor · mean μ² of each layer at the start: more prunes more.
    public var rateFactor: Double
    public var structure: Structure
    public var coupling: GammaSupportPrior<Float>.Coupling
    /// Of chains; grids have their own.
    public var transition: MarkovTransition<Float>
    /// P(a chain lives), where it is gated.
    public var gate: Float
    /// Whether the law's parameters are estimated along.
    public var learnsSupport: Bool
    /// β.
    public var temperature: Double
    /// A start deviation of 0 takes points for the weights: a reweighted ridge penalty.
    public var search: VariationalSearch
    public var epochsPerRound: Int

    public init(
        rateFactor: Double = 4, structure: Structure = .gatedChain,
        coupling: GammaSupportPrior<Float>.Coupling = .joint,
        transition: MarkovTransition<Float> = MarkovTransition(p01: 0.02, p10: 0.5), gate: Float = 0.5,
        learnsSupport: Bool = false, temperature: Double = 1,
        search: VariationalSearch = VariationalSearch(epochs: 40), epochsPerRound: Int = 2
    ) {
        self.rateFactor = rateFactor
        self.structure = structure
        self.coupling = coupling
        self.transition = transition
        self.gate = gate
        self.learnsSupport = learnsSupport
        self.temperature = temperature
        self.search = search
        self.epochsPerRound = epochsPerRound
    }

    private func network(_ problem: CompressionProblem) throws -> Network<Float> {
        search.startDeviation == 0
            ? problem.network : try problem.network.variational(deviation: search.startDeviation)
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        let rules = try problem.affineLayers().map { try rule($0.name, $0.weightShape, samples: problem.data.count) }
        return try search.search(problem, network(problem), rules)
    }

    private func rule(_ layer: String, _ shape: [Int], samples: Int) throws -> any TrainingRule<Float> {
        // A line of a linear layer is the inputs of one neuron, one of a convolution a kernel.
        let isKernel = shape.count > 2, line = isKernel ? shape.dropFirst(2).reduce(1, *) : shape[1]
        let lines = shape.reduce(1, *) / line
        func with(_ law: some SupportDenoiser<Float>) -> any TrainingRule<Float> {
            let schedule = VariationalSchedule(
                samples: samples, temperature: temperature, epochsPerRound: epochsPerRound)
            return TurboVBIRule(
                layer, schedule, support: law, coupling: coupling, rateFactor: rateFactor, learnsSupport: learnsSupport)
        }
        switch structure {
        case .independent: return with(IndependentSupport(activity: 0.2))
        case .chain: return with(MarkovSupport(transition: transition, length: line))
        case .gatedChain: return with(MarkovSupport(transition: transition, length: line, gate: gate))
        case .grid:
            return with(
                isKernel
                    ? GridSupport(rows: shape[2], columns: line / shape[2])
                    : GridSupport(rows: shape[0], columns: shape[1]))
        case .group:
            let groups = try Groups(sizes: Array(repeating: line, count: lines))
            return with(GroupSupport(groups: groups, activity: 0.2))
        }
    }

    public func inclusionProbabilities(
        _ findings: [[String: [Float]]], _ problem: CompressionProblem
    ) -> [String: [Float]] {
        let layers = (try? problem.affineLayers()) ?? []
        return Dictionary(
            uniqueKeysWithValues: zip(layers, findings).compactMap { layer, found in
                found["probability"].map { ("\(layer.name).weight", $0) }
            })
    }

    public func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork {
        try problem.pruned(network(problem), found)
    }
}
