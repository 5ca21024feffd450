import LacunaExperiment
import Testing

@Suite struct TrialCountsTests {
    private typealias Entry = TrialCounts.Entry

    @Test func fewerTrialsAreSaidOfEachAlgorithm() {
        let entries = [
            Entry(algorithm: "svd", trials: 200...200, groups: 4), Entry(algorithm: "am", trials: 200...200, groups: 4),
            Entry(algorithm: "sbl", trials: 5...5), Entry(algorithm: "omp", trials: 190...200, groups: 4),
        ]
        let pooled = TrialCounts(entries, pooledAxes: ["pilot_draw"])
        #expect(
            pooled.text(noun: "trial") == "200 trials from 4 values of pilot_draw (sbl: 5 from 1; omp: 190 to 200)")
    }

    @Test func oneOrNoneReadsWell() {
        #expect(TrialCounts([Entry(algorithm: "svd", trials: 1...1)]).text(noun: "trial") == "1 trial")
        #expect(TrialCounts([]).text(noun: "trial") == "no trial")
    }

    @Test func aTableCountsWhatItAveraged() throws {
        var table = ResultTable(
            axes: [
                .init(name: "snr_db", unit: "dB", values: [.integer(0), .integer(5)]),
                .init(name: "draw", unit: "", values: [.integer(1), .integer(2)]),
            ], algorithms: ["all", "few", "none"], trials: 3,
            metrics: [.init(name: "nmse", longName: "error", better: .lower)])
        for point in 0..<4 {
            for trial in 0..<3 {
                let all = table.index(point: point, algorithm: 0, trial: trial)
                table.values["nmse"]?[all] = 1
                // Once, in the first draw.
                let few = table.index(point: point, algorithm: 1, trial: trial)
                if point.isMultiple(of: 2), trial == 0 { table.values["nmse"]?[few] = 1 }
            }
        }
        let statistics = try table.statistics(of: "nmse", pooling: ["draw"], resamples: 1)
        #expect(statistics.trialCounts().text(noun: "trial") == "6 trials from 2 values of draw (few: 1 from 1)")
        #expect(statistics.trialCounts { $0 == "few" }.text(noun: "trial") == "1 trial from 1 value of draw")
    }
}
