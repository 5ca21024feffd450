/// A trained network that is to do with fewer weights, and the data it was trained on.
///
/// What may be pruned are its arrays of role `.weight`; biases and normalisations stay and are not counted in densities.
public struct CompressionProblem: Sendable {
    public let network: Network<Float>
    /// The trained dense network.
    public let dense: NetworkParameters<Float>
    public let data: DataSet<Float>
    public let loss: any Loss<Float>
    public let batchSize: Int
    /// Order of samples and noise follow from it.
    public let key: UInt64

    /// - Throws: `LacunaError` as `TrainingProblem`; also for a network without weights.
    public init(
        network: Network<Float>, dense: NetworkParameters<Float>, data: DataSet<Float>,
        loss: any Loss<Float> = CrossEntropy(), batchSize: Int = 128, key: UInt64 = 1
    ) throws {
        _ = try TrainingProblem(network: network, start: dense, data: data, loss: loss)
        guard !network.layout.entries(of: .weight).isEmpty else {
            throw LacunaError(.shape, "network", "it has no weights that could be pruned")
        }
        self.network = network
        self.dense = dense
        self.data = data
        self.loss = loss
        self.batchSize = batchSize
        self.key = key
    }

    /// Weights that may be pruned.
    public var weightCount: Int { network.layout.entries(of: .weight).reduce(0) { $0 + $1.range.count } }

    /// Training of the network itself from these parameters.
    public func training(from start: NetworkParameters<Float>) throws -> TrainingProblem<Float> {
        try TrainingProblem(network: network, start: start, data: data, loss: loss)
    }
}

/// What is left of a network: the same architecture, with zeros outside the supports.
public struct PrunedNetwork: FiniteCheckable, Sendable {
    public let network: Network<Float>
    public var parameters: NetworkParameters<Float>
    /// Name of a weight array -> the entries that stayed. An entry that stayed may still be zero.
    public var supports: [String: Support]
    /// Name of a weight array -> P(an entry is needed), from methods that know it.
    public var inclusionProbabilities: [String: [Float]] = [:]
    /// Where search or fine-tuning diverged, if one did.
    public var divergence: PruningDivergence?

    /// Takes parameters as they are and zeroes what is outside the supports.
    /// - Throws: `LacunaError` for a name that the network does not have, or a support among another number of entries.
    public init(network: Network<Float>, parameters: NetworkParameters<Float>, supports: [String: Support]) throws {
        var cut = parameters
        for (name, support) in supports {
            let entry = try parameters.layout.entry(name)
            guard support.count == entry.range.count else {
                throw LacunaError(
                    .shape, "support of '\(name)'", "among \(support.count) entries, the array has \(entry.range.count)"
                )
            }
            for (position, isKept) in support.mask.enumerated() where !isKept {
                cut.values[entry.range.lowerBound + position] = 0
            }
        }
        self.network = network
        self.parameters = cut
        self.supports = supports
    }

    /// The dense network, with nothing pruned.
    init(whole problem: CompressionProblem) {
        network = problem.network
        parameters = problem.dense
        supports = [:]
    }

    public var isFinite: Bool { parameters.isFinite }

    /// Kept weights over all weights.
    public var density: Double {
        let entries = parameters.layout.entries(of: .weight)
        let all = entries.reduce(0) { $0 + $1.range.count }
        return all == 0 ? 0 : Double(keptCount) / Double(all)
    }

    public var keptCount: Int {
        parameters.layout.entries(of: .weight).reduce(0) { $0 + (supports[$1.name]?.indices.count ?? $1.range.count) }
    }
}
