import LacunaArrays
import LacunaScenarios
import LacunaSolvers

/// Seconds of one iteration, per round; the first iteration, which finds cold memory, is not counted.
func secondsPerIteration<S: Solver>(
    of solver: S, on problem: S.Problem, rounds: Int, repetitions: Int, beforeRound: (Int) -> Void
) throws -> [Double] {
    var state = try solver.start(problem)
    _ = solver.step(&state)
    return (1...rounds).map { round in
        beforeRound(round)
        return bestSeconds(of: repetitions) { _ = solver.step(&state) }
    }
}

/// Options under which every iteration does the same work: nothing is pruned.
let unprunedOptions = SparseBayesianOptions<Double>(relativePruning: [0], absolutePruning: 0, tolerance: 0)

/// Factors with independent standard normal entries.
func randomFactors<S: Scalar>(_ type: S.Type, rows: [Int], columns: [Int]) -> [Matrix<S>] where S.RealPart == Double {
    var stream = RandomStream([("benchmark", "factors")])
    return zip(rows, columns).map { rows, columns in
        Matrix(rows: rows, columns: columns) { _, _ in S(real: stream.normal(), imaginary: stream.normal()) }
    }
}

/// A x for a Kronecker-sparse x of three unit entries per mode.
func randomMeasurements<S: Scalar>(_ dictionary: KroneckerOperator<S>) throws -> [S] {
    var x: [S] = [1]
    for factor in dictionary.factors {
        let mode = (0..<factor.columns).map { S($0 % max(1, factor.columns / 3) == 1 ? 1 : 0) }
        x = x.flatMap { outer in mode.map { outer * $0 } }
    }
    return try dictionary.apply(x)
}
