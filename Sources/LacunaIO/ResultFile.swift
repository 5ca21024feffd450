import LacunaArrays
import LacunaExperiment

/// `results.h5`: one experiment as plain HDF5 with dimension scales, which opens in xarray with named axes.
///
///     /                       attributes: schema, workers, and the provenance
///     /results/<axis>         coordinate; so are `algorithm` and `trial`
///     /results/<metric>       (axis…, algorithm, trial), NaN = no value; units, long_name, better; timing = 1 if taken by a clock
///     /results/status         (axis…, algorithm, trial), flag_values and flag_meanings
///     /curves/cost            (axis…, algorithm, iteration), median over trials; only if histories were recorded
///     /curves/cost_by_trial   (axis…, algorithm, trial, iteration), NaN after the last iteration
public struct ResultFile: Sendable {
    public var table: ResultTable
    public var provenance: Provenance

    static let schema: Int64 = 1
    private static let curves = "curves"
    private static let results = "results"

    public init(table: ResultTable, provenance: Provenance) {
        self.table = table
        self.provenance = provenance
    }

    /// Writes the file whole or not at all.
    /// - Throws: `LacunaError` (environment) if it cannot be written; (name) if an axis and a metric share a name.
    public func write(to path: String) throws {
        try HDF5File.write(to: path) { file in
            try file.setAttribute("schema", to: .integer(Self.schema))
            try file.setAttribute("workers", to: .integer(Int64(table.workers)))
            try provenance.write(to: file)
            let scales = try writeCoordinates(in: Self.results, of: file)
            for metric in table.metrics {
                let name = "\(Self.results)/\(metric.name)"
                try file.write(Tensor(dimensions: table.dimensions, storage: table.values[metric.name] ?? []), to: name)
                try file.setAttribute("units", of: name, to: .text(metric.unit))
                try file.setAttribute("long_name", of: name, to: .text(metric.longName))
                try file.setAttribute("better", of: name, to: .text(metric.better.rawValue))
                if metric.isTiming {
                    try file.setAttribute("timing", of: name, to: .integer(1))
                    if table.workers > 1 {
                        let comment = "measured beside other workers (\(table.workers) at once): not a clean timing"
                        try file.setAttribute("comment", of: name, to: .text(comment))
                    }
                }
                try file.attachScales(scales, to: name)
            }
            try writeStatus(scales, to: file)
            // HDF5 lists members by name; the table has an order of its own.
            try file.setAttribute("metrics", of: Self.results, to: .texts(table.metrics.map(\.name)))
            try writeCurves(to: file)
        }
    }

    /// Reads a file back.
    /// - Throws: `LacunaError` (file) if it is damaged or not a result file of Lacuna.
    public static func read(_ path: String) throws -> ResultFile {
        try HDF5File.read(path) { file in
            guard let found = try file.attribute("schema")?.asNumber, try file.contains("\(results)/status") else {
                throw LacunaError(.file, path, "is not a result file of Lacuna (no /results/status)")
            }
            guard found == Double(schema) else {
                throw LacunaError(.file, path, "has schema \(found), this version reads schema \(schema)")
            }
            return ResultFile(table: try readTable(from: file), provenance: try Provenance(readingFrom: file))
        }
    }

    // MARK: - Coordinates

    /// Writes the coordinates of (axis…, algorithm, trial) into a group and returns their paths in that order.
    private func writeCoordinates(in group: String, of file: HDF5File) throws -> [String] {
        var scales: [String] = []
        for axis in table.axes {
            let name = "\(group)/\(axis.name)"
            try axis.write(to: name, of: file)
            scales.append(name)
        }
        try file.write(table.algorithms, to: "\(group)/algorithm")
        try file.write((0..<table.trials).map(Int64.init), to: "\(group)/trial")
        scales += ["\(group)/algorithm", "\(group)/trial"]
        for scale in scales { try file.makeScale(scale, axis: String(scale.dropFirst(group.count + 1))) }
        return scales
    }

    private func writeStatus(_ scales: [String], to file: HDF5File) throws {
        let name = "\(Self.results)/status"
        try file.write(Tensor(dimensions: table.dimensions, storage: table.status.map(\.rawValue)), to: name)
        try file.setAttribute("flag_values", of: name, to: .integers(CellStatus.allCases.map { Int64($0.rawValue) }))
        let meanings = CellStatus.allCases.map(\.description).joined(separator: " ")
        try file.setAttribute("flag_meanings", of: name, to: .text(meanings))
        try file.attachScales(scales, to: name)
    }

    // MARK: - Curves

