import LacunaArrays

/// One number of a reference table that ours does not reproduce.
public struct TableDifference: Hashable, Sendable {
    /// "snr_db=10 svd-krosbl trial 3".
    public let cell: String
    /// The metric, or "status".
    public let quantity: String
    public let ours: String
    public let reference: String
}

extension ResultTable {
    /// The numbers of `reference` that this table does not hold, cell by cell; empty if it reproduces all of them. Cells
    /// that the reference did not run, or that only this table has, are not compared.
    /// - Parameters:
    ///   - relativeTolerance: 0 asks for equal bits (up to NaN = NaN and 0 = -0).
    ///   - ignoring: metrics that are not compared besides timings, which differ from run to run.
    /// - Throws: `LacunaError` if the axes have other names, or a point, algorithm or metric of the reference is missing.
    public func differences(
        from reference: ResultTable, relativeTolerance: Double = 0, ignoring: Set<String> = []
    ) throws -> [TableDifference] {
        let ourPoints = try pointPositions(matching: reference)
        let compared = reference.metrics.filter { !$0.isTiming }.map(\.name).filter { !ignoring.contains($0) }
        for metric in compared { _ = try self.metric(metric) }
        guard reference.trials <= trials else {
            throw LacunaError(
                .shape, "trials of the result table", "got \(trials); expected at least \(reference.trials)")
        }
        let ourAlgorithms = try reference.algorithms.map(algorithmPosition)
        var differences: [TableDifference] = []
        for point in 0..<reference.pointCount {
            for algorithm in reference.algorithms.indices {
                for trial in 0..<reference.trials {
                    let theirs = reference.index(point: point, algorithm: algorithm, trial: trial)
                    guard reference.status[theirs] != .notRun else { continue }
                    let ours = index(point: ourPoints[point], algorithm: ourAlgorithms[algorithm], trial: trial)
                    var pairs = [("status", "\(status[ours])", "\(reference.status[theirs])")]
                    pairs = pairs.filter { $0.1 != $0.2 }
                    for metric in compared {
                        guard let mine = values[metric]?[ours], let wanted = reference.values[metric]?[theirs] else {
                            continue
                        }
                        if !agrees(mine, wanted, relativeTolerance) { pairs.append((metric, "\(mine)", "\(wanted)")) }
                    }
                    let coordinates = reference.axes.coordinates(of: point).map { "\($0.axis)=\($0.value)" }
                    let cell = coordinates + [reference.algorithms[algorithm], "trial \(trial)"]
                    differences += pairs.map { quantity, mine, wanted in
                        TableDifference(
                            cell: cell.joined(separator: " "), quantity: quantity, ours: mine, reference: wanted)
                    }
                }
            }
        }
        return differences
    }

    private func algorithmPosition(_ label: String) throws -> Int {
        guard let position = algorithms.firstIndex(of: label) else {
            throw LacunaError(
                .name, "algorithm '\(label)'", "not in the result table",
                remedy: knownNamesRemedy(for: label, among: algorithms))
        }
        return position
    }

    private func agrees(_ first: Double, _ second: Double, _ relativeTolerance: Double) -> Bool {
        if first == second || (first.isNaN && second.isNaN) { return true }
        guard first.isFinite, second.isFinite else { return false }
        return abs(first - second) <= relativeTolerance * max(abs(first), abs(second))
    }

    /// Our position of each point of the reference: axes by name (in any order), values by their canonical text.
    private func pointPositions(matching reference: ResultTable) throws -> [Int] {
        let names = Set(axes.map(\.name))
        guard names == Set(reference.axes.map(\.name)) else {
            throw LacunaError(
                .shape, "axes of the result table",
                "got \(axes.map(\.name).joined(separator: ", ")); expected \(reference.axes.map(\.name).joined(separator: ", "))"
            )
        }
        let key = { (coordinates: [(axis: String, value: ParameterValue)]) in
            coordinates.sorted { $0.axis < $1.axis }.map { "\($0.axis)=\($0.value)" }
        }
        var positions: [[String]: Int] = [:]
        for point in 0..<pointCount { positions[key(axes.coordinates(of: point))] = point }
        return try (0..<reference.pointCount).map { point in
            let wanted = key(reference.axes.coordinates(of: point))
            guard let position = positions[wanted] else {
                throw LacunaError(.shape, "result table", "has no point \(wanted.joined(separator: " "))")
            }
            return position
        }
    }
}
