import Foundation
import LacunaExperiment

/// How a scenario's numbers are summed up in rows and tables: as its figures do it, so that a table and its picture agree.
struct SummaryChoice: Sendable {
    struct Metric: Sendable {
        let metric: ResultTable.Metric
        let statistic: Scenario.Figure.Statistic
        let isInDecibels: Bool

        /// "nmse [dB], median".
        var title: String {
            let unit = isInDecibels ? " [dB]" : metric.unit == "1" || metric.unit.isEmpty ? "" : " [\(metric.unit)]"
            return "\(metric.name)\(unit), \(statistic.rawValue)"
        }

        func text(_ statistics: Statistics) -> String {
            text(statistic == .mean ? statistics.mean : statistics.median)
        }

        /// A value as measured, in decibels where the metric is shown in them.
        func text(_ value: Double) -> String { isInDecibels ? decibelText(decibels(value)) : readable(value) }
    }

    let metrics: [Metric]
    /// Axes that no figure shows: repeated draws, over which the figures pool.
    let pooledAxes: [String]

    init(_ scenario: Scenario) {
        metrics = scenario.tableMetrics.map { metric in
            let figure = scenario.figures.first { $0.y == metric.name }
            return Metric(metric: metric, statistic: figure?.statistic ?? .mean, isInDecibels: figure?.scale == .dB)
        }
        let shown = scenario.figures.flatMap { [$0.x] + $0.at.keys }
        let hasFigure = scenario.axes.contains { shown.contains($0.name) }
        pooledAxes = hasFigure ? scenario.axes.map(\.name).filter { !shown.contains($0) } : []
    }

    /// One line for a completed sweep point: the first metric of every algorithm.
    func row(point: String, records: [JournalRecord]) -> String {
        guard let choice = metrics.first else { return point }
        var order: [String] = []
        var numbers: [String: [Double]] = [:]
        for record in records {
            if numbers[record.algorithm] == nil { order.append(record.algorithm) }
            let value = record.metrics[choice.metric.name] ?? .nan
            numbers[record.algorithm, default: []] += value.isFinite ? [value] : []
        }
        let parts = order.map { algorithm in "\(algorithm) \(describe(numbers[algorithm] ?? [], choice))" }
        let seconds = records.compactMap { $0.metrics["seconds"] }.reduce(0, +)
        let place = point.isEmpty ? "" : "\(point)  "
        return "\(place)\(choice.title): \(parts.joined(separator: ", "))  (\(readable(seconds, digits: 3)) s)"
    }

    /// The statistic, with the half-width of the 95 % interval where it is a mean of several numbers.
    private func describe(_ numbers: [Double], _ choice: Metric) -> String {
        guard !numbers.isEmpty else { return "-" }
        let count = Double(numbers.count)
        let mean = numbers.reduce(0, +) / count
        if choice.statistic == .median {
            return choice.text(quantile(0.5, ofSorted: numbers.sorted()))
        }
        if choice.isInDecibels { return choice.text(mean) }
        guard numbers.count > 1 else { return readable(mean) }
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return "\(readable(mean)) ± \(readable(1.96 * (variance / count).squareRoot(), digits: 2))"
    }
}