    private func writeCurves(to file: HDF5File) throws {
        let iterations = table.histories.map(\.count).max() ?? 0
        guard iterations > 0 else { return }
        let byTrial = table.histories.flatMap { $0 + Array(repeating: .nan, count: iterations - $0.count) }
        let scales = try writeCoordinates(in: Self.curves, of: file)
        let iteration = "\(Self.curves)/iteration"
        try file.write((1...Int64(iterations)).map { $0 }, to: iteration)
        try file.makeScale(iteration, axis: "iteration")

        let all = "\(Self.curves)/cost_by_trial"
        try file.write(Tensor(dimensions: table.dimensions + [iterations], storage: byTrial), to: all)
        try file.setAttribute("long_name", of: all, to: .text("cost after each iteration"))
        try file.attachScales(scales + [iteration], to: all)

        let median = "\(Self.curves)/cost"
        let dimensions = Array(table.dimensions.dropLast()) + [iterations]
        try file.write(Tensor(dimensions: dimensions, storage: medianHistories(iterations)), to: median)
        try file.setAttribute(
            "long_name", of: median,
            to: .text("median over trials of the cost after each iteration; a trial that has ended keeps its last cost")
        )
        try file.attachScales(scales.dropLast() + [iteration], to: median)
    }

    private func medianHistories(_ iterations: Int) -> [Double] {
        (0..<table.pointCount).flatMap { point in
            table.algorithms.indices.flatMap { algorithm in
                let curve = table.medianCost(point: point, algorithm: algorithm)
                return curve + Array(repeating: .nan, count: iterations - curve.count)
            }
        }
    }

    // MARK: - Reading

    private static func readTable(from file: HDF5File) throws -> ResultTable {
        let status = "\(results)/status"
        let scales = try file.scales(of: status)
        let names = scales.map { $0.map { String($0.split(separator: "/").last ?? "") } ?? "" }
        guard names.count >= 2, Array(names.suffix(2)) == ["algorithm", "trial"], !names.contains("") else {
            throw LacunaError(.file, file.place(status), "has the axes (\(names)), (axis…, algorithm, trial) expected")
        }
        let axes = try names.dropLast(2).map { try ResultTable.Axis(readingFrom: "\(results)/\($0)", of: file) }
        let codes = try file.read(UInt8.self, from: status)
        let trials = codes.dimensions.last ?? 0
        guard case .texts(let members)? = try file.attribute("metrics", of: results) else {
            throw LacunaError(.file, file.place(results), "has no attribute 'metrics', the list of its metrics")
        }
        let metrics = try members.map { name in
            func text(_ attribute: String) throws -> String? {
                try file.attribute(attribute, of: "\(results)/\(name)")?.asText
            }
            return ResultTable.Metric(
                name: name, longName: try text("long_name") ?? name, unit: try text("units") ?? "1",
                better: try text("better").flatMap(ResultTable.Metric.Better.init) ?? .lower,
                // Older files do not say it.
                isTiming: try name == "seconds" || file.attribute("timing", of: "\(results)/\(name)") != nil)
        }
        var table = ResultTable(
            axes: axes, algorithms: try file.readText(from: "\(results)/algorithm").storage, trials: trials,
            metrics: metrics)
        func check(_ name: String, _ dimensions: [Int]) throws {
            guard dimensions == table.dimensions else {
                throw LacunaError(
                    .file, file.place(name),
                    "is \(describeShape(dimensions)), \(describeShape(table.dimensions)) is expected")
            }
        }
        try check(status, codes.dimensions)
        table.status = try codes.storage.map { code in
            guard let status = CellStatus(rawValue: code) else {
                throw LacunaError(.file, file.place(status), "holds the unknown status \(code)")
            }
            return status
        }
        for metric in metrics {
            let values = try file.read(Double.self, from: "\(results)/\(metric.name)")
            try check("\(results)/\(metric.name)", values.dimensions)
            table.values[metric.name] = values.storage
        }
        table.workers = try file.attribute("workers")?.asNumber.flatMap(Int.init(exactly:)) ?? 1
        try readHistories(into: &table, from: file)
        return table
    }

    private static func readHistories(into table: inout ResultTable, from file: HDF5File) throws {
        let name = "\(curves)/cost_by_trial"
        guard try file.contains(name) else { return }
        let costs = try file.read(Double.self, from: name)
        guard costs.dimensions.dropLast().elementsEqual(table.dimensions), let iterations = costs.dimensions.last else {
            throw LacunaError(.file, file.place(name), "is \(describeShape(costs.dimensions)), the axes do not fit")
        }
        table.histories = (0..<table.cellCount).map { cell in
            let history = costs.storage[cell * iterations..<(cell + 1) * iterations]
            guard let last = history.lastIndex(where: { !$0.isNaN }) else { return [] }
            return Array(history[...last])
        }
    }
}
