import Foundation
import LacunaExperiment

/// The table that a run ends with: for each metric one block, points down, algorithms across.
func summaryText(_ table: ResultTable, of scenario: Scenario) throws -> String {
    let choice = SummaryChoice(scenario)
    var blocks: [String] = []
    for metric in choice.metrics {
        let statistics = try table.statistics(of: metric.metric.name, pooling: choice.pooledAxes, resamples: 0)
        let axes = statistics.axes
        let names = axes.map { $0.unit.isEmpty ? $0.name : "\($0.name) [\($0.unit)]" }
        var text = TextTable(names + statistics.algorithms, leftColumns: [])
        let points = axes.reduce(1) { $0 * $1.values.count }
        for point in 0..<points {
            let numbers = statistics.algorithms.indices.map {
                metric.text(statistics.entry(point: point, algorithm: $0))
            }
            text.append(axes.coordinates(of: point).map(\.value.description) + numbers)
        }
        var title = "\(metric.title) over \(statistics.trialCounts().text(noun: "trial"))"
        if metric.metric.isTiming, table.workers > 1 {
            title +=
                " (measured beside \(table.workers - 1) other worker\(table.workers > 2 ? "s" : ""); for clean times use --timing)"
        }
        blocks.append(title + "\n" + text.text)
    }
    return (blocks + scenario.notes.map { "Note: \($0)" }).joined(separator: "\n\n")
}

/// The same as JSON, with intervals and quartiles.
struct SummaryReport: Encodable {
    struct Row: Encodable {
        let point: [String: String]
        let algorithm: String
        let count: Int
        let missing: Int
        let mean: Double?
        let median: Double?
        let lowerQuartile: Double?
        let upperQuartile: Double?
        let meanInterval: [Double]?
        let medianInterval: [Double]?
    }

    struct Block: Encodable {
        let metric: String
        let unit: String
        let better: String
        let rows: [Row]
    }

    let scenario: String
    let output: String
    /// Cells by status.
    let cells: [String: Int]
    let trials: Int
    let workers: Int
    let pooledAxes: [String]
    let metrics: [Block]
    let figures: [String]
    let expectations: [ExpectationReport]

    init(
        _ table: ResultTable, of scenario: Scenario, output: String, figures: [String],
        expectations: [ExpectationReport] = []
    ) throws {
        let choice = SummaryChoice(scenario)
        self.scenario = scenario.name
        self.output = output
        self.figures = figures
        self.expectations = expectations
        cells = Dictionary(table.status.map { ($0.description, 1) }, uniquingKeysWith: +)
        trials = table.trials
        workers = table.workers
        pooledAxes = choice.pooledAxes
        metrics = try choice.metrics.map { metric in
            let statistics = try table.statistics(of: metric.metric.name, pooling: choice.pooledAxes)
            let points = statistics.axes.reduce(1) { $0 * $1.values.count }
            var rows: [Row] = []
            for point in 0..<points {
                let coordinates = Dictionary(
                    uniqueKeysWithValues: statistics.axes.coordinates(of: point).map { ($0.axis, $0.value.description) }
                )
                for (algorithm, label) in statistics.algorithms.enumerated() {
                    rows.append(Row(coordinates, label, statistics.entry(point: point, algorithm: algorithm)))
                }
            }
            return Block(
                metric: metric.metric.name, unit: metric.metric.unit, better: metric.metric.better.rawValue, rows: rows)
        }
    }
}

extension SummaryReport.Row {
    init(_ point: [String: String], _ algorithm: String, _ statistics: Statistics) {
        // JSON has no NaN: a missing number is left out.
        func number(_ value: Double) -> Double? { value.isFinite ? value : nil }
        func interval(_ interval: Interval) -> [Double]? {
            interval.lower.isFinite && interval.upper.isFinite ? [interval.lower, interval.upper] : nil
        }
        self.init(
            point: point, algorithm: algorithm, count: statistics.count, missing: statistics.missing,
            mean: number(statistics.mean), median: number(statistics.median),
            lowerQuartile: number(statistics.lowerQuartile), upperQuartile: number(statistics.upperQuartile),
            meanInterval: interval(statistics.meanInterval), medianInterval: interval(statistics.medianInterval))
    }
}

/// JSON for scripts: keys sorted, one object.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
