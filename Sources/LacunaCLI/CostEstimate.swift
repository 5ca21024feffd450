import LacunaArrays
import LacunaExperiment

/// What a plan will take, from a few of its cells that were run: counts times measured seconds.
struct CostEstimate: Encodable {
    struct Part: Encodable {
        /// A method's label, or "(draws)": drawing the problems, once for all methods.
        let name: String
        /// Cells of the method, or draws.
        let count: Int
        /// Of one cell, at each measured point: wall-clock time of solving and scoring.
        var secondsPerCell: [Double] = []
        /// Resident memory of the process while a cell ran, at its highest.
        var peakBytes: Int?
        /// Why a measured cell gave no ordinary result: it failed, was skipped, diverged.
        var note: String?

        /// Of all cells: as the fastest, and as the slowest that was measured.
        var seconds: [Double] {
            [secondsPerCell.min(), secondsPerCell.max()].map { ($0 ?? 0) * Double(count) }
        }
    }

    let workers: Int
    let shards: Int
    private(set) var parts: [Part]
    /// Lower and higher estimate of the time from start to end, of each shard if there are several.
    let seconds: [Double]
    /// Of the process with all its workers.
    let memoryBytes: Int?

    /// Runs the cells of `sample`.
    init(measuring sample: Plan, of plan: Plan, workers: Int, shards: Int) {
        // As in a run, where parallelism is across cells.
        setBLASThreads(1)
        var draws = Part(name: "(draws)", count: plan.batches.count)
        var parts = plan.cellsPerMethod.map { Part(name: $0.label, count: $0.cells) }
        PeakMemory.reset()
        let resident = PeakMemory.bytes
        for batch in sample.batches {
            PeakMemory.reset()
            var began = ContinuousClock.now
            let run = BatchRun(batch, of: sample, workers: 1)
            draws.secondsPerCell.append((ContinuousClock.now - began).seconds)
            draws.notePeak()
            for cell in batch.cells {
                PeakMemory.reset()
                began = .now
                let record = run.record(of: cell)
                parts[cell.algorithm].secondsPerCell.append((ContinuousClock.now - began).seconds)
                parts[cell.algorithm].notePeak()
                if record.status != .done {
                    parts[cell.algorithm].note = "\(record.status)" + (record.message.map { ": \($0)" } ?? "")
                }
            }
        }
        self.parts = [draws] + parts
        self.workers = workers
        self.shards = shards
        let all = self.parts
        seconds = [0, 1].map { end in
            all.reduce(0) { $0 + $1.seconds[end] } / Double(min(workers * shards, max(1, plan.batches.count)))
        }
        let peak = all.compactMap(\.peakBytes).max()
        memoryBytes = resident.flatMap { resident in peak.map { resident + workers * max(0, $0 - resident) } }
    }

    var text: String {
        var table = TextTable(["method", "cells", "per cell", "all cells", "peak MB", ""], leftColumns: [0, 5])
        for part in parts {
            table.append([
                part.name, "\(part.count)", Self.range(part.secondsPerCell), Self.range(part.seconds),
                part.peakBytes.map(Self.megabytes) ?? "-", part.note ?? "",
            ])
        }
        let place = "\(workers) worker\(workers == 1 ? "" : "s")" + (shards > 1 ? " in each of \(shards) shards" : "")
        return """
            \(table.text)
            on \(place): \(Self.range(seconds)), \(memoryBytes.map(Self.megabytes) ?? "-") MB
            estimated from the first trial at the first and the last point; the memory includes the program's own
            """
    }

    /// "1.2 ms to 3.4 ms", in the order of size.
    private static func range(_ seconds: [Double]) -> String {
        guard let low = seconds.min(), let high = seconds.max() else { return "-" }
        let texts = [low, high].map(duration)
        return texts[0] == texts[1] ? texts[0] : texts.joined(separator: " to ")
    }

    private static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<60: durationText(seconds)
        case ..<3600: "\(readable(seconds / 60, digits: 2)) min"
        default: "\(readable(seconds / 3600, digits: 3)) h"
        }
    }

    private static func megabytes(_ bytes: Int) -> String { "\(Int((Double(bytes) / 1e6).rounded(.up)))" }
}

extension CostEstimate.Part {
    fileprivate mutating func notePeak() {
        guard let bytes = PeakMemory.bytes else { return }
        peakBytes = max(peakBytes ?? 0, bytes)
    }
}
