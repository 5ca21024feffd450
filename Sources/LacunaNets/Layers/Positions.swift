/// The mean over the positions of each sample: F features at T positions become F features. Gradient: each position gets G/T.
public struct MeanOverPositions<Element: RealScalar>: Layer {
    public init() {}

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape { ValueShape(try oneInput(shapes).features) }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let t = pass.inputShapes[0].positions
        for index in 0..<pass.outputCount {
            pass.output[index] = Elementwise.sum(pass.inputs[0] + index * t, count: t) / Element(t)
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        let t = pass.inputShapes[0].positions
        for index in 0..<pass.outputCount {
            Elementwise.fill(pass.outputGradient[index] / Element(t), into: gradient + index * t, count: t)
        }
    }
}

/// Y[f, t] = X[f, t] + E[f, t]: a learned vector for every position, the same for all samples (Vaswani et al. 2017, section 3.5; learned ones
/// as in BERT). `weight` is [positions, features], as PyTorch stores it. Gradients: dE sums G over the samples, dX = G. Start: N(0, 0.02²).
public struct PositionTable<Element: RealScalar>: Layer {
    public let features: Int
    public let positions: Int
    public var start: ParameterStart

    public init(_ features: Int, positions: Int, start: ParameterStart = .normal(standardDeviation: 0.02)) {
        self.features = features
        self.positions = positions
        self.start = start
    }

    public var parameters: [LayerParameter] { [LayerParameter("weight", [positions, features], start)] }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard features > 0, positions > 0, input.featureCount == features, input.positions == positions else {
            throw LacunaError(
                .shape, "input", "\(input), the table is for \(features) features at \(positions) positions")
        }
        return input
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        var index = 0
        for feature in 0..<features {
            for _ in 0..<pass.batch {
                for t in 0..<positions {
                    pass.output[index] = pass.inputs[0][index] + pass.parameters[t * features + feature]
                    index += 1
                }
            }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        var index = 0
        for feature in 0..<features {
            for _ in 0..<pass.batch {
                for t in 0..<positions {
                    pass.parameterGradients[t * features + feature] += pass.outputGradient[index]
                    index += 1
                }
            }
        }
        if let gradient = pass.inputGradients[0] {
            Elementwise.copy(pass.outputGradient, into: gradient, count: pass.outputCount)
        }
    }
}

/// Positions as a last feature axis: [F, …] at T positions becomes [F, …, T] at one, for layers that see a whole sample. Its inverse is
/// `PositionsFromFeatures`. In memory, element (f, b T + t) goes to (f T + t, b).
public struct FeaturesFromPositions<Element: RealScalar>: Layer {
    public init() {}

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        return ValueShape(input.features + [input.positions])
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let features = pass.inputShapes[0].featureCount, t = pass.inputShapes[0].positions
        transposeEach(features, pass.inputs[0], rows: pass.batch, columns: t, into: pass.output)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        let features = pass.inputShapes[0].featureCount, t = pass.inputShapes[0].positions
        transposeEach(features, pass.outputGradient, rows: t, columns: pass.batch, into: gradient)
    }
}

/// The last feature axis as positions: [F, …, T] becomes [F, …] at T positions, a time series or the patches of an image as a sequence.
public struct PositionsFromFeatures<Element: RealScalar>: Layer {
    public init() {}

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard input.positions == 1, input.features.count >= 2, let last = input.features.last else {
            throw LacunaError(.shape, "input", "\(input), positions are made of the last of at least two axes")
        }
        return ValueShape(Array(input.features.dropLast()), positions: last)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let features = pass.outputShape.featureCount, t = pass.outputShape.positions
        transposeEach(features, pass.inputs[0], rows: t, columns: pass.batch, into: pass.output)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        let features = pass.outputShape.featureCount, t = pass.outputShape.positions
        transposeEach(features, pass.outputGradient, rows: pass.batch, columns: t, into: gradient)
    }
}

/// Transposes `count` row-major matrices that lie one after the other.
private func transposeEach<Element: RealScalar>(
    _ count: Int, _ source: UnsafePointer<Element>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Element>
) {
    for index in 0..<count {
        let offset = index * rows * columns
        Elementwise.transpose(source + offset, rows: rows, columns: columns, into: target + offset, targetStride: rows)
    }
}
