import Foundation
import LacunaArrays
import LacunaExperiment
import Synchronization
import Testing

@Suite struct RunnerTests {
    @Test(arguments: [(1, 3), (1, 7), (2, 1), (3, 1), (2, 7)])
    func numbersDoNotDependOnWorkersOrShards(workers: Int, shards: Int) async throws {
        let reference = try await withTemporaryFolder { try await runToy(toyScenario(), folder: $0).table }
        #expect(reference.status.allSatisfy { $0 == .done })
        let table = try await withTemporaryFolder { folder in
            try await runToy(toyScenario(), folder: folder, workers: workers, shards: shards).table
        }
        #expect(table.bits == reference.bits)
        #expect(table.workers == workers)
    }

    /// Stop after some cells, tear the last line, resume with other workers and shards: nothing is lost or run twice.
    @Test(arguments: [1, 2, 5, 17, 47])
    func stopAndResume(after cells: Int) async throws {
        let scenario = try toyScenario()
        let reference = try await withTemporaryFolder { try await runToy(scenario, folder: $0).table }
        try await withTemporaryFolder { folder in
            let running = RunningTask()
            let (gate, opener) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                for await _ in gate { break }
                return try await runToy(scenario, folder: folder, workers: 2) { event in
                    if case .cellFinished(_, _, let finished, _) = event, finished == cells { running.cancel() }
                }.summaries[0]
            }
            running.set { task.cancel() }
            opener.yield()
            let summary = try await task.value
            let ran = summary.counts.values.reduce(0, +)
            // Each worker may finish the cell it was in.
            #expect(ran >= cells && ran <= cells + 1)
            #expect(summary.remaining == reference.cellCount - ran)

            let path = folder + "/journal-0-of-1.jsonl"
            let journal = try Data(contentsOf: URL(fileURLWithPath: path))
            try journal.dropLast(20).write(to: URL(fileURLWithPath: path))
            let resumed = try await runToy(scenario, folder: folder, shards: 3)
            #expect(resumed.summaries.reduce(0) { $0 + ($1.counts[.done] ?? 0) } == reference.cellCount - ran + 1)
            #expect(resumed.table.bits == reference.bits)
            let again = try await runToy(scenario, folder: folder)
            #expect(again.summaries[0].counts.isEmpty && again.table.bits == reference.bits)
        }
    }

    /// The statuses of methods that fail, diverge, skip or run out of time; none stops another.
    @Test func statuses() async throws {
        let methods = try [
            ToyMethod("fails", .throwsError), ToyMethod("nan", .returnsNaN), ToyMethod("diverges", .reportsDivergence),
            ToyMethod("skips", .skips), ToyMethod("late", .runsOutOfTime), ToyMethod("cancelled", .isCancelled),
            ToyMethod("works"),
        ].map { try $0.choice() }
        let scenario = try toyScenario(snr: [10], draws: [1], methods: methods, trials: 2)
        try await withTemporaryFolder { folder in
            let (table, summaries) = try await runToy(scenario, folder: folder, workers: 2)
            let expected: [CellStatus] = [.failed, .diverged, .diverged, .skipped, .timeLimit, .interrupted, .done]
            #expect(table.status == expected.flatMap { [$0, $0] })
            let errors = try #require(table.values["error"])
            #expect(errors[0].isNaN && errors[2].isNaN && errors[6].isNaN)
            // Every method saw the same draw, and a diverged estimate that is finite is scored.
            for algorithm in [2, 4, 5] {
                let start = table.index(point: 0, algorithm: algorithm, trial: 0)
                #expect(Array(errors[start..<start + 2]) == Array(errors[12..<14]))
            }
            #expect(summaries[0].failures.map(\.message) == ["fails: cannot go on"])
            #expect(summaries[0].failures.map(\.count) == [2])
            #expect(summaries[0].skips.map(\.message) == ["needs complex data"])

            // Where it diverged, in one line, of the method that says it.
            let places = try Journal(folder: folder).records.values.filter { $0.status == .diverged }
            #expect(places.allSatisfy { $0.message == ($0.algorithm == "diverges" ? "at step 3 (epoch 1)" : nil) })
            #expect(places.count == 4)

            // Only failed and interrupted cells run again.
            let again = try await runToy(scenario, folder: folder).summaries[0]
            #expect(again.counts == [.failed: 2, .interrupted: 2])
        }
    }

    @Test func failingDrawFailsItsBatchOnly() async throws {
        let scenario = try toyScenario(given: ["fails_at_trial": .integer(1)])
        try await withTemporaryFolder { folder in
            let (table, summaries) = try await runToy(scenario, folder: folder)
            for index in table.status.indices { #expect(table.status[index] == (index % 4 == 1 ? .failed : .done)) }
            #expect(summaries[0].failures.map(\.message) == ["toy draw: this trial fails"])
        }
    }

    @Test func stopsAtFirstFailureIfAsked() async throws {
        let methods = [try ToyMethod("works").choice(), try ToyMethod("fails", .throwsError).choice()]
        try await withTemporaryFolder { folder in
            let summary = try await runToy(toyScenario(methods: methods), folder: folder, stopsAtFirstFailure: true)
                .summaries[0]
            #expect(summary.counts == [.done: 1, .failed: 1])
            #expect(summary.remaining == 46)
        }
    }

    /// Streams are keyed by values: what surrounds a cell in the sweep does not touch its numbers.
    @Test func otherPointsDoNotMatter() async throws {
        let table = try await withTemporaryFolder { try await runToy(toyScenario(), folder: $0).table }
        let wider = try await withTemporaryFolder { folder in
            try await runToy(
                toyScenario(snr: [20, 5, 10, 0], draws: [9, 2, 1], trials: 6, reversedAxes: true), folder: folder
            )
            .table
        }
        for snr in [0.0, 10, 20] {
            for draw in [1.0, 2] {
                for algorithm in table.algorithms {
                    for trial in 0..<4 {
                        let point = ["snr_db": snr, "pilot_draw": draw]
                        let first = try #require(table.number("error", at: point, algorithm: algorithm, trial: trial))
                        #expect(first == wider.number("error", at: point, algorithm: algorithm, trial: trial))
                    }
                }
            }
        }
    }

    @Test func events() async throws {
        let events = Mutex<[RunEvent]>([])
        try await withTemporaryFolder { folder in
            try await runToy(toyScenario(), folder: folder, workers: 3) { event in events.withLock { $0.append(event) }
            }
        }
        var counts: [Int] = []
        var started = 0
        var completed: [Int: Int] = [:]
        for event in events.withLock({ $0 }) {
            switch event {
            case .started(let finished, let total): #expect(finished == 0 && total == 48)
            case .cellStarted: started += 1
            case .cellFinished(_, _, let finished, _): counts.append(finished)
            case .pointCompleted(let point, let records): completed[point] = records.count
            }
        }
        #expect(started == 48 && counts == Array(1...48))
        #expect(completed == Dictionary(uniqueKeysWithValues: (0..<6).map { ($0, 8) }))
    }

    @Test func histories() async throws {
        let scenario = try toyScenario(snr: [0], draws: [1], recordsHistory: true)
        let table = try await withTemporaryFolder { try await runToy(scenario, folder: $0).table }
        #expect(table.histories == Array(repeating: [2, 1], count: 8))
        #expect(table.medianCost(point: 0, algorithm: 1) == [2, 1])
    }

    /// A file-size limit stops the run with one error; what was journalled until then is whole and resumes.
    @Test func fileSizeLimit() async throws {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 4000, rlim_max: 4000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            try await withTemporaryFolder { folder in
                let error = await #expect(throws: LacunaError.self) {
                    try await runToy(toyScenario(), folder: folder, workers: 2)
                }
                #expect(error?.kind == .environment)
                #expect(error?.description.contains("cannot write the journal (File too large)") == true)
                let journal = try Journal(folder: folder)
                #expect(journal.unreadableLines == 0)
                #expect(journal.records.count > 5)
            }
        }
    }
}

/// The task that an observer cancels.
private final class RunningTask: Sendable {
    private let stop = Mutex<(@Sendable () -> Void)?>(nil)
    func set(_ action: @escaping @Sendable () -> Void) { stop.withLock { $0 = action } }
    func cancel() { stop.withLock { $0 }?() }
}
