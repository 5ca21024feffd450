import LacunaNets

/// Vector fields f + g_e of several environments, to be integrated by Runge-Kutta steps of the length they were trained with.
public struct LEADSModel: FiniteCheckable, Sendable {
    public let mode: LEADS.Mode
    public let variables: [String]
    /// Between samples.
    public let step: Double
    public let environmentCount: Int
    /// Width and number of the networks' hidden layers.
    public let hidden: Int
    public let layers: Int
    public let network: Network<Double>
    /// f's numbers, if there is one, then those of g_e if there are.
    public internal(set) var parameters: [[Double]]
    /// Mean squared error on the validation trajectories, the lowest that was seen.
    public internal(set) var validationError = Double.infinity
    /// After how many steps of training.
    public internal(set) var bestStep = 0
    /// All that were seen, in order.
    public internal(set) var validationErrors: [Double] = []

    init(
        mode: LEADS.Mode, variables: [String], step: Double, environmentCount: Int, hidden: Int, layers: Int,
        network: Network<Double>, parameters: [[Double]]
    ) {
        self.mode = mode
        self.variables = variables
        self.step = step
        self.environmentCount = environmentCount
        self.hidden = hidden
        self.layers = layers
        self.network = network
        self.parameters = parameters
    }

    /// One that was kept: without the errors of its training. - Throws: `LacunaError` for sizes that make no networks, and numbers that are not as
    /// many as theirs, or not finite.
    public init(
        mode: LEADS.Mode, variables: [String], step: Double, environmentCount: Int, hidden: Int, layers: Int,
        parameters: [[Double]]
    ) throws {
        // Before anything of that size is made: a damaged file may ask for any.
        guard !variables.isEmpty, step > 0, step.isFinite,
            [environmentCount, hidden, layers].allSatisfy({ (1...10_000).contains($0) }),
            parameters.count == (mode.isShared ? 1 : 0) + (mode.isSeparate ? environmentCount : 0),
            parameters.allSatisfy({ $0.allSatisfy(\.isFinite) })
        else {
            throw LacunaError(
                .shape, "LEADS",
                "\(parameters.count) networks of \(layers) layers of \(hidden) for \(environmentCount) environments, or numbers that are not finite"
            )
        }
        let d = variables.count
        // Weights and biases of layers + 1 matrices, and the slope of each Swish.
        let count = d * hidden + (layers - 1) * hidden * hidden + hidden * d + layers * (hidden + 1) + d
        guard parameters.allSatisfy({ $0.count == count }) else {
            throw LacunaError(
                .shape, "LEADS", "\(parameters[0].count) numbers, a network of these sizes has \(count)")
        }
        self.init(
            mode: mode, variables: variables, step: step, environmentCount: environmentCount, hidden: hidden,
            layers: layers, network: try NeuralField.network(dimension: d, hidden: hidden, layers: layers),
            parameters: parameters)
    }

    public var isFinite: Bool { parameters.allSatisfy { $0.allSatisfy(\.isFinite) } }
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
    /// Multiplications and additions of a step in one environment: four evaluations of the networks, and their weighted sum.
    public var operationCount: Int {
        let networks = mode.isShared && mode.isSeparate ? 2 : 1
        return 4 * networks * network.operationCount + (13 + 4 * (networks - 1)) * variables.count
    }

    /// States that follow `state` in an environment, the first being that state.
    /// - Throws: `LacunaError` for an environment that there is not, another number of variables, and where states are no longer finite.
    public func forecast(environment: Int, from state: [Double], steps: Int) throws -> Trajectory {
        guard (0..<environmentCount).contains(environment) else {
            throw LacunaError(.value, "environment", "\(environment) of \(environmentCount)")
        }
        guard state.count == variables.count, state.allSatisfy(\.isFinite), steps >= 1 else {
            throw LacunaError(
                .shape, "forecast",
                "\(steps) steps from \(state); \(variables.count) finite numbers and a step are needed")
        }
        let d = variables.count
        let columns = (0..<environmentCount).map { $0 < environment ? 0..<0 : $0 == environment ? 0..<1 : 1..<1 }
        let rollout = RungeKuttaRollout(
            try fields(columns), dimension: d, count: 1, steps: steps, step: step)
        let start = Buffer(state)
        rollout.forward(start.pointer)
        withExtendedLifetime(start) {}
        let numbers = state + rollout.predictions.prefix(steps * d)
        if let index = numbers.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(
                .value, "forecast", "the state is not finite any more after \(index / d) steps",
                remedy: "End before that: the model is unstable.")
        }
        return try Trajectory(
            variables: variables, times: (0...steps).map { Double($0) * step },
            states: Matrix(rows: steps + 1, columns: d) { numbers[$0 * d + $1] })
    }

    /// Mean of (x̂ - x)² over all samples after the first, forecast from that.
    /// - Throws: `LacunaError` for other environments, variables or steps.
    public func meanSquaredError(_ data: EnvironmentData) throws -> Double {
        guard data.environments.count == environmentCount, data.variables == variables,
            Trajectory.isSameStep(data.step, step)
        else {
            throw LacunaError(.shape, "environments", "they differ from the model's in number, variables or step")
        }
        let rollout = RungeKuttaRollout(
            try fields(data.columns), dimension: data.dimension, count: data.trajectoryCount,
            steps: data.sampleCount - 1, step: step)
        let truth = Buffer(data.states)
        defer { withExtendedLifetime(truth) {} }
        rollout.forward(truth.pointer)
        return rollout.meanSquaredError(truth.pointer)
    }

    /// g_e(x), without f. - Throws: `LacunaError` where there are no fields of environments, or not this one, and for another number of
    /// variables.
    public func separateRate(environment: Int, at state: [Double]) throws -> [Double] {
        guard mode.isSeparate, (0..<environmentCount).contains(environment), state.count == variables.count else {
            throw LacunaError(.value, "environment", "\(environment) has no field of its own, or \(state) is no state")
        }
        var numbers = NetworkParameters(network, random: RandomStream(key: 0))
        numbers.values = parameters[environment + (mode.isShared ? 1 : 0)]
        let field = try NeuralField(network, ParameterStorage(numbers), columns: 0..<1, evaluations: 0)
        let x = Buffer(state), rates = Buffer<Double>(repeating: 0, count: state.count)
        field.addRates(0, x.pointer, rows: state.count, count: 1, into: rates.pointer)
        return withExtendedLifetime(x) { rates.prefix(state.count) }
    }

    private func fields(_ columns: [Range<Int>]) throws -> [NeuralField] {
        let storages = parameters.map { values in
            var numbers = NetworkParameters(network, random: RandomStream(key: 0))
            numbers.values = values
            return ParameterStorage(numbers)
        }
        return try Self.fields(mode, network, storages, columns, evaluations: 0)
    }

    /// f on all columns and g_e on those of its environment; an environment without columns is left out.
    static func fields(
        _ mode: LEADS.Mode, _ network: Network<Double>, _ storages: [ParameterStorage<Double>],
        _ columns: [Range<Int>], evaluations: Int
    ) throws -> [NeuralField] {
        var fields: [NeuralField] = []
        if mode.isShared {
            fields.append(
                try NeuralField(
                    network, storages[0], columns: 0..<(columns.last?.upperBound ?? 0), evaluations: evaluations))
        }
        guard mode.isSeparate else { return fields }
        for (range, storage) in zip(columns, storages.dropFirst(fields.count)) where !range.isEmpty {
            fields.append(try NeuralField(network, storage, columns: range, evaluations: evaluations))
        }
        return fields
    }
}
