/// A layer whose weights are independent normal variables, w ~ N(μ, σ²): y = M + ε √V with M = μ x + b, V = σ² x² + 1e-10 and
/// ε ~ N(0, 1) drawn for every entry of the output ("local reparameterisation", Kingma, Salimans & Welling 2015, arXiv 1506.02557).
/// In evaluation y = M.
///
/// Parameters: those of the base layer, `weight` being μ and the bias deterministic, then `log_deviation` = log σ of weight's shape. So
/// a trained network's arrays are the start of a variational one by name.
///
/// Gradients, for G at y and U = G ε / (2√V): those of the base at M, and d log σ = 2 σ² · (U x²ᵀ), dx = μᵀ G + 2 x · (σ²ᵀ U). Cost: twice
/// the base's products; σ² and one number per output are kept for the way back.
public struct Variational<Base: AffineLayer>: Layer {
    public typealias Element = Base.Element

    public let base: Base
    /// σ before training: about a tenth of the weights' size. With larger ones all weights look needed.
    public let startDeviation: Double

    public init(_ base: Base, deviation: Double = 0.01) {
        self.base = base
        startDeviation = deviation
    }

    public var parameters: [LayerParameter] {
        let parameters = base.parameters
        return parameters + [
            LayerParameter(
                "log_deviation", parameters[0].shape, .constant(Double.log(startDeviation)), role: .offset)
        ]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        try requireSetting(startDeviation > 0 && startDeviation.isFinite, "deviation", startDeviation, "positive")
        return try base.outputShape(shapes)
    }

    public func operationCount(_ shapes: [ValueShape]) -> Int { base.operationCount(shapes) }

    /// σ² of every weight and ε / (2√V) of every output.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int {
        base.weightCount + ((try? base.outputShape(shapes))?.count ?? 0) * batch
    }

    /// The base's, x², σ²ᵀ U, V or U, and dσ².
    public func workspaceCount(_ shapes: [ValueShape], batch: Int) -> Int {
        let output = (try? base.outputShape(shapes))?.count ?? 0
        return base.workspaceCount(shapes, batch: batch) + (2 * shapes[0].count + output) * batch + base.weightCount
    }

    /// The parts of the workspace.
    private struct Memory {
        let squares: UnsafeMutablePointer<Element>, adjoint: UnsafeMutablePointer<Element>
        let outputs: UnsafeMutablePointer<Element>, weights: UnsafeMutablePointer<Element>
        let base: UnsafeMutablePointer<Element>

        init(_ pass: LayerPass<Element>, weights count: Int) {
            squares = pass.workspace
            adjoint = squares + pass.count()
            outputs = adjoint + pass.count()
            weights = outputs + pass.outputCount
            base = weights + count
        }
    }

    private func deviations(_ pass: LayerPass<Element>) -> Int {
        base.weightCount + base.biasCount
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        base.forward(pass, context)
        guard context.isTraining else { return }
        let weights = base.weightCount, memory = Memory(pass, weights: weights)
        let variances = pass.saved, factors = pass.saved + weights
        VariationalLoops<Element>.squareExponentials(pass.parameters + deviations(pass), into: variances, weights)
        VariationalLoops<Element>.squares(pass.inputs[0], into: memory.squares, pass.count())
        base.multiply(
            pass, weight: variances, memory.squares, adding: false, into: memory.outputs, workspace: memory.base)
        NormalNoise.fill(factors, count: pass.outputCount, key: context.randomKey)
        VariationalLoops<Element>.addNoise(memory.outputs, factors, to: pass.output, pass.outputCount)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        base.backward(pass, context)
        guard context.isTraining else { return }
        let weights = base.weightCount, memory = Memory(pass, weights: weights)
        let variances = pass.saved, factors = pass.saved + weights
        VariationalLoops<Element>.products(
            pass.outputGradient, factors, into: memory.outputs, pass.outputCount)
        VariationalLoops<Element>.squares(pass.inputs[0], into: memory.squares, pass.count())
        Elementwise.fill(0, into: memory.weights, count: weights)
        base.addWeightGradient(
            pass, memory.outputs, memory.squares, into: memory.weights, workspace: memory.base)
        VariationalLoops<Element>.addTwiceProducts(
            memory.weights, variances, to: pass.parameterGradients + deviations(pass), weights)
        guard let gradient = pass.inputGradients[0] else { return }
        base.multiplyAdjoint(
            pass, weight: variances, memory.outputs, into: memory.adjoint, workspace: memory.base)
        VariationalLoops<Element>.addTwiceProducts(memory.adjoint, pass.inputs[0], to: gradient, pass.count())
    }
}

/// A linear layer with normal weights.
public typealias VariationalLinear<Element: RealScalar> = Variational<Linear<Element>>
