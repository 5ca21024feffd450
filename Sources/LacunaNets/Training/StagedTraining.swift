/// Trainings one after the other, each of the network that the one before left, perhaps in another form: a sparse network written out as a
/// dense one, a dense one projected to a sparse one. Optimiser moments start anew with each. A step of the solver is an epoch.
public struct StagedTraining<Element: RealScalar>: Solver {
    public struct Stage: Sendable {
        public let training: StochasticTraining<Element>
        /// The network that this stage trains, from the one that the stages before have trained.
        public let change: @Sendable (ParametrizedNetwork<Element>) throws -> ParametrizedNetwork<Element>

        public init(
            _ training: StochasticTraining<Element>,
            change: @escaping @Sendable (ParametrizedNetwork<Element>) throws -> ParametrizedNetwork<Element> = { $0 }
        ) {
            self.training = training
            self.change = change
        }
    }

    public var stages: [Stage]

    public init(_ stages: [Stage]) {
        self.stages = stages
    }

    public var iterationLimit: Int { max(1, stages.reduce(0) { $0 + $1.training.epochs }) }

    public struct State {
        fileprivate var problem: TrainingProblem<Element>
        fileprivate var stage: Int
        fileprivate var training: StochasticTraining<Element>.State
        fileprivate var divergence: StageDivergence?
    }

    public func start(_ problem: TrainingProblem<Element>) throws -> State {
        guard let first = stages.first else {
            throw LacunaError(.value, "stages", "there are none; at least 1 is needed")
        }
        return try start(first, from: problem, number: 0)
    }

    private func start(_ stage: Stage, from problem: TrainingProblem<Element>, number: Int) throws -> State {
        let network = try stage.change(ParametrizedNetwork(problem.network, problem.start))
        let changed = try TrainingProblem(
            network: network.network, start: network.parameters, data: problem.data, loss: problem.loss)
        return State(problem: changed, stage: number, training: try stage.training.start(changed))
    }

    /// A change that fails ends the training as diverged, with what the stage before it has found.
    public func step(_ state: inout State) -> StopReason? {
        while state.training.epoch >= stages[state.stage].training.epochs {
            guard state.stage + 1 < stages.count else { return .iterationLimit }
            let found = estimate(&state).trained
            guard
                let problem = try? TrainingProblem(
                    network: found.network, start: found.parameters, data: state.problem.data, loss: state.problem.loss),
                let next = try? start(stages[state.stage + 1], from: problem, number: state.stage + 1)
            else {
                state.divergence = StageDivergence(stage: state.stage + 1, step: nil)
                return .diverged
            }
            state = next
        }
        let reason = stages[state.stage].training.step(&state.training)
        if reason == .diverged {
            state.divergence = StageDivergence(stage: state.stage, step: state.training.divergedAt)
        }
        return reason == .iterationLimit && state.stage + 1 < stages.count ? nil : reason
    }

    /// The mean loss of the last epoch.
    public func cost(_ state: inout State) -> Double? { stages[state.stage].training.cost(&state.training) }

    public func estimate(_ state: inout State) -> StagedNetwork<Element> {
        StagedNetwork(
            trained: ParametrizedNetwork(
                state.problem.network, stages[state.stage].training.estimate(&state.training).parameters),
            divergence: state.divergence)
    }
}

/// Where a staged training ended in numbers that are not finite.
public struct StageDivergence: Hashable, Sendable {
    /// From 0.
    public let stage: Int
    /// Of the stage, from 0; nil: its change of the network failed.
    public let step: Int?
}

/// What a staged training returns.
public struct StagedNetwork<Element: RealScalar>: FiniteCheckable, Sendable {
    /// As the stage that was reached last left it.
    public let trained: ParametrizedNetwork<Element>
    public let divergence: StageDivergence?

    public var isFinite: Bool { divergence == nil && trained.isFinite }
}
