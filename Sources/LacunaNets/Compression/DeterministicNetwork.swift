/// A network without randomness, and its numbers.
public struct ParametrizedNetwork<Element: RealScalar>: FiniteCheckable, Sendable {
    public let network: Network<Element>
    public var parameters: NetworkParameters<Element>

    public init(_ network: Network<Element>, _ parameters: NetworkParameters<Element>) {
        self.network = network
        self.parameters = parameters
    }

    public var isFinite: Bool { parameters.isFinite }
}

extension Network {
    /// The deterministic network of a trained Bayesian one: variational layers become their bases with the means as weights, gates are
    /// multiplied into the weights of the layer behind them or, where that is none, before them; what `kept` does not name stays.
    ///
    /// - Parameter kept: variables that stay, by layer or gate; those outside become 0.
    /// - Throws: `LacunaError` for supports of another size, or a gate between layers that it cannot be multiplied into.
    public func deterministic(
        _ parameters: NetworkParameters<Element>, keeping kept: [String: Support] = [:]
    ) throws -> ParametrizedNetwork<Element> {
        guard parameters.layout == layout else {
            throw LacunaError(.shape, "parameters", "they are of another network")
        }
        var values = parameters.values
        func require(_ support: Support, _ count: Int, _ layer: String) throws {
            guard support.count == count else {
                throw LacunaError(
                    .shape, "support of '\(layer)'", "among \(support.count) variables, the layer has \(count)")
            }
        }
        func isGate(_ node: Node) -> Bool {
            guard let layer = node.layer as? any ReducibleLayer<Element> else { return false }
            return layer.affineBase == nil
        }
        for (layer, support) in kept where !nodes.contains(where: { $0.name == layer && isGate($0) }) {
            let variables = try layout.variables(of: layer)
            try require(support, variables.count, layer)
            for (index, stays) in support.mask.enumerated() where !stays { values[variables.means + index] = 0 }
        }
        var pruned = parameters
        pruned.values = values
        let network = try replacingLayers { node, _ in
            guard let reducible = node.layer as? any ReducibleLayer<Element> else { return [(node.layer, node.name)] }
            guard let base = reducible.affineBase else { return [] }
            return [(base, node.name)]
        }
        var result = NetworkParameters(network, from: pruned, random: RandomStream(key: 0))
        for (index, node) in nodes.enumerated() {
            guard let layer = node.layer as? any ReducibleLayer<Element>, layer.affineBase == nil else { continue }
            let start = layout.starts[index].parameters
            let count = node.layer.parameters.reduce(0) { $0 + $1.count }
            let own = Array(parameters.values[start..<start + count])
            guard var gates = layer.multipliers(own) else { continue }
            if let support = kept[node.name] {
                try require(support, gates.count, node.name)
                for (gate, stays) in support.mask.enumerated() where !stays { gates[gate] = 0 }
            }
            try multiply(gates, ofNode: index, into: &result)
        }
        return ParametrizedNetwork(network, result)
    }

    /// Multiplies a gate's factors into the arrays of a neighbouring layer.
    private func multiply(_ gates: [Double], ofNode index: Int, into result: inout NetworkParameters<Element>) throws {
        let name = nodes[index].name
        func affine(_ node: Node) -> (any AffineLayer<Element>)? {
            (node.layer as? any ReducibleLayer<Element>)?.affineBase
        }
        func takers(_ value: Int) -> [Node] { nodes.filter { $0.inputs.contains { $0.index == value } } }
        let behind = takers(index + 1), source = nodes[index].inputs[0].index
        if behind.count == 1, let layer = affine(behind[0]) {
            // Weights are outputs × inputs × taps, without groups.
            let shape = layer.parameters[0].shape, columns = shape[1], taps = shape.dropFirst(2).reduce(1, *)
            let isGrouped = (layer as? Convolution2D<Element>).map { $0.groups > 1 } ?? false
            if columns % gates.count == 0, !isGrouped {
                let range = try result.layout.entry("\(behind[0].name).weight").range
                for (position, index) in range.enumerated() {
                    let gate = position / taps % columns * gates.count / columns
                    result.values[index] *= Element(gates[gate])
                }
                return
            }
        }
        if source > 0, takers(source).count == 1, let layer = affine(nodes[source - 1]) {
            let rows = layer.parameters[0].shape[0]
            if rows % gates.count == 0 {
                for array in layer.parameters {
                    let range = try result.layout.entry("\(nodes[source - 1].name).\(array.name)").range
                    for (position, index) in range.enumerated() {
                        result.values[index] *= Element(gates[position / (range.count / rows) * gates.count / rows])
                    }
                }
                return
            }
        }
        throw LacunaError(
            .shape, "gate '\(name)'", "neither the layer behind nor the one before can take its factors",
            remedy: "Put gates beside a linear layer or a convolution without groups.")
    }
}
