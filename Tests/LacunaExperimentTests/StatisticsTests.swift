import LacunaArrays
import LacunaExperiment
import Testing

@Suite struct StatisticsTests {
    /// Against numpy.mean, median and percentile.
    @Test func summaryOfKnownNumbers() {
        let statistics = Statistics([[4, 1], [3, 10, 2]], missing: 1, stream: RandomStream(key: 1))
        #expect(statistics.count == 5 && statistics.missing == 1)
        #expect(statistics.mean == 4 && statistics.median == 3)
        #expect(statistics.lowerQuartile == 2 && statistics.upperQuartile == 4)
        let even = Statistics([[1, 2, 3, 5]], stream: RandomStream(key: 1))
        #expect(even.median == 2.5 && even.lowerQuartile == 1.75 && even.upperQuartile == 3.5)
    }

    @Test func withoutNumbers() {
        let none = Statistics([[], []], missing: 2, stream: RandomStream(key: 1))
        #expect(none.count == 0 && none.mean.isNaN && none.medianInterval.lower.isNaN)
        let one = Statistics([[7]], stream: RandomStream(key: 1))
        #expect(one.meanInterval == Interval(lower: 7, upper: 7))
        #expect(one.medianInterval == Interval(lower: 7, upper: 7))
    }

    /// The bootstrap of a mean has the width ±1.96 s / sqrt(n), and the interval covers the true mean in 95 % of samples.
    @Test func intervalsCover() {
        var stream = RandomStream(key: 11)
        var meanCovered = 0
        var medianCovered = 0
        for _ in 0..<300 {
            let sample = stream.normals(count: 60)
            var resampling = RandomStream(key: stream.next())
            let (mean, median) = Bootstrap(resamples: 400).intervals(of: [sample], stream: &resampling)
            if mean.contains(0) { meanCovered += 1 }
            if median.contains(0) { medianCovered += 1 }
        }
        // 285 expected, standard deviation 3.8; the percentile method falls a little short at 60 numbers.
        #expect((268...298).contains(meanCovered))
        #expect((268...300).contains(medianCovered))
    }

    /// Trials that share a draw are not independent: the interval of the pooled mean is that of 20 draws, not of 1000 trials.
    @Test func pooledDrawsAreResampledWhole() {
        var stream = RandomStream(key: 12)
        let groups = (0..<20).map { _ in
            let level = stream.normal()
            return stream.normals(count: 50).map { level + 0.01 * $0 }
        }
        let interval = Statistics(groups, stream: RandomStream(key: 13)).meanInterval
        let width = interval.upper - interval.lower
        #expect(width > 0.5 && width < 1.4)
    }

    @Test func pooledTable() throws {
        var table = ResultTable(
            axes: [
                ResultTable.Axis(name: "draw", unit: "", values: [.integer(1), .integer(2)]),
                ResultTable.Axis(name: "snr_db", unit: "dB", values: [.integer(0), .integer(10)]),
            ], algorithms: ["a", "b"], trials: 2,
            metrics: [ResultTable.Metric(name: "error", longName: "error", better: .lower)])
        for point in 0..<4 {
            for algorithm in 0..<2 {
                for trial in 0..<2 {
                    let index = table.index(point: point, algorithm: algorithm, trial: trial)
                    table.values["error"]?[index] = Double(100 * (point % 2) + 10 * algorithm + 2 * (point / 2) + trial)
                    table.status[index] = .done
                }
            }
        }
        let failed = table.index(point: 3, algorithm: 1, trial: 1)
        table.values["error"]?[failed] = .nan
        table.status[failed] = .failed
        let pooled = try table.statistics(of: "error", pooling: ["draw"])
        #expect(pooled.axes.map(\.name) == ["snr_db"])
        #expect(pooled.entries.map(\.mean) == [1.5, 11.5, 101.5, 111])
        #expect(pooled.entry(point: 1, algorithm: 1).missing == 1)
        #expect(pooled.entries == (try table.statistics(of: "error", pooling: ["draw"]).entries))
        #expect(try table.statistics(of: "error").entries.count == 8)
        #expect(throws: LacunaError.self) { try table.statistics(of: "errors") }
        #expect(throws: LacunaError.self) { try table.statistics(of: "error", pooling: ["drew"]) }
    }

    @Test func ratiosInDecibels() {
        #expect(decibels(100) == 20)
        #expect(decibels(0) == -.infinity)
    }
}
