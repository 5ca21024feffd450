/// y_f = exp(x_f)/Σ exp(x) over the features of each column. Gradient: dx = y (g - Σ y g).
///
/// A classifier ends in logits, of which `CrossEntropy` is the better-conditioned loss; this is for weights inside a network.
public struct Softmax<Element: RealScalar>: Layer {
    public init() {}

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape { try oneInput(shapes) }

    /// One number per column.
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int { shapes[0].columns(batch: batch) }

    // Rows run over columns, so every loop is over contiguous numbers.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), features = pass.outputShape.featureCount, x = pass.inputs[0], y = pass.output
        let scratch = pass.workspace
        Elementwise.fill(-.infinity, into: scratch, count: n)
        for feature in 0..<features {
            for column in 0..<n { scratch[column] = max(scratch[column], x[feature * n + column]) }
        }
        for feature in 0..<features {
            for column in 0..<n {
                y[feature * n + column] = Element.exp(x[feature * n + column] - scratch[column])
            }
        }
        Elementwise.fill(0, into: scratch, count: n)
        for feature in 0..<features { Elementwise.add(y + feature * n, into: scratch, count: n) }
        for feature in 0..<features {
            for column in 0..<n { y[feature * n + column] /= scratch[column] }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let dx = pass.inputGradients[0] else { return }
        let n = pass.columns(), features = pass.outputShape.featureCount, y = pass.output, g = pass.outputGradient
        let sums = pass.workspace
        Elementwise.fill(0, into: sums, count: n)
        for feature in 0..<features {
            for column in 0..<n { sums[column] += y[feature * n + column] * g[feature * n + column] }
        }
        for feature in 0..<features {
            for column in 0..<n {
                let index = feature * n + column
                dx[index] = y[index] * (g[index] - sums[column])
            }
        }
    }
}
