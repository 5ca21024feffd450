import ArgumentParser
import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO

struct PlanCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Say what a run would do, and write a Slurm script for it.",
        discussion: """
            Counts cells and runs nothing. With --measure it runs, on one worker and without leaving anything, each method's \
            first trial at the first and the last point of the sweep: cells times the lower and the higher of the two \
            times, divided by the workers (-j), is the time to expect; the most memory that any cell took, times the \
            workers, is the memory. Points between may take more iterations, and workers share the memory bus: take the \
            higher number as the order of magnitude, not as a limit.
            """)

    @OptionGroup var scenarioOptions: ScenarioOptions
    @Option(help: "Number of parts for a cluster.")
    var shards = 1
    @Option(help: "Write an sbatch script: an array of shards, then a job that collects.")
    var slurm: String?
    @Option(name: .shortAndLong, help: "Output folder that the script uses (default: runs/<name of the scenario>).")
    var output: String?
    @Flag(help: "Estimate time and memory from two cells of each method, which are run.")
    var measure = false
    @Option(
        name: [.customShort("j"), .customLong("jobs")],
        help: "Workers that the estimate is for (default: one per processor; one per shard).")
    var jobs: Int?
    @OptionGroup var dataOptions: DataOptions
    @Flag(help: "As JSON: scenario, points, trials, cells, cells_per_method, cells_per_shard, estimate.")
    var json = false

    private struct Report: Encodable {
        let scenario: String
        let points: Int
        let trials: Int
        let cells: Int
        let cellsPerMethod: [String: Int]
        let cellsPerShard: [Int]
        var estimate: CostEstimate?
    }

    func validate() throws {
        if !(1...100_000).contains(shards) {
            throw ValidationError("--shards: got \(shards); expected a whole number from 1 to 100000")
        }
        if let jobs, !(1...1024).contains(jobs) {
            throw ValidationError("-j: got \(jobs); expected a whole number from 1 to 1024")
        }
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let scenario = try scenarioOptions.read(in: session, data: dataOptions.data)
        let plan = try Plan(scenario)
        let perShard = try (0..<shards).map { try plan.shard($0, of: shards).cellCount }
        var report = Report(
            scenario: scenario.name, points: plan.points.count, trials: scenario.trials, cells: plan.cellCount,
            cellsPerMethod: Dictionary(uniqueKeysWithValues: plan.cellsPerMethod.map { ($0.label, $0.cells) }),
            cellsPerShard: perShard)
        if measure {
            let sample = plan.sample
            session.console.error("measuring \(sample.cellCount) cells on one worker")
            let workers = jobs ?? (shards > 1 || scenario.measuresTimes ? 1 : Machine.processors)
            report.estimate = CostEstimate(measuring: sample, of: plan, workers: workers, shards: shards)
        }
        if json {
            try session.console.print(try jsonText(report))
        } else {
            try session.console.print(text(report, scenario, plan))
        }
        if let slurm {
            let script = SlurmScript(
                arguments: words, output: output ?? "runs/\(scenario.name)", name: scenario.name, shards: shards)
            try OutputFile.write(script.text, to: slurm)
            session.console.error("wrote \(slurm); submit it with: sbatch \(slurm)")
        }
        return .success
    }

    private func text(_ report: Report, _ scenario: Scenario, _ plan: Plan) -> String {
        var lines = ["\(scenario.title)", "\(report.cells) cells: \(report.points) points, \(report.trials) trials"]
        for axis in scenario.axes {
            let unit = axis.unit.isEmpty ? "" : " \(axis.unit)"
            lines.append("  \(axis.name): \(axis.values.map(\.description).joined(separator: ", "))\(unit)")
        }
        if let estimate = report.estimate {
            lines.append(estimate.text)
        } else {
            var table = TextTable(["method", "cells"])
            for method in plan.cellsPerMethod { table.append([method.label, "\(method.cells)"]) }
            lines.append(table.text)
            lines.append("time and memory: add --measure, which runs \(plan.sample.cellCount) of the cells")
        }
        if shards > 1 {
            let least = report.cellsPerShard.min() ?? 0, most = report.cellsPerShard.max() ?? 0
            lines.append("\(shards) shards of \(least) to \(most) cells")
        }
        return lines.joined(separator: "\n")
    }

    /// The scenario's part of the command line, for `lacuna run`.
    private var words: [String] {
        [scenarioOptions.file] + scenarioOptions.overrides.flatMap { ["--set", $0] }
            + scenarioOptions.methods.flatMap { ["-m", $0] }
            + (scenarioOptions.profile.map { ["--profile", $0.rawValue] } ?? [])
            + (dataOptions.data.map { ["--data", $0] } ?? [])
    }
}
