import Dispatch
import Foundation
import LacunaExperiment
import Synchronization

/// What a run tells while it goes, on the standard error: one line that a terminal rewrites (elsewhere a new line every
/// ten seconds), and a permanent row for each sweep point that completes.
final class ProgressReport: Sendable {
    private struct State {
        var finished = 0
        var total = 0
        /// Cells of this run: the others cost no time.
        var ran = 0
        var failed = 0
        /// In the order in which they were begun.
        var running: [(cell: Cell, since: ContinuousClock.Instant)] = []
        var time: TimeLeft
        var seenFailures: Set<String> = []
        var lastLine: ContinuousClock.Instant
        /// Length of the line on the terminal that is to be overwritten.
        var shown = 0
    }

    private let console: Console
    private let plan: Plan
    private let summary: SummaryChoice
    private let showsCells: Bool
    private let began = ContinuousClock.now
    private let state: Mutex<State>

    init(console: Console, plan: Plan, missing: Plan, showsCells: Bool) {
        self.console = console
        self.plan = plan
        self.showsCells = showsCells
        summary = SummaryChoice(plan.scenario)
        state = Mutex(State(time: TimeLeft(missing.cells.map(\.algorithm)), lastLine: .now))
    }

    func observe(_ event: RunEvent) {
        state.withLock { state in
            switch event {
            case .started(let finished, let total):
                (state.finished, state.total) = (finished, total)
                if finished > 0 { say("\(finished) of \(total) cells are finished already", &state) }
            case .cellStarted(let cell):
                state.running.append((cell, .now))
                // Here and not at its end, when nothing may be running.
                tick(&state)
            case .cellFinished(let cell, let record, let finished, let total):
                (state.finished, state.total) = (finished, total)
                state.ran += 1
                if let index = state.running.firstIndex(where: { $0.cell.id == cell.id }) {
                    let began = state.running.remove(at: index).since
                    state.time.finished(cell.algorithm, seconds: (ContinuousClock.now - began) / .seconds(1))
                }
                let name = name(cell)
                if showsCells {
                    let seconds = readable(record.metrics["seconds"] ?? .nan, digits: 3)
                    let place = record.status == .diverged ? record.message.map { ": \($0)" } ?? "" : ""
                    say("\(name) trial \(record.trial): \(record.status)\(place), \(seconds) s", &state)
                }
                if record.status == .failed {
                    state.failed += 1
                    let message = record.message ?? "failed"
                    // The first of each kind at once; all are counted at the end.
                    if state.seenFailures.insert(message).inserted {
                        say("failed: \(name) trial \(record.trial): \(message)", &state)
                    }
                }
            case .pointCompleted(let point, let records):
                say(summary.row(point: plan.describe(point: point), records: records), &state)
            }
        }
    }

    /// Called by a timer too, so that slow cells don't look like a hang.
    func tick() { state.withLock { tick(&$0) } }

    /// Ends the rewritten line.
    func finish() { state.withLock { erase(&$0) } }

    /// A permanent line.
    func say(_ line: String) { state.withLock { say(line, &$0) } }

    private func tick(_ state: inout State) {
        let interval: Duration = console.isTerminal ? .milliseconds(200) : .seconds(10)
        guard .now - state.lastLine >= interval else { return }
        state.lastLine = .now
        let line = line(state)
        if console.isTerminal {
            let blanks = String(repeating: " ", count: max(0, state.shown - line.count))
            console.writeError("\r" + line + blanks)
            state.shown = line.count
        } else {
            console.error(line)
        }
    }

    private func say(_ line: String, _ state: inout State) {
        erase(&state)
        console.error(line)
    }

    private func erase(_ state: inout State) {
        guard state.shown > 0 else { return }
        console.writeError("\r" + String(repeating: " ", count: state.shown) + "\r")
        state.shown = 0
    }

    private func line(_ state: State) -> String {
        let elapsed = (ContinuousClock.now - began) / .seconds(1)
        let rate = elapsed > 0 ? Double(state.ran) / elapsed : 0
        let left = state.time.left(elapsed: elapsed).map(clockText) ?? "unknown"
        let filled = state.total > 0 ? 10 * state.finished / state.total : 0
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 10 - filled)
        let line =
            "[\(bar)] \(state.finished)/\(state.total) cells  \(state.failed) failed  \(running(state))"
            + "ETA \(left)  \(readable(rate, digits: 3)) cells/s"
        // A line that wraps could not be rewritten.
        return console.isTerminal ? String(line.prefix(terminalWidth - 1)) : line
    }

    private func name(_ cell: Cell) -> String {
        let point = plan.describe(point: cell.point)
        return (point.isEmpty ? "" : point + " ") + plan.scenario.methods[cell.algorithm].label
    }

    /// "snr_db=4 sbl and 1 more  ": the cell that has run longest first.
    private func running(_ state: State) -> String {
        guard let first = state.running.first else { return "" }
        return name(first.cell) + (state.running.count > 1 ? " and \(state.running.count - 1) more  " : "  ")
    }

    private var terminalWidth: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
        return Int(size.ws_col)
    }
}

/// The time that a run still takes: cells of one method are taken to be alike.
struct TimeLeft: Sendable {
    private var missing: [Int: Int] = [:]
    private var seconds: [Int: Double] = [:]
    private var ran: [Int: Int] = [:]

    /// - Parameter cells: the method of each cell that is to be run.
    init(_ cells: [Int]) { missing = Dictionary(cells.map { ($0, 1) }, uniquingKeysWith: +) }

    mutating func finished(_ method: Int, seconds: Double) {
        missing[method, default: 0] -= 1
        self.seconds[method, default: 0] += seconds
        ran[method, default: 0] += 1
    }

    /// nil while a method that is still to run has finished no cell. Draws and other workers count by the time elapsed.
    func left(elapsed: Double) -> Double? {
        var ahead = 0.0
        for (method, count) in missing where count > 0 {
            guard let seconds = seconds[method], let ran = ran[method] else { return nil }
            ahead += Double(count) * seconds / Double(ran)
        }
        let spent = seconds.values.reduce(0, +)
        return spent > 0 ? elapsed * ahead / spent : 0
    }
}

/// Calls `tick` of a report every second until it is cancelled.
func startTicking(_ report: ProgressReport) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler { report.tick() }
    timer.resume()
    return timer
}
