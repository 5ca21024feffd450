import LacunaDynamics
import LacunaExperiment
import LacunaIO

/// Trajectories from a table: the header names times, states and inputs.
public struct TrajectoryFile: Sendable {
    public let trajectories: [Trajectory]
    /// The number of each in the column that tells trajectories apart, 1 without one; pieces of one trajectory share it.
    public let groupOf: [Double]
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

    /// Pieces between missing numbers that are shorter are left out.
    static let shortest = 3

    /// - Throws: `LacunaError` (file) with the line: columns that are not there, no states, missing numbers, times that do not ascend.
    public static func read(_ path: String, columns: Columns = Columns()) throws -> TrajectoryFile {
        try TrajectoryFile(TableFile.read(path), columns)
    }

    init(trajectories: [Trajectory], groupOf: [Double], notes: [String]) {
        self.trajectories = trajectories
        self.groupOf = groupOf
        self.notes = notes
    }

    /// An orbit of a named system from its usual start, with its usual step and length.
    /// - Parameter withInputs: what pushes it, if anything does, is an input.
    public init(_ system: StandardSystem, withInputs: Bool = false) throws {
        var orbit = try system.trajectory()
        if withInputs, let driven = try system.system() as? any DrivenSystem {
            orbit = try orbit.withInputs(of: driven)
        }
        self.init(trajectories: [orbit], groupOf: [1], notes: [])
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
        var parts: [(group: Double, rows: [Int])] = [], dropped = 0, isBroken = true
        var groupStarts: [Double: Int] = [:], closed: Set<Double> = []
        for row in 0..<table.rowCount {
            func refuse(_ problem: String, _ remedy: String?) -> LacunaError {
                LacunaError(.file, "\(path), line \(table.lines[row])", problem, remedy: remedy)
            }
            if let times, let name = timeName, !times[row].isFinite {
                throw refuse("the time '\(name)' is \(times[row].isNaN ? "missing" : "\(times[row])")", nil)
            }
            let named = zip(
                [columns.trajectory].compactMap { $0 } + stateNames + columns.inputs,
                ([groups].compactMap { $0 } + states + inputs).map { $0[row] })
            if let infinite = named.first(where: { $0.1.isInfinite }) {
                throw refuse("'\(infinite.0)' is \(infinite.1)", nil)
            }
            if let missing = named.first(where: { $0.1.isNaN }) {
                guard columns.dropsMissing else {
                    throw refuse(
                        "'\(missing.0)' is missing",
                        "Leave such samples out (--drop-missing); trajectories are split there")
                }
                dropped += 1
                isBroken = true
                continue
            }
            let group = groups?[row] ?? 1
            if let last = parts.last, last.group != group {
                closed.insert(last.group)
                isBroken = true
            }
            if closed.contains(group) {
                throw refuse(
                    "rows of trajectory \(group) are not together", "Sort the rows by '\(columns.trajectory ?? "")'")
            }
            if groupStarts[group] == nil { groupStarts[group] = row }
            if isBroken { parts.append((group, [])) }
            isBroken = false
            if let times, let before = parts[parts.count - 1].rows.last, !(times[row] > times[before]) {
                throw refuse(
                    "time \(times[row]) does not come after \(times[before])",
                    "Sort the rows, or name the column that tells trajectories apart (--trajectory-column)")
            }
            parts[parts.count - 1].rows.append(row)
        }
        let whole = parts.count
        // Derivatives and windows need some samples in a row.
        if columns.dropsMissing { parts.removeAll { $0.rows.count < Self.shortest } }
        let tooShort = whole - parts.count
        guard !parts.isEmpty else {
            throw LacunaError(.file, path, "has no \(Self.shortest) rows in a row without missing numbers")
        }
        groupOf = parts.map(\.group)
        trajectories = try parts.map { group, rows in
            try Trajectory(
                variables: stateNames,
                times: rows.map { times?[$0] ?? Double($0 - (groupStarts[group] ?? 0)) * (columns.step ?? 1) },
                states: Matrix(rows: rows.count, columns: states.count) { states[$1][rows[$0]] },
                inputNames: columns.inputs,
                inputs: Matrix(rows: rows.count, columns: inputs.count) { inputs[$1][rows[$0]] })
        }
        var notes: [String] = []
        if dropped > 0 {
            notes.append(
                "\(path): \(dropped) rows with missing numbers were left out, \(parts.count) trajectories are left")
        }
        if tooShort > 0 {
            notes.append("\(path): \(tooShort) pieces of fewer than \(Self.shortest) samples were left out")
        }
        self.notes = notes
    }
}
