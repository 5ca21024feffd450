import LacunaDynamics
import LacunaExperiment

/// Samples of a system whose equations are known, to find them again.
public struct SystemIdentification: Sendable {
    let samples: Once<IdentificationData>
    public let key: UInt64

    /// - Throws: `LacunaError` where the simulation does.
    public func data() throws -> IdentificationData { try samples.value() }
}

public struct IdentificationData: Sendable {
    /// With noise, if there is any.
    public let training: [Trajectory]
    /// Another orbit, without noise.
    public let test: Trajectory
    /// The coefficients of the system in polynomials up to degree three.
    public let truth: SINDyModel
}

/// `identification`: the equations of a named system from samples.
struct IdentificationFamily: ProblemFamily {
    let name = "identification"
    let summary = "the equations of a dynamical system from noisy samples"
    let citation: Citation? = .brunton2016
    let parameters =
        SystemChoice.parameters + [
            ParameterDeclaration(
                "step", .number(1e-6...100), default: .number(0.002), unit: "time units", "time between samples"),
            ParameterDeclaration(
                "samples", .integer(10...10_000_000), default: .integer(5000), "steps of an orbit"),
            ParameterDeclaration("orbits", .integer(1...1000), default: .integer(1), "from starts near the usual one"),
            ParameterDeclaration(
                "noise", .number(0...10), default: .number(0.01), "standard deviation over that of each state"),
        ]
    let metrics = [
        ResultTable.Metric(
            name: "coefficient_error", longName: "largest error of a coefficient", better: .lower),
        ResultTable.Metric(
            name: "support_recovered", longName: "1 if exactly the true terms were found", better: .higher),
        ResultTable.Metric(name: "terms", longName: "terms found", better: .lower),
        ResultTable.Metric(name: "missing_terms", longName: "true terms not found", better: .lower),
        ResultTable.Metric(name: "false_terms", longName: "terms that are not in the system", better: .lower),
        ResultTable.Metric(
            name: "derivative_error", longName: "1 - R² of derivatives on another orbit", better: .lower),
        ResultTable.Metric(
            name: "valid_time", longName: "time until the model's orbit leaves the true one", unit: "time units",
            better: .higher),
    ]

    let curveViews = [
        CurveView("coefficients", "coefficients of all terms found or true", x: "", y: "coefficient"),
        CurveView(
            "phase-portrait", "an orbit of the equations in the plane of the first and the last variable",
            x: "first variable", y: "last variable"),
    ]

