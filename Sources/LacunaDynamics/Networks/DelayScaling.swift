/// The units of a delay model: states z = (x - mean) / deviation, increments (x_{t+1} - x_t) / increment deviation, all per variable and over
/// the samples of the training part. Part of the model: forecasts from other data use the same.
public struct DelayScaling: Hashable, Sendable {
    public let variables: [String]
    /// Time between samples.
    public let step: Double
    public let means: [Double]
    public let deviations: [Double]
    public let incrementDeviations: [Double]

    /// d.
    public var dimension: Int { variables.count }

    /// One that was kept. - Throws: `LacunaError` for sizes that do not agree, and units that are not positive.
    public init(
        variables: [String], step: Double, means: [Double], deviations: [Double], incrementDeviations: [Double]
    ) throws {
        let counts = [means.count, deviations.count, incrementDeviations.count]
        guard !variables.isEmpty, counts.allSatisfy({ $0 == variables.count }),
            ([step] + deviations + incrementDeviations).allSatisfy({ $0 > 0 && $0.isFinite }),
            means.allSatisfy(\.isFinite)
        else {
            throw LacunaError(
                .value, "units", "\(counts) means and deviations for \(variables.count) variables, or not all positive")
        }
        self.variables = variables
        self.step = step
        self.means = means
        self.deviations = deviations
        self.incrementDeviations = incrementDeviations
    }

    /// - Throws: `LacunaError` for no trajectory, steps or variables that differ, inputs, and a variable that does not change.
    public init(_ trajectories: [Trajectory]) throws {
        guard let first = trajectories.first else {
            throw LacunaError(.shape, "delay windows", "there is no trajectory")
        }
        variables = first.variables
        step = try first.requireUniformStep(for: "a delay model")
        means = try Self.statistics(trajectories, "is constant") { $0 }.means
        deviations = try Self.statistics(trajectories, "is constant") { $0 }.deviations
        incrementDeviations = try Self.statistics(trajectories, "changes by equal steps") { values in
            zip(values.dropFirst(), values).map { $0 - $1 }
        }.deviations
        for trajectory in trajectories { try check(trajectory) }
    }

    /// The step that all trajectories have. - Throws: `LacunaError` for none, unequal steps, and variables that differ.
    public static func step(of trajectories: [Trajectory], for purpose: String) throws -> Double {
        guard let first = trajectories.first else { throw LacunaError(.shape, purpose, "there is no trajectory") }
        let step = try first.requireUniformStep(for: purpose)
        for trajectory in trajectories.dropFirst() {
            let other = try trajectory.requireUniformStep(for: purpose)
            guard trajectory.variables == first.variables, Trajectory.isSameStep(other, step) else {
                throw LacunaError(
                    .value, purpose,
                    "steps of \(other) in \(trajectory.variables.joined(separator: ", ")), and of \(step) in \(first.variables.joined(separator: ", "))",
                    remedy: "All trajectories need the same variables and step.")
            }
        }
        return step
    }

    /// - Throws: `LacunaError` where a trajectory has other variables or another step, or inputs.
    func check(_ trajectory: Trajectory) throws {
        guard trajectory.variables == variables, trajectory.inputNames.isEmpty else {
            throw LacunaError(
                .name, "trajectory",
                "variables \((trajectory.variables + trajectory.inputNames).joined(separator: ", ")), the model's are \(variables.joined(separator: ", "))",
                remedy: "Delay models take the states alone.")
        }
        let other = try trajectory.requireUniformStep(for: "a delay model")
        guard Trajectory.isSameStep(other, step) else {
            throw LacunaError(.value, "trajectory", "steps of \(other), the model's are \(step)")
        }
    }

    /// Mean and population deviation of each variable, of what `change` makes of its samples, trajectory by trajectory.
    private static func statistics(
        _ trajectories: [Trajectory], _ complaint: String, _ change: ([Double]) -> [Double]
    ) throws -> (means: [Double], deviations: [Double]) {
        var means: [Double] = [], deviations: [Double] = []
        for (column, name) in trajectories[0].variables.enumerated() {
            // Other variables are found out by `check`.
            let values = trajectories.filter { column < $0.states.columns }.flatMap {
                change(Array($0.states.column(column)))
            }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            guard variance.squareRoot() > 1e-13 * abs(mean) else {
                throw LacunaError(
                    .value, "delay windows", "\(name) \(complaint) in the training part",
                    remedy: "Leave it out, or take more samples.")
            }
            means.append(mean)
            deviations.append(variance.squareRoot())
        }
        return (means, deviations)
    }
}
