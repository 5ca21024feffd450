extension CompactNetwork {
    /// The network as it is fastest: layers with few enough weights run on sparse kernels. Linear ones (`SparseLinear`) in 4×1 blocks where at
    /// least half of what these would store is not 0, in single entries otherwise; convolutions (`SparseConvolution2D`) in single entries.
    ///
    /// - Parameter density: the largest share of non-zeros at which a layer becomes sparse; below about 0.4 single entries are faster than
    ///   dense products. Half of that for convolutions whose patches have fewer than 100 entries (one input channel), of which gathering the
    ///   patches is the greater part: measured on LeNet-5 (Zen 3, batches of 1 and 128), the first one breaks even at 0.2, the second
    ///   gains 1.5 at 0.4. Blocks gain nothing over entries there.
    public func withSparseLayers(below density: Double = 0.4) throws -> ParametrizedNetwork<Element> {
        let sparse = try network.replacingLayers { node, _ in
            let layer: (any Layer<Element>)? =
                switch node.layer {
                case is Linear<Element>: try sparseLinear(node.name, below: density)
                case let convolution as Convolution2D<Element>:
                    try sparseConvolution(convolution, node.name, below: density)
                default: nil
                }
            return [(layer ?? node.layer, node.name)]
        }
        // Sparse layers start with their values; all else comes by name.
        let parameters = NetworkParameters(sparse, from: self.parameters, random: RandomStream(key: 0))
        return ParametrizedNetwork(sparse, parameters)
    }

    private func sparseLinear(_ name: String, below density: Double) throws -> SparseLinear<Element>? {
        let weight = try parameters.array("\(name).weight")
        let bias = try? parameters.array("\(name).bias").storage
        let support = Support(of: weight.storage), rows = weight.dimensions[0], columns = weight.dimensions[1]
        guard support.density < density else { return nil }
        var block = BlockShape.entry
        if rows % 4 == 0 {
            let tiles = Set(support.indices.map { ($0 / columns / 4) * columns + $0 % columns }).count
            if 2 * support.indices.count >= 4 * tiles { block = .rows4 }
        }
        return try SparseLinear(keeping: support, of: weight, bias: bias, block: block)
    }

    private func sparseConvolution(
        _ layer: Convolution2D<Element>, _ name: String, below density: Double
    ) throws -> SparseConvolution2D<Element>? {
        let weight = try parameters.array("\(name).weight")
        let bias = try? parameters.array("\(name).bias").storage
        let support = Support(of: weight.storage)
        guard layer.groups == 1, support.density < (layer.patchCount < 100 ? density / 2 : density) else { return nil }
        return try SparseConvolution2D(
            keeping: support, of: weight, bias: bias, stride: layer.stride, padding: layer.padding)
    }
}

extension Network {
    /// Multiplications of one weight with one number, on one sample, zeros left out. `parameters` are the network's.
    public func multiplyAddCount(_ parameters: NetworkParameters<Element>) throws -> Int {
        try nodes.reduce(0) { total, node in
            guard let layer = node.layer as? any AffineLayer<Element> else { return total }
            let range = try parameters.layout.entry("\(node.name).weight").range
            let nonZeros = parameters.values[range].count { $0 != 0 }
            // Every weight is used as often as any other.
            return total + layer.operationCount(inputShapes(of: node)) / 2 / max(layer.weightCount, 1) * nonZeros
        }
    }
}
