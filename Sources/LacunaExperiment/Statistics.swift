import LacunaArrays

/// What the trials of one algorithm at one point say about a metric.
public struct Statistics: Hashable, Sendable {
    /// Trials with a number.
    public let count: Int
    /// Trials that were run and have none (failed, skipped, or diverged without a score).
    public let missing: Int
    /// Groups with a number.
    public let groups: Int
    public let mean: Double
    public let median: Double
    public let lowerQuartile: Double
    public let upperQuartile: Double
    /// 95 % intervals by bootstrap.
    public let meanInterval: Interval
    public let medianInterval: Interval

    /// Summarises the numbers, which come in one group per draw (`Bootstrap`). NaN throughout if there are none.
    public init(_ groups: [[Double]], missing: Int = 0, resamples: Int = 2000, stream: RandomStream) {
        let sorted = groups.flatMap { $0 }.sorted()
        count = sorted.count
        self.missing = missing
        self.groups = groups.count { !$0.isEmpty }
        mean = sorted.isEmpty ? .nan : sorted.reduce(0, +) / Double(sorted.count)
        median = quantile(0.5, ofSorted: sorted)
        lowerQuartile = quantile(0.25, ofSorted: sorted)
        upperQuartile = quantile(0.75, ofSorted: sorted)
        var stream = stream
        (meanInterval, medianInterval) = Bootstrap(resamples: resamples).intervals(of: groups, stream: &stream)
    }
}

/// Statistics of one metric at every point of the axes that are not pooled, for every algorithm.
public struct StatisticsTable: Sendable {
    public let metric: ResultTable.Metric
    public let axes: [ResultTable.Axis]
    public let algorithms: [String]
    public let pooledAxes: [String]
    /// Row-major over (axis…, algorithm), last index fastest.
    public let entries: [Statistics]

    public func entry(point: Int, algorithm: Int) -> Statistics { entries[point * algorithms.count + algorithm] }
}

extension ResultTable {
    /// Statistics over the trials and over the axes named in `pooled` (a draw of pilots, say). The intervals are
    /// deterministic: their stream is keyed by metric, algorithm and point.
    /// - Throws: `LacunaError` for a metric or an axis that the table does not have.
    public func statistics(
        of metric: String, pooling pooled: [String] = [], resamples: Int = 2000
    ) throws -> StatisticsTable {
        let description = try self.metric(metric)
        let numbers = values[metric] ?? []
        let points = try groupedPoints(pooling: pooled)
        var entries: [Statistics] = []
        for point in points.groups {
            for algorithm in algorithms.indices {
                var missing = 0
                let groups = point.members.map { member in
                    (0..<trials).compactMap { trial -> Double? in
                        let index = index(point: member, algorithm: algorithm, trial: trial)
                        if numbers[index].isNaN, status[index] != .notRun { missing += 1 }
                        return numbers[index].isNaN ? nil : numbers[index]
                    }
                }
                let identity = [("purpose", "bootstrap"), ("metric", metric), ("algorithm", algorithms[algorithm])]
                let stream = RandomStream(identity + point.coordinates)
                entries.append(Statistics(groups, missing: missing, resamples: resamples, stream: stream))
            }
        }
        return StatisticsTable(
            metric: description, axes: points.axes, algorithms: algorithms, pooledAxes: pooled, entries: entries)
    }

    func metric(_ name: String) throws -> Metric {
        guard let metric = metrics.first(where: { $0.name == name }) else {
            throw LacunaError(
                .name, "metric '\(name)'", "not in the result table",
                remedy: knownNamesRemedy(for: name, among: metrics.map(\.name)))
        }
        return metric
    }

    func axis(_ name: String) throws -> Axis {
        guard let axis = axes.first(where: { $0.name == name }) else {
            throw LacunaError(
                .name, "axis '\(name)'", "not an axis of the result table",
                remedy: knownNamesRemedy(for: name, among: axes.map(\.name)))
        }
        return axis
    }

    /// The points of the axes that are kept, each with the full points that pool into it, in row-major order.
    func groupedPoints(
        pooling pooled: [String]
    ) throws -> (axes: [Axis], groups: [(coordinates: [(name: String, value: String)], members: [Int])]) {
        for name in pooled { _ = try axis(name) }
        var groups: [(coordinates: [(name: String, value: String)], members: [Int])] = []
        var position: [[String]: Int] = [:]
        for point in 0..<pointCount {
            let kept = axes.coordinates(of: point).filter { !pooled.contains($0.axis) }
            let key = kept.map(\.value.description)
            if let group = position[key] {
                groups[group].members.append(point)
            } else {
                position[key] = groups.count
                groups.append((kept.map { ($0.axis, $0.value.description) }, [point]))
            }
        }
        return (axes.filter { !pooled.contains($0.name) }, groups)
    }
}

/// 10 log10 of a ratio of powers, in dB; -infinity for 0.
public func decibels(_ ratio: Double) -> Double {
    10 * Double.log10(ratio)
}
