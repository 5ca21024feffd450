import LacunaSolvers
import LacunaTestSupport
import Testing

/// Counts down from its problem; the cost is what is left.
private struct Countdown: Solver {
    struct State { var left: Int }
    var iterationLimit: Int { 50 }
    func start(_ problem: Int) throws -> State {
        guard problem >= 0 else { throw LacunaError(.value, "countdown", "\(problem); it must be ≥ 0") }
        return State(left: problem)
    }
    func step(_ state: inout State) -> StopReason? {
        state.left -= 1
        return state.left <= 0 ? .converged : nil
    }
    func cost(_ state: inout State) -> Double? { Double(state.left) }
    func estimate(_ state: inout State) -> Int { state.left }
}

@Suite struct SolverTests {
    @Test func stopsWhereTheSolverSays() throws {
        let solution = try Countdown().solve(7)
        #expect(solution.report.iterations == 7 && solution.report.reason == .converged && solution.estimate == 0)
        #expect(solution.report.history.isEmpty && solution.report.seconds >= 0)
    }

    @Test func limits() throws {
        let own = try Countdown().solve(100)
        #expect(own.report.iterations == 50 && own.report.reason == .iterationLimit && own.estimate == 50)
        let given = try Countdown().solve(100, limits: SolveLimits(iterations: 3))
        #expect(given.report.iterations == 3 && given.report.reason == .iterationLimit && given.estimate == 97)
        let none = try Countdown().solve(100, limits: SolveLimits(iterations: 0))
        #expect(none.report.iterations == 0 && none.estimate == 100)
        // At the limit and converged in the same step: converged.
        #expect(try Countdown().solve(3, limits: SolveLimits(iterations: 3)).report.reason == .converged)
        let late = try Countdown().solve(100, limits: SolveLimits(seconds: 0))
        #expect(late.report.iterations == 1 && late.report.reason == .timeLimit)
    }

    @Test func historyHasOneCostPerIteration() throws {
        let report = try Countdown().solve(4, limits: SolveLimits(recordsHistory: true)).report
        #expect(report.history == [3, 2, 1, 0])
    }

    @Test func cancellation() throws {
        var seen: [Int] = []
        let solution = try Countdown().solve(10) { iteration in
            seen.append(iteration)
            return iteration < 4
        }
        #expect(seen == [1, 2, 3, 4] && solution.report.reason == .cancelled && solution.report.iterations == 4)
        #expect(solution.estimate == 6)
    }

    @Test func badInputIsThrownByStart() {
        #expect(throws: LacunaError.self) { try Countdown().solve(-1) }
    }

    @Test func contractCheckerFindsAnUnrepeatableSolver() throws {
        #expect(try checkSolverContract(Countdown(), on: 7) { [UInt64($0)] } == [])
        struct Unrepeatable: Solver {
            func start(_ problem: Int) throws -> UInt64 { UInt64.random(in: 0...(.max)) }
            func step(_ state: inout UInt64) -> StopReason? { .closedForm }
            func estimate(_ state: inout UInt64) -> UInt64 { state }
        }
        #expect(try checkSolverContract(Unrepeatable(), on: 0) { [$0] }.isEmpty == false)
    }

    @Test func durationsInSeconds() {
        #expect(Duration.milliseconds(1500).seconds == 1.5)
    }
}
