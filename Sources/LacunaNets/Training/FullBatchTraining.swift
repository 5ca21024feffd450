/// Training on all samples at once by L-BFGS: for small networks and regressions that are to be fitted closely.
///
/// Deterministic: there is no order of samples and no noise; layers that draw noise or use batch statistics do as in evaluation.
public struct FullBatchTraining<Element: RealScalar>: Solver {
    public var memory: Int
    public var iterations: Int
    public var gradientTolerance: Double
    public var valueTolerance: Double
    /// λ of λ/2 ‖w‖², added to the mean loss for parameters of role `.weight`.
    public var weightDecay: Double
    public var parts: Int
    public var threads: Int

    public init(
        iterations: Int = 500, memory: Int = 20, gradientTolerance: Double = 1e-8, valueTolerance: Double = 1e-12,
        weightDecay: Double = 0, parts: Int = 1, threads: Int = 1
    ) {
        self.memory = memory
        self.iterations = iterations
        self.gradientTolerance = gradientTolerance
        self.valueTolerance = valueTolerance
        self.weightDecay = weightDecay
        self.parts = parts
        self.threads = threads
    }

    public var iterationLimit: Int { iterations }

    var minimizer: LBFGS<Objective> {
        LBFGS(
            memory: memory, gradientTolerance: gradientTolerance, valueTolerance: valueTolerance,
            iterations: iterations)
    }

    public struct State {
        /// Loss, with the decay, after each iteration.
        public internal(set) var losses: [Double] = []
        let problem: TrainingProblem<Element>
        var minimization: LBFGS<Objective>.State
    }

    public func start(_ problem: TrainingProblem<Element>) throws -> State {
        let objective = try objective(problem)
        return State(problem: problem, minimization: try minimizer.start(objective))
    }

    func objective(_ problem: TrainingProblem<Element>) throws -> Objective {
        try requireSetting(weightDecay >= 0 && weightDecay.isFinite, "weight decay", weightDecay, "≥ 0")
        guard parts > 0 else { throw LacunaError(.value, "parts", "\(parts); at least 1 is needed") }
        return try Objective(problem, weightDecay: weightDecay, parts: parts, threads: threads)
    }

    public func step(_ state: inout State) -> StopReason? {
        let reason = minimizer.step(&state.minimization)
        state.losses.append(state.minimization.value)
        return reason
    }

    public func cost(_ state: inout State) -> Double? { state.minimization.value }

    public func estimate(_ state: inout State) -> TrainedNetwork<Element> {
        var parameters = state.problem.start
        parameters.values = minimizer.estimate(&state.minimization).point
        return TrainedNetwork(parameters: parameters, losses: state.losses, divergedAt: nil)
    }

    /// Mean loss plus decay, as a function of the parameters.
    final class Objective: SmoothObjective {
        let start: [Element]
        private let storage: ParameterStorage<Element>
        private let batch: BatchGradient<Element>
        private let indices: [Int]
        private let weightDecay: Double

        var count: Int { start.count }

        init(_ problem: TrainingProblem<Element>, weightDecay: Double, parts: Int, threads: Int) throws {
            start = problem.start.values
            storage = ParameterStorage(problem.start)
            batch = try BatchGradient(
                problem, storage: storage, batch: problem.data.count, parts: parts, threads: threads)
            indices = Array(0..<problem.data.count)
            self.weightDecay = weightDecay
        }

        func evaluate(_ x: UnsafePointer<Element>, gradient: UnsafeMutablePointer<Element>) -> Double {
            storage.values.pointer.update(from: x, count: count)
            var value = indices.withUnsafeBufferPointer { batch.evaluate($0, isTraining: false, randomKey: 0) }
            gradient.update(from: batch.gradient.pointer, count: count)
            guard weightDecay > 0 else { return value }
            let decay = Element(weightDecay)
            for entry in storage.layout.entries where entry.parameter.role == .weight {
                for index in entry.range { gradient[index] += decay * x[index] }
                value += weightDecay / 2 * Elementwise.squaredNorm(x + entry.range.lowerBound, count: entry.range.count)
            }
            return value
        }
    }
}
