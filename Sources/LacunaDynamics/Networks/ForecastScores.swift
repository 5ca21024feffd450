/// How well a delay model foresees trajectories that it was not trained on.
public struct ForecastScores: Hashable, Sendable {
    /// Of all windows, see `DelayModel.oneStepError`.
    public let oneStepError: Double
    /// √(Σ ‖x̂ - x‖² / Σ ‖x‖²) over the steps of the horizon and all starts.
    public let rolloutError: Double
    /// Of each start, the first time after it at which ‖x̂ - x‖ / √d > threshold, in units of the states' deviations; the horizon's end where
    /// there is none.
    public let validTimes: [Double]

    public var meanValidTime: Double { validTimes.reduce(0, +) / Double(validTimes.count) }
}

extension DelayModel {
    /// Scores on these trajectories: one step from every window, and `horizon` steps from `starts` of them, evenly spaced.
    /// - Throws: `LacunaError` for trajectories that are not the model's, and where none is long enough for the horizon.
    public func scores(
        _ trajectories: [Trajectory], horizon: Int, starts: Int = 20, threshold: Double = 0.4
    ) throws -> ForecastScores {
        let windows = try DelayWindows(trajectories, delays: delays, scaling: scaling)
        let possible = windows.positions.indices.filter {
            windows.positions[$0].sample + horizon < trajectories[windows.positions[$0].trajectory].count
        }
        guard horizon >= 1, starts >= 1, !possible.isEmpty else {
            throw LacunaError(
                .value, "horizon",
                "\(horizon) steps from \(starts) starts, but no trajectory has a window and so many samples after it")
        }
        let count = min(starts, possible.count), d = scaling.dimension
        let chosen = (0..<count).map { possible[$0 * possible.count / count] }
        let forecasts = try rollout(
            chosen.map { Array(windows.inputs[$0 * windows.size..<($0 + 1) * windows.size]) }, steps: horizon)
        var error = 0.0, size = 0.0, validTimes: [Double] = []
        for (forecast, index) in zip(forecasts, chosen) {
            let position = windows.positions[index], states = trajectories[position.trajectory].states
            var validSteps: Int?
            for step in 0..<horizon {
                var distance = 0.0
                for variable in 0..<d {
                    let truth = states[position.sample + 1 + step, variable]
                    let difference = forecast[step, variable] - truth
                    error += difference * difference
                    size += truth * truth
                    distance +=
                        (difference / scaling.deviations[variable]) * (difference / scaling.deviations[variable])
                }
                // Not finite is beyond any threshold.
                if validSteps == nil, !((distance / Double(d)).squareRoot() <= threshold) { validSteps = step + 1 }
            }
            validTimes.append(Double(validSteps ?? horizon) * scaling.step)
        }
        return ForecastScores(
            oneStepError: try oneStepError(windows),
            rolloutError: error.isFinite ? (error / size).squareRoot() : .infinity, validTimes: validTimes)
    }
}
