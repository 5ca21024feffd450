/// Y = W X + b: W of outputs × inputs, b of outputs, X of inputs × columns (features of any axes, flattened).
///
/// Gradients: dW = G Xᵀ, db = Σ columns of G, dX = Wᵀ G. Start: W by He's normal rule, b zero. Cost: 2 outputs × inputs
/// operations per column, three times that with gradients.
public struct Linear<Element: RealScalar>: AffineLayer {
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

    public var weightCount: Int { outputs * inputs }
    public var biasCount: Int { hasBias ? outputs : 0 }

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

    public func multiply(
        _ pass: LayerPass<Element>, weight: UnsafePointer<Element>, _ x: UnsafePointer<Element>, adding: Bool,
        into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        // Row-major products are column-major ones of the transposes: Yᵀ = Xᵀ Wᵀ.
        let n = pass.columns()
        BLAS<Element>.multiply(
            .plain, .plain, n, outputs, inputs, x, n, weight, inputs, beta: adding ? 1 : 0, into: y, n)
    }

    public func addWeightGradient(
        _ pass: LayerPass<Element>, _ g: UnsafePointer<Element>, _ x: UnsafePointer<Element>,
        into dw: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let n = pass.columns()
        BLAS<Element>.multiply(.transposed, .plain, inputs, outputs, n, x, n, g, n, beta: 1, into: dw, inputs)
    }

    public func multiplyAdjoint(
        _ pass: LayerPass<Element>, weight: UnsafePointer<Element>, _ g: UnsafePointer<Element>,
        into dx: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let n = pass.columns()
        BLAS<Element>.multiply(.plain, .transposed, n, inputs, outputs, g, n, weight, inputs, into: dx, n)
    }
}
