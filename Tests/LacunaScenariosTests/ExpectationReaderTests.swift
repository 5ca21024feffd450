import LacunaExperiment
import LacunaScenarios
import Testing

@Suite struct ExpectationReaderTests {
    private let bound = "{ at: { snr_db: 10 }, metric: nmse, statistic: median, methods: [cSBL], at_most: 1e-3 }"
    private let order = "{ metric: nmse, order: [svd-krosbl, omp] }"

    private func text(_ expectations: String...) -> String {
        toyScenario.replacingOccurrence(
            of: "notes:", with: "expect: [\(expectations.joined(separator: ", "))]\nnotes:"
        ).replacingOccurrence(of: ", methods: { cSBL: null }", with: "")
    }

    @Test func bothFormsAreReadAndWrittenAgain() throws {
        let scenario = try readToy(text: text(bound, order))
        #expect(
            scenario.expectations == [
                Scenario.Expectation(
                    at: ["snr_db": .number(10)], metric: "nmse", statistic: .median,
                    claim: .bounds(algorithms: ["cSBL"], atLeast: nil, atMost: 1e-3)),
                Scenario.Expectation(metric: "nmse", claim: .order(["svd-krosbl", "omp"])),
            ])
        #expect(try readToy(text: scenario.resolvedText).expectations == scenario.expectations)
    }

    @Test func methodsThatAreNotChosenAreNotExpected() throws {
        let scenario = try readToy(.init(methods: ["cSBL"]), text: text(bound, order))
        #expect(scenario.expectations.map(\.algorithms) == [["cSBL"]])
    }

    /// They are of the file's values, not of whatever the command line makes of them.
    @Test func overridesLeaveThemOutUnlessTheyBringTheirOwn() throws {
        #expect(try readToy(.init(overrides: ["problem.users=2"]), text: text(bound)).expectations == [])
        let own = ScenarioReader.Changes(overrides: ["trials=3", "expect=[\(order)]"])
        #expect(try readToy(own, text: text(bound)).expectations.count == 1)
    }

    @Test(arguments: [
        ("{ metric: nmse }", "expect[0]: expected either an order or bounds"),
        ("{ metric: nmse, order: [omp, cSBL], at_most: 1 }", "expect[0]: expected either an order or bounds"),
        ("{ metric: nmse, order: [omp] }", "expect[0].order: an order needs two methods"),
        ("{ metric: nmsa, order: [omp, cSBL] }", "Did you mean 'nmse'?"),
        ("{ order: [omp, cSBL] }", "expect[0].metric: missing"),
        ("{ metric: nmse, order: [omp, cSBR] }", "expect[0].order[1]: no method of the scenario has the label 'cSBR'"),
        ("{ metric: nmse, at: { snr_db: 7 }, order: [omp, cSBL] }", "expect[0].at.snr_db: the sweep has no value 7"),
        ("{ metric: nmse, at: { users: 8 }, order: [omp, cSBL] }", "expect[0].at.users: unknown axis of the sweep"),
        ("{ metric: nmse, methods: [omp], at_most: low }", "expect[0].at_most: got the text \"low\""),
        ("{ metric: nmse, methods: [], at_most: 1 }", "expect[0].methods: the list is empty"),
        ("{ metric: nmse, methods: [omp], at_must: 1 }", "Did you mean 'at_most'?"),
    ])
    func errorsNameTheirPlace(expectation: String, expected: String) {
        let lines = errorLines(of: text(expectation))
        #expect(lines.contains { $0.contains(expected) }, "\(lines)")
        #expect(lines.allSatisfy { $0.hasPrefix("toy.yaml:") })
    }
}
