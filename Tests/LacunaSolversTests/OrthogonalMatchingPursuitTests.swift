import LacunaSolvers
import LacunaTestSupport
import Testing

@Suite struct OrthogonalMatchingPursuitTests {
    /// Column by column, each fit from the normal equations.
    private func literal<S: Scalar>(_ a: Matrix<S>, _ y: [S], atoms: Int, normalizes: Bool) -> [S] {
        var taken: [Int] = []
        var fit: [S] = []
        for _ in 0..<atoms {
            let columns = a.selectingColumns(taken)
            let fitted = taken.isEmpty ? Array(repeating: S.zero, count: y.count) : naiveProduct(columns, fit)
            let correlation = naiveProduct(a.adjoint, zip(y, fitted).map { $0 - $1 })
            let scores = correlation.indices.map { index -> S.RealPart in
                let norm = a.column(index).reduce(S.RealPart.zero) { $0 + $1.squaredModulus }.squareRoot()
                return taken.contains(index) ? -1 : correlation[index].modulus / (normalizes ? norm : 1)
            }
            taken.append(scores.indices.max { scores[$0] < scores[$1] } ?? 0)
            let chosen = a.selectingColumns(taken)
            let right = Matrix(rows: taken.count, columns: 1, storage: naiveProduct(chosen.adjoint, y))
            fit = naiveSolve(naiveProduct(chosen.adjoint, chosen), right).solution.storage
        }
        var x = Array(repeating: S.zero, count: a.columns)
        for (index, value) in zip(taken, fit) { x[index] = value }
        return x
    }

    private func check<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 61)
        let a: Matrix<S> = stream.matrix(12, 20)
        let y: [S] = stream.vector(12)
        for normalizes in [true, false] {
            let solver = OrthogonalMatchingPursuit<S>(atoms: 6, normalizesColumns: normalizes)
            let model = try LinearModel(dictionary: DenseOperator(a), measurements: y)
            let solution = try solver.solve(model)
            #expect(solution.report.iterations == 6 && solution.report.reason == .iterationLimit)
            let expected = literal(a, y, atoms: 6, normalizes: normalizes)
            #expect(relativeDistance(solution.estimate.coefficients, expected) < rounding(1e5, of: S.self))
            #expect(try checkSolverContract(solver, on: model) == [])
        }
    }

    @Test func isTheDefinition() throws {
        try check(Double.self)
        try check(Complex<Double>.self)
    }

    @Test func stopsAtTheNoise() throws {
        var stream = RandomStream(key: 62)
        let problem: KroneckerProblem<Double> = try stream.kroneckerProblem(
            rows: [10, 10], columns: [12, 12], sparsity: 1, noiseVariance: 1e-6)
        let solution = try OrthogonalMatchingPursuit<Double>(residualNorm: 0.1).solve(problem.model())
        #expect(solution.report.reason == .converged && solution.report.iterations == 2, "one atom, then the test")
        #expect(Support(of: solution.estimate.coefficients) == Support(of: problem.coefficients))
        let zero = try LinearModel(dictionary: DenseOperator(Matrix<Double>.identity(3)), measurements: [0, 0, 0])
        #expect(try OrthogonalMatchingPursuit<Double>().solve(zero).estimate.coefficients == [0, 0, 0])
    }

    @Test func dependentAndZeroColumnsAreSkipped() throws {
        let a = Matrix<Double>([[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]])
        let model = try LinearModel(dictionary: DenseOperator(a), measurements: [2, 1, 5])
        let solution = try OrthogonalMatchingPursuit<Double>(atoms: 3).solve(model)
        #expect(solution.estimate.coefficients == [2, 0, 0, 1])
        #expect(solution.report.reason == .converged)
    }
}
