/// How well long forecasts agree with what came.
public struct ForecastScores: Hashable, Sendable {
    /// √(Σ ‖x̂ - x‖² / Σ ‖x‖²) over the steps and all forecasts; infinite where one is not finite.
    public let rolloutError: Double
    /// Of each forecast, the first time after its start at which ‖x̂ - x‖ / √d > threshold, in units of the states' deviations; its end
    /// where there is none.
    public let validTimes: [Double]
    /// Share of the forecasts that are not finite throughout.
    public let divergedShare: Double

    public var meanValidTime: Double { validTimes.reduce(0, +) / Double(validTimes.count) }

    /// - Parameters:
    ///   - forecasts: steps × variables each, numbers may be infinite or NaN.
    ///   - truths: the same sizes.
    /// Precondition: as many of both, at least one, and variables as in `scaling`.
    public init(_ forecasts: [Matrix<Double>], truths: [Matrix<Double>], scaling: DelayScaling, threshold: Double) {
        precondition(
            !forecasts.isEmpty && forecasts.map(\.shape) == truths.map(\.shape),
            "forecasts and truths of different sizes")
        var error = 0.0, size = 0.0, validTimes: [Double] = []
        for (forecast, truth) in zip(forecasts, truths) {
            var validSteps: Int?
            for step in 0..<truth.rows {
                var distance = 0.0
                for variable in 0..<truth.columns {
                    let difference = forecast[step, variable] - truth[step, variable]
                    error += difference * difference
                    size += truth[step, variable] * truth[step, variable]
                    let scaled = difference / scaling.deviations[variable]
                    distance += scaled * scaled
                }
                // Not finite is beyond any threshold.
                let isValid = (distance / Double(truth.columns)).squareRoot() <= threshold
                if validSteps == nil && !isValid { validSteps = step + 1 }
            }
            validTimes.append(Double(validSteps ?? truth.rows) * scaling.step)
        }
        self.validTimes = validTimes
        rolloutError = error.isFinite ? (error / size).squareRoot() : .infinity
        let diverged = forecasts.count { !$0.storage.allSatisfy(\.isFinite) }
        divergedShare = Double(diverged) / Double(forecasts.count)
    }
}

extension DelayModel {
    /// Scores of forecasts of `horizon` steps from `starts` windows of these trajectories, evenly spaced.
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
        let count = min(starts, possible.count)
        let chosen = (0..<count).map { possible[$0 * possible.count / count] }
        let forecasts = try rollout(
            chosen.map { Array(windows.inputs[$0 * windows.size..<($0 + 1) * windows.size]) }, steps: horizon)
        let truths = chosen.map { index in
            let position = windows.positions[index], states = trajectories[position.trajectory].states
            return Matrix(rows: horizon, columns: states.columns) { states[position.sample + 1 + $0, $1] }
        }
        return ForecastScores(forecasts, truths: truths, scaling: scaling, threshold: threshold)
    }
}
