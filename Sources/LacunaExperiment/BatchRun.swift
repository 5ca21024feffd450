import LacunaArrays
import LacunaSolvers

/// The draw that a batch's cells share, and how each of them turns into a record.
public struct BatchRun {
    private let plan: Plan
    private let workers: Int
    private let point: [String: String]
    private let drawn: Result<DrawnProblem, any Error>

    /// Draws the problem; a draw that throws fails the batch's cells.
    public init(_ batch: Batch, of plan: Plan, workers: Int) {
        self.plan = plan
        self.workers = workers
        point = Dictionary(
            uniqueKeysWithValues: plan.coordinates(of: batch.point).map { ($0.axis, $0.value.description) })
        let randomness = Randomness(seed: plan.scenario.seed, trial: batch.trial)
        drawn = Result { try plan.scenario.family.draw(plan.points[batch.point], randomness: randomness) }
    }

    /// Solves and scores a cell.
    public func record(of cell: Cell) -> JournalRecord {
        let choice = plan.scenario.methods[cell.algorithm]
        let ending = ending(
            of: choice, masks: plan.scenario.subjects(.masks, of: cell), views: plan.scenario.subjects(.views, of: cell)
        )
        return JournalRecord(
            id: cell.id, algorithm: choice.label, point: point, trial: cell.trial, status: ending.status,
            metrics: ending.metrics, message: ending.message, workers: workers, history: ending.history,
            masks: ending.masks, curves: ending.curves)
    }

    private struct Ending {
        var status: CellStatus
        var metrics: [String: Double] = [:]
        var message: String?
        var history: [Double]?
        var masks: [RecordedMask]?
        var curves: [RecordedCurve]?
    }

    private func ending(
        of choice: Scenario.MethodChoice, masks arrays: Set<String>, views: Set<String>
    ) -> Ending {
        do {
            let drawn = try drawn.get()
            if let reason = choice.method.reasonToSkip(drawn.problem, options: choice.options) {
                return Ending(status: .skipped, message: oneLine(reason))
            }
            let limits = SolveLimits(
                seconds: plan.scenario.timeLimit, recordsHistory: plan.scenario.recordsHistory)
            let outcome = try choice.method.run(drawn.problem, options: choice.options, limits: limits)
            var ending = try score(outcome, of: drawn)
            if !arrays.isEmpty, ending.status != .diverged {
                let masks = try drawn.masks(outcome.estimate, arrays)
                if !masks.isEmpty { ending.masks = masks }
            }
            if !views.isEmpty, ending.status != .diverged {
                let curves = try drawn.curves(outcome.estimate, views)
                if !curves.isEmpty { ending.curves = curves }
            }
            return ending
        } catch {
            return Ending(status: .failed, message: oneLine("\(error)"))
        }
    }

    private func score(_ outcome: Outcome, of drawn: DrawnProblem) throws -> Ending {
        let report = outcome.report
        var ending = Ending(status: CellStatus(report.reason))
        if !report.history.isEmpty { ending.history = report.history }
        do {
            ending.metrics = try drawn.score(outcome.estimate)
        } catch  where ending.status == .diverged {
            // An estimate that overflowed may well have no score; that it diverged says why.
            ending.message = oneLine("\(error)")
        }
        if let place = outcome.divergence { ending.message = oneLine(place) }
        for (name, value) in ending.metrics where !value.isFinite {
            ending.metrics[name] = .nan
            ending.status = .diverged
        }
        ending.metrics["seconds"] = report.seconds
        ending.metrics["iterations"] = Double(report.iterations)
        return ending
    }

    /// Messages end up in one line of a journal, a table and a terminal.
    private func oneLine(_ message: String) -> String {
        message.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

extension CellStatus {
    /// How a cell ended whose solve stopped for this reason.
    init(_ reason: StopReason) {
        switch reason {
        case .converged, .iterationLimit, .closedForm: self = .done
        case .timeLimit: self = .timeLimit
        case .diverged: self = .diverged
        case .cancelled: self = .interrupted
        }
    }
}
