import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaSolvers

/// A number seen in noise: small enough that a test runs hundreds of cells, with every kind of draw.
struct ToyFamily: ProblemFamily {
    let name = "toy"
    let summary = "estimate a number from noisy copies"
    let citation: Citation? = nil
    let parameters = [
        ParameterDeclaration("copies", .integer(1...1000), default: .integer(5), "noisy copies"),
        ParameterDeclaration("snr_db", .number(-100...100), required: true, unit: "dB", "signal to noise ratio"),
        ParameterDeclaration("pilot_draw", .integer(1...1000), default: .integer(1), "which draw of the pilot"),
        ParameterDeclaration("fails_at_trial", .integer(0...1000), "the trial whose draw throws"),
    ]
    let metrics = [ResultTable.Metric(name: "error", longName: "squared error", better: .lower)]

    func maskArrays(_ parameters: ParameterValues) throws -> [String] { ["bits", "sign"] }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        if try parameters.optionalInteger("fails_at_trial") == randomness.trial {
            throw LacunaError(.value, "toy draw", "this trial\nfails")
        }
        var channel = randomness.stream("channel")
        var pilot = randomness.stream("pilot", dependingOn: try parameters.subset(["pilot_draw"]), perTrial: false)
        var noise = randomness.stream("noise", dependingOn: try parameters.subset(["copies", "pilot_draw"]))
        let truth = channel.normal() + pilot.normal()
        let level = try Double.pow(10, -parameters.number("snr_db") / 20)
        let copies = noise.normals(count: try parameters.integer("copies")).map { truth + level * $0 }
        return DrawnProblem(problem: copies) { estimate in
            guard let estimate = estimate as? Double else { throw LacunaError(.value, "toy score", "not a number") }
            return ["error": (estimate - truth) * (estimate - truth)]
        } masks: { estimate, arrays in
            // Which bits of the estimate are set: another one would show.
            let bits = (estimate as? Double ?? 0).bitPattern
            let kept = (0..<64).map { bits >> $0 & 1 == 1 }
            return [
                RecordedMask(array: "bits", rows: 8, columns: 8, kept: kept),
                RecordedMask(array: "sign", rows: 1, columns: 1, kept: [kept[63]]),
            ].filter { arrays.contains($0.array) }
        }
    }
}

/// The shrunken mean of the copies, or one of the ways in which a method can end.
struct ToyMethod: Method {
    enum Behaviour: Sendable {
        case works, throwsError, returnsNaN, reportsDivergence, skips, runsOutOfTime, isCancelled
    }

    let name: String
    let behaviour: Behaviour
    let summary = "mean"
    let citation = Citation(authors: "", year: 2024, title: "", source: "")
    let options = [
        ParameterDeclaration("shrink", .number(0...1), default: .number(1), "factor on the mean")
    ]

    init(_ name: String, _ behaviour: Behaviour = .works) {
        self.name = name
        self.behaviour = behaviour
    }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        behaviour == .skips ? "needs complex data" : nil
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let copies = problem as? [Double], behaviour != .throwsError else {
            throw LacunaError(.value, name, "cannot go on")
        }
        let estimate = try copies.reduce(0, +) / Double(copies.count) * options.number("shrink")
        let reason: StopReason =
            switch behaviour {
            case .reportsDivergence: .diverged
            case .runsOutOfTime: .timeLimit
            case .isCancelled: .cancelled
            default: .closedForm
            }
        let history: [Double] = limits.recordsHistory ? [2, 1] : []
        let report = SolverReport(iterations: 2, reason: reason, seconds: 1e-6, history: history)
        return Outcome(
            estimate: behaviour == .returnsNaN ? .nan : estimate, report: report,
            divergence: behaviour == .reportsDivergence ? "at step 3\n(epoch 1)" : nil)
    }

    func choice(
        label: String? = nil, shrink: Double = 1, trials: Int? = nil, only: [String: [ParameterValue]] = [:]
    ) throws -> Scenario.MethodChoice {
        let options = try ParameterValues(
            ["shrink": .number(shrink)], declarations: options, owner: "method '\(name)'")
        return Scenario.MethodChoice(label: label ?? name, method: self, options: options, trials: trials, only: only)
    }
}

/// A scenario of the toy family over `snr_db` and `pilot_draw`.
func toyScenario(
    snr: [Double] = [0, 10, 20], draws: [Int] = [1, 2], methods: [Scenario.MethodChoice]? = nil, trials: Int = 4,
    seed: UInt64 = 2024, reversedAxes: Bool = false, given: [String: ParameterValue] = [:], recordsHistory: Bool = false
) throws -> Scenario {
    let axes = [
        ResultTable.Axis(name: "snr_db", unit: "dB", values: snr.map { .number($0) }),
        ResultTable.Axis(name: "pilot_draw", unit: "", values: draws.map { .integer($0) }),
    ]
    let family = ToyFamily()
    let parameters = try ParameterValues(
        given, declarations: family.parameters, owner: "problem 'toy'", swept: Set(axes.map(\.name)))
    let chosen =
        try methods ?? [
            ToyMethod("mean").choice(), ToyMethod("mean").choice(label: "shrunken", shrink: 0.9),
        ]
    return Scenario(
        name: "toy", family: family, parameters: parameters, axes: reversedAxes ? axes.reversed() : axes,
        methods: chosen, trials: trials, metrics: ["error", "seconds", "iterations"], seed: seed,
        recordsHistory: recordsHistory)
}

/// A new folder for one test, removed at its end.
@discardableResult
func withTemporaryFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lacuna-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

let toyHeader = JournalHeader(
    scenario: "toy", scenarioText: "lacuna: 1\nname: toy", machine: "test", workers: 1, started: "2024-01-01T00:00:00Z")

/// Runs (or resumes) a scenario in the folder, one shard after another, and returns its table.
@discardableResult
func runToy(
    _ scenario: Scenario, folder: String, workers: Int = 1, shards: Int = 1, stopsAtFirstFailure: Bool = false,
    observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
) async throws -> (table: ResultTable, summaries: [RunSummary]) {
    let plan = try Plan(scenario)
    let runner = Runner(workers: workers, stopsAtFirstFailure: stopsAtFirstFailure)
    var summaries: [RunSummary] = []
    for shard in 0..<shards {
        let writer = try JournalWriter(folder: folder, shard: shard, of: shards, header: toyHeader)
        let summary = try await runner.run(
            plan.shard(shard, of: shards), journal: Journal(folder: folder), writer: writer, observe: observe)
        summaries.append(summary)
    }
    return (ResultTable(plan: plan, journal: try Journal(folder: folder)), summaries)
}

extension ResultTable {
    /// Everything but run times, as bits.
    var bits: [[UInt64]] {
        metrics.map(\.name).filter { $0 != "seconds" }.map { (values[$0] ?? []).map(\.bitPattern) }
            + [status.map { UInt64($0.rawValue) }]
    }

    /// The number of one cell by what it is, not where it stands.
    func number(_ metric: String, at point: [String: Double], algorithm: String, trial: Int) -> Double? {
        let position = (0..<pointCount).first { index in
            axes.coordinates(of: index).allSatisfy { axis, value in
                point[axis].map(ParameterValue.number)?.description == value.description
            }
        }
        guard let position, let algorithm = algorithms.firstIndex(of: algorithm) else { return nil }
        return values[metric]?[index(point: position, algorithm: algorithm, trial: trial)]
    }
}
