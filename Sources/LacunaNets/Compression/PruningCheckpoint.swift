/// All that a pruning is after an epoch: resumed from it (`NetworkPruning.resuming`), it goes on with the same bits.
public struct PruningCheckpoint: Hashable, Sendable {
    /// What was going on.
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        case search
        case fineTuning = "fine-tuning"
    }

    public let phase: Phase
    /// That of a search may be of a network with distributions for weights.
    public let training: TrainingCheckpoint<Float>
    /// What the search found: name of a weight array -> entries that stayed. Empty during the search.
    public let supports: [String: Support]
    /// Those that the search knew, by array.
    public let inclusionProbabilities: [String: [Float]]

    /// During the search.
    public init(search training: TrainingCheckpoint<Float>) {
        phase = .search
        self.training = training
        supports = [:]
        inclusionProbabilities = [:]
    }

    /// During the fine-tuning on what the search found.
    public init(
        fineTuning training: TrainingCheckpoint<Float>, supports: [String: Support],
        inclusionProbabilities: [String: [Float]]
    ) {
        phase = .fineTuning
        self.training = training
        self.supports = supports
        self.inclusionProbabilities = inclusionProbabilities
    }

    /// What a fine-tuning goes on with.
    /// - Throws: `LacunaError` where the supports are of another network.
    func pruned(_ problem: CompressionProblem) throws -> PrunedNetwork {
        var pruned = try PrunedNetwork(network: problem.network, parameters: problem.dense, supports: supports)
        pruned.inclusionProbabilities = inclusionProbabilities
        return pruned
    }
}
