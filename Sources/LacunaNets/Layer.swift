/// A differentiable map of a network: one or more values in, one value out, with parameters of its own.
///
/// `forward` computes the output; `backward` gets the gradient G of the loss at the output and *writes* the gradients at the
/// inputs and *adds* the gradients at the parameters. Laws, checked for every kind by `checkGradient`: the gradients are the
/// derivatives of `forward`; neither allocates; a sample's output depends on the other samples of the batch only where the
/// layer says so (batch normalisation); nothing depends on the number of threads.
///
/// A layer is a value without state: parameters, activations and gradients belong to the network's parameters and execution.
public protocol Layer<Element>: Sendable {
    associatedtype Element: RealScalar

    /// In the order in which they lie in memory; those of role `.statistic` lie apart, in the same order.
    var parameters: [LayerParameter] { get }

    /// - Throws: `LacunaError` (shape) for inputs that the layer cannot take; `Network` adds the layer's name.
    func outputShape(_ inputs: [ValueShape]) throws -> ValueShape

    /// Elements that `forward` leaves for `backward`, besides inputs and output.
    func savedCount(_ inputs: [ValueShape], batch: Int) -> Int
    /// Elements of scratch, shared by all layers.
    func workspaceCount(_ inputs: [ValueShape], batch: Int) -> Int

    func forward(_ pass: LayerPass<Element>, _ context: PassContext)
    func backward(_ pass: LayerPass<Element>, _ context: PassContext)
    /// Counts running statistics along; called after a forward pass in training, for one part of the batch after the other.
    func updateStatistics(_ pass: LayerPass<Element>)

    /// Multiplications and additions of a forward pass on one sample, a multiply-add being two; activations count as none.
    func operationCount(_ inputs: [ValueShape]) -> Int
}

extension Layer {
    public var parameters: [LayerParameter] { [] }
    public func savedCount(_ inputs: [ValueShape], batch: Int) -> Int { 0 }
    public func workspaceCount(_ inputs: [ValueShape], batch: Int) -> Int { 0 }
    public func updateStatistics(_ pass: LayerPass<Element>) {}
    public func operationCount(_ inputs: [ValueShape]) -> Int { 0 }

    /// The one input of a layer that takes one. - Throws: `LacunaError` (shape).
    func oneInput(_ inputs: [ValueShape]) throws -> ValueShape {
        guard inputs.count == 1 else {
            throw LacunaError(.shape, "inputs", "\(inputs.count) values, this layer takes one")
        }
        return inputs[0]
    }
}

/// What a pass is for.
public struct PassContext: Sendable {
    /// Training: noise is drawn, batch statistics are used.
    public let isTraining: Bool
    /// Key of the noise of this layer in this step (dropout, sampled weights): equal keys, equal noise.
    public let randomKey: UInt64

    public init(isTraining: Bool, randomKey: UInt64 = 0) {
        self.isTraining = isTraining
        self.randomKey = randomKey
    }
}

/// The memory of one layer in one execution: made once, passed to `forward` and `backward`. No two parts overlap, except
/// that inputs may be the same value twice.
public struct LayerPass<Element: RealScalar> {
    public let batch: Int
    public let inputShapes: [ValueShape]
    public let outputShape: ValueShape
    public let inputs: [UnsafePointer<Element>]
    public let output: UnsafeMutablePointer<Element>
    /// The layer's parameters, one after the other in declared order, without statistics.
    public let parameters: UnsafePointer<Element>
    public let statistics: UnsafeMutablePointer<Element>
    public let saved: UnsafeMutablePointer<Element>
    public let workspace: UnsafeMutablePointer<Element>
    /// G, in `backward` only.
    public let outputGradient: UnsafePointer<Element>
    /// nil where nobody asks: the network's own inputs.
    public let inputGradients: [UnsafeMutablePointer<Element>?]
    public let parameterGradients: UnsafeMutablePointer<Element>

    /// Columns of input `index`: batch × positions.
    public func columns(_ index: Int = 0) -> Int { inputShapes[index].columns(batch: batch) }
    /// Elements of input `index`.
    public func count(_ index: Int = 0) -> Int { inputShapes[index].count * batch }
    public var outputColumns: Int { outputShape.columns(batch: batch) }
    public var outputCount: Int { outputShape.count * batch }
}
