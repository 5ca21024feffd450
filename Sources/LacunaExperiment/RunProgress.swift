import Synchronization

/// What an observer of a run is told.
public enum RunEvent: Sendable {
    /// Before the first cell: how many of the plan's cells have a result already.
    case started(finished: Int, total: Int)
    /// A worker begins a cell.
    case cellStarted(Cell)
    /// A cell was run and journalled; `finished` counts the plan's cells that are not to be run any more.
    case cellFinished(Cell, JournalRecord, finished: Int, total: Int)
    /// The last cell of a sweep point was run: records of all its cells, earlier runs' included, in the plan's order.
    case pointCompleted(point: Int, records: [JournalRecord])
}

/// How a run went.
public struct RunSummary: Hashable, Sendable {
    /// Cells of this run by status.
    public var counts: [CellStatus: Int] = [:]
    /// Reasons of failed cells, each with its number and the first cell, most frequent first.
    public var failures: [Reason] = []
    /// Reasons of skipped cells.
    public var skips: [Reason] = []
    /// Cells of the plan that were not run because the run was cancelled or stopped at a failure.
    public var remaining = 0

    public struct Reason: Hashable, Sendable {
        public let message: String
        public var count: Int
        /// The first cell with this message.
        public let first: JournalRecord
    }
}

/// Counts what the workers finish and tells the observer, one call at a time.
final class RunProgress: Sendable {
    private struct State {
        var finished: Int
        var ran = 0
        var summary = RunSummary()
        var leftAtPoint: [Int: Int] = [:]
        var records: [String: JournalRecord]
    }

    private let plan: Plan
    private let total: Int
    private let missing: Int
    private let cellsAtPoint: [Int: [String]]
    private let observe: @Sendable (RunEvent) -> Void
    private let state: Mutex<State>

    init(plan: Plan, journal: Journal, missing: Plan, observe: @escaping @Sendable (RunEvent) -> Void) {
        self.plan = plan
        self.observe = observe
        total = plan.cellCount
        self.missing = missing.cellCount
        var cellsAtPoint: [Int: [String]] = [:]
        for cell in plan.cells { cellsAtPoint[cell.point, default: []].append(cell.id) }
        self.cellsAtPoint = cellsAtPoint
        var state = State(finished: total - self.missing, records: [:])
        for cell in plan.cells { state.records[cell.id] = journal.records[cell.id] }
        for batch in missing.batches { state.leftAtPoint[batch.point, default: 0] += batch.cells.count }
        self.state = Mutex(state)
        observe(.started(finished: total - self.missing, total: total))
    }

    func started(_ cell: Cell) { state.withLock { _ in observe(.cellStarted(cell)) } }

    func finished(_ cell: Cell, _ record: JournalRecord) {
        state.withLock { state in
            state.finished += 1
            state.ran += 1
            state.summary.counts[record.status, default: 0] += 1
            state.records[cell.id] = record
            if let message = record.message {
                if record.status == .failed { Self.count(message, record, in: &state.summary.failures) }
                if record.status == .skipped { Self.count(message, record, in: &state.summary.skips) }
            }
            observe(.cellFinished(cell, record, finished: state.finished, total: total))
            let left = (state.leftAtPoint[cell.point] ?? 1) - 1
            state.leftAtPoint[cell.point] = left
            if left == 0 {
                let records = (cellsAtPoint[cell.point] ?? []).compactMap { state.records[$0] }
                observe(.pointCompleted(point: cell.point, records: records))
            }
        }
    }

    var summary: RunSummary {
        state.withLock { state in
            var summary = state.summary
            summary.remaining = missing - state.ran
            summary.failures.sort { ($0.count, $1.message) > ($1.count, $0.message) }
            summary.skips.sort { ($0.count, $1.message) > ($1.count, $0.message) }
            return summary
        }
    }

    private static func count(_ message: String, _ record: JournalRecord, in reasons: inout [RunSummary.Reason]) {
        if let index = reasons.firstIndex(where: { $0.message == message }) {
            reasons[index].count += 1
        } else {
            reasons.append(RunSummary.Reason(message: message, count: 1, first: record))
        }
    }
}
