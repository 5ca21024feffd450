/// All that a minimisation by L-BFGS is after an iteration: resumed from it, it goes on with the same bits.
public struct LBFGSCheckpoint<Element: RealScalar>: Hashable, Sendable {
    public var point: [Element]
    public var gradient: [Element]
    public var value: Double
    /// Evaluations of the objective.
    public var evaluations: Int
    /// Line searches in a row that found no lower point.
    public var failures: Int
    /// How many pairs (s, y) the method keeps at most.
    public var memory: Int
    /// s and y of the pairs, one after the other, the oldest first, and the sᵀy of each.
    public var steps: [Element]
    public var changes: [Element]
    public var curvatures: [Double]

    public init(
        point: [Element], gradient: [Element], value: Double, evaluations: Int, failures: Int, memory: Int,
        steps: [Element], changes: [Element], curvatures: [Double]
    ) {
        self.point = point
        self.gradient = gradient
        self.value = value
        self.evaluations = evaluations
        self.failures = failures
        self.memory = memory
        self.steps = steps
        self.changes = changes
        self.curvatures = curvatures
    }
}

extension LBFGS {
    /// The minimisation after its last iteration.
    public func checkpoint(_ state: State) -> LBFGSCheckpoint<Element> {
        let n = state.count, pairs = (0..<state.pairs).reversed().map { pair(state, $0) }
        func vectors(_ buffer: Buffer<Element>) -> [Element] {
            pairs.flatMap { k in (k * n..<(k + 1) * n).map { buffer[$0] } }
        }
        return LBFGSCheckpoint(
            point: state.point.prefix(n), gradient: state.gradient.prefix(n), value: state.value,
            evaluations: state.evaluations, failures: state.failures, memory: memory, steps: vectors(state.steps),
            changes: vectors(state.changes), curvatures: pairs.map { state.curvatures[$0] })
    }

    /// A minimisation that goes on where `checkpoint` was made. Costs the evaluation at the start that `start` costs.
    /// - Throws: `LacunaError` where the checkpoint is of an objective with another number of unknowns or of another memory.
    public func start(_ objective: Objective, resuming checkpoint: LBFGSCheckpoint<Element>) throws -> State {
        func refuse(_ problem: String) -> LacunaError { LacunaError(.value, "checkpoint", problem) }
        var state = try start(objective)
        let n = state.count, pairs = checkpoint.curvatures.count
        guard checkpoint.point.count == n else {
            throw refuse("it is of \(checkpoint.point.count) unknowns, the objective has \(n)")
        }
        guard checkpoint.memory == memory else {
            throw refuse("it is of a memory of \(checkpoint.memory) pairs, this one is of \(memory)")
        }
        guard checkpoint.gradient.count == n, pairs <= memory, checkpoint.steps.count == pairs * n,
            checkpoint.changes.count == pairs * n, checkpoint.evaluations >= 1, checkpoint.failures >= 0
        else { throw refuse("its arrays and counts do not belong together") }
        let arrays = [checkpoint.point, checkpoint.gradient, checkpoint.steps, checkpoint.changes]
        guard arrays.allSatisfy({ $0.allSatisfy(\.isFinite) }), checkpoint.value.isFinite,
            checkpoint.curvatures.allSatisfy({ $0.isFinite && $0 > 0 })
        else { throw refuse("its numbers are not all finite, or a curvature is not positive") }
        for (buffer, saved) in zip([state.point, state.gradient, state.steps, state.changes], arrays) {
            buffer.pointer.update(from: saved, count: saved.count)
        }
        state.curvatures.pointer.update(from: checkpoint.curvatures, count: pairs)
        state.value = checkpoint.value
        state.evaluations = checkpoint.evaluations
        state.failures = checkpoint.failures
        state.pairs = pairs
        state.newest = pairs - 1
        return state
    }
}
