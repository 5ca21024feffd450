import LacunaDynamics
import LacunaExperiment

/// Trajectories to learn from and others to be scored on, as scenarios pass them to methods.
public struct ForecastProblem: Sendable {
    let samples: Once<ForecastData>
    /// Initial weights, bags and other random choices of methods follow from it.
    public let key: UInt64

    /// - Throws: `LacunaError` where the simulation does.
    public func data() throws -> ForecastData { try samples.value() }
}

public struct ForecastData: Sendable {
    /// With noise, if there is any.
    public let training: [Trajectory]
    /// The same motion sampled more closely.
    public let fineTraining: [Trajectory]
    /// Without noise.
    public let test: [Trajectory]
}

/// How a model does on test trajectories.
struct ForecastScoring {
    /// Steps of a long forecast, and from how many places of the test data it is made.
    let horizon: Int
    let starts: Int
    /// On ‖x̂ - x‖ / √d, states in units of their deviation in training.
    let threshold: Double

    func metrics(of forecaster: Forecaster, on data: ForecastData) throws -> [String: Double] {
        let scaling = try DelayScaling(data.training)
        var squares = 0.0, count = 0
        for trajectory in data.test {
            let series = trajectory.series
            for sample in forecaster.history - 1..<max(trajectory.count - 1, forecaster.history - 1) {
                let next = forecaster.finiteStates(series, sample, 1)
                guard next.rows == 1 else {
                    // It runs away within a step.
                    squares = .infinity
                    count += scaling.dimension
                    continue
                }
                for variable in 0..<scaling.dimension {
                    let error = next[0, variable] - trajectory.states[sample + 1, variable]
                    squares +=
                        error * error / (scaling.incrementDeviations[variable] * scaling.incrementDeviations[variable])
                    count += 1
                }
            }
        }
        guard count > 0 else {
            throw LacunaError(
                .shape, "test data", "no trajectory has the \(forecaster.history) samples that a forecast starts from")
        }
        var result = [
            "one_step_error": squares / Double(count), "parameters": Double(forecaster.parameterCount),
            "operations": Double(forecaster.operationCount),
        ]
        let places = data.test.enumerated().flatMap { index, trajectory in
            (forecaster.history - 1..<max(trajectory.count - horizon, forecaster.history - 1)).map { (index, $0) }
        }
        guard !places.isEmpty else { return result }
        let chosen = (0..<min(starts, places.count)).map { places[$0 * places.count / min(starts, places.count)] }
        let scores = ForecastScores(
            chosen.map { forecast(forecaster, data.test[$0].series, $1) },
            truths: chosen.map { truth(data.test[$0].states, $1) }, scaling: scaling, threshold: threshold)
        if scores.rolloutError.isFinite { result["rollout_error"] = scores.rolloutError }
        result["valid_time"] = scores.meanValidTime
        result["diverged"] = scores.divergedShare
        return result
    }

    /// From the first sample of a trajectory on, the time at which the forecast ceases to be valid.
    func validTime(of forecaster: Forecaster, on trajectory: Trajectory, scaling: DelayScaling) -> Double {
        let start = forecaster.history - 1
        return ForecastScores(
            [forecast(forecaster, trajectory.series, start)], truths: [truth(trajectory.states, start)],
            scaling: scaling,
            threshold: threshold
        ).meanValidTime
    }

    /// The forecast that starts where the middle one of the scored ones does, beside the truth.
    func curves(of forecaster: Forecaster, on data: ForecastData, views: Set<String>) throws -> [RecordedCurve] {
        guard let trajectory = data.test.first(where: { $0.count > forecaster.history + horizon }) else { return [] }
        let states = trajectory.states, last = states.columns - 1
        let start = (forecaster.history - 1 + trajectory.count - horizon) / 2
        let found = forecast(forecaster, trajectory.series, start), step = try DelayScaling(data.training).step
        var curves: [RecordedCurve] = []
        if views.contains("phase-portrait") {
            let truth = start...start + horizon
            curves += [
                RecordedCurve(
                    view: "phase-portrait", label: "true", x: truth.map { states[$0, 0] },
                    y: truth.map { states[$0, last] }),
                RecordedCurve(
                    view: "phase-portrait", label: "model", x: [states[start, 0]] + found.finite(0),
                    y: [states[start, last]] + found.finite(last)),
            ]
        }
        if views.contains("series") {
            let before = min(start, horizon / 2)
            curves += [
                RecordedCurve(
                    view: "series", label: "true", x: (-before...horizon).map { Double($0) * step },
                    y: (-before...horizon).map { states[start + $0, 0] }),
                RecordedCurve(
                    view: "series", label: "start", style: .points, x: [0], y: [states[start, 0]]),
                RecordedCurve(
                    view: "series", label: "model", x: (0...horizon).map { Double($0) * step },
                    y: [states[start, 0]] + found.finite(0)),
            ]
        }
        return curves
    }

    private func truth(_ series: Matrix<Double>, _ sample: Int) -> Matrix<Double> {
        Matrix(rows: horizon, columns: series.columns) { series[sample + 1 + $0, $1] }
    }

    /// `horizon` steps, infinite ones where the model has run away: it was valid until then at most.
    private func forecast(_ forecaster: Forecaster, _ series: Matrix<Double>, _ sample: Int) -> Matrix<Double> {
        let found = forecaster.finiteStates(series, sample, horizon)
        return Matrix(rows: horizon, columns: found.columns) { $0 < found.rows ? found[$0, $1] : .infinity }
    }
}

extension Matrix<Double> {
    /// A column, infinite from its first number on that is not finite or beyond 10⁶.
    fileprivate func finite(_ index: Int) -> [Double] {
        let values = Array(column(index)), count = values.firstIndex { !(abs($0) < 1e6) } ?? values.count
        return values[..<count] + Array(repeating: .infinity, count: values.count - count)
    }
}
