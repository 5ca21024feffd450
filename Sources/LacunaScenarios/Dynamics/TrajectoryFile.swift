import LacunaDynamics
import LacunaExperiment
import LacunaIO

/// Trajectories from a table: the header names times, states and inputs.
public struct TrajectoryFile: Sendable {
    public let trajectories: [Trajectory]
    /// How the file was understood, where that took a decision.
    public let notes: [String]

    /// Columns that are not states, and what to do where numbers are missing.
    public struct Columns: Sendable {
        /// nil: the column `t` or `time`, if there is one.
        public var time: String?
        /// Of a number that tells trajectories apart.
        public var trajectory: String?
        public var inputs: [String]
        /// Between samples, of a file without times.
        public var step: Double?
        /// Leaves out samples with missing numbers; a trajectory ends before and another begins after them.
        public var dropsMissing: Bool

        public init(
            time: String? = nil, trajectory: String? = nil, inputs: [String] = [], step: Double? = nil,
            dropsMissing: Bool = false
        ) {
            self.time = time
            self.trajectory = trajectory
            self.inputs = inputs
            self.step = step
            self.dropsMissing = dropsMissing
        }
    }

    /// - Throws: `LacunaError` (file) with the line: columns that are not there, no states, missing numbers, times that do not ascend.
    public static func read(_ path: String, columns: Columns = Columns()) throws -> TrajectoryFile {
        try TrajectoryFile(TableFile.read(path), columns)
    }

    init(_ table: TableFile, _ columns: Columns) throws {
        let path = table.path
        let timeName = columns.time ?? ["t", "time"].first(where: table.names.contains)
        if timeName != nil && columns.step != nil {
            throw LacunaError(
                .value, "--step", "\(path) has times in '\(timeName ?? "")'", remedy: "Leave the step out")
        }
        guard timeName != nil || columns.step != nil else {
            throw LacunaError(
                .file, path, "has no column 't' or 'time'",
                remedy: "Name the column of times (--time-column) or give the step (--step)")
        }
        let special = [timeName, columns.trajectory].compactMap { $0 } + columns.inputs
        if let twice = special.enumerated().first(where: { special.firstIndex(of: $0.element) != $0.offset }) {
            throw LacunaError(.name, path, "the column '\(twice.element)' is named for two purposes")
        }
        for name in special { _ = try table.column(name) }
        let stateNames = table.names.filter { !special.contains($0) }
        guard !stateNames.isEmpty else { throw LacunaError(.file, path, "has no column of states") }
        let states = try stateNames.map { try table.column($0) }
        let inputs = try columns.inputs.map { try table.column($0) }
        let groups = try columns.trajectory.map { try table.column($0) }
        let times = try timeName.map { try table.column($0) }
        var parts: [[Int]] = [], dropped = 0, isBroken = true
        for row in 0..<table.rowCount {
            let named = zip(
                [timeName, columns.trajectory].compactMap { $0 } + stateNames + columns.inputs,
                ([times, groups].compactMap { $0 } + states + inputs).map { $0[row] })
            if let missing = named.first(where: { !$0.1.isFinite }) {
                guard columns.dropsMissing, missing.1.isNaN else {
                    throw LacunaError(
                        .file, "\(path), line \(table.lines[row])",
                        missing.1.isNaN ? "'\(missing.0)' is missing" : "'\(missing.0)' is \(missing.1)",
                        remedy: "Leave such samples out (--drop-missing); trajectories are split there")
                }
                dropped += 1
                isBroken = true
                continue
            }
            if isBroken || groups.map({ $0[row] != $0[parts[parts.count - 1][0]] }) == true {
                parts.append([row])
            } else {
                parts[parts.count - 1].append(row)
            }
            isBroken = false
            if let times, let before = parts[parts.count - 1].dropLast().last, !(times[row] > times[before]) {
                throw LacunaError(
                    .file, "\(path), line \(table.lines[row])",
                    "time \(times[row]) does not come after \(times[before])",
                    remedy: "Sort the rows, or name the column that tells trajectories apart (--trajectory-column)")
            }
        }
        guard !parts.isEmpty else { throw LacunaError(.file, path, "has no row without missing numbers") }
        trajectories = try parts.map { rows in
            try Trajectory(
                variables: stateNames,
                times: rows.enumerated().map { times?[$0.element] ?? Double($0.offset) * (columns.step ?? 1) },
                states: Matrix(rows: rows.count, columns: states.count) { states[$1][rows[$0]] },
                inputNames: columns.inputs,
                inputs: Matrix(rows: rows.count, columns: inputs.count) { inputs[$1][rows[$0]] })
        }
        notes =
            dropped > 0
            ? ["\(path): \(dropped) rows with missing numbers were left out, \(parts.count) trajectories are left"] : []
    }
}
