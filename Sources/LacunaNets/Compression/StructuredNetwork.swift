/// Networks with Monarch or low-rank matrices in place of their linear layers', and the ways between the forms (Dao et al. 2022,
/// arXiv 2204.00595, section 4).
extension Network {
    /// The Monarch layout in `blocks` blocks of each linear layer that it takes fewer numbers for, by the layer's name; others stay dense.
    /// - Throws: `LacunaError` for a number of blocks below 1.
    public func monarchLayouts(blocks: Int) throws -> [String: MonarchLayout] {
        var layouts: [String: MonarchLayout] = [:]
        for node in nodes {
            guard let linear = node.layer as? Linear<Element> else { continue }
            let layout = try MonarchLayout(rows: linear.outputs, columns: linear.inputs, blocks: blocks)
            if layout.parameterCount < linear.weightCount { layouts[node.name] = layout }
        }
        return layouts
    }

    /// The network with Monarch matrices of these layouts in the linear layers of these names.
    /// - Throws: `LacunaError` for a layout of another size than its layer.
    public func withMonarchLayers(_ layouts: [String: MonarchLayout]) throws -> Network {
        try replacingLayers { node, _ in
            guard let layout = layouts[node.name], let linear = node.layer as? Linear<Element> else {
                return [(node.layer, node.name)]
            }
            guard layout.rows == linear.outputs, layout.columns == linear.inputs else {
                throw LacunaError(
                    .shape, "layer '\(node.name)'",
                    "\(linear.outputs)×\(linear.inputs), the Monarch matrix is \(layout.rows)×\(layout.columns)")
            }
            return [(MonarchLinear<Element>(layout, bias: linear.hasBias), node.name)]
        }
    }

    /// The network with matrices of at most these ranks, as products of two, in the linear layers of these names: layer "fc1" becomes "fc1.right"
    /// and "fc1".
    /// - Throws: `LacunaError` for a rank below 1.
    public func withLowRankLayers(_ ranks: [String: Int]) throws -> Network {
        try replacingLayers { node, _ in
            guard let rank = ranks[node.name], let linear = node.layer as? Linear<Element> else {
                return [(node.layer, node.name)]
            }
            return [
                (Linear<Element>(linear.inputs, rank, bias: false), "\(node.name).right"),
                (Linear<Element>(rank, linear.outputs, bias: linear.hasBias), node.name),
            ]
        }
    }
}

extension ParametrizedNetwork where Element == Float {
    /// Dense to sparse: the weights of the linear layers of these names become the nearest Monarch matrices. Biases and other layers stay.
    /// - Throws: `LacunaError` for a layout of another size than its layer, or one whose rank its slices cannot have.
    public func projectedToMonarch(_ layouts: [String: MonarchLayout]) throws -> ParametrizedNetwork {
        let network = try network.withMonarchLayers(layouts)
        var result = NetworkParameters(network, from: parameters, random: RandomStream(key: 0))
        for (name, layout) in layouts {
            let factors = try MonarchSet<Float>(layout: layout).project(weightMatrix(name))
            try result.setArray("\(name).left", factors.left)
            try result.setArray("\(name).right", factors.right)
        }
        return ParametrizedNetwork(network, result)
    }

    /// Sparse to dense: every Monarch layer, and every pair that `withLowRankLayers` made, written out as a linear layer.
    public func writtenOut() throws -> ParametrizedNetwork {
        var weights: [String: Matrix<Float>] = [:]
        for node in network.nodes {
            if let layer = node.layer as? MonarchLinear<Float> {
                weights[node.name] = try MonarchFactors(
                    layout: layer.layout, left: parameters.array("\(node.name).left"),
                    right: parameters.array("\(node.name).right")
                ).dense()
            } else if isPair(node.name) {
                weights[node.name] = try weightMatrix(node.name).multiplied(by: weightMatrix("\(node.name).right"))
            }
        }
        let dense = try network.replacingLayers { node, _ in
            if let weight = weights[node.name] {
                let hasBias = network.layout.entries.contains { $0.name == "\(node.name).bias" }
                return [(Linear<Float>(weight.columns, weight.rows, bias: hasBias), node.name)]
            }
            let isRight = node.name.hasSuffix(".right") && isPair(String(node.name.dropLast(6)))
            return isRight ? [] : [(node.layer, node.name)]
        }
        var result = NetworkParameters(dense, from: parameters, random: RandomStream(key: 0))
        for (name, weight) in weights { try result.setArray("\(name).weight", rowMajor(weight)) }
        return ParametrizedNetwork(dense, result)
    }

    /// Whether a layer of this name is the left one of two that a low-rank matrix became.
    private func isPair(_ name: String) -> Bool {
        network.nodes.contains { $0.name == name && $0.layer is Linear<Float> }
            && network.nodes.contains { $0.name == "\(name).right" && $0.layer is Linear<Float> }
    }

    /// The weights of the linear layers of these names become the nearest matrices of these ranks (truncated singular value decomposition).
    /// - Throws: `LacunaError` for a rank below 1 or beyond what the matrix has.
    public func projectedToLowRank(_ ranks: [String: Int]) throws -> ParametrizedNetwork {
        let network = try network.withLowRankLayers(ranks)
        var result = NetworkParameters(network, from: parameters, random: RandomStream(key: 0))
        for (name, rank) in ranks {
            let factors = try LowRankSet<Float>(rank: rank).project(weightMatrix(name))
            try result.setArray("\(name).weight", rowMajor(factors.left))
            try result.setArray("\(name).right.weight", rowMajor(factors.right.transposed))
        }
        return ParametrizedNetwork(network, result)
    }

    /// The weights of a linear layer, outputs × inputs. - Throws: `LacunaError` for a layer that has none.
    private func weightMatrix(_ name: String) throws -> Matrix<Float> {
        let weight = try parameters.array("\(name).weight")
        let inputs = weight.dimensions[1]
        return Matrix(rows: weight.dimensions[0], columns: inputs) { weight.storage[$0 * inputs + $1] }
    }

    private func rowMajor(_ matrix: Matrix<Float>) -> Tensor<Float> {
        Tensor(dimensions: matrix.shape, storage: matrix.transposed.storage)
    }
}
