import LacunaDynamics
import LacunaExperiment

/// `forecast`: the next states of a named system, from samples.
struct ForecastFamily: ProblemFamily {
    let name = "forecast"
    let summary = "future states of a dynamical system from samples: structured networks, SINDy, DMD, delay regression"
    let citation: Citation? = .aluvihare2025
    let parameters =
        SystemChoice.parameters + [
            ParameterDeclaration(
                "step", .number(1e-6...100), default: .number(0.1), unit: "time units", "time between samples"),
            ParameterDeclaration(
                "substeps", .integer(1...10_000), default: .integer(50),
                "Runge-Kutta steps between two samples; methods that need derivatives see them all"),
            ParameterDeclaration(
                "orbits", .integer(1...10_000), default: .integer(1),
                "training orbits; of one orbit, the test samples come after the training samples"),
            ParameterDeclaration(
                "test_orbits", .integer(1...10_000), default: .integer(10), "test orbits, where there are several"),
            ParameterDeclaration(
                "start_low", .number(-1000...1000), default: .number(1), "several orbits start uniformly between this"),
            ParameterDeclaration(
                "start_high", .number(-1000...1000), default: .number(3), "and this, in every variable"),
            ParameterDeclaration("dropped", .integer(0...1_000_000), default: .integer(0), "first samples left out"),
            ParameterDeclaration(
                "train_samples", .integer(4...1_000_000), default: .integer(2500), "of each training orbit"),
            ParameterDeclaration(
                "test_samples", .integer(4...1_000_000), default: .integer(1000), "of each test orbit"),
            ParameterDeclaration(
                "gap", .integer(0...10_000), default: .integer(8),
                "samples between training and test, where they share an orbit: no window has part in both"),
            ParameterDeclaration(
                "noise", .number(0...10), default: .number(0),
                "standard deviation of noise on the training states, over theirs"),
            ParameterDeclaration(
                "horizon", .integer(1...100_000), default: .integer(50), "steps of a long forecast"),
            ParameterDeclaration(
                "starts", .integer(1...10_000), default: .integer(20), "places of the test data where one begins"),
            ParameterDeclaration(
                "threshold", .number(1e-6...100), default: .number(0.4),
                "of the error at which a forecast ceases to be valid, over the deviation of the states"),
        ]
    let metrics = [
        ResultTable.Metric(
            name: "one_step_error", longName: "one-step mean square error over the variance of increments",
            better: .lower),
        ResultTable.Metric(
            name: "rollout_error", longName: "relative error ‖x̂ - x‖ / ‖x‖ over the horizon", better: .lower),
        ResultTable.Metric(
            name: "valid_time", longName: "time until the error exceeds the threshold", unit: "time units",
            better: .higher),
        ResultTable.Metric(
            name: "diverged", longName: "share of long forecasts that are not finite (and without a rollout error)",
            better: .lower),
        ResultTable.Metric(name: "parameters", longName: "fitted numbers", better: .lower),
        ResultTable.Metric(name: "operations", longName: "operations of a step", better: .lower),
        ResultTable.Metric(name: "future", longName: "1 if it is told the future (a reconstruction)", better: .lower),
    ]

    let curveViews = [
        CurveView(
            "phase-portrait", "a long forecast in the plane of the first and the last variable", x: "first variable",
            y: "last variable"),
        CurveView("series", "a long forecast of the first variable", x: "time", y: "first variable"),
    ]

