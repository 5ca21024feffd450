import LacunaArrays
import LacunaExperiment
import Testing

@Suite struct PublishedComparisonTests {
    /// 20 realisations of one draw: numbers that share the draw's level.
    private func draw(_ stream: inout RandomStream) -> [Double] {
        let level = stream.normal()
        return stream.normals(count: 20).map { Double.exp(level + $0) }
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
    }

    /// A study by the same law lies inside in about 95 of 100 cases; one that is twice off in few.
    @Test func calibration() {
        var stream = RandomStream(key: 21)
        var inside = 0
        var insideWhenShifted = 0
        for study in 0..<200 {
            let ours = (0..<30).map { _ in draw(&stream) }
            let theirs = median(draw(&stream))
            let comparison = PublishedComparison(
                algorithm: "a", metric: "nmse", x: Double(study), publishedMedian: theirs, groups: ours,
                realisations: 20, resamples: 200)
            if comparison.verdict == .inside { inside += 1 }
            if comparison.interval.contains(theirs * Double.exp(4)) { insideWhenShifted += 1 }
        }
        // 190 would be exact; from 30 draws the tails come out short: numpy gives 183, standard deviation 4.
        #expect((172...198).contains(inside), "\(inside)")
        #expect(insideWhenShifted < 20, "\(insideWhenShifted)")
    }

    private func table(draws: Int) -> ResultTable {
        var table = ResultTable(
            axes: [
                ResultTable.Axis(name: "snr_db", unit: "dB", values: [.integer(4), .integer(12)]),
                ResultTable.Axis(name: "pilot_draw", unit: "", values: (1...draws).map { .integer($0) }),
            ], algorithms: ["ours"], trials: 5,
            metrics: [ResultTable.Metric(name: "nmse", longName: "NMSE", better: .lower)])
        for index in table.status.indices {
            table.values["nmse"]?[index] = Double(1 + index % 5)
            table.status[index] = .done
        }
        return table
    }

    private func published(_ median: [Double]) -> PublishedCurves {
        let curve = PublishedCurves.Curve(mean: median, median: median, q25: median, q75: median)
        return PublishedCurves(
            source: "", xName: "snr_db", xValues: [4, 8, 12], realisations: 50,
            methods: ["theirs": ["nmse": curve], "other": ["nmse": curve]])
    }

    @Test func matchesByLabelAndValue() throws {
        let rows = try table(draws: 20).compare(
            with: published([3, 3, 9]), metric: "nmse", nuisanceAxis: "pilot_draw", labels: ["theirs": "ours"])
        #expect(rows.map(\.x) == [4, 12])
        #expect(rows.map(\.verdict) == [.inside, .outside])
        #expect(rows.allSatisfy { $0.ourMedian == 3 && $0.draws == 20 && $0.algorithm == "ours" })
    }

    @Test func zerosAreNotJudged() {
        func verdict(_ published: Double, _ ours: Double) -> PublishedComparison.Verdict {
            PublishedComparison(
                algorithm: "a", metric: "ser", x: 1, publishedMedian: published,
                groups: Array(repeating: [ours, ours], count: 20), realisations: 2
            ).verdict
        }
        #expect(verdict(0, 0) == .bothZero && verdict(1, 0) == .outside && verdict(0, 1) == .outside)
    }

    @Test func fewDrawsAreNotJudged() throws {
        let rows = try table(draws: 19).compare(
            with: published([3, 3, 9]), metric: "nmse", nuisanceAxis: "pilot_draw", labels: ["theirs": "ours"])
        #expect(rows.map(\.verdict) == [.tooFewDraws, .tooFewDraws])
    }

    /// Of an axis that the published parameters name, only that value counts; the other axis is still one too many.
    @Test func publishedParametersChooseThePoints() throws {
        var table = table(draws: 2)
        // Of the points (4, 1), (4, 2), (12, 1), (12, 2) the second.
        let start = table.index(point: 1, algorithm: 0, trial: 0)
        for trial in 0..<5 { table.values["nmse"]?[start + trial] = 100 }
        func rows(_ draw: Int) throws -> [PublishedComparison] {
            let curve = PublishedCurves.Curve(mean: [3], median: [3], q25: [3], q75: [3])
            return try table.compare(
                with: PublishedCurves(
                    source: "", xName: "snr_db", xValues: [4], realisations: 1, methods: ["ours": ["nmse": curve]],
                    parameters: ["pilot_draw": .integer(draw)]), metric: "nmse", minimumDraws: 5)
        }
        // Every trial is a draw of its own where the published number is of one.
        #expect(try rows(1).map(\.ourMedian) == [3] && rows(1).map(\.draws) == [5])
        #expect(try rows(1).map(\.verdict) == [.inside] && rows(2).map(\.verdict) == [.outside])
        #expect(try rows(2).map(\.ourMedian) == [100])
    }

    @Test func roundingAndClocks() {
        func verdict(rounding: Double = 0, isTiming: Bool = false) -> PublishedComparison.Verdict {
            PublishedComparison(
                algorithm: "a", metric: "error", x: 1, publishedMedian: 0.941,
                groups: [Array(repeating: 0.9412, count: 20)], realisations: 1, rounding: rounding, isTiming: isTiming,
                trialsAreDraws: true
            ).verdict
        }
        #expect(verdict() == .outside && verdict(rounding: 0.001) == .inside && verdict(rounding: 1e-4) == .outside)
        #expect(verdict(isTiming: true) == .timing)
    }

    @Test func refusals() throws {
        let published = published([1, 1, 1])
        #expect(throws: LacunaError.self) { try table(draws: 2).compare(with: published, metric: "ser") }
        let error = #expect(throws: LacunaError.self) { try table(draws: 2).compare(with: published, metric: "nmse") }
        #expect(error?.description.contains("axis 'pilot_draw': has 2 values") == true)
    }
}
