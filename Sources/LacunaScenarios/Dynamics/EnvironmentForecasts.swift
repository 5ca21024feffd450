import LacunaDynamics
import LacunaExperiment

/// Forecasts of the test trajectories of all environments, from their first samples.
struct EnvironmentForecasts: Sendable {
    /// Mean of (x̂ - x)² over all samples after those that a forecast starts from.
    let meanSquaredError: Double
    let parameterCount: Int
    /// The first test trajectory of each environment.
    let examples: [Example]

    struct Example: Sendable {
        /// Samples × variables.
        let truth: Matrix<Double>
        /// From sample `start` on, that included; nil where the model runs away.
        let forecast: Matrix<Double>?
        let start: Int
    }

    func curves(step: Double, views: Set<String>) -> [RecordedCurve] {
        var curves: [RecordedCurve] = []
        if views.contains("phase-portrait") {
            let last = (examples.first?.truth.columns ?? 1) - 1
            curves += Self.curves("phase-portrait", examples) { states, _, sample in
                (states[sample, 0], states[sample, last])
            }
        }
        if views.contains("series") {
            curves += Self.curves("series", examples) { states, environment, sample in
                (
                    Double(environment) * step * Double(examples[environment].truth.rows + 1) + step * Double(sample),
                    states[sample, 0]
                )
            }
        }
        return curves
    }

    /// All environments in one curve, with gaps between.
    private static func curves(
        _ view: String, _ examples: [Example], _ point: (Matrix<Double>, Int, Int) -> (Double, Double)
    ) -> [RecordedCurve] {
        let gap = [(Double.infinity, Double.infinity)]
        let truth = examples.enumerated().flatMap { index, example in
            (0..<example.truth.rows).map { point(example.truth, index, $0) } + gap
        }
        let model = examples.enumerated().flatMap { index, example -> [(Double, Double)] in
            guard let forecast = example.forecast else { return [] }
            // As if it had the samples before its start.
            let whole = Matrix(rows: example.start + forecast.rows, columns: forecast.columns) {
                $0 < example.start ? example.truth[$0, $1] : forecast[$0 - example.start, $1]
            }
            return (example.start..<whole.rows).map { point(whole, index, $0) } + gap
        }
        return [
            RecordedCurve(view: view, label: "true", style: .points, x: truth.map(\.0), y: truth.map(\.1)),
            RecordedCurve(view: view, label: "model", x: model.map(\.0), y: model.map(\.1)),
        ]
    }
}

extension TrajectoryMethod {
    /// A model for each environment from its own trajectories, or one for all of them.
    func fitEnvironments(
        _ problem: EnvironmentsProblem, options: ParameterValues, limits: SolveLimits, isShared: Bool = false
    ) throws -> Outcome {
        let data = try problem.data(), environments = data.training.environments
        let random = RandomStream(key: problem.key)
        let models = try (isShared ? [Array(environments.joined())] : environments).map {
            try fit($0, options: options, random: random, limits: limits)
        }
        let forecasters = try models.map { model in
            guard let forecaster = model.forecaster else {
                throw LacunaError(.value, name, "has no forecasts with these options")
            }
            return forecaster
        }
        var squares = 0.0, count = 0, examples: [EnvironmentForecasts.Example] = []
        for (index, test) in data.test.environments.enumerated() {
            let forecaster = forecasters[isShared ? 0 : index], start = forecaster.history - 1
            for (number, trajectory) in test.enumerated() {
                let truth = trajectory.states
                guard truth.rows > forecaster.history else {
                    throw LacunaError(
                        .shape, name,
                        "\(truth.rows) samples of a test trajectory, \(forecaster.history) start a forecast",
                        remedy: "Take fewer delays.")
                }
                let states = try forecaster.states(truth, start, truth.rows - 1 - start)
                for step in 0..<states.rows {
                    for variable in 0..<states.columns {
                        let error = states[step, variable] - truth[start + step + 1, variable]
                        squares += error * error
                        count += 1
                    }
                }
                guard number == 0 else { continue }
                let shown = Matrix(rows: states.rows + 1, columns: states.columns) {
                    $0 == 0 ? truth[start, $1] : states[$0 - 1, $1]
                }
                examples.append(.init(truth: truth, forecast: shown, start: start))
            }
        }
        let forecasts = EnvironmentForecasts(
            meanSquaredError: squares / Double(max(count, 1)),
            parameterCount: forecasters.reduce(0) { $0 + $1.parameterCount }, examples: examples)
        let seconds = models.reduce(0) { $0 + $1.report.seconds }
        return Outcome(
            estimate: forecasts,
            report: SolverReport(
                iterations: models.map(\.report.iterations).max() ?? 0, reason: models[0].report.reason,
                seconds: seconds))
    }
}
