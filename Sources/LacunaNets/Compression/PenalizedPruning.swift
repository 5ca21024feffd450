/// Training with an l1 or a group-lasso penalty on the weights, by proximal steps: what is exactly 0 in the end goes.
///
/// Groups are the incoming weights of a neuron or an output channel, weighted by √size (Yuan & Lin 2006). Proximal steps belong to plain
/// gradients: the search runs SGD with momentum, the prox on its learning rate.
public struct PenalizedPruning: PruningMethod, Hashable {
    public enum Penalty: String, Hashable, Sendable, CaseIterable {
        case l1
        case groupLasso = "group-lasso"
    }

    public var penalty: Penalty
    /// λ, against the mean loss over samples.
    public var strength: Double
    public var epochs: Int
    public var learningRate: Double

    public init(_ penalty: Penalty, strength: Double, epochs: Int = 10, learningRate: Double = 0.05) {
        self.penalty = penalty
        self.strength = strength
        self.epochs = epochs
        self.learningRate = learningRate
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        try requireSetting(strength >= 0 && strength.isFinite, "strength", strength, "≥ 0")
        guard epochs >= 1 else { throw LacunaError(.value, "epochs", "\(epochs); at least 1 is needed") }
        var rules: [any TrainingRule<Float>] = []
        let entries = problem.network.layout.entries(of: .weight)
        for (index, entry) in entries.enumerated() {
            let isLast = index == entries.count - 1
            // An output neuron is a class: it cannot go as a whole.
            if penalty == .l1 || isLast {
                guard penalty == .l1 else { continue }
                rules.append(ProximalRule(entry.name, try L1Norm<Float>(weight: 1), strength: strength))
            } else {
                let outputs = entry.parameter.shape[0], size = entry.range.count / max(outputs, 1)
                let groups = try Groups(sizes: Array(repeating: size, count: outputs))
                let weights = Array(repeating: Float(size).squareRoot(), count: outputs)
                let lasso = try GroupedPenalty(L1Norm<Float>(weight: 1), groups: groups, weights: weights)
                rules.append(ProximalRule(entry.name, lasso, strength: strength))
            }
        }
        return PruningSearch(
            try problem.training(from: problem.dense),
            StochasticTraining(
                SGD<Float>(learningRate: learningRate), epochs: epochs, batchSize: problem.batchSize,
                schedule: .cosine(floor: 0.01), rules: rules, key: problem.key))
    }

    public func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork {
        try PrunedNetwork(network: problem.network, parameters: found, supports: found.nonZeroWeights())
    }
}
