/// The features of several values, one after the other along their first axis: [C_1, …] and [C_2, …] give [C_1 + C_2, …], the other axes and
/// the positions being equal. Gradient: each value gets its part of G.
public struct Concatenation<Element: RealScalar>: Layer {
    public init() {}

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        guard let first = shapes.first, !first.features.isEmpty else {
            throw LacunaError(.shape, "inputs", "a concatenation needs at least one value with features")
        }
        let rest = first.features.dropFirst()
        if let other = shapes.first(where: {
            $0.features.isEmpty || $0.features.dropFirst() != rest || $0.positions != first.positions
        }) {
            throw LacunaError(
                .shape, "inputs", "\(first) and \(other) cannot be concatenated",
                remedy: "All axes but the first, and the positions, must be equal.")
        }
        return ValueShape([shapes.reduce(0) { $0 + $1.features[0] }] + rest, positions: first.positions)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        var offset = 0
        for index in pass.inputs.indices {
            Elementwise.copy(pass.inputs[index], into: pass.output + offset, count: pass.count(index))
            offset += pass.count(index)
        }
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        var offset = 0
        for index in pass.inputs.indices {
            if let gradient = pass.inputGradients[index] {
                Elementwise.copy(pass.outputGradient + offset, into: gradient, count: pass.count(index))
            }
            offset += pass.count(index)
        }
    }
}

/// The same numbers with other feature axes: [784] as [1, 28, 28]. A copy, and in the gradient too.
public struct Reshape<Element: RealScalar>: Layer {
    public let features: [Int]

    public init(_ features: [Int]) {
        self.features = features
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard features.allSatisfy({ $0 >= 1 }), features.reduce(1, *) == input.featureCount else {
            throw LacunaError(
                .shape, "input",
                "\(input) has \(input.featureCount) features, not the \(features.reduce(1, *)) of \(describeShape(features))"
            )
        }
        return ValueShape(features, positions: input.positions)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        Elementwise.copy(pass.inputs[0], into: pass.output, count: pass.outputCount)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        Elementwise.copy(pass.outputGradient, into: gradient, count: pass.outputCount)
    }
}
