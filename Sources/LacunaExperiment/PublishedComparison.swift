import LacunaArrays

/// Whether the published median of one method at one point is what our simulation would give.
///
/// The interval is that of the median of as many realisations as the authors had, all from ONE draw of the nuisance
/// axis (they drew pilots once and kept them), over many draws: resample a draw, then its trials, take the median.
public struct PublishedComparison: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
        /// The published median lies in our 95 % interval, ends included.
        case inside
        case outside
        /// Both medians are 0, as error rates at high SNR are: says little, and needs no interval.
        case bothZero
        /// Fewer draws with results than the comparison asks for; the interval would be too narrow.
        case tooFewDraws
        /// A clock took both, on different machines.
        case timing
    }

    public let algorithm: String
    public let metric: String
    public let x: Double
    public let publishedMedian: Double
    /// Median over all our draws and trials.
    public let ourMedian: Double
    public let interval: Interval
    /// Draws of the nuisance axis that have results.
    public let draws: Int
    public let verdict: Verdict

    /// - Parameters:
    ///   - groups: our numbers, one group per draw of the nuisance axis.
    ///   - realisations: how many the published median is over.
    ///   - rounding: the unit in the last place of the published median.
    ///   - isTiming: whether a clock took the numbers.
    ///   - trialsAreDraws: whether every trial draws anew whatever the authors drew once.
    public init(
        algorithm: String, metric: String, x: Double, publishedMedian: Double, groups: [[Double]], realisations: Int,
        rounding: Double = 0, isTiming: Bool = false, trialsAreDraws: Bool = false, minimumDraws: Int = 20,
        resamples: Int = 2000
    ) {
        let groups = groups.filter { !$0.isEmpty }
        let identity = [("purpose", "compare"), ("metric", metric), ("algorithm", algorithm), ("x", "\(x)")]
        var stream = RandomStream(identity)
        let bootstrap = Bootstrap(resamples: resamples, groups: 1, perGroup: realisations)
        self.algorithm = algorithm
        self.metric = metric
        self.x = x
        self.publishedMedian = publishedMedian
        ourMedian = quantile(0.5, ofSorted: groups.flatMap { $0 }.sorted())
        interval = bootstrap.intervals(of: groups, stream: &stream).median
        draws = trialsAreDraws ? groups.reduce(0) { $0 + $1.count } : groups.count
        if isTiming {
            verdict = .timing
        } else if publishedMedian == 0 && ourMedian == 0 {
            verdict = .bothZero
        } else if draws < minimumDraws {
            verdict = .tooFewDraws
        } else {
            let slack = rounding / 2
            verdict =
                interval.lower - slack <= publishedMedian && publishedMedian <= interval.upper + slack
                ? .inside : .outside
        }
    }
}

extension ResultTable {
    /// Compares every published point that the table has too: method by label, x by value, and other swept parameters of
    /// which the published value is known at that value.
    /// - Parameters:
    ///   - labels: published label -> our algorithm, where they differ.
    ///   - nuisanceAxis: the axis whose values are repeated draws of what the authors drew once; nil or absent: one draw.
    /// - Throws: `LacunaError` if the table lacks the metric or the x axis, or has a further axis with several values.
    public func compare(
        with published: PublishedCurves, metric: String, nuisanceAxis: String? = nil, labels: [String: String] = [:],
        minimumDraws: Int = 20, resamples: Int = 2000
    ) throws -> [PublishedComparison] {
        let isTiming = try self.metric(metric).isTiming
        let xAxis = try axis(published.xName)
        let pooled = axes.map(\.name).filter { $0 == nuisanceAxis }
        let fixed = published.parameters.filter { $0.key != published.xName }.mapValues(\.description)
        for axis in axes
        where axis != xAxis && axis.name != nuisanceAxis && fixed[axis.name] == nil && axis.values.count > 1 {
            throw LacunaError(
                .value, "axis '\(axis.name)'", "has \(axis.values.count) values; published curves have one",
                remedy: "Compare a run with one value of '\(axis.name)'")
        }
        let points = try groupedPoints(pooling: pooled).groups
        var rows: [PublishedComparison] = []
        for label in published.methods.keys.sorted() {
            guard let curve = published.methods[label]?[metric],
                let algorithm = algorithms.firstIndex(of: labels[label] ?? label)
            else { continue }
            for (x, median) in zip(published.xValues, curve.median) {
                let key = ParameterValue.number(x).description
                for point in points
                where point.coordinates.contains(where: { $0 == (published.xName, key) })
                    && point.coordinates.allSatisfy({ fixed[$0.name] ?? $0.value == $0.value })
                {
                    let groups = point.members.map { numbers(of: metric, point: $0, algorithm: algorithm) }
                    rows.append(
                        PublishedComparison(
                            algorithm: algorithms[algorithm], metric: metric, x: x, publishedMedian: median,
                            groups: groups, realisations: published.realisations, rounding: published.rounding,
                            isTiming: isTiming, trialsAreDraws: nuisanceAxis == nil && published.realisations == 1,
                            minimumDraws: minimumDraws, resamples: resamples))
                }
            }
        }
        return rows
    }

    /// The numbers of one metric at one point for one algorithm, trials without one left out.
    func numbers(of metric: String, point: Int, algorithm: Int) -> [Double] {
        let start = index(point: point, algorithm: algorithm, trial: 0)
        return (values[metric] ?? [])[start..<start + trials].filter { !$0.isNaN }
    }
}
