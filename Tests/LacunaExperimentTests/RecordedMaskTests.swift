import Foundation
import LacunaExperiment
import Testing

@Suite struct RecordedMaskTests {
    @Test(arguments: [
        ([false, false, true, true, true, false], [2, 3, 1]), ([true, true, true, true, true, true], [0, 6]),
        ([false, false, false, false, false, false], [6]),
        ([true, false, true, false, true, false], [0, 1, 1, 1, 1, 1, 1]),
    ])
    func runsReadBack(kept: [Bool], runs: [Int]) throws {
        let mask = RecordedMask(array: "fc.weight", rows: 2, columns: 3, kept: kept)
        #expect(mask.runs == runs)
        #expect(mask.kept == kept)
        #expect(mask.density == Double(kept.count { $0 }) / 6)
        let read = try JSONDecoder().decode(RecordedMask.self, from: JSONEncoder().encode(mask))
        #expect(read == mask)
    }

    @Test(arguments: [
        "[2, 3]", "[2, 3, 2]", "[-1, 7]", "[9223372036854775807, 9223372036854775807, 8]", "[]",
    ])
    func runsThatDoNotFitAreRefused(runs: String) {
        let text = #"{"array": "a", "rows": 2, "columns": 3, "runs": \#(runs)}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RecordedMask.self, from: Data(text.utf8)) }
        let huge = #"{"array": "a", "rows": 4294967296, "columns": 4294967296, "runs": [0]}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RecordedMask.self, from: Data(huge.utf8)) }
    }

    private func scenario(
        _ figures: [Scenario.EstimateFigure], methods: [Scenario.MethodChoice]? = nil
    ) throws -> Scenario {
        var scenario = try toyScenario(methods: methods)
        scenario.estimateFigures = figures
        return scenario
    }

    /// What figures show of the first trial, and nothing else.
    @Test func cellsKeepWhatFiguresShow() async throws {
        let scenario = try scenario([
            .init(.masks, name: "one", title: "", of: "bits", algorithms: ["shrunken"], at: ["snr_db": .number(10)]),
            .init(.masks, name: "two", title: "", of: "sign", at: ["pilot_draw": .integer(2)]),
        ])
        let table = try await withTemporaryFolder { try await runToy(scenario, folder: $0).table }
        for point in 0..<table.pointCount {
            let place = Dictionary(uniqueKeysWithValues: table.axes.coordinates(of: point).map { ($0.axis, $0.value) })
            for algorithm in 0..<2 {
                for trial in 0..<4 {
                    var expected: [String] = []
                    if place["snr_db"]?.description == "10", algorithm == 1, trial == 0 { expected.append("bits") }
                    if place["pilot_draw"]?.description == "2", trial == 0 { expected.append("sign") }
                    let cell = table.index(point: point, algorithm: algorithm, trial: trial)
                    #expect(table.masks[cell].map(\.array) == expected)
                }
            }
        }
    }

    @Test(arguments: [(1, 3), (2, 1), (3, 7)])
    func masksDoNotDependOnWorkersOrShards(workers: Int, shards: Int) async throws {
        let scenario = try scenario([.init(.masks, name: "masks", title: "", of: "bits")])
        let reference = try await withTemporaryFolder { try await runToy(scenario, folder: $0).table }
        #expect(reference.masks.count { !$0.isEmpty } == 12)
        try await withTemporaryFolder { folder in
            let table = try await runToy(scenario, folder: folder, workers: workers, shards: shards).table
            #expect(table.masks == reference.masks)
            // A torn line runs again; what was kept of the others stays.
            let path = folder + "/journal-0-of-\(shards).jsonl"
            try Data(contentsOf: URL(fileURLWithPath: path)).dropLast(20).write(to: URL(fileURLWithPath: path))
            #expect(try await runToy(scenario, folder: folder, shards: shards).table.masks == reference.masks)
        }
    }

    /// Journals from before masks were kept: their cells have none, and are not run again.
    @Test func olderJournalsHaveNone() async throws {
        let old = try scenario([]), new = try scenario([.init(.masks, name: "masks", title: "", of: "bits")])
        try await withTemporaryFolder { folder in
            let first = try await runToy(old, folder: folder).table
            let journal = try String(contentsOfFile: folder + "/journal-0-of-1.jsonl", encoding: .utf8)
            #expect(!journal.contains("masks"))
            let run = try await runToy(new, folder: folder)
            #expect(run.summaries[0].counts.isEmpty && run.table.bits == first.bits)
            #expect(run.table.masks.allSatisfy { $0.isEmpty })
        }
    }

    @Test func divergedEstimatesHaveNone() async throws {
        let methods = try [ToyMethod("nan", .returnsNaN), ToyMethod("fails", .throwsError), ToyMethod("works")].map {
            try $0.choice()
        }
        let scenario = try scenario([.init(.masks, name: "masks", title: "", of: "bits")], methods: methods)
        let table = try await withTemporaryFolder { try await runToy(scenario, folder: $0).table }
        for algorithm in 0..<3 {
            #expect(table.masks[table.index(point: 0, algorithm: algorithm, trial: 0)].isEmpty == (algorithm < 2))
        }
    }
}