    func check(_ parameters: ParameterValues) throws {
        let choice = try SystemChoice(parameters)
        guard choice.dimension <= 10 else {
            throw LacunaError(
                .value, "system", "\(choice.dimension) variables have too many polynomials of degree three",
                remedy: "Take another system.")
        }
        try choice.requireAutonomous()
    }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let choice = try SystemChoice(parameters)
        let step = try parameters.number("step"), count = try parameters.integer("samples")
        let orbits = try parameters.integer("orbits"), noise = try parameters.number("noise")
        try requireMemory(
            elements: [choice.dimension * orbits * count], bytesEach: MemoryLayout<Double>.stride, name)
        let names = ["system"]
        let startStream = randomness.stream("starts", dependingOn: try parameters.subset(names))
        let noiseStream = randomness.stream("noise", dependingOn: try parameters.subset(names))
        let truthStream = randomness.stream("truth", dependingOn: try parameters.subset(names), perTrial: false)
        var keyStream = randomness.stream("methods", dependingOn: try parameters.subset(names))
        let samples = Once<IdentificationData> {
            var starts = startStream
            /// The usual start, moved by a hundredth of its size.
            func start() -> [Double] {
                choice.start.map { $0 + 0.01 * max(abs($0), 1) * starts.normal() }
            }
            let test = try choice.orbit(from: start(), step: step, steps: count, substeps: 10)
            let clean = try (0..<orbits).map { index in
                try choice.orbit(from: index == 0 ? choice.start : start(), step: step, steps: count, substeps: 10)
            }
            let deviations = try DelayScaling(clean).deviations
            var stream = noiseStream
            let training =
                try noise > 0 ? clean.map { try $0.withNoise(deviations.map { noise * $0 }, &stream) } : clean
            var truth = truthStream
            return IdentificationData(training: training, test: test, truth: try choice.equations(&truth))
        }
        return DrawnProblem(problem: SystemIdentification(samples: samples, key: keyStream.next())) { estimate in
            guard let model = estimate as? TrajectoryModel, let found = model.content as? SINDyModel else {
                throw wrongEstimate(name)
            }
            return try Self.metrics(of: found, forecaster: model.forecaster, on: samples.value())
        } curves: { estimate, views in
            guard let model = estimate as? TrajectoryModel, let found = model.content as? SINDyModel else {
                throw wrongEstimate(name)
            }
            return try Self.curves(of: found, forecaster: model.forecaster, on: samples.value(), views: views)
        }
    }

    private static func curves(
        of found: SINDyModel, forecaster: Forecaster?, on data: IdentificationData, views: Set<String>
    ) throws -> [RecordedCurve] {
        var curves: [RecordedCurve] = []
        if views.contains("coefficients") {
            let truth = data.truth.namedCoefficients, ours = found.namedCoefficients
            let places = found.stateNames.indices.flatMap { equation in
                found.features.names.filter { ours[equation][$0] != nil || truth[equation][$0] != nil }.map {
                    (equation: equation, term: $0)
                }
            }
            let names = places.map { "\(found.stateNames[$0.equation])': \($0.term)" }
            for (label, values) in [("true", truth), ("model", ours)] {
                curves.append(
                    RecordedCurve(
                        view: "coefficients", label: label, style: .bars, x: places.indices.map(Double.init),
                        y: places.map { values[$0.equation][$0.term] ?? 0 }, names: names))
            }
        }
        if views.contains("phase-portrait"), let forecaster {
            let horizon = min(data.test.count - 2, 2000)
            let scoring = ForecastScoring(horizon: horizon, starts: 1, threshold: 0.4)
            curves += try scoring.curves(
                of: forecaster,
                on: ForecastData(training: data.training, fineTraining: [], test: [data.test]),
                views: ["phase-portrait"])
        }
        return curves
    }

    private static func metrics(
        of found: SINDyModel, forecaster: Forecaster?, on data: IdentificationData
    ) throws -> [String: Double] {
        let truth = data.truth.namedCoefficients, ours = found.namedCoefficients
        var largest = 0.0, missing = 0, wrong = 0
        for (mine, exact) in zip(ours, truth) {
            for name in Set(mine.keys).union(exact.keys) {
                largest = max(largest, abs((mine[name] ?? 0) - (exact[name] ?? 0)))
                if mine[name] == nil { missing += 1 }
                if exact[name] == nil { wrong += 1 }
            }
        }
        var result = [
            "coefficient_error": largest, "support_recovered": missing + wrong == 0 ? 1 : 0,
            "terms": Double(found.complexity), "missing_terms": Double(missing), "false_terms": Double(wrong),
        ]
        let derivatives = try data.truth.predict(data.test.states)
        result["derivative_error"] =
            1 - (try found.score(DifferentiatedStates(states: data.test.states, derivatives: derivatives)))
        if let forecaster {
            let scoring = ForecastScoring(horizon: data.test.count - 1, starts: 1, threshold: 0.4)
            result["valid_time"] = try scoring.validTime(
                of: forecaster, on: data.test, scaling: DelayScaling(data.training))
        }
        return result
    }
}

extension SystemChoice {
    /// - Throws: `LacunaError` for equations that depend on time: there are no terms to compare with.
    func requireAutonomous() throws {
        guard try system.derivative(at: 0, of: start) == system.derivative(at: 1, of: start) else {
            throw LacunaError(
                .value, "system", "its equations depend on time, so they cannot be compared",
                remedy: "Take another system.")
        }
    }

    /// Its terms among the polynomials up to degree three: least squares on exact derivatives at normal states, which noise cannot touch.
    /// - Throws: `LacunaError` for a system that is no such polynomial.
    func equations(_ stream: inout RandomStream) throws -> SINDyModel {
        let states = Matrix(rows: 500, columns: dimension) { _, _ in stream.normal() }
        var rates = states
        for row in 0..<states.rows {
            let rate = try system.derivative(of: (0..<dimension).map { states[row, $0] })
            for column in 0..<dimension { rates[row, column] = rate[column] }
        }
        let samples = try Trajectory(
            variables: system.variables, times: (0..<states.rows).map(Double.init), states: states)
        let model = try SINDy(
            library: PolynomialLibrary(degree: 3), regression: STLSQ(threshold: 1e-6, alpha: 0)
        ).fit([samples], derivatives: [rates])
        let error = try zip(model.predict(states).storage, rates.storage).reduce(0) { max($0, abs($1.0 - $1.1)) }
        guard error < 1e-8 else {
            throw LacunaError(
                .value, "system", "its equations are no polynomials of degree three, so they cannot be compared",
                remedy: "Take another system.")
        }
        return model
    }
}

extension SINDyModel {
    /// Of each equation, the coefficients that are not 0 by the names of their terms.
    var namedCoefficients: [[String: Double]] {
        (0..<coefficients.rows).map { row in
            Dictionary(
                uniqueKeysWithValues: (0..<coefficients.columns).filter { coefficients[row, $0] != 0 }
                    .map { (features.names[$0], coefficients[row, $0]) })
        }
    }
}
