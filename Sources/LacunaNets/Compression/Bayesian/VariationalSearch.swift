/// How a Bayesian pruning method trains: Adam, on distributions that start around the dense network's weights.
public struct VariationalSearch: Hashable, Sendable {
    public var epochs: Int
    public var learningRate: Double
    /// σ of the weights at the start, where they are normal: a tenth of their size or less. 0, where a method knows points, takes them.
    public var startDeviation: Double

    public init(epochs: Int, learningRate: Double = 1e-3, startDeviation: Double = 0.01) {
        self.epochs = epochs
        self.learningRate = learningRate
        self.startDeviation = startDeviation
    }

    /// - Throws: `LacunaError` for settings that make no sense, or rules that do not fit the network.
    func search(
        _ problem: CompressionProblem, _ network: Network<Float>, _ rules: [any TrainingRule<Float>],
        schedule: LearningRateSchedule = .constant
    ) throws -> PruningSearch {
        guard epochs >= 1 else { throw LacunaError(.value, "epochs", "\(epochs); at least 1 is needed") }
        let start = NetworkParameters(network, from: problem.dense, random: RandomStream(key: problem.key))
        return PruningSearch(
            try TrainingProblem(network: network, start: start, data: problem.data, loss: problem.loss),
            StochasticTraining(
                Adam<Float>(learningRate: learningRate), epochs: epochs, batchSize: problem.batchSize,
                schedule: schedule, rules: rules, key: problem.key))
    }
}

extension CompressionProblem {
    /// The linear layers and convolutions: whose weights Bayesian methods give distributions, those of other layers stay as they are.
    /// - Throws: `LacunaError` for a network without any.
    func affineLayers() throws -> [(name: String, weightShape: [Int])] {
        let layers = network.nodes.compactMap { node in
            (node.layer as? any AffineLayer<Float>).map { (name: node.name, weightShape: $0.parameters[0].shape) }
        }
        guard !layers.isEmpty else {
            throw LacunaError(.shape, "network", "it has no linear layer or convolution to give distributions")
        }
        return layers
    }

    /// The network with `variational`'s means, without what `kept` leaves out; what is 0 then goes.
    func pruned(
        _ variational: Network<Float>, _ found: NetworkParameters<Float>, keeping kept: [String: Support] = [:]
    ) throws -> PrunedNetwork {
        let result = try variational.deterministic(found, keeping: kept)
        return try PrunedNetwork(
            network: network, parameters: result.parameters, supports: result.parameters.nonZeroWeights())
    }

    /// The same where every weight stays or goes by its own mean and deviation.
    func pruned(
        _ variational: Network<Float>, _ found: NetworkParameters<Float>, by criterion: PruningCriterion
    ) throws -> PrunedNetwork {
        var kept: [String: Support] = [:]
        for layer in try affineLayers() { kept[layer.name] = try found.support(of: layer.name, criterion) }
        return try pruned(variational, found, keeping: kept)
    }
}
