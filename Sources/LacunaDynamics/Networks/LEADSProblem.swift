/// Trajectories of several environments, each a list of its own; all with the same variables, step and number of samples, so that they are
/// integrated side by side.
public struct EnvironmentData: Hashable, Sendable {
    public let environments: [[Trajectory]]

    /// - Throws: `LacunaError` for an environment without trajectories, and where anything differs.
    public init(_ environments: [[Trajectory]]) throws {
        guard let first = environments.first?.first, environments.allSatisfy({ !$0.isEmpty }) else {
            throw LacunaError(.shape, "environments", "each needs at least one trajectory")
        }
        let step = try first.requireUniformStep(for: "LEADS")
        for trajectory in environments.joined() {
            let other = try trajectory.requireUniformStep(for: "LEADS")
            guard trajectory.variables == first.variables, trajectory.count == first.count,
                trajectory.inputNames.isEmpty, Trajectory.isSameStep(other, step)
            else {
                throw LacunaError(
                    .shape, "environments",
                    "\(trajectory.count) samples of \(trajectory.variables.joined(separator: ", ")) with steps of \(other), and \(first.count) of \(first.variables.joined(separator: ", ")) with steps of \(step)",
                    remedy: "All trajectories need the same variables, step and number of samples, and no inputs.")
            }
        }
        self.environments = environments
    }

    /// The experiment of Yin et al. 2021: ten predator-prey systems (`LotkaVolterra.leadsEnvironments`), starts uniform in [1, 2]², the same in all
    /// environments, samples every 0.5 up to 10. Integrated by Runge-Kutta steps of 0.01, not by an adaptive method as theirs.
    public static func lotkaVolterra(trajectories: Int, random: inout RandomStream) throws -> EnvironmentData {
        let starts = (0..<trajectories).map { _ in [1 + random.uniform(), 1 + random.uniform()] }
        return try EnvironmentData(
            LotkaVolterra.leadsEnvironments.map { system in
                try starts.map {
                    try RungeKutta4(substeps: 50).trajectory(of: system, from: $0, step: 0.5, steps: 20)
                }
            })
    }

    public var variables: [String] { environments[0][0].variables }
    /// d.
    public var dimension: Int { variables.count }
    /// Of each trajectory, the first included.
    public var sampleCount: Int { environments[0][0].count }
    public var step: Double {
        let times = environments[0][0].times
        return (times[times.count - 1] - times[0]) / Double(times.count - 1)
    }
    var trajectoryCount: Int { environments.reduce(0) { $0 + $1.count } }

    /// The trajectories of each environment among all.
    var columns: [Range<Int>] {
        var first = 0
        return environments.map { environment in
            defer { first += environment.count }
            return first..<first + environment.count
        }
    }

    /// Sample after sample, each d rows of a column per trajectory.
    var states: [Double] {
        let trajectories = Array(environments.joined())
        return (0..<sampleCount).flatMap { sample in
            (0..<dimension).flatMap { variable in trajectories.map { $0.states[sample, variable] } }
        }
    }
}

/// What LEADS learns from, and what it chooses the best of its steps by.
public struct LEADSProblem: Hashable, Sendable {
    public let training: EnvironmentData
    public let validation: EnvironmentData

    /// - Throws: `LacunaError` where the two have other environments, variables or steps.
    public init(training: EnvironmentData, validation: EnvironmentData) throws {
        guard training.environments.count == validation.environments.count,
            training.variables == validation.variables,
            Trajectory.isSameStep(validation.step, training.step)
        else {
            throw LacunaError(
                .shape, "LEADS", "training and validation differ in environments, variables or step")
        }
        self.training = training
        self.validation = validation
    }
}
