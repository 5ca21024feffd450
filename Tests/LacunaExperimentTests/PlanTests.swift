import LacunaArrays
import LacunaExperiment
import Testing

@Suite struct PlanTests {
    private func ids(_ scenario: Scenario) throws -> Set<String> {
        Set(try Plan(scenario).cells.map(\.id))
    }

    @Test func everyCellOnce() throws {
        let plan = try Plan(toyScenario())
        #expect(plan.cellCount == 3 * 2 * 4 * 2)
        #expect(Set(plan.cells.map(\.id)).count == plan.cellCount)
        #expect(plan.batches.allSatisfy { $0.cells.count == 2 })
        #expect(plan.cellsPerMethod.map(\.cells) == [24, 24])
        #expect(plan.describe(point: 3) == "snr_db=10 pilot_draw=2")
    }

    @Test func fewerTrialsAndChosenPoints() throws {
        let methods = [
            try ToyMethod("mean").choice(),
            try ToyMethod("slow").choice(trials: 2, only: ["pilot_draw": [.number(2)]]),
        ]
        let plan = try Plan(toyScenario(methods: methods))
        #expect(plan.cellsPerMethod.map(\.cells) == [24, 3 * 2])
        let slow = plan.cells.filter { $0.algorithm == 1 }
        #expect(slow.allSatisfy { $0.trial < 2 && plan.describe(point: $0.point).hasSuffix("pilot_draw=2") })
    }

    @Test func theSampleIsTheFirstTrialAtTheEndsOfEachMethod() throws {
        let methods = [
            try ToyMethod("mean").choice(),
            try ToyMethod("slow").choice(trials: 2, only: ["pilot_draw": [.number(2)]]),
        ]
        let plan = try Plan(toyScenario(methods: methods))
        let cells = plan.sample.cells.map { "\(plan.describe(point: $0.point)) \($0.algorithm) \($0.trial)" }
        #expect(
            cells == [
                "snr_db=0 pilot_draw=1 0 0", "snr_db=0 pilot_draw=2 1 0", "snr_db=20 pilot_draw=2 0 0",
                "snr_db=20 pilot_draw=2 1 0",
            ])
    }

    /// An id is what the cell computes: not its label, its position, or the sweep around it.
    @Test func idsSurviveChangesAround() throws {
        let ids = try ids(toyScenario())
        #expect(try self.ids(toyScenario(reversedAxes: true)) == ids)
        #expect(try self.ids(toyScenario(snr: [0, 5, 10, 20], trials: 5)).isSuperset(of: ids))
        let relabelled = [
            try ToyMethod("mean").choice(label: "b", shrink: 0.9), try ToyMethod("mean").choice(label: "a"),
        ]
        #expect(try self.ids(toyScenario(methods: relabelled)) == ids)
    }

    @Test func idsFollowWhatIsComputed() throws {
        let ids = try ids(toyScenario())
        #expect(try self.ids(toyScenario(seed: 1)).isDisjoint(with: ids))
        #expect(try self.ids(toyScenario(given: ["copies": .integer(6)])).isDisjoint(with: ids))
        let other = [try ToyMethod("mean").choice(shrink: 0.5), try ToyMethod("median").choice()]
        #expect(try self.ids(toyScenario(methods: other)).isDisjoint(with: ids))
    }

    /// Recorded from a transcription in Python: a journal of today must be resumable by a later build.
    @Test func recordedId() throws {
        let first = try Plan(toyScenario()).batches[0].cells[0]
        #expect(first.id == "791dec0ae1b47643")
    }

    @Test(arguments: [1, 2, 3, 7, 100]) func shardsPartition(count: Int) throws {
        let plan = try Plan(toyScenario())
        let shards = try (0..<count).map { try plan.shard($0, of: count) }
        #expect(Set(shards.flatMap(\.batches)) == Set(plan.batches))
        #expect(shards.reduce(0) { $0 + $1.batches.count } == plan.batches.count)
    }

    @Test(arguments: [(1, 1), (-1, 2), (0, 0)]) func badShards(index: Int, count: Int) throws {
        let plan = try Plan(toyScenario())
        #expect(throws: LacunaError.self) { try plan.shard(index, of: count) }
    }

    @Test func refusals() throws {
        func message(_ scenario: Scenario) -> String {
            do {
                _ = try Plan(scenario)
                return ""
            } catch {
                return "\(error)"
            }
        }
        let mean = try ToyMethod("mean").choice()
        #expect(message(try toyScenario(snr: [])).contains("sweep.snr_db of scenario 'toy': no values"))
        #expect(message(try toyScenario(snr: [1, 1])).contains("'1' is given twice"))
        #expect(message(try toyScenario(snr: [1000])).contains("got 1000; expected a number from -100 to 100"))
        #expect(message(try toyScenario(trials: 0)).contains("got 0"))
        #expect(message(try toyScenario(methods: [])).contains("no method"))
        #expect(message(try toyScenario(methods: [mean, mean])).contains("'mean' is given twice"))
        let same = [mean, try ToyMethod("mean").choice(label: "again")]
        #expect(message(try toyScenario(methods: same)).contains("'mean' and 'again' are the same method"))
        let astray = [try ToyMethod("mean").choice(only: ["pilot_drew": [.integer(1)]])]
        #expect(message(try toyScenario(methods: astray)).contains("Did you mean 'pilot_draw'?"))
        var scenario = try toyScenario()
        scenario.metrics = ["errors"]
        #expect(message(scenario).contains("Did you mean 'error'?"))
    }
}
