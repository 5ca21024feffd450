import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaScenarios

/// The whole IRS-MIMO study (Fig. 7): 50 realisations at 5 SNR on all cores, without the two slow baselines.
struct StudyBenchmark: Benchmark {
    var scenario = "wireless/he-joseph-2024-figure-7.yaml"
    /// What the study is cut to.
    var overrides = ["trials=50", "sweep.snr_db=[4, 8, 12, 16, 20]", "sweep.pilot_draw=[1]"]
    var excluded: Set = ["sbl", "pc-sbl"]

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        let workers = Machine.processors
        let reader = ScenarioReader(catalogue: settings.catalogue)
        let file = settings.scenarios + "/" + scenario
        var study = try reader.read(file: file, changes: ScenarioReader.Changes(overrides: overrides))
        study.methods.removeAll { excluded.contains($0.method.name) }
        let plan = try Plan(study)
        var group = BenchmarkGroup(
            name: "studies",
            title: "\(study.title), \(study.trials) trials, \(plan.points.count) points, \(workers) workers")
        guard settings.wants(study.name) else { return group }
        group.notes.append("methods: \(study.methods.map(\.label).joined(separator: ", "))")
        var seconds: [Double] = []
        for round in 1...settings.rounds {
            settings.progress("studies: \(study.name), \(plan.cellCount) cells, round \(round) of \(settings.rounds)")
            let (time, summary) = try await time(plan, study, workers: workers)
            seconds.append(time)
            if let failure = summary.failures.first {
                group.notes.append("\(failure.count) cells failed: \(failure.message)")
            }
        }
        group.rows.append(BenchmarkRow("\(study.name), \(plan.cellCount) cells", seconds))
        return group
    }

    /// Draws, solves, scores and journals every cell, in a temporary folder.
    private func time(_ plan: Plan, _ study: Scenario, workers: Int) async throws -> (Double, RunSummary) {
        let files = FileManager.default
        let folder = files.temporaryDirectory.path + "/lacuna-bench-\(UUID().uuidString)"
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw LacunaError(
                .environment, folder, "the temporary folder cannot be made", remedy: "Set TMPDIR to another")
        }
        defer { try? files.removeItem(atPath: folder) }
        let began = ContinuousClock.now
        let header = JournalHeader(
            scenario: study.name, scenarioText: study.resolvedText, machine: "", workers: workers,
            started: Date().formatted(.iso8601))
        let writer = try JournalWriter(folder: folder, header: header)
        let summary = try await Runner(workers: workers).run(plan, journal: Journal(), writer: writer)
        return ((ContinuousClock.now - began).seconds, summary)
    }
}
