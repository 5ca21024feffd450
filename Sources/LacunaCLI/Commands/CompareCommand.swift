import ArgumentParser
import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO

struct CompareCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare a run with published curves (JSON) or with a reference result (results.h5).",
        discussion: """
            Published curves: for each point, whether the published median lies in the 95 % interval of our median of as \
            many realisations. One in twenty lies outside by chance: verdicts do not change the exit code; it is 2 if \
            the curves hold for another problem than the run's. Of times the ratio is shown; they are not judged. Reference results: every number that differs; exit \
            code 1 if one does. The scenario's expectations ('expect') are checked too; exit code 1 if one is violated.
            """)

    @Argument(help: "Output folder of `lacuna run`.")
    var folder: String
    @Argument(
        help:
            "Published curves (.json) or reference results (.h5, or a run's folder); default: the scenario's published curves."
    )
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
    @Flag(help: "As JSON: points (against published curves), differences (from a reference), expectations.")
    var json = false

    func validate() throws {
        if !(tolerance >= 0) { throw ValidationError("--tolerance: got \(tolerance); expected a number of at least 0") }
        if minimumDraws < 1 { throw ValidationError("--minimum-draws: got \(minimumDraws); expected at least 1") }
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let folder = OutputFolder(path: folder)
        let scenario = try folder.readScenario(catalogue: session.catalogue)
        let plan = try Plan(scenario)
        let table = ResultTable(plan: plan, journal: try Journal(folder: folder.path))
        var report = Report(expectations: try table.check(expectationsOf: plan).map(ExpectationReport.init))
        var texts: [String] = []
        // Another run's folder stands for its results.
        let reference = reference.map { path in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            return exists && isFolder.boolValue ? OutputFolder(path: path).resultFile : path
        }
        if let reference, reference.hasSuffix(".h5") {
            let found = try differences(table, fromReference: reference)
            report.differences = found.map {
                .init(cell: $0.cell, quantity: $0.quantity, ours: $0.ours, reference: $0.reference)
            }
            texts.append(text(found, reference))
        } else if let published = try reference.map({ try PublishedCurves(file: $0) })
            ?? folder.readPublished(scenario)
        {
            try refuseAnotherProblem(scenario, published)
            let points = try compare(table, with: published)
            report.points = points.map(Report.Point.init)
            texts.append(
                PublishedComparisonText(
                    points, published: published, nuisanceAxis: nuisanceAxis(table, published),
                    minimumDraws: minimumDraws, choice: SummaryChoice(scenario)
                ).text)
        } else if scenario.expectations.isEmpty {
            throw LacunaError(
                .value, folder.path, "the scenario names neither published curves nor expectations",
                remedy: "Give a file: \(folder.command("compare")) FILE")
        }
        if !report.expectations.isEmpty { texts.append(report.expectations.text) }
        try session.console.print(json ? try jsonText(report) : texts.joined(separator: "\n\n"))
        let violated = report.expectations.violations
        for line in violated { session.console.error(line) }
        return violated.isEmpty && report.differences?.isEmpty ?? true ? .success : .someCellsFailed
    }

    /// What `--json` prints.
    fileprivate struct Report: Encodable {
        /// One per published point, where there are published curves.
        var points: [Point]?
        /// One per number that a reference result has otherwise.
        var differences: [Difference]?
        var expectations: [ExpectationReport]

        struct Point: Encodable {
            let metric, algorithm: String
            let x, published, ours, lower, upper: Double?
            let draws: Int
            let verdict: String
        }

        struct Difference: Encodable {
            let cell, quantity, ours, reference: String
        }
    }

    // MARK: Published curves

    private func refuseAnotherProblem(_ scenario: Scenario, _ published: PublishedCurves) throws {
        let differing = published.differences(from: scenario)
        guard !differing.isEmpty else { return }
        throw LacunaError(
            .value, folder, "the published curves hold for another problem: \(differing.joined(separator: ", "))",
            remedy: "Compare a run with the published parameters")
    }

    private func compare(_ table: ResultTable, with published: PublishedCurves) throws -> [PublishedComparison] {
        let inBoth = table.metrics.map(\.name).filter { metric in
            published.methods.values.contains { $0[metric] != nil }
        }
        let chosen = metrics.isEmpty ? inBoth : metrics
        let points = try chosen.flatMap {
            try table.compare(
                with: published, metric: $0, nuisanceAxis: nuisanceAxis(table, published), minimumDraws: minimumDraws)
        }
        guard !points.isEmpty else {
            throw LacunaError(
                .value, "published curves", "have no point in common with the run",
                remedy:
                    "Published: \(published.methods.keys.sorted().joined(separator: ", ")) against \(published.xName)")
        }
        return points
    }

    private func nuisanceAxis(_ table: ResultTable, _ published: PublishedCurves) -> String? {
        draws
            ?? table.axes.first {
                $0.name != published.xName && published.parameters[$0.name] == nil && $0.values.count > 1
            }?.name
    }

    // MARK: Reference results

    private func differences(_ table: ResultTable, fromReference path: String) throws -> [TableDifference] {
        let reference = try ResultFile.read(path).table
        return try table.differences(from: reference, relativeTolerance: tolerance).filter {
            metrics.isEmpty || metrics.contains($0.quantity)
        }
    }

    private func text(_ differences: [TableDifference], _ path: String) -> String {
        if differences.isEmpty { return "all numbers of \(path) are reproduced" }
        var lines = TextTable(["cell", "quantity", "ours", "reference"], leftColumns: [0, 1])
        for difference in differences {
            lines.append([difference.cell, difference.quantity, difference.ours, difference.reference])
        }
        return "\(lines.text)\n\n\(differences.count) numbers differ from \(path)"
    }
}

extension CompareCommand.Report.Point {
    fileprivate init(_ point: PublishedComparison) {
        func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
        self.init(
            metric: point.metric, algorithm: point.algorithm, x: point.x, published: finite(point.publishedMedian),
            ours: finite(point.ourMedian), lower: finite(point.interval.lower), upper: finite(point.interval.upper),
            draws: point.draws, verdict: point.verdict.text)
    }
}
