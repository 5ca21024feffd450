/// How many trials are behind the numbers of each algorithm: slow ones get fewer, and that must be said of any average.
public struct TrialCounts: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let algorithm: String
        /// The least and the most trials with a number at any point that has some.
        public let trials: ClosedRange<Int>
        /// The most groups of trials (values of the pooled axes) at a point.
        public let groups: Int

        public init(algorithm: String, trials: ClosedRange<Int>, groups: Int = 1) {
            self.algorithm = algorithm
            self.trials = trials
            self.groups = groups
        }
    }

    /// Algorithms with a number somewhere.
    public let entries: [Entry]
    /// The pooled axes; empty: trials are not in groups.
    public let pooledAxes: [String]

    public init(_ entries: [Entry], pooledAxes: [String] = []) {
        self.entries = entries
        self.pooledAxes = pooledAxes
    }

    /// "200 trials from 4 values of pilot_draw (sbl, pc-sbl: 5 from 1)"; what most algorithms have comes first.
    public func text(noun: String) -> String {
        var algorithms: [Amount: [String]] = [:]
        var order: [Amount] = []
        for entry in entries {
            let amount = Amount(trials: entry.trials, groups: entry.groups)
            if algorithms[amount] == nil { order.append(amount) }
            algorithms[amount, default: []].append(entry.algorithm)
        }
        func isLess(_ first: Amount, _ second: Amount) -> Bool {
            let sizes = (algorithms[first]?.count ?? 0, algorithms[second]?.count ?? 0)
            return sizes.0 == sizes.1 ? first.trials.upperBound < second.trials.upperBound : sizes.0 < sizes.1
        }
        guard let main = order.max(by: isLess) else { return "no \(noun)" }
        let exceptions = order.filter { $0 != main }.map { amount in
            let from = amount.groups == main.groups ? "" : " from \(amount.groups)"
            return "\((algorithms[amount] ?? []).joined(separator: ", ")): \(amount.text)\(from)"
        }
        let plural = main.trials.upperBound == 1 ? noun : noun + "s"
        let from = pooledAxes.isEmpty ? "" : " from \(Self.values(main.groups, of: pooledAxes))"
        return "\(main.text) \(plural)\(from)" + (exceptions.isEmpty ? "" : " (\(exceptions.joined(separator: "; ")))")
    }

    /// " (5 trials)" for each algorithm that has fewer trials at all points than another has at one.
    public var fewer: [String: String] {
        let most = entries.map(\.trials.upperBound).max() ?? 0
        let few = entries.filter { $0.trials.upperBound < most }.map { entry in
            let plural = entry.trials.upperBound == 1 ? "" : "s"
            return (entry.algorithm, " (\(Amount(trials: entry.trials, groups: 1).text) trial\(plural))")
        }
        return Dictionary(few) { first, _ in first }
    }

    /// "4 values of pilot_draw".
    public static func values(_ count: Int, of axes: [String]) -> String {
        "\(count) value\(count == 1 ? "" : "s") of \(axes.joined(separator: ", "))"
    }

    private struct Amount: Hashable {
        let trials: ClosedRange<Int>
        let groups: Int
        var text: String {
            trials.count == 1 ? "\(trials.lowerBound)" : "\(trials.lowerBound) to \(trials.upperBound)"
        }
    }
}

extension StatisticsTable {
    /// The trials behind the algorithms that `isIncluded` chooses.
    public func trialCounts(where isIncluded: (String) -> Bool = { _ in true }) -> TrialCounts {
        let counts = algorithms.enumerated().compactMap { position, algorithm -> TrialCounts.Entry? in
            let entries = (0..<axes.pointCount).map { entry(point: $0, algorithm: position) }.filter { $0.count > 0 }
            guard isIncluded(algorithm), let least = entries.map(\.count).min(), let most = entries.map(\.count).max()
            else { return nil }
            return TrialCounts.Entry(
                algorithm: algorithm, trials: least...most, groups: entries.map(\.groups).max() ?? 1)
        }
        return TrialCounts(counts, pooledAxes: pooledAxes)
    }
}
