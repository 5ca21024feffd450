import LacunaArrays
import LacunaExperiment
import Testing

@Suite struct TableComparisonTests {
    @Test func reproducesItself() async throws {
        let table = try await withTemporaryFolder { try await runToy(toyScenario(), folder: $0).table }
        #expect(try table.differences(from: table).isEmpty)
        // A smaller reference, with its axes the other way round, is contained in it.
        let smaller = try toyScenario(snr: [20, 0], trials: 2, reversedAxes: true)
        let reference = try await withTemporaryFolder { try await runToy(smaller, folder: $0).table }
        #expect(try table.differences(from: reference).isEmpty)
        #expect(throws: LacunaError.self) { try reference.differences(from: table) }
    }

    @Test func namesTheCellThatDiffers() async throws {
        let table = try await withTemporaryFolder { try await runToy(toyScenario(), folder: $0).table }
        var other = table
        let index = table.index(point: 3, algorithm: 1, trial: 2)
        other.values["error"]?[index] *= 1 + 1e-9
        other.values["seconds"]?[index] += 1
        other.status[index] = .diverged
        let differences = try other.differences(from: table)
        #expect(differences.map(\.quantity) == ["status", "error"])
        #expect(differences.allSatisfy { $0.cell == "snr_db=10 pilot_draw=2 shrunken trial 2" })
        #expect(try other.differences(from: table, relativeTolerance: 1e-8).map(\.quantity) == ["status"])
        other.values["error"]?[index] = .infinity
        #expect(try other.differences(from: table, relativeTolerance: 1e-8).count == 2)
    }
}
