import LacunaArrays
import LacunaExperiment
import Testing

@Suite struct ExpectationTests {
    /// Two points, two algorithms; errors of "mean" are 1 and 2 (10 and 20 at the second point), of "other" twice that.
    private func check(
        _ claim: Scenario.Expectation.Claim, at snr: Double? = 0, statistic: Scenario.Figure.Statistic = .mean,
        change: (inout ResultTable) -> Void = { _ in }
    ) throws -> ExpectationCheck {
        let methods = [try ToyMethod("mean").choice(), try ToyMethod("other").choice()]
        var scenario = try toyScenario(snr: [0, 10], draws: [1], methods: methods, trials: 2)
        let at = snr.map { ["snr_db": ParameterValue.number($0)] } ?? [:]
        scenario.expectations = [Scenario.Expectation(at: at, metric: "error", statistic: statistic, claim: claim)]
        let plan = try Plan(scenario)
        var table = ResultTable(plan: plan, journal: Journal())
        for point in 0..<2 {
            for algorithm in 0..<2 {
                for trial in 0..<2 {
                    let index = table.index(point: point, algorithm: algorithm, trial: trial)
                    table.values["error"]?[index] = Double((trial + 1) * (algorithm + 1) * (point == 0 ? 1 : 10))
                    table.status[index] = .done
                }
            }
        }
        change(&table)
        return try #require(try table.check(expectationsOf: plan).first)
    }

    @Test func anOrderIsBestFirst() throws {
        let check = try check(.order(["mean", "other"]))
        #expect(check.verdict == .holds)
        #expect(check.found.map(\.value) == [1.5, 3])
        #expect(try self.check(.order(["other", "mean"])).verdict == .violated)
    }

    @Test(
        arguments: [
            (nil, 1.5, ExpectationCheck.Verdict.holds), (nil, 1.4, .violated), (1.5, nil, .holds),
            (1.6, nil, .violated),
            (1.4, 1.6, .holds),
        ] as [(Double?, Double?, ExpectationCheck.Verdict)])
    func boundsIncludeTheirEnds(atLeast: Double?, atMost: Double?, verdict: ExpectationCheck.Verdict) throws {
        let claim = Scenario.Expectation.Claim.bounds(algorithms: ["mean"], atLeast: atLeast, atMost: atMost)
        #expect(try check(claim).verdict == verdict)
    }

    @Test func axesThatAreNotNamedArePooled() throws {
        let claim = Scenario.Expectation.Claim.bounds(algorithms: ["mean"], atLeast: nil, atMost: 100)
        #expect(try check(claim, at: nil).found.map(\.value) == [33 / 4])
        // Of 1, 2, 10, 20.
        #expect(try check(claim, at: nil, statistic: .median).found.map(\.value) == [6])
    }

    @Test func withoutNumbersItIsViolatedAndWithoutCellsNotJudged() throws {
        let claim = Scenario.Expectation.Claim.bounds(algorithms: ["mean"], atLeast: nil, atMost: 100)
        func change(_ status: CellStatus, point: Int) -> (inout ResultTable) -> Void {
            { table in
                for trial in 0..<2 {
                    let index = table.index(point: point, algorithm: 0, trial: trial)
                    table.values["error"]?[index] = .nan
                    table.status[index] = status
                }
            }
        }
        #expect(try check(claim, change: change(.diverged, point: 0)).verdict == .violated)
        #expect(try check(claim, change: change(.notRun, point: 0)).verdict == .notJudged)
        // Cells that it is not about may be missing.
        #expect(try check(claim, change: change(.notRun, point: 1)).verdict == .holds)
    }

    @Test func readsAsASentence() throws {
        let bounds = try check(.bounds(algorithms: ["mean"], atLeast: 0, atMost: 1e-3)).expectation
        #expect("\(bounds)" == "mean error at snr_db=0: mean at least 0 and at most 0.001")
        let order = try check(.order(["mean", "other"]), at: nil, statistic: .median).expectation
        #expect("\(order)" == "median error: mean, other in this order, best first")
    }
}
