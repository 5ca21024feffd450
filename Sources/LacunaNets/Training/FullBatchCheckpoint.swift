/// All that a full-batch training is after an iteration: resumed from it with the same settings, it goes on with the same bits.
public struct FullBatchCheckpoint<Element: RealScalar>: Hashable, Sendable {
    /// Names and shapes of the parameters: a checkpoint is refused by another network.
    public var layout: ParameterLayout
    /// Those of the start, which stay.
    public var statistics: [Element]
    /// After each iteration.
    public var losses: [Double]
    public var weightDecay: Double
    /// Its point are the parameters.
    public var minimization: LBFGSCheckpoint<Element>

    public init(
        layout: ParameterLayout, statistics: [Element], losses: [Double], weightDecay: Double,
        minimization: LBFGSCheckpoint<Element>
    ) {
        self.layout = layout
        self.statistics = statistics
        self.losses = losses
        self.weightDecay = weightDecay
        self.minimization = minimization
    }
}

extension FullBatchTraining {
    /// The training after its last iteration.
    public func checkpoint(_ state: State) -> FullBatchCheckpoint<Element> {
        FullBatchCheckpoint(
            layout: state.problem.network.layout, statistics: state.problem.start.statistics, losses: state.losses,
            weightDecay: weightDecay, minimization: minimizer.checkpoint(state.minimization))
    }

    /// A training that goes on where `checkpoint` was made.
    /// - Throws: `LacunaError` where the checkpoint is of another network or another training.
    public func start(
        _ problem: TrainingProblem<Element>, resuming checkpoint: FullBatchCheckpoint<Element>
    ) throws -> State {
        func refuse(_ problem: String) -> LacunaError { LacunaError(.value, "checkpoint", problem) }
        guard checkpoint.layout == problem.network.layout else { throw refuse("it is of another network") }
        guard checkpoint.statistics == problem.start.statistics else {
            throw refuse("it is of a training with other statistics")
        }
        guard checkpoint.weightDecay == weightDecay else {
            throw refuse("it is of a weight decay of \(checkpoint.weightDecay), this one is \(weightDecay)")
        }
        guard checkpoint.losses.allSatisfy(\.isFinite) else { throw refuse("its losses are not all finite") }
        let minimization = try minimizer.start(objective(problem), resuming: checkpoint.minimization)
        return State(losses: checkpoint.losses, problem: problem, minimization: minimization)
    }
}
