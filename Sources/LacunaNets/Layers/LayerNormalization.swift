/// y = γ (x - μ)/√(σ² + ε) + β with mean and variance over the features of each column, one sample's one position (Ba, Kiros & Hinton 2016,
/// arXiv 1607.06450); γ and β have an entry per feature, σ² divides by the count.
///
/// Gradient: dx = (γ g - mean(γ g) - x̂ mean(γ g x̂))/√(σ² + ε).
public struct LayerNormalization<Element: RealScalar>: Layer {
    public let features: Int
    public let epsilon: Double

    public init(_ features: Int, epsilon: Double = 1e-5) {
        self.features = features
        self.epsilon = epsilon
    }

    public var parameters: [LayerParameter] {
        [
            LayerParameter("weight", [features], .constant(1), role: .offset),
            LayerParameter("bias", [features], .constant(0), role: .offset),
        ]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard features > 0, input.featureCount == features else {
            throw LacunaError(.shape, "input", "\(input), the normalisation is for \(features) features")
        }
        return input
    }

    /// Mean and 1/√(σ² + ε) of each column.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int { 2 * shapes[0].columns(batch: batch) }
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int { 2 * shapes[0].columns(batch: batch) }

    // Rows run over columns, so every loop is over contiguous numbers.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), x = pass.inputs[0], share = 1 / Element(features)
        let means = pass.saved, scales = pass.saved + n
        Elementwise.fill(0, into: pass.saved, count: 2 * n)
        for feature in 0..<features {
            let row = x + feature * n
            for index in 0..<n { means[index] += share * row[index] }
        }
        for feature in 0..<features {
            let row = x + feature * n
            for index in 0..<n {
                let deviation = row[index] - means[index]
                scales[index] += share * deviation * deviation
            }
        }
        let epsilon = Element(epsilon)
        for index in 0..<n { scales[index] = 1 / (scales[index] + epsilon).squareRoot() }
        for feature in 0..<features {
            let row = x + feature * n, y = pass.output + feature * n
            let slope = pass.parameters[feature], offset = pass.parameters[features + feature]
            for index in 0..<n { y[index] = slope * (row[index] - means[index]) * scales[index] + offset }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns(), share = 1 / Element(features)
        let means = pass.saved, scales = pass.saved + n
        let sums = pass.workspace, products = pass.workspace + n
        Elementwise.fill(0, into: pass.workspace, count: 2 * n)
        for feature in 0..<features {
            let x = pass.inputs[0] + feature * n, g = pass.outputGradient + feature * n
            let slope = pass.parameters[feature] * share
            var weightGradient = Element.zero
            for index in 0..<n {
                let normalized = (x[index] - means[index]) * scales[index]
                weightGradient += g[index] * normalized
                sums[index] += slope * g[index]
                products[index] += slope * g[index] * normalized
            }
            pass.parameterGradients[feature] += weightGradient
            pass.parameterGradients[features + feature] += Elementwise.sum(g, count: n)
        }
        guard let dx = pass.inputGradients[0] else { return }
        for feature in 0..<features {
            let x = pass.inputs[0] + feature * n, g = pass.outputGradient + feature * n, target = dx + feature * n
            let slope = pass.parameters[feature]
            for index in 0..<n {
                let normalized = (x[index] - means[index]) * scales[index]
                target[index] = scales[index] * (slope * g[index] - sums[index] - normalized * products[index])
            }
        }
    }
}
