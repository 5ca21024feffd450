import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO
import LacunaScenarios

/// Plan, runner, journal and collection of one output folder: what `run` and `resume` share.
struct ExperimentRun: Sendable {
    let scenario: Scenario
    let folder: OutputFolder
    let options: RunOptions
    let output: OutputOptions
    let session: Session

    func execute() async throws -> CommandStatus {
        let console = session.console
        let whole = try Plan(scenario)
        let shard = options.shard
        let plan = try shard.map { try whole.shard($0.index, of: $0.count) } ?? whole
        let started = Date()
        let header = JournalHeader(
            scenario: scenario.name, scenarioText: scenario.resolvedText, machine: Machine.numerics,
            build: Machine.build, revision: Provenance.gitRevision(), workers: options.workers(for: scenario),
            started: started.formatted(.iso8601))
        let writer = try JournalWriter(
            folder: folder.path, shard: shard?.index ?? 0, of: shard?.count ?? 1, header: header)
        // Only now: the writer's lock keeps others from finishing cells that this journal does not show.
        let journal = try Journal(folder: folder.path)
        warnOfOthers(journal)

        let progress =
            output.quiet
            ? nil
            : ProgressReport(
                console: console, plan: plan, missing: plan.missing(from: journal), showsCells: output.verbose)
        let ticking = progress.map(startTicking)
        defer { ticking?.cancel() }
        let runner = Runner(workers: options.workers(for: scenario), stopsAtFirstFailure: options.failFast)
        let summary = try await runInterruptibly {
            let line = "interrupted: the current cells are finished first; once more to stop at once"
            if let progress { progress.say(line) } else { console.error(line) }
        } _: {
            try await runner.run(plan, journal: journal, writer: writer) {
                progress?.observe($0)
            }
        }
        progress?.finish()
        describe(summary)
        let failed = summary.counts[.failed] ?? 0
        if summary.remaining > 0 {
            console.error("\(summary.remaining) cells are left; to go on: \(continueCommand)")
            return failed > 0 && options.failFast ? .someCellsFailed : .interrupted
        }
        if let shard {
            if !output.quiet {
                console.error("shard \(shard.index)/\(shard.count) is done; when all are: \(folder.command("collect"))")
            }
            return failed > 0 ? .someCellsFailed : .success
        }
        return try ResultCollection(scenario: scenario, folder: folder, session: session).execute(
            output, started: started)
    }

    private var continueCommand: String {
        guard let shard = options.shard else { return folder.command("resume") }
        return "\(folder.command("resume")) --shard \(shard.index)/\(shard.count)"
    }

    /// Cells of another machine or build may differ in the last bits from what this one gives.
    private func warnOfOthers(_ journal: Journal) {
        func warn(_ what: String, _ recorded: [String], _ ours: String) {
            guard let other = Set(recorded).subtracting([ours]).min() else { return }
            session.console.error(
                "warning: earlier cells ran on another \(what) (\(other)); this one is \(ours): numbers may differ in the last bits"
            )
        }
        warn("machine", journal.headers.map(\.machine), Machine.numerics)
        warn("build", journal.headers.compactMap(\.build), Machine.build)
    }

    private func describe(_ summary: RunSummary) {
        for reason in summary.failures {
            let cell =
                reason.first.point.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + [reason.first.algorithm]
            session.console.error(
                "\(reason.count) failed (first: \(cell.joined(separator: " ")) trial \(reason.first.trial)): \(reason.message)"
            )
        }
        guard output.verbose else { return }
        for reason in summary.skips {
            session.console.error("\(reason.count) skipped (\(reason.first.algorithm)): \(reason.message)")
        }
    }
}
