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
    public var horizon: Int { settings.horizon }
    public var parameterCount: Int { parameters.values.count }
    /// By the structure's own products, see `StNN.operationCount(variables:)`.
    public let operationCount: Int
    /// With every matrix written out.
    public let writtenOutOperationCount: Int

    init(
        settings: StNN, scaling: DelayScaling, network: Network<Double>, parameters: NetworkParameters<Double>,
        report: SolverReport, losses: [Double]
    ) throws {
        self.settings = settings
        self.scaling = scaling
        self.network = network
        self.parameters = parameters
        self.report = report
        self.losses = losses
        operationCount = try settings.operationCount(variables: scaling.dimension)
        writtenOutOperationCount = try settings.writtenOutOperationCount(variables: scaling.dimension)
    }

    /// One that was kept: without a training, iterations and losses. - Throws: `LacunaError` for settings that make no network, and numbers that
    /// are not as many as its parameters, or not finite.
    public init(settings: StNN, scaling: DelayScaling, parameters values: [Double]) throws {
        // Before anything of that size is made: a damaged file may ask for any.
        let sizes = [
            settings.delays, settings.blocks, settings.hiddenLayers, settings.width ?? 1, settings.horizon,
        ]
        guard sizes.allSatisfy({ (1...100_000).contains($0) }),
            try values.count == settings.parameterCount(variables: scaling.dimension), values.allSatisfy(\.isFinite)
        else {
            throw LacunaError(
                .shape, "StNN",
                "\(values.count) numbers, not as many as a network of sizes \(sizes) has, or not all finite")
        }
        var (network, parameters) = try settings.network(variables: scaling.dimension)
        parameters.values = values
        try self.init(
            settings: settings, scaling: scaling, network: network, parameters: parameters,
            report: SolverReport(iterations: 0, reason: .closedForm, seconds: 0), losses: [])
    }

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
