import LacunaArrays

/// All cells of a scenario, in batches that share a draw: point by point in the order of the sweep, then by trial.
public struct Plan: Sendable {
    public let scenario: Scenario
    /// The family's complete parameters at every sweep point, row-major, last axis fastest.
    public let points: [ParameterValues]
    public let batches: [Batch]

    /// - Throws: `LacunaError` for an empty or contradictory scenario, or two methods that are the same.
    public init(_ scenario: Scenario) throws {
        try scenario.check()
        self.scenario = scenario
        points = try scenario.points()
        batches = try Self.batches(scenario, points: points)
    }

    private init(scenario: Scenario, points: [ParameterValues], batches: [Batch]) {
        self.scenario = scenario
        self.points = points
        self.batches = batches
    }

    public var cellCount: Int { batches.reduce(0) { $0 + $1.cells.count } }
    public var cells: some Sequence<Cell> { batches.lazy.flatMap(\.cells) }

    /// Cells per method, in the scenario's order: with seconds per cell of each, what the whole will take.
    public var cellsPerMethod: [(label: String, cells: Int)] {
        var counts = Array(repeating: 0, count: scenario.methods.count)
        for cell in cells { counts[cell.algorithm] += 1 }
        return zip(scenario.methods, counts).map { ($0.label, $1) }
    }

    /// Draws the first problem: a scenario whose problem cannot be drawn (a missing file, sizes that contradict each
    /// other) is refused before anything is written.
    /// - Throws: what the family throws.
    public func checkFirstDraw() throws {
        guard let batch = batches.first else { return }
        let randomness = Randomness(seed: scenario.seed, trial: batch.trial)
        _ = try scenario.family.draw(points[batch.point], randomness: randomness)
    }

    /// One batch in `count`, starting at batch `index`: interleaved, so that hard points spread over the shards.
    /// - Throws: `LacunaError` unless 0 <= index < count.
    public func shard(_ index: Int, of count: Int) throws -> Plan {
        guard count >= 1, (0..<count).contains(index) else {
            throw LacunaError(
                .value, "shard", "got \(index)/\(count); expected k/n with 0 <= k < n", remedy: "The first shard is 0/n"
            )
        }
        let kept = stride(from: index, to: batches.count, by: count).map { batches[$0] }
        return Plan(scenario: scenario, points: points, batches: kept)
    }

    /// A sample for an estimate of the cost: each method's first trial at the first and at the last of its points, the
    /// corners of the sweep, where sizes are smallest and largest.
    public var sample: Plan {
        var ends: [Int: (first: Batch, last: Batch)] = [:]
        for batch in batches where batch.trial == 0 {
            for cell in batch.cells { ends[cell.algorithm] = (ends[cell.algorithm]?.first ?? batch, batch) }
        }
        let kept = batches.compactMap { batch -> Batch? in
            let cells = batch.cells.filter { cell in
                ends[cell.algorithm].map { $0.first == batch || $0.last == batch } ?? false
            }
            return cells.isEmpty ? nil : Batch(point: batch.point, trial: batch.trial, cells: cells)
        }
        return Plan(scenario: scenario, points: points, batches: kept)
    }

    /// What is left to run: the cells without a result in the journal.
    public func missing(from journal: Journal) -> Plan {
        let left = batches.compactMap { batch -> Batch? in
            let cells = batch.cells.filter { journal.records[$0.id]?.status.isResult != true }
            return cells.isEmpty ? nil : Batch(point: batch.point, trial: batch.trial, cells: cells)
        }
        return Plan(scenario: scenario, points: points, batches: left)
    }

    /// (axis, value) of a point: its coordinates in the sweep.
    public func coordinates(of point: Int) -> [(axis: String, value: ParameterValue)] {
        scenario.axes.coordinates(of: point)
    }

    /// "snr_db=10 users=2": a point in messages and progress lines; empty for a scenario without a sweep.
    public func describe(point: Int) -> String {
        coordinates(of: point).map { "\($0.axis)=\($0.value)" }.joined(separator: " ")
    }

    private static func batches(_ scenario: Scenario, points: [ParameterValues]) throws -> [Batch] {
        var labels: [String: String] = [:]
        var batches: [Batch] = []
        for (point, parameters) in points.enumerated() {
            let hash = Cell.hash(family: scenario.family.name, parameters: parameters, seed: scenario.seed)
            let chosen = scenario.methods.indices.filter { scenario.runs(scenario.methods[$0], at: point) }
            for trial in 0..<scenario.trials {
                let cells = chosen.filter { trial < scenario.methods[$0].trials ?? scenario.trials }.map { algorithm in
                    let choice = scenario.methods[algorithm]
                    let id = Cell.id(
                        pointHash: hash, trial: trial, method: choice.method.name, options: choice.options)
                    return Cell(id: id, point: point, trial: trial, algorithm: algorithm)
                }
                for cell in cells {
                    let label = scenario.methods[cell.algorithm].label
                    if let other = labels.updateValue(label, forKey: cell.id) {
                        throw LacunaError(
                            .value, "methods of scenario '\(scenario.name)'",
                            "'\(other)' and '\(label)' are the same method with the same options",
                            remedy: "Remove one of them or change an option")
                    }
                }
                if !cells.isEmpty { batches.append(Batch(point: point, trial: trial, cells: cells)) }
            }
        }
        return batches
    }
}
