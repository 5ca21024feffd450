import ArgumentParser
import LacunaArrays
import LacunaExperiment
import LacunaIO

struct CompareCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare a run with published curves (JSON) or with a reference result (results.h5).",
        discussion: """
            Published curves: for each point, whether the published median lies in the 95 % interval of our median of as \
            many realisations. Reference results: every number that differs; exit code 1 if one does.
            """)

    @Argument(help: "Output folder of `lacuna run`.")
    var folder: String
    @Argument(help: "Published curves (.json) or reference results (.h5); default: the scenario's published curves.")
    var reference: String?
    @Option(name: .customLong("metric"), help: "Compare only this metric (repeatable).")
    var metrics: [String] = []
    @Option(
        help: "Axis of repeated draws that the authors drew once (default: the axis besides x with several values).")
    var draws: String?
    @Option(help: "Draws that a comparison with published medians needs.")
    var minimumDraws = 20
    @Option(help: "Relative difference that reference results may have; 0: equal bits.")
    var tolerance = 0.0
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        if !(tolerance >= 0) { throw ValidationError("--tolerance: got \(tolerance); expected a number of at least 0") }
        if minimumDraws < 1 { throw ValidationError("--minimum-draws: got \(minimumDraws); expected at least 1") }
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let folder = OutputFolder(path: folder)
        let scenario = try folder.readScenario(catalogue: session.catalogue)
        let table = ResultTable(plan: try Plan(scenario), journal: try Journal(folder: folder.path))
        if let reference, reference.hasSuffix(".h5") {
            return try compare(table, withReference: reference, session.console)
        }
        let published = try reference.map { try PublishedCurves(file: $0) } ?? folder.readPublished(scenario)
        guard let published else {
            throw LacunaError(
                .value, folder.path, "the scenario names no published curves",
                remedy: "Give a file: \(folder.command("compare")) FILE")
        }
        return try compare(table, with: published, session.console)
    }

    // MARK: Published curves

    private struct Row: Encodable {
        let metric, algorithm: String
        let x, published, ours, lower, upper: Double?
        let draws: Int
        let verdict: String
    }

    private func compare(_ table: ResultTable, with published: PublishedCurves, _ console: Console) throws
        -> CommandStatus
    {
        let inBoth = table.metrics.map(\.name).filter { metric in
            published.methods.values.contains { $0[metric] != nil }
        }
        let chosen = metrics.isEmpty ? inBoth : metrics
        let nuisance = draws ?? table.axes.first { $0.name != published.xName && $0.values.count > 1 }?.name
        var rows: [PublishedComparison] = []
        for metric in chosen {
            rows += try table.compare(
                with: published, metric: metric, nuisanceAxis: nuisance, minimumDraws: minimumDraws)
        }
        guard !rows.isEmpty else {
            throw LacunaError(
                .value, "published curves", "have no point in common with the run",
                remedy:
                    "Published: \(published.methods.keys.sorted().joined(separator: ", ")) against \(published.xName)")
        }
        func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
        let encoded = rows.map { row in
            Row(
                metric: row.metric, algorithm: row.algorithm, x: row.x, published: finite(row.publishedMedian),
                ours: finite(row.ourMedian), lower: finite(row.interval.lower), upper: finite(row.interval.upper),
                draws: row.draws, verdict: text(row.verdict))
        }
        if json {
            try console.print(try jsonText(encoded))
            return .success
        }
        var lines = TextTable(
            ["metric", "algorithm", published.xName, "published", "ours", "95 % interval", "draws", "verdict"],
            leftColumns: [0, 1, 7])
        for row in rows {
            let interval = "\(readable(row.interval.lower)) to \(readable(row.interval.upper))"
            lines.append([
                row.metric, row.algorithm, readable(row.x), readable(row.publishedMedian), readable(row.ourMedian),
                interval, "\(row.draws)", text(row.verdict),
            ])
        }
        let title =
            "published medians of \(published.realisations) realisations against the 95 % interval of ours (same number, one draw)"
        try console.print("\(title)\n\(lines.text)\n\n\(totals(rows))\nPublished: \(published.source)")
        return .success
    }

    private func text(_ verdict: PublishedComparison.Verdict) -> String {
        switch verdict {
        case .inside: "inside"
        case .outside: "OUTSIDE"
        case .tooFewDraws: "too few draws"
        }
    }

    /// "svd-krosbl nmse: 5 of 5 inside".
    private func totals(_ rows: [PublishedComparison]) -> String {
        var order: [String] = []
        var groups: [String: [PublishedComparison]] = [:]
        for row in rows {
            let key = "\(row.algorithm) \(row.metric)"
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(row)
        }
        let lines = order.map { key in
            let group = groups[key] ?? []
            let few = group.filter { $0.verdict == .tooFewDraws }
            if let row = few.first {
                return
                    "\(key): \(few.count) of \(group.count) not judged (\(row.draws) draws, \(minimumDraws) are asked for)"
            }
            return "\(key): \(group.count { $0.verdict == .inside }) of \(group.count) inside"
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Reference results

    private struct Difference: Encodable {
        let cell, quantity, ours, reference: String
    }

    private func compare(_ table: ResultTable, withReference path: String, _ console: Console) throws -> CommandStatus {
        let reference = try ResultFile.read(path).table
        let found = try table.differences(from: reference, relativeTolerance: tolerance).filter {
            metrics.isEmpty || metrics.contains($0.quantity)
        }
        if json {
            try console.print(
                try jsonText(
                    found.map {
                        Difference(cell: $0.cell, quantity: $0.quantity, ours: $0.ours, reference: $0.reference)
                    }))
        } else if found.isEmpty {
            try console.print("all numbers of \(path) are reproduced")
        } else {
            var lines = TextTable(["cell", "quantity", "ours", "reference"], leftColumns: [0, 1])
            for difference in found {
                lines.append([difference.cell, difference.quantity, difference.ours, difference.reference])
            }
            try console.print("\(lines.text)\n\n\(found.count) numbers differ from \(path)")
        }
        return found.isEmpty ? .success : .someCellsFailed
    }
}
