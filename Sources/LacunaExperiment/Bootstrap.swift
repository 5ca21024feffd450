import LacunaArrays

/// A range of numbers with both ends included; NaN ends where there were no numbers.
public struct Interval: Hashable, Sendable {
    public let lower: Double
    public let upper: Double

    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

/// Percentile bootstrap of the mean and the median, for numbers in groups: trials of one draw of pilots, say, share
/// what that draw does to all of them, so draws are resampled first and trials within each.
///
/// Source: Davison, Hinkley, "Bootstrap Methods and their Application", 1997, sections 2.4 and 3.8.
public struct Bootstrap: Hashable, Sendable {
    public var resamples: Int
    /// Groups in a resample; nil: as many as there are.
    public var groups: Int?
    /// Numbers from each chosen group; nil: as many as it has.
    public var perGroup: Int?

    public init(resamples: Int = 2000, groups: Int? = nil, perGroup: Int? = nil) {
        self.resamples = max(1, resamples)
        self.groups = groups
        self.perGroup = perGroup
    }

    /// 95 % intervals: the 2.5 and 97.5 percentiles over the resamples. Empty groups are left out.
    /// Cost: O(numbers in a resample + numbers) for each resample.
    public func intervals(of groups: [[Double]], stream: inout RandomStream) -> (mean: Interval, median: Interval) {
        let ranked = RankedGroups(groups.filter { !$0.isEmpty })
        guard !ranked.sorted.isEmpty else {
            let none = Interval(lower: .nan, upper: .nan)
            return (none, none)
        }
        var means: [Double] = []
        var medians: [Double] = []
        var counts = Array(repeating: 0, count: ranked.sorted.count)
        for _ in 0..<resamples {
            for rank in counts.indices { counts[rank] = 0 }
            let (sum, drawn) = resample(ranked, counts: &counts, stream: &stream)
            means.append(sum / Double(drawn))
            medians.append(ranked.median(counts: counts, drawn: drawn))
        }
        return (Self.central95(means), Self.central95(medians))
    }

    /// Draws one resample: how often each number was taken, and the sum of them.
    private func resample(
        _ ranked: RankedGroups, counts: inout [Int], stream: inout RandomStream
    ) -> (sum: Double, drawn: Int) {
        var sum = 0.0
        var drawn = 0
        for _ in 0..<(groups ?? ranked.ranks.count) {
            let group = ranked.ranks[stream.integer(below: ranked.ranks.count)]
            for _ in 0..<(perGroup ?? group.count) {
                let rank = group[stream.integer(below: group.count)]
                counts[rank] += 1
                sum += ranked.sorted[rank]
                drawn += 1
            }
        }
        return (sum, drawn)
    }

    private static func central95(_ values: [Double]) -> Interval {
        let sorted = values.sorted()
        return Interval(lower: quantile(0.025, ofSorted: sorted), upper: quantile(0.975, ofSorted: sorted))
    }
}

/// All numbers in order, and each group as positions in it: a resample's median is then found by counting, not sorting.
private struct RankedGroups {
    let sorted: [Double]
    let ranks: [[Int]]

    init(_ groups: [[Double]]) {
        let values = groups.flatMap { $0 }
        let order = values.indices.sorted { values[$0] < values[$1] }
        var rankOf = Array(repeating: 0, count: values.count)
        for (rank, index) in order.enumerated() { rankOf[index] = rank }
        sorted = order.map { values[$0] }
        var start = 0
        ranks = groups.map { group in
            defer { start += group.count }
            return Array(rankOf[start..<start + group.count])
        }
    }

    func median(counts: [Int], drawn: Int) -> Double {
        var below = 0
        var lower: Double?
        for (rank, count) in counts.enumerated() where count > 0 {
            below += count
            if lower == nil, below > (drawn - 1) / 2 { lower = sorted[rank] }
            if let lower, below > drawn / 2 { return (lower + sorted[rank]) / 2 }
        }
        return .nan
    }
}

/// The p-quantile of sorted numbers by linear interpolation (numpy's default); NaN for none.
public func quantile(_ p: Double, ofSorted sorted: [Double]) -> Double {
    guard let last = sorted.indices.last else { return .nan }
    let position = p * Double(last)
    let below = min(Int(position), last)
    let above = min(below + 1, last)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
}
