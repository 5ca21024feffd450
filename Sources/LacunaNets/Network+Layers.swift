extension Network {
    /// The network with every layer replaced by a chain of layers, the first of which takes what the layer took; an empty chain leaves it
    /// out, if it has one input. `replace` gets the layer and the shapes of its inputs in the new network.
    /// - Throws: `LacunaError` where shapes no longer fit or names repeat.
    public func replacingLayers(
        _ replace: (Node, [ValueShape]) throws -> [(layer: any Layer<Element>, name: String)]
    ) throws -> Network {
        var network = Network(input: inputShape)
        var values = [network.input]
        for node in nodes {
            var inputs = node.inputs.map { values[$0.index] }
            for (layer, name) in try replace(node, inputs.map { network.shapes[$0.index] }) {
                inputs = [try network.append(layer, name, inputs: inputs)]
            }
            guard inputs.count == 1 else {
                throw LacunaError(
                    .shape, "layer '\(node.name)'", "it joins \(inputs.count) values and cannot be left out")
            }
            values.append(inputs[0])
        }
        guard values.last == network.output else {
            throw LacunaError(.shape, "network", "its output would be the value of a layer that is not the last")
        }
        return network
    }

    /// The network with normal weights: every linear layer and convolution becomes `Variational`.
    public func variational(deviation: Double = 0.01) throws -> Network {
        try replacingLayers { node, _ in
            guard let affine = node.layer as? any AffineLayer<Element> else { return [(node.layer, node.name)] }
            return [(affine.variational(deviation), node.name)]
        }
    }

    /// The network with a gate before every linear layer, convolution or variational layer, named as the layer with ".gate" behind: one gate
    /// per channel of an image, or per feature.
    ///
    /// - Parameters:
    ///   - gatesInputs: whether the network's own inputs have gates, too.
    ///   - perFeature: whether a linear layer that takes an image gets a gate per pixel rather than per channel.
    public func gated(
        gatesInputs: Bool = true, perFeature: Bool = false, _ gate: (Int) -> any Layer<Element>
    ) throws -> Network {
        try replacingLayers { node, shapes in
            guard (node.layer as? any ReducibleLayer<Element>)?.affineBase != nil,
                gatesInputs || node.inputs != [input]
            else { return [(node.layer, node.name)] }
            let isLinear = (node.layer as? any ReducibleLayer<Element>)?.affineBase is Linear<Element>
            let count =
                shapes[0].features.count == 3 && !(isLinear && perFeature)
                ? shapes[0].features[0] : shapes[0].featureCount
            return [(gate(count), "\(node.name).gate"), (node.layer, node.name)]
        }
    }
}

extension NetworkParameters {
    /// The parameters of `network` as it starts, with the arrays that `trained` has under the same name and shape: how a method starts from
    /// a trained network.
    public init(_ network: Network<Element>, from trained: NetworkParameters, random: RandomStream) {
        self.init(network, random: random)
        for entry in layout.entries {
            guard let source = trained.layout.entries.first(where: { $0.name == entry.name }),
                source.parameter.shape == entry.parameter.shape,
                (source.parameter.role == .statistic) == (entry.parameter.role == .statistic)
            else { continue }
            if entry.parameter.role == .statistic {
                statistics.replaceSubrange(entry.range, with: trained.statistics[source.range])
            } else {
                values.replaceSubrange(entry.range, with: trained.values[source.range])
            }
        }
    }
}

/// A layer that a deterministic one stands for once training is over.
protocol ReducibleLayer<Element>: Layer {
    /// The linear layer or convolution that this layer is in evaluation.
    var affineBase: (any AffineLayer<Element>)? { get }
    /// Of a gate: what it multiplies with in evaluation, from the layer's parameters.
    func multipliers(_ parameters: [Element]) -> [Double]?
}

extension ReducibleLayer {
    var affineBase: (any AffineLayer<Element>)? { nil }
    func multipliers(_ parameters: [Element]) -> [Double]? { nil }
}

extension Linear: ReducibleLayer {
    var affineBase: (any AffineLayer<Element>)? { self }
}
extension Convolution2D: ReducibleLayer {
    var affineBase: (any AffineLayer<Element>)? { self }
}
extension Variational: ReducibleLayer {
    var affineBase: (any AffineLayer<Base.Element>)? { base }
}
extension GaussianGate: ReducibleLayer {
    func multipliers(_ parameters: [Element]) -> [Double]? { parameters.prefix(count).map(Double.init) }
}
extension LogNormalGate: ReducibleLayer {
    func multipliers(_ parameters: [Element]) -> [Double]? {
        (0..<count).map {
            TruncatedLogNormal(mean: Double(parameters[$0]), logDeviation: Double(parameters[count + $0])).expectation
                .value
        }
    }
}
extension HorseshoeGate: ReducibleLayer {
    func multipliers(_ parameters: [Element]) -> [Double]? {
        let means = parameters.map(Double.init), variances = means.map { Double.exp(2 * $0) }
        let (global, spread) = (4 * count, 4 * count + 2)
        let shared = (means[global] + means[global + 1]) / 2 + (variances[spread] + variances[spread + 1]) / 8
        return (0..<count).map { gate in
            let mean = (means[gate] + means[count + gate]) / 2
            return Double.exp(mean + (variances[2 * count + gate] + variances[3 * count + gate]) / 8 + shared)
        }
    }
}

extension AffineLayer {
    fileprivate func variational(_ deviation: Double) -> any Layer<Element> { Variational(self, deviation: deviation) }
}
