import LacunaNets

/// Learning dynamical systems that generalise across environments (Yin, Ayed, de Bézenac, Baskiotis & Gallinari 2021, arXiv 2106.04546):
/// x' = f(x) + g_e(x), f shared by all environments, g_e as small as it can be.
///
///     mean of (x̂ - x)² + λ⁻¹ Σ_e [ mean of (‖g_e(x)‖ / (‖x‖ + 10⁻⁵))² over the training states + κ Σ_W σ_max(W)² ]
///
/// x̂ are Runge-Kutta steps as long as the samples are apart, differentiated through; Adam on all trajectories at once. Teacher forcing: at
/// training step i every sample but the first restarts from the truth with probability 0.99^⌊i/10⌋. The parameters returned are those of
/// the lowest error on validation trajectories, looked at every `evaluationInterval` steps (the authors choose by the test error).
/// f and g_e have hidden layers of `hidden` with `Swish`.
public struct LEADS: Solver, Hashable {
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        case leads
        /// λ⁻¹ = 0: nothing keeps g_e small.
        case leadsNoMin = "leads-no-min"
        /// f alone.
        case oneForAll = "one-for-all"
        /// g_e alone.
        case onePerEnvironment = "one-per-env"

        var isShared: Bool { self != .onePerEnvironment }
        var isSeparate: Bool { self != .oneForAll }
    }

    public var mode: Mode
    public var hidden: Int
    public var layers: Int
    public var steps: Int
    public var learningRate: Double
    /// λ⁻¹.
    public var penalty: Double
    /// κ.
    public var spectralFactor: Double
    /// The base of the probability of restarts; 0 leaves them out.
    public var teacherForcing: Double
    public var evaluationInterval: Int
    public var seed: UInt64

    /// Defaults are the authors', but for the number of steps (theirs is 120 000).
    public init(
        mode: Mode = .leads, hidden: Int = 64, layers: Int = 3, steps: Int = 10_000, learningRate: Double = 1e-3,
        penalty: Double = 1.0 / 5000, spectralFactor: Double = 1e-2, teacherForcing: Double = 0.99,
        evaluationInterval: Int = 50, seed: UInt64 = 0
    ) {
        self.mode = mode
        self.hidden = hidden
        self.layers = layers
        self.steps = steps
        self.learningRate = learningRate
        self.penalty = penalty
        self.spectralFactor = spectralFactor
        self.teacherForcing = teacherForcing
        self.evaluationInterval = evaluationInterval
        self.seed = seed
    }

    public var iterationLimit: Int { steps }

    public struct State {
        fileprivate let objective: LEADSObjective
        fileprivate let moments: [[Buffer<Double>]]
        fileprivate let validation: RungeKuttaRollout
        fileprivate let truth: Buffer<Double>
        fileprivate var random: RandomStream
        fileprivate var number = 0
        fileprivate var loss = Double.infinity
        fileprivate var best: LEADSModel
    }

    public func fit(_ problem: LEADSProblem) throws -> Solution<LEADSModel> {
        let solution = try solve(problem)
        guard solution.report.reason != .diverged else {
            throw LacunaError(
                .value, "LEADS", "the training is not finite any more after \(solution.report.iterations) steps",
                remedy: "Take a smaller learning rate.")
        }
        return solution
    }

    public func start(_ problem: LEADSProblem) throws -> State {
        for (name, value) in [("penalty", penalty), ("spectral factor", spectralFactor)] {
            guard value >= 0, value.isFinite else { throw LacunaError(.value, name, "\(value); it must be ≥ 0") }
        }
        guard teacherForcing >= 0, teacherForcing <= 1, evaluationInterval >= 1, steps >= 1 else {
            throw LacunaError(
                .value, "LEADS",
                "teacher forcing \(teacherForcing), \(steps) steps, evaluation every \(evaluationInterval) of them; 0 to 1 and at least 1 are possible"
            )
        }
        try Adam<Double>(learningRate: learningRate).validate()
        let data = problem.training, held = problem.validation
        let network = try NeuralField.network(dimension: data.dimension, hidden: hidden, layers: layers)
        let objective = try LEADSObjective(self, network, data)
        let storages = objective.fields.map(\.storage)
        let best = LEADSModel(
            mode: mode, variables: data.variables, step: data.step, environmentCount: data.environments.count,
            hidden: hidden, layers: layers, network: network, parameters: objective.parameters)
        return State(
            objective: objective,
            moments: storages.map { storage in
                (0..<2).map { _ in Buffer(repeating: 0, count: storage.layout.count) }
            },
            validation: RungeKuttaRollout(
                try LEADSModel.fields(mode, network, storages, held.columns, evaluations: 0),
                dimension: held.dimension, count: held.trajectoryCount, steps: held.sampleCount - 1, step: data.step),
            truth: Buffer(held.states), random: RandomStream([("leads", "\(seed)"), ("teacher", "forcing")]), best: best
        )
    }

    public func step(_ state: inout State) -> StopReason? {
        if state.number % evaluationInterval == 0 { evaluate(&state) }
        let probability = teacherForcing == 0 ? 0 : Double.pow(teacherForcing, state.number / 10)
        for index in state.objective.restarts.indices.dropFirst() {
            state.objective.restarts[index] = state.random.uniform() < probability
        }
        state.loss = state.objective.evaluate()
        guard state.loss.isFinite else { return .diverged }
        state.number += 1
        let adam = Adam<Double>(learningRate: learningRate)
        for (field, moments) in zip(state.objective.fields, state.moments) {
            adam.update(
                field.storage.values.pointer, gradient: field.gradient.pointer, moments: moments.map(\.pointer),
                offset: 0, count: field.gradient.count, rate: learningRate, step: state.number, decays: false)
        }
        guard state.number >= steps else { return nil }
        evaluate(&state)
        return .iterationLimit
    }

    /// The training loss before the last step.
    public func cost(_ state: inout State) -> Double? { state.loss }

    public func estimate(_ state: inout State) -> LEADSModel { state.best }

    /// Keeps the parameters if they are the best yet.
    private func evaluate(_ state: inout State) {
        state.validation.forward(state.truth.pointer)
        let error = state.validation.meanSquaredError(state.truth.pointer)
        state.best.validationErrors.append(error)
        guard error < state.best.validationError else { return }
        state.best.validationError = error
        state.best.bestStep = state.number
        state.best.parameters = state.objective.parameters
    }
}
