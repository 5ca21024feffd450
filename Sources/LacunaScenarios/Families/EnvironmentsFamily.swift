import LacunaDynamics
import LacunaExperiment

/// A few trajectories of each of several related systems.
public struct EnvironmentsProblem: Sendable {
    let samples: Once<EnvironmentsSamples>
    public let key: UInt64

    /// - Throws: `LacunaError` where the simulation does.
    public func data() throws -> EnvironmentsSamples { try samples.value() }
}

public struct EnvironmentsSamples: Sendable {
    public let training: EnvironmentData
    /// To choose the best of a training's steps by; the authors choose by the test error.
    public let validation: EnvironmentData
    public let test: EnvironmentData
}

/// `environments`: Lotka-Volterra in ten environments (Yin et al. 2021).
struct EnvironmentsFamily: ProblemFamily {
    let name = "environments"
    let summary = "ten predator-prey systems, a trajectory or a few of each"
    let citation: Citation? = .yin2021
    let parameters = [
        ParameterDeclaration(
            "train_trajectories", .integer(1...1000), default: .integer(1), "of each environment, from the same starts"),
        ParameterDeclaration(
            "validation_trajectories", .integer(1...1000), default: .integer(4), "of each, to choose settings by"),
        ParameterDeclaration(
            "test_trajectories", .integer(1...1000), default: .integer(32), "of each, to be scored on"),
    ]
    let metrics = [
        ResultTable.Metric(
            name: "test_error", longName: "mean square error of forecasts over 10 time units", better: .lower),
        ResultTable.Metric(name: "parameters", longName: "fitted numbers of all environments", better: .lower),
    ]

    let curveViews = [
        CurveView(
            "phase-portrait", "forecasts of one test trajectory of each environment, in the plane", x: "prey",
            y: "predators"),
        CurveView(
            "series", "the prey in these forecasts, one environment after the other",
            x: "time, one after the other",
            y: "prey"),
    ]

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let counts = try ["train_trajectories", "validation_trajectories", "test_trajectories"].map {
            try parameters.integer($0)
        }
        let streams = ["training", "validation", "test"].map { randomness.stream($0) }
        var keyStream = randomness.stream("methods")
        let samples = Once<EnvironmentsSamples> {
            let parts = try zip(counts, streams).map { count, stream in
                var stream = stream
                return try EnvironmentData.lotkaVolterra(trajectories: count, random: &stream)
            }
            return EnvironmentsSamples(training: parts[0], validation: parts[1], test: parts[2])
        }
        return DrawnProblem(problem: EnvironmentsProblem(samples: samples, key: keyStream.next())) { estimate in
            guard let forecasts = estimate as? EnvironmentForecasts else { throw wrongEstimate(name) }
            return [
                "test_error": forecasts.meanSquaredError, "parameters": Double(forecasts.parameterCount),
            ]
        } curves: { estimate, views in
            guard let forecasts = estimate as? EnvironmentForecasts else { throw wrongEstimate(name) }
            return forecasts.curves(step: try samples.value().test.step, views: views)
        }
    }
}

extension Citation {
    static let yin2021 = Citation(
        authors: "Y. Yin, I. Ayed, E. de Bézenac, N. Baskiotis, P. Gallinari", year: 2021,
        title: "LEADS: Learning Dynamical Systems that Generalize Across Environments",
        source: "NeurIPS 2021, arXiv 2106.04546")
}
