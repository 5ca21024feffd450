/// Column t of Y is row i_t of the table E (vocabulary × width), i_t being the number in the input's only feature at position t.
///
/// Gradient: row i of dE adds every column of G whose index is i; the input has none (zero). Indices outside the table give zeros: a data
/// set is checked before training, not here. Start: N(0, 1), as PyTorch's.
public struct Embedding<Element: RealScalar>: Layer {
    public let vocabulary: Int
    public let width: Int
    public var start: ParameterStart

    public init(vocabulary: Int, width: Int, start: ParameterStart = .normal(standardDeviation: 1)) {
        self.vocabulary = vocabulary
        self.width = width
        self.start = start
    }

    public var parameters: [LayerParameter] { [LayerParameter("weight", [vocabulary, width], start)] }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard vocabulary > 0, width > 0 else {
            throw LacunaError(.shape, "embedding", "\(vocabulary) entries of width \(width); both must be at least 1")
        }
        guard input.featureCount == 1 else {
            throw LacunaError(.shape, "input", "\(input), an embedding takes one index per position")
        }
        return ValueShape([width], positions: input.positions)
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns()
        for column in 0..<n {
            let row = row(pass.inputs[0][column])
            for feature in 0..<width {
                pass.output[feature * n + column] = row.map { pass.parameters[$0 * width + feature] } ?? 0
            }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns()
        for column in 0..<n {
            guard let row = row(pass.inputs[0][column]) else { continue }
            for feature in 0..<width {
                pass.parameterGradients[row * width + feature] += pass.outputGradient[feature * n + column]
            }
        }
        if let gradient = pass.inputGradients[0] { Elementwise.fill(0, into: gradient, count: n) }
    }

    private func row(_ index: Element) -> Int? {
        guard index >= 0, index < Element(vocabulary) else { return nil }
        return Int(index)
    }
}
