/// A network to train: architecture, where its parameters start, data and loss.
public struct TrainingProblem<Element: RealScalar>: Sendable {
    public let network: Network<Element>
    public let start: NetworkParameters<Element>
    public let data: DataSet<Element>
    public let loss: any Loss<Element>

    /// - Throws: `LacunaError` where parameters are of another network, samples are not the network's input, or the loss cannot compare
    ///   outputs with targets.
    public init(
        network: Network<Element>, start: NetworkParameters<Element>, data: DataSet<Element>, loss: any Loss<Element>
    ) throws {
        guard start.layout == network.layout else {
            throw LacunaError(.shape, "parameters", "they are of another network")
        }
        guard data.shape.count == network.inputShape.count, data.shape.positions == network.inputShape.positions else {
            throw LacunaError(.shape, "data", "samples are \(data.shape), the network takes \(network.inputShape)")
        }
        try loss.check(output: network.outputShape, targets: data.targets)
        if case .values(let values) = data.targets, values.count != data.count * network.outputShape.count {
            throw LacunaError(
                .shape, "targets",
                "\(values.count / data.count) numbers a sample, the network's output is \(network.outputShape)")
        }
        guard start.isFinite else { throw LacunaError(.value, "parameters", "they are not all finite") }
        self.network = network
        self.start = start
        self.data = data
        self.loss = loss
    }
}

/// What a training returns.
public struct TrainedNetwork<Element: RealScalar>: FiniteCheckable, Sendable {
    public var parameters: NetworkParameters<Element>
    /// Mean loss over each epoch's batches, as they came (or the loss after each iteration of a full-batch method).
    public var losses: [Double]
    /// The step (from 0) that did not end in finite numbers: the parameters are those of the epoch before.
    public var divergedAt: Int?
    /// What each rule of a stochastic training learnt, in their order.
    public var findings: [[String: [Element]]] = []

    public var isFinite: Bool { divergedAt == nil && parameters.isFinite }
}
