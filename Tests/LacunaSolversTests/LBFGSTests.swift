import LacunaSolvers
import LacunaTestSupport
import Testing

/// Σ 100 (x_{k+1} - x_k²)² + (1 - x_k)², minimum 0 at ones.
private final class Rosenbrock: SmoothObjective {
    let start: [Double]
    var count: Int { start.count }
    init(_ start: [Double]) { self.start = start }

    func evaluate(_ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        var value = 0.0
        for index in 0..<count { gradient[index] = 0 }
        for index in 0..<count - 1 {
            let valley = x[index + 1] - x[index] * x[index], distance = 1 - x[index]
            value += 100 * valley * valley + distance * distance
            gradient[index] += -400 * valley * x[index] - 2 * distance
            gradient[index + 1] += 200 * valley
        }
        return value
    }
}

/// ½ xᵀ A x - bᵀ x with a diagonal of many scales.
private final class Quadratic<Element: RealScalar>: SmoothObjective {
    let diagonal: [Element]
    let start: [Element]
    var count: Int { start.count }

    init(_ diagonal: [Element]) {
        self.diagonal = diagonal
        start = Array(repeating: 0, count: diagonal.count)
    }

    func evaluate(_ x: UnsafePointer<Element>, gradient: UnsafeMutablePointer<Element>) -> Double {
        var value = 0.0
        for index in 0..<count {
            gradient[index] = diagonal[index] * x[index] - 1
            value += Double(x[index] * (diagonal[index] * x[index] / 2 - 1))
        }
        return value
    }
}

/// x²/2 - x left of 0, where it goes on as -x.
private final class Slide: SmoothObjective {
    let start = [-30.0]
    let count = 1

    func evaluate(_ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        gradient[0] = min(x[0], 0) - 1
        return min(x[0], 0) * min(x[0], 0) / 2 - x[0]
    }
}

@Suite struct LBFGSTests {
    @Test func findsTheValley() throws {
        let start = (0..<20).map { $0 % 2 == 0 ? -1.2 : 1.0 }
        let solver = LBFGS<Rosenbrock>(gradientTolerance: 1e-9, valueTolerance: 0)
        let solution = try solver.solve(Rosenbrock(start))
        #expect(solution.report.reason == .converged && solution.report.iterations < 300)
        #expect(largestDifference(solution.estimate.point, Array(repeating: 1, count: 20)) < 1e-8)
        #expect(solution.estimate.value < 1e-16 && solution.estimate.slope <= 1e-9)
        // Few evaluations beyond one per iteration.
        #expect(solution.estimate.evaluations < 2 * solution.report.iterations)
    }

    @Test func everyIterationLowersTheValue() throws {
        let solution = try LBFGS<Rosenbrock>().solve(
            Rosenbrock([-1.2, 1, -1.2, 1]), limits: SolveLimits(recordsHistory: true))
        let history = solution.report.history
        #expect(history.count > 10 && zip(history, history.dropFirst()).allSatisfy { $1 <= $0 })
    }

    /// Values tell points apart down to a distance of √(2 ulp |f| / curvature): no search by values gets closer for certain.
    @Test func solvesQuadratics() throws {
        let diagonal = (0..<30).map { Double.pow(10, Double($0) / 10) }
        let lowest = diagonal.reduce(0) { $0 + 1 / $1 / 2 }
        let solution = try LBFGS<Quadratic<Double>>(memory: 30, gradientTolerance: 1e-10, valueTolerance: 0)
            .solve(Quadratic(diagonal))
        #expect(
            largestDifference(solution.estimate.point, diagonal.map { 1 / $0 })
                < (2 * Double.ulpOfOne * lowest).squareRoot())
        let single = try LBFGS<Quadratic<Float>>(gradientTolerance: 1e-4).solve(Quadratic(diagonal.map(Float.init)))
        #expect(
            largestDifference(single.estimate.point, diagonal.map { Float(1 / $0) })
                < Float((2 * Double(Float.ulpOfOne) * lowest).squareRoot()))
    }

    /// Resumed after any iteration, with a ring of pairs that is not yet full or has gone round, a minimisation ends with the same bits.
    @Test func resumesWithTheSameBits() throws {
        _ = try expectResumes(
            LBFGS(memory: 3, gradientTolerance: 0, valueTolerance: 0), Rosenbrock([-1.2, 1, -1.2, 1, 0.5]))
        let diagonal = (0..<20).map { Float.pow(10, Float($0) / 6) }
        let checkpoints = try expectResumes(
            LBFGS(memory: 3, gradientTolerance: 0, valueTolerance: 0), Quadratic(diagonal))
        #expect(checkpoints.contains { $0.failures == 1 })
    }

    private func expectResumes<O: SmoothObjective>(
        _ solver: LBFGS<O>, _ objective: O
    ) throws -> [LBFGSCheckpoint<O.Element>] {
        var state = try solver.start(objective), reason: StopReason?
        var checkpoints = [solver.checkpoint(state)]
        repeat {
            reason = solver.step(&state)
            checkpoints.append(solver.checkpoint(state))
        } while reason == nil && checkpoints.count < 500
        let whole = solver.estimate(&state)
        #expect(reason == .converged)
        for (iteration, checkpoint) in checkpoints.dropLast().enumerated() {
            var resumed = try solver.start(objective, resuming: checkpoint)
            #expect(solver.checkpoint(resumed) == checkpoint)
            while solver.step(&resumed) == nil {}
            let end = solver.estimate(&resumed)
            #expect(end.point == whole.point && end.value == whole.value, "from iteration \(iteration)")
            #expect(end.evaluations == whole.evaluations)
        }
        return checkpoints
    }

    /// A step without curvature leaves no pair, nor a piece of one: here the slope becomes constant.
    @Test(arguments: [1, 2])
    func pairsAreWhole(memory: Int) throws {
        let solver = LBFGS<Slide>(memory: memory)
        var state = try solver.start(Slide())
        var counts: [Int] = []
        for _ in 0..<12 {
            _ = solver.step(&state)
            let checkpoint = solver.checkpoint(state)
            counts.append(checkpoint.curvatures.count)
            #expect(checkpoint.curvatures == zip(checkpoint.steps, checkpoint.changes).map { $0 * $1 })
        }
        #expect(counts.contains(memory) && state.value < -1000, "\(counts)")
    }

    @Test func solverContract() throws {
        let broken = try checkSolverContract(LBFGS<Rosenbrock>(), on: Rosenbrock([-1.2, 1, 0.5])) {
            $0.point.map(\.bitPattern) + [$0.value.bitPattern]
        }
        #expect(broken.isEmpty, "\(broken)")
    }

    @Test func badInput() {
        #expect(throws: LacunaError.self) { try LBFGS<Rosenbrock>(memory: 0).start(Rosenbrock([1, 2])) }
        #expect(throws: LacunaError.self) { try LBFGS<Rosenbrock>().start(Rosenbrock([])) }
        #expect(throws: LacunaError.self) { try LBFGS<Rosenbrock>().start(Rosenbrock([.nan, 1])) }
        #expect(throws: LacunaError.self) { try LBFGS<Rosenbrock>(gradientTolerance: -1).start(Rosenbrock([1, 2])) }
    }
}