    func check(_ parameters: ParameterValues) throws {
        guard try parameters.number("start_low") <= parameters.number("start_high") else {
            throw LacunaError(.value, "start_low", "is above start_high")
        }
        if try parameters.integer("orbits") > 1, try parameters.optionalNumbers("start") != nil {
            throw LacunaError(
                .value, "start", "several orbits start at random", remedy: "Give start_low and start_high instead.")
        }
    }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        try check(parameters)
        let system = try SystemChoice(parameters)
        let count = try parameters.integer("train_samples"), testCount = try parameters.integer("test_samples")
        let orbits = try parameters.integer("orbits"), testOrbits = try parameters.integer("test_orbits")
        let dropped = try parameters.integer("dropped"), gap = try parameters.integer("gap")
        let step = try parameters.number("step"), substeps = try parameters.integer("substeps")
        let low = try parameters.number("start_low"), high = try parameters.number("start_high")
        let noise = try parameters.number("noise")
        try requireMemory(
            elements: [
                system.dimension * substeps,
                orbits * (dropped + count + gap) + (orbits == 1 ? testCount : testOrbits * (dropped + testCount)),
            ],
            bytesEach: MemoryLayout<Double>.stride, name)
        let names = ["system"]
        let startStream = randomness.stream("starts", dependingOn: try parameters.subset(names))
        let testStream = randomness.stream("test starts", dependingOn: try parameters.subset(names))
        let noiseStream = randomness.stream("noise", dependingOn: try parameters.subset(names))
        var keyStream = randomness.stream("methods", dependingOn: try parameters.subset(names))
        let samples = Once<ForecastData> {
            /// Samples `range` of an orbit, at the Runge-Kutta steps.
            func orbit(_ start: [Double], _ range: Range<Int>) throws -> Trajectory {
                try system.orbit(
                    from: start, step: step / Double(substeps), steps: (range.upperBound - 1) * substeps
                ).segment(range.lowerBound * substeps..<(range.upperBound - 1) * substeps + 1)
            }
            var fine: [Trajectory] = [], test: [Trajectory] = []
            if orbits == 1 {
                let all = dropped + count + gap + testCount
                let whole = try orbit(system.start, 0..<all)
                func part(_ range: Range<Int>) throws -> Trajectory {
                    try whole.segment(range.lowerBound * substeps..<(range.upperBound - 1) * substeps + 1)
                }
                fine = [try part(dropped..<dropped + count)]
                test = [try part(all - testCount..<all)]
            } else {
                var starts = startStream, testStarts = testStream
                func start(_ stream: inout RandomStream) -> [Double] {
                    (0..<system.dimension).map { _ in low + (high - low) * stream.uniform() }
                }
                fine = try (0..<orbits).map { _ in try orbit(start(&starts), dropped..<dropped + count) }
                test = try (0..<testOrbits).map { _ in try orbit(start(&testStarts), dropped..<dropped + testCount) }
            }
            if noise > 0 {
                var stream = noiseStream
                let deviations = try DelayScaling(fine).deviations
                fine = try fine.map { try $0.withNoise(deviations.map { noise * $0 }, &stream) }
            }
            return ForecastData(
                training: try fine.map { try $0.everySample(of: substeps) }, fineTraining: fine,
                test: try test.map { try $0.everySample(of: substeps) })
        }
        let scoring = ForecastScoring(
            horizon: try parameters.integer("horizon"), starts: try parameters.integer("starts"),
            threshold: try parameters.number("threshold"))
        return DrawnProblem(problem: ForecastProblem(samples: samples, key: keyStream.next())) { estimate in
            guard let model = estimate as? TrajectoryModel, let forecaster = model.forecaster else {
                throw wrongEstimate(name)
            }
            var metrics = try scoring.metrics(of: forecaster, on: samples.value())
            metrics["future"] = forecaster.usesFuture ? 1 : 0
            return metrics
        } curves: { estimate, views in
            guard let forecaster = (estimate as? TrajectoryModel)?.forecaster else { throw wrongEstimate(name) }
            return try scoring.curves(of: forecaster, on: samples.value(), views: views)
        }
    }
}

extension Trajectory {
    /// Samples 0, n, 2n, ...
    func everySample(of n: Int) throws -> Trajectory {
        let kept = Array(stride(from: 0, to: count, by: n))
        return try Trajectory(
            variables: variables, times: kept.map { times[$0] },
            states: Matrix(rows: kept.count, columns: states.columns) { states[kept[$0], $1] })
    }

    /// Normal noise of these deviations, sample by sample.
    func withNoise(_ deviations: [Double], _ stream: inout RandomStream) throws -> Trajectory {
        var noisy = states
        for row in 0..<noisy.rows {
            for column in 0..<noisy.columns { noisy[row, column] += deviations[column] * stream.normal() }
        }
        return try replacingStates(noisy)
    }
}
