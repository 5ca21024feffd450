/// All that a stochastic training is after an epoch: resumed from it, it goes on with the same bits.
public struct TrainingCheckpoint<Element: RealScalar>: Hashable, Sendable {
    /// Epochs done, and the mean loss of each.
    public var epoch: Int
    public var losses: [Double]
    /// Names and shapes of the parameters: a checkpoint is refused by another network.
    public var layout: ParameterLayout
    public var values: [Element]
    public var statistics: [Element]
    /// The optimiser's, each of the parameters' length.
    public var moments: [[Element]]
    /// What each rule counts along.
    public var rules: [[String: [Element]]]
    /// The training's key and its total of epochs: schedules and random orders follow from them.
    public var key: UInt64
    public var epochs: Int

    public init(
        epoch: Int, losses: [Double], layout: ParameterLayout, values: [Element], statistics: [Element],
        moments: [[Element]], rules: [[String: [Element]]], key: UInt64, epochs: Int
    ) {
        self.epoch = epoch
        self.losses = losses
        self.layout = layout
        self.values = values
        self.statistics = statistics
        self.moments = moments
        self.rules = rules
        self.key = key
        self.epochs = epochs
    }
}

extension StochasticTraining {
    /// The training after its last whole epoch, moments and rules included. Of one that diverged: after the last good one.
    public func checkpoint(_ state: State) -> TrainingCheckpoint<Element> {
        TrainingCheckpoint(
            epoch: state.epoch, losses: state.losses, layout: state.storage.layout,
            values: state.good.values.prefix(state.good.values.count),
            statistics: state.good.statistics.prefix(state.good.statistics.count),
            moments: state.goodMoments.map { $0.prefix($0.count) }, rules: state.goodRules, key: key, epochs: epochs)
    }

    /// A training that goes on where `checkpoint` was made.
    /// - Throws: `LacunaError` where the checkpoint is of another network, another training or another optimiser.
    public func start(
        _ problem: TrainingProblem<Element>, resuming checkpoint: TrainingCheckpoint<Element>
    ) throws -> State {
        func refuse(_ problem: String) -> LacunaError { LacunaError(.value, "checkpoint", problem) }
        var state = try start(problem)
        guard checkpoint.layout == problem.network.layout else { throw refuse("it is of another network") }
        guard checkpoint.key == key, checkpoint.epochs == epochs else {
            throw refuse(
                "it is of a training with key \(checkpoint.key) over \(checkpoint.epochs) epochs, this one has key \(key) over \(epochs)"
            )
        }
        guard checkpoint.moments.count == state.moments.count, checkpoint.rules.count == state.rules.count else {
            throw refuse("it is of another optimiser or other rules")
        }
        guard checkpoint.values.count == state.storage.values.count,
            checkpoint.statistics.count == state.storage.statistics.count,
            checkpoint.moments.allSatisfy({ $0.count == checkpoint.values.count }),
            0...epochs ~= checkpoint.epoch, checkpoint.losses.count == checkpoint.epoch
        else { throw refuse("its arrays are not of the lengths that belong together") }
        guard (checkpoint.values + checkpoint.statistics).allSatisfy(\.isFinite) else {
            throw refuse("its parameters are not all finite")
        }
        guard checkpoint.moments.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw refuse("its moments are not all finite")
        }
        guard checkpoint.rules.allSatisfy({ $0.values.allSatisfy { $0.allSatisfy(\.isFinite) } }) else {
            throw refuse("what its rules count along is not all finite")
        }
        try state.restore(checkpoint)
        return state
    }
}
