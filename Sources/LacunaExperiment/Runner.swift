import LacunaArrays
import Synchronization

/// Runs the missing cells of a plan on several workers and journals each as it finishes.
///
/// Results do not depend on the number of workers: a cell is a function of its draw and its method, and inside a cell
/// everything runs on one thread. A cell that throws, diverges or does not apply never stops the others.
///
/// Cancelling the task that awaits `run` is the first Ctrl-C: each worker finishes its current cell, and the run returns
/// with what is left to `resume`.
public struct Runner: Sendable {
    /// Batches that run at once; more than the machine has cores brings nothing.
    public var workers: Int
    /// Stop at the first cell that fails.
    public var stopsAtFirstFailure: Bool

    public init(workers: Int = 1, stopsAtFirstFailure: Bool = false) {
        self.workers = max(1, workers)
        self.stopsAtFirstFailure = stopsAtFirstFailure
    }

    /// - Parameters:
    ///   - plan: the whole plan or one shard of it; cells with a result in `journal` are not run again.
    ///   - observe: told of each event; calls come from the workers, one at a time.
    /// - Throws: `LacunaError` if the journal cannot be written: the cells journalled until then are safe.
    public func run(
        _ plan: Plan, journal: Journal, writer: JournalWriter,
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunSummary {
        let missing = plan.missing(from: journal)
        let progress = RunProgress(plan: plan, journal: journal, missing: missing, observe: observe)
        let queue = BatchQueue(missing.batches)
        // More would make the bits of a product depend on what else runs.
        setBLASThreads(1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(workers, max(1, missing.batches.count)) {
                group.addTask {
                    do {
                        try work(on: queue, of: plan, writer: writer, progress: progress)
                    } catch {
                        queue.close()
                        throw error
                    }
                }
            }
            try await group.waitForAll()
        }
        try writer.synchronize()
        return progress.summary
    }

    /// One worker: takes batches until none is left or the run is to stop.
    private func work(on queue: BatchQueue, of plan: Plan, writer: JournalWriter, progress: RunProgress) throws {
        while let batch = queue.next() {
            let run = BatchRun(batch, of: plan, workers: workers)
            for cell in batch.cells {
                if Task.isCancelled { queue.close() }
                if queue.isClosed { return }
                progress.started(cell)
                let record = run.record(of: cell)
                try writer.append(record)
                progress.finished(cell, record)
                if stopsAtFirstFailure, record.status == .failed { queue.close() }
            }
        }
    }
}

/// The batches that no worker has taken yet.
private final class BatchQueue: Sendable {
    private let batches: [Batch]
    private let taken = Atomic(0)
    private let closed = Atomic(false)

    init(_ batches: [Batch]) { self.batches = batches }

    var isClosed: Bool { closed.load(ordering: .relaxed) }

    func close() { closed.store(true, ordering: .relaxed) }

    func next() -> Batch? {
        guard !isClosed else { return nil }
        let position = taken.add(1, ordering: .relaxed).oldValue
        return position < batches.count ? batches[position] : nil
    }
}
