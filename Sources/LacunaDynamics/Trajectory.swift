/// Samples of a system: a time and a state per row, inputs where the system has some.
public struct Trajectory: Hashable, Sendable {
    public let variables: [String]
    /// Strictly ascending.
    public let times: [Double]
    /// samples × variables.
    public let states: Matrix<Double>
    public let inputNames: [String]
    /// samples × inputs.
    public let inputs: Matrix<Double>

    /// - Throws: `LacunaError` for sizes that do not agree, times that do not ascend, and numbers that are not finite.
    public init(
        variables: [String], times: [Double], states: Matrix<Double>, inputNames: [String] = [],
        inputs: Matrix<Double>? = nil
    ) throws {
        guard states.rows == times.count, states.columns == variables.count, !variables.isEmpty else {
            throw LacunaError(
                .shape, "trajectory",
                "\(states.rows)×\(states.columns) states for \(times.count) times and \(variables.count) variables")
        }
        let inputs = inputs ?? Matrix(repeating: 0, rows: times.count, columns: 0)
        guard inputs.rows == times.count, inputs.columns == inputNames.count else {
            throw LacunaError(
                .shape, "trajectory",
                "\(inputs.rows)×\(inputs.columns) inputs for \(times.count) times and \(inputNames.count) names")
        }
        for (row, time) in times.enumerated() {
            guard time.isFinite, row == 0 || time > times[row - 1] else {
                throw LacunaError(
                    .value, "trajectory", "time \(time) in sample \(row) does not come after the one before",
                    remedy: "Sort the samples, or say which belong to one trajectory.")
            }
        }
        for (names, values) in [(variables, states), (inputNames, inputs)] {
            if let index = values.storage.firstIndex(where: { !$0.isFinite }) {
                throw LacunaError(
                    .value, "trajectory",
                    "\(names[index / values.rows]) is \(values.storage[index]) in sample \(index % values.rows)",
                    remedy: "Drop such samples: the trajectory splits there.")
            }
        }
        self.variables = variables
        self.times = times
        self.states = states
        self.inputNames = inputNames
        self.inputs = inputs
    }

    /// What an integrator has checked itself.
    @usableFromInline
    init(integrated states: Matrix<Double>, times: [Double], variables: [String]) {
        self.variables = variables
        self.times = times
        self.states = states
        inputNames = []
        inputs = Matrix(repeating: 0, rows: times.count, columns: 0)
    }

    public var count: Int { times.count }

    /// The step, if every sample is within 0.2 % of it from its place; nil for fewer than two samples.
    public var uniformStep: Double? {
        guard count >= 2 else { return nil }
        let step = (times[count - 1] - times[0]) / Double(count - 1)
        // Times of files are rounded to some digits: what counts is how far a sample is from where it should be.
        let isUniform = times.indices.allSatisfy { abs(times[$0] - times[0] - Double($0) * step) <= 2e-3 * step }
        return isUniform ? step : nil
    }

    /// Whether two steps are the same but for the rounding of times in files.
    static func isSameStep(_ first: Double, _ second: Double) -> Bool { abs(first - second) <= 2e-3 * second }

    /// - Throws: `LacunaError` where steps differ.
    func requireUniformStep(for purpose: String, remedy: String = "Resample it.") throws -> Double {
        if let step = uniformStep { return step }
        guard count >= 2 else {
            throw LacunaError(.shape, "trajectory", "\(purpose) needs at least two samples, there is \(count)")
        }
        let step = (times[count - 1] - times[0]) / Double(count - 1)
        let late = times.indices.first { abs(times[$0] - times[0] - Double($0) * step) > 2e-3 * step } ?? 0
        throw LacunaError(
            .value, "trajectory",
            "\(purpose) needs equal steps; sample \(late) is at \(significantDigits(times[late])), at equal steps it were at "
                + significantDigits(times[0] + Double(late) * step), remedy: remedy)
    }

    public func state(_ sample: Int) -> [Double] { (0..<states.columns).map { states[sample, $0] } }

    /// The same samples with other states.
    public func replacingStates(_ states: Matrix<Double>) throws -> Trajectory {
        try Trajectory(variables: variables, times: times, states: states, inputNames: inputNames, inputs: inputs)
    }
}
