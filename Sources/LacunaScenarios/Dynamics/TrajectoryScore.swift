import LacunaDynamics
import LacunaExperiment

/// How well a model that was learnt elsewhere tells a trajectory.
public struct TrajectoryScore: Encodable, Sendable {
    /// The number of the trajectory.
    public let trajectory: Double
    /// Of the forecast from the first samples to the end.
    public let steps: Int
    /// Mean of (x̂ - x)² over all samples, each told from those before it, in units of the variance of increments: 1 is what their mean reaches;
    /// nil where the model runs away within a step.
    public let oneStepError: Double?
    /// √(Σ(x̂ - x)² / Σx²) over that forecast; nil where the model runs away.
    public let forecastError: Double?
    /// The time at which that forecast is 0.4 deviations of the states away, or at which it ends.
    public let validTime: Double

    /// - Throws: `LacunaError` for a trajectory shorter than what a forecast starts from, and variables that are constant.
    public init(_ forecaster: Forecaster, on trajectory: Trajectory, group: Double) throws {
        steps = max(trajectory.count - forecaster.history, 1)
        let scoring = ForecastScoring(horizon: steps, starts: 1, threshold: 0.4)
        // The units are those of states.
        let states = try Trajectory(
            variables: trajectory.variables, times: trajectory.times, states: trajectory.states)
        let metrics = try scoring.metrics(
            of: forecaster, on: ForecastData(training: [states], fineTraining: [], test: [trajectory]))
        self.trajectory = group
        oneStepError = metrics["one_step_error"].flatMap { $0.isFinite ? $0 : nil }
        forecastError = metrics["rollout_error"]
        validTime = metrics["valid_time"] ?? 0
    }
}

extension TrajectoryFile {
    /// The trajectories with the columns of a model, in its order; a note names those that are left out.
    /// - Throws: `LacunaError` (name) where there is no such column.
    public func columns(of model: any ModelContent) throws -> TrajectoryFile {
        guard let first = trajectories.first else { return self }
        func places(_ wanted: [String], _ given: [String], _ noun: String) throws -> [Int] {
            try wanted.map { name in
                guard let place = given.firstIndex(of: name) else {
                    throw LacunaError(
                        .name, "model",
                        "takes the \(noun) \(wanted.joined(separator: ", ")); the trajectory has "
                            + (given.isEmpty ? "none" : given.joined(separator: ", ")))
                }
                return place
            }
        }
        let states = try places(model.stateNames, first.variables, "states")
        let inputs = try places(model.inputNames, first.inputNames, "inputs")
        let unused = (first.variables + first.inputNames).filter {
            !model.stateNames.contains($0) && !model.inputNames.contains($0)
        }
        return TrajectoryFile(
            trajectories: try trajectories.map {
                try Trajectory(
                    variables: model.stateNames, times: $0.times, states: $0.states.selectingColumns(states),
                    inputNames: model.inputNames, inputs: $0.inputs.selectingColumns(inputs))
            },
            groupOf: groupOf,
            notes: notes
                + (unused.isEmpty ? [] : ["not in the model, and left out: \(unused.joined(separator: ", "))"]))
    }
}
