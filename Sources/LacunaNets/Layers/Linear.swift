/// Y = W X + b: W of outputs × inputs, b of outputs, X of inputs × columns (features of any axes, flattened).
///
/// Gradients: dW = G Xᵀ, db = Σ columns of G, dX = Wᵀ G. Start: W by He's normal rule, b zero. Cost: 2 outputs × inputs
/// operations per column, three times that with gradients.
public struct Linear<Element: RealScalar>: Layer {
    public let inputs: Int
    public let outputs: Int
    public let hasBias: Bool
    public var start: ParameterStart?

    /// - Parameter start: nil is He's rule.
    public init(_ inputs: Int, _ outputs: Int, bias: Bool = true, start: ParameterStart? = nil) {
        self.inputs = inputs
        self.outputs = outputs
        hasBias = bias
        self.start = start
    }

    public var parameters: [LayerParameter] {
        let weight = LayerParameter("weight", [outputs, inputs], start ?? .heNormal(fanIn: inputs))
        return hasBias ? [weight, LayerParameter("bias", [outputs], .constant(0), role: .offset)] : [weight]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard inputs > 0, outputs > 0 else {
            throw LacunaError(
                .shape, "linear layer", "\(inputs) inputs and \(outputs) outputs; both must be at least 1")
        }
        guard input.featureCount == inputs else {
            throw LacunaError(.shape, "input", "\(input.featureCount) features (\(input)), the weights take \(inputs)")
        }
        return ValueShape([outputs], positions: input.positions)
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int { 2 * inputs * outputs * shapes[0].positions }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns()
        if hasBias {
            Elementwise.fillRows(pass.parameters + outputs * inputs, into: pass.output, rows: outputs, columns: n)
        }
        // Row-major products are column-major ones of the transposes: Yᵀ = Xᵀ Wᵀ.
        BLAS<Element>.multiply(
            .plain, .plain, n, outputs, inputs, pass.inputs[0], n, pass.parameters, inputs, beta: hasBias ? 1 : 0,
            into: pass.output, n)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.columns()
        BLAS<Element>.multiply(
            .transposed, .plain, inputs, outputs, n, pass.inputs[0], n, pass.outputGradient, n, beta: 1,
            into: pass.parameterGradients, inputs)
        if hasBias {
            Elementwise.addRowSums(
                pass.outputGradient, rows: outputs, columns: n, into: pass.parameterGradients + outputs * inputs)
        }
        if let gradient = pass.inputGradients[0] {
            BLAS<Element>.multiply(
                .plain, .transposed, n, inputs, outputs, pass.outputGradient, n, pass.parameters, inputs,
                into: gradient,
                n)
        }
    }
}
