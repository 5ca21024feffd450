extension Scenario {
    /// What the numbers of a scenario must show, for acceptance: an order of algorithms or bounds of a metric.
    public struct Expectation: Hashable, Sendable {
        public enum Claim: Hashable, Sendable {
            /// Best first, by what is better for the metric; equal numbers are in order.
            case order([String])
            /// For each of the algorithms; in the metric's own unit, not in dB.
            case bounds(algorithms: [String], atLeast: Double?, atMost: Double?)
        }

        /// Axis -> its value. The trials of all points that have these values count together.
        public let at: [String: ParameterValue]
        public let metric: String
        public let statistic: Figure.Statistic
        public let claim: Claim

        public init(
            at: [String: ParameterValue] = [:], metric: String, statistic: Figure.Statistic = .mean, claim: Claim
        ) {
            self.at = at
            self.metric = metric
            self.statistic = statistic
            self.claim = claim
        }

        /// Labels of the methods that it is about.
        public var algorithms: [String] {
            switch claim {
            case .order(let algorithms), .bounds(let algorithms, _, _): algorithms
            }
        }
    }
}

extension Scenario.Expectation: CustomStringConvertible {
    /// "mean nmse at snr_db=20: svd-krosbl, omp in this order, best first".
    public var description: String {
        let places = at.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let subject = "\(statistic.rawValue) \(metric)" + (places.isEmpty ? "" : " at \(places.joined(separator: " "))")
        switch claim {
        case .order(let algorithms):
            return "\(subject): \(algorithms.joined(separator: ", ")) in this order, best first"
        case .bounds(let algorithms, let atLeast, let atMost):
            let bounds = [
                atLeast.map { "at least \(ParameterValue.number($0))" },
                atMost.map { "at most \(ParameterValue.number($0))" },
            ]
            let range = bounds.compactMap { $0 }.joined(separator: " and ")
            return "\(subject): \(algorithms.joined(separator: ", ")) \(range)"
        }
    }
}

/// Whether an expectation holds, with the numbers that say so.
public struct ExpectationCheck: Sendable {
    public enum Verdict: String, Sendable {
        case holds, violated
        /// Cells that it is about have no result yet.
        case notJudged = "not judged"
    }

    public let expectation: Scenario.Expectation
    /// The statistic of each algorithm, in the expectation's order; NaN where no trial has a number.
    public let found: [(algorithm: String, value: Double)]
    public let verdict: Verdict
}

extension ResultTable {
    /// Holds the numbers against each of the plan's expectations. An algorithm without any number violates them.
    /// - Throws: `LacunaError` for a metric that the table does not have.
    public func check(expectationsOf plan: Plan) throws -> [ExpectationCheck] {
        try plan.scenario.expectations.map { expectation in
            let metric = try self.metric(expectation.metric)
            let points = (0..<pointCount).filter { axes.isPoint($0, at: expectation.at) }
            let positions = expectation.algorithms.compactMap { label in algorithms.firstIndex { $0 == label } }
            let isComplete = plan.cells.allSatisfy { cell in
                !positions.contains(cell.algorithm) || !points.contains(cell.point)
                    || status[index(point: cell.point, algorithm: cell.algorithm, trial: cell.trial)].isResult
            }
            let found = positions.map { algorithm in
                let numbers = points.flatMap { self.numbers(of: metric.name, point: $0, algorithm: algorithm) }
                return (algorithm: algorithms[algorithm], value: expectation.statistic.value(of: numbers))
            }
            let holds = expectation.claim.holds(for: found.map(\.value), better: metric.better)
            return ExpectationCheck(
                expectation: expectation, found: found,
                verdict: isComplete ? (holds ? .holds : .violated) : .notJudged)
        }
    }
}

extension Scenario.Expectation.Claim {
    fileprivate func holds(for values: [Double], better: ResultTable.Metric.Better) -> Bool {
        guard !values.isEmpty, values.allSatisfy({ !$0.isNaN }) else { return false }
        switch self {
        case .order:
            return zip(values, values.dropFirst()).allSatisfy { better == .lower ? $0 <= $1 : $0 >= $1 }
        case .bounds(_, let atLeast, let atMost):
            return values.allSatisfy { $0 >= atLeast ?? -.infinity && $0 <= atMost ?? .infinity }
        }
    }
}

extension Scenario.Figure.Statistic {
    /// NaN for no numbers.
    fileprivate func value(of numbers: [Double]) -> Double {
        switch self {
        case .mean: numbers.isEmpty ? .nan : numbers.reduce(0, +) / Double(numbers.count)
        case .median: quantile(0.5, ofSorted: numbers.sorted())
        }
    }
}
