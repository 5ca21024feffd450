/// The memory of a training that rules may read and change.
public struct TrainingMemory<Element: RealScalar> {
    public let layout: ParameterLayout
    public let values: UnsafeMutablePointer<Element>
    /// Of the mean loss over the batch; complete in `afterBackward`.
    public let gradient: UnsafeMutablePointer<Element>
    /// The optimiser's, each of the parameters' length.
    public let moments: [UnsafeMutablePointer<Element>]
}

/// Where a training is.
public struct TrainingStep: Sendable {
    /// From 0.
    public let number: Int
    /// Of the whole training.
    public let total: Int
    public let stepsPerEpoch: Int
    /// The learning rate of this step.
    public let rate: Double
}

/// What a method does to training besides descending the loss: penalties, proximal maps, projections, masks, straight-through weights.
///
/// Every step runs: `beforeForward` of all rules, forward and backward pass, `afterBackward` of all rules in reverse order, clipping, the
/// optimiser, `afterStep` of all rules. A rule that lets the network see other weights than the optimiser keeps swaps them in
/// `beforeForward` and back in `afterBackward`. A method never writes a loop of its own: a new method is a new rule.
public protocol TrainingRule<Element>: Sendable {
    associatedtype Element: RealScalar

    /// Called once, before the first step: allocates all that the rule needs.
    /// - Throws: `LacunaError` for parameters that it names and the network does not have.
    func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element>
}

/// A rule at work in one training, with what it counts along. Its functions allocate nothing.
public protocol ActiveTrainingRule<Element>: AnyObject {
    associatedtype Element: RealScalar

    func beforeForward(_ memory: TrainingMemory<Element>, _ step: TrainingStep)
    func afterBackward(_ memory: TrainingMemory<Element>, _ step: TrainingStep)
    func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep)
    /// Makes `values` the weights that the trained network uses. Called on a copy when an estimate is read off.
    func finish(_ memory: TrainingMemory<Element>)
    /// What the rule learnt about the network, by name, as of the last `finish`: probabilities that weights are needed. Not part of `state`.
    var findings: [String: [Element]] { get }

    /// What the rule counts along, by name: a training that is resumed from it gives the same bits.
    var state: [String: [Element]] { get }
    /// - Throws: `LacunaError` where this is not the state of such a rule.
    func restore(_ state: [String: [Element]]) throws
}

extension ActiveTrainingRule {
    public func beforeForward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {}
    public func afterBackward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {}
    public func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {}
    public func finish(_ memory: TrainingMemory<Element>) {}
    public var findings: [String: [Element]] { [:] }
    public var state: [String: [Element]] { [:] }
    public func restore(_ state: [String: [Element]]) throws {}
}
