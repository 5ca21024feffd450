import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaScenarios
import LacunaSolvers
import Synchronization
import Testing

@testable import LacunaCLI

/// A level seen through noise; every way in which a cell can end has its method.
struct ToyFamily: ProblemFamily {
    let name = "toy"
    let summary = "a level seen through noise"
    let citation: Citation? = nil
    let parameters = [
        ParameterDeclaration("level", .number(-100...100), required: true, unit: "dB", "the level"),
        ParameterDeclaration("draw", .integer(0...1000), default: .integer(0), "repeated draw of the noise"),
    ]
    let metrics = [ResultTable.Metric(name: "error", longName: "squared error", better: .lower)]

    func maskArrays(_ parameters: ParameterValues) throws -> [String] { ["bits"] }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let level = try parameters.number("level")
        var stream = randomness.stream("noise", dependingOn: try parameters.subset(["draw"]))
        let reading = level + 0.1 * stream.normal()
        return DrawnProblem(problem: reading) { estimate in
            guard let estimate = estimate as? Double else { throw LacunaError(.value, "estimate", "no number") }
            return ["error": (estimate - level) * (estimate - level)]
        } masks: { estimate, _ in
            let bits = (estimate as? Double ?? 0).bitPattern
            return [RecordedMask(array: "bits", rows: 8, columns: 8, kept: (0..<64).map { bits >> $0 & 1 == 1 })]
        }
    }
}

struct ToyMethod: Method {
    enum Ending: String { case answers, throws_, diverges, skips, interrupts }

    let ending: Ending
    var name: String { ending.rawValue.filter { $0 != "_" } }
    let summary = "a toy"
    let citation = Citation(authors: "A. Author", year: 2024, title: "Toys", source: "J. Toys 1")
    let options = [ParameterDeclaration("gain", .number(0...10), default: .number(1), "factor on the answer")]

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        ending == .skips ? "needs another problem" : nil
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let reading = problem as? Double else { throw LacunaError(.value, "problem", "no number") }
        let gain = try options.number("gain")
        switch ending {
        case .throws_: throw LacunaError(.value, "toy", "always fails")
        case .diverges: return outcome(.infinity, .diverged)
        case .interrupts:
            // As Ctrl-C would, in the middle of a cell.
            kill(getpid(), SIGINT)
            // However busy the machine is, the cell ends after the interrupt has arrived.
            for _ in 0..<60_000 where !Task.isCancelled { usleep(1000) }
            return outcome(gain * reading, .closedForm)
        case .answers, .skips: return outcome(gain * reading, .closedForm)
        }
    }

    private func outcome(_ estimate: Double, _ reason: StopReason) -> Outcome {
        Outcome(
            estimate: estimate, report: SolverReport(iterations: 1, reason: reason, seconds: 0.001),
            divergence: reason == .diverged ? "in the search at step 13" : nil)
    }
}

/// What a command wrote, and how it ended.
struct Ended {
    let status: CommandStatus
    let output: String
    let errors: String
}

/// Runs a command line in this process with the toy catalogue.
func lacuna(_ arguments: String..., isTerminal: Bool = false) async -> Ended {
    var catalogue = Catalogue()
    catalogue.register(ToyFamily())
    for ending in [ToyMethod.Ending.answers, .throws_, .diverges, .skips, .interrupts] {
        catalogue.register(ToyMethod(ending: ending))
    }
    return await run(arguments, catalogue: catalogue, isTerminal: isTerminal)
}

/// Runs a command line in this process.
func run(_ arguments: [String], catalogue: Catalogue, isTerminal: Bool = false) async -> Ended {
    let streams = Streams()
    let console = Console(
        write: { text in streams.output.withLock { $0 += text } },
        writeError: { text in streams.errors.withLock { $0 += text } }, isTerminal: isTerminal)
    let status = await runLacuna(arguments, in: Session(catalogue: catalogue, console: console))
    return Ended(status: status, output: streams.output.withLock { $0 }, errors: streams.errors.withLock { $0 })
}

private final class Streams: Sendable {
    let output = Mutex("")
    let errors = Mutex("")
}

/// A folder of its own, removed at the end.
func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
    let path = NSTemporaryDirectory() + "lacuna-cli-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await body(path)
}

/// Writes a scenario with these methods and returns its path.
func writeScenario(in folder: String, methods: String = "[answers]", extra: String = "") throws -> String {
    let text = """
        lacuna: 1
        name: toy
        title: A toy
        problem: { kind: toy }
        sweep: { level: [1, 2, 3] }
        methods: \(methods)
        trials: 4
        figures: [{ x: level, y: error, statistic: median }]
        profiles: { smoke: { trials: 1 }, paper: { trials: 6 } }
        \(extra)
        """
    let path = folder + "/toy.yaml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
}

/// The cells of a run without their times.
func timelessRows(_ folder: String) throws -> [String] {
    let text = try String(contentsOfFile: folder + "/table.csv", encoding: .utf8)
    let rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let seconds = try #require(rows.first?.firstIndex(of: "seconds"))
    return rows.map { row in row.indices.filter { $0 != seconds }.map { String(row[$0]) }.joined(separator: ",") }
}
