import LacunaNets

/// A trained `StNN`.
public struct StNNModel: DelayModel {
    public let settings: StNN
    public let scaling: DelayScaling
    public let network: Network<Double>
    public let parameters: NetworkParameters<Double>
    /// Iterations and seconds of the training.
    public let report: SolverReport
    /// Mean squared error with the penalty, iteration by iteration (of Adam: without it, epoch by epoch).
    public let losses: [Double]

    public var delays: Int { settings.delays }
    public var parameterCount: Int { parameters.values.count }
    /// By the structure's own products, see `StNN.operationCount(variables:)`.
    public let operationCount: Int
    /// With every matrix written out.
    public let writtenOutOperationCount: Int

    public func predictor(batch: Int) throws -> (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void {
        let execution = try NetworkExecution(
            network, batch: batch, storage: ParameterStorage(parameters), differentiable: false)
        let inputs = network.inputShape.count * batch, outputs = network.outputShape.count * batch
        return { windows, increments in
            execution.input.update(from: windows, count: inputs)
            execution.forward()
            increments.update(from: execution.output, count: outputs)
        }
    }
}
