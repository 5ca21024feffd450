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
