import LacunaSolvers
import LacunaTestSupport
import Testing

@Suite struct KroneckerOMPTests {
    @Test func recoversAProductSupport() throws {
        var stream = RandomStream(key: 71)
        let problem: KroneckerProblem<Complex<Double>> = try stream.kroneckerProblem(
            rows: [8, 9, 7], columns: [9, 10, 8], sparsity: 2, noiseVariance: 1e-12)
        let solver = KroneckerOMP<Complex<Double>>(tolerance: 1e-4)
        let solution = try solver.solve(problem.model())
        #expect(solution.report.reason == .converged)
        #expect(relativeDistance(solution.estimate.coefficients, problem.coefficients) < 1e-4)
        #expect(try checkSolverContract(solver, on: problem.model()) == [])
    }

    /// The fit on the sets is the least-squares solution there: its residual is orthogonal to the columns taken.
    @Test func fitsOnTheProductOfTheSets() throws {
        var stream = RandomStream(key: 72)
        let factors: [Matrix<Complex<Double>>] = [stream.matrix(6, 8), stream.matrix(5, 7)]
        let y: [Complex<Double>] = stream.vector(30)
        let model = try LinearModel(dictionary: KroneckerOperator(factors), measurements: y)
        let x = try KroneckerOMP<Complex<Double>>(tolerance: 0.5).solve(model).estimate.coefficients
        let support = Support(of: x).indices
        #expect(!support.isEmpty)
        let matrix = naiveKronecker(factors)
        let residual = zip(y, naiveProduct(matrix, x)).map { $0 - $1 }
        #expect(residual.reduce(0) { $0 + $1.squaredModulus } < 0.25 * y.reduce(0) { $0 + $1.squaredModulus })
        let correlation = naiveProduct(matrix.selectingColumns(support).adjoint, residual)
        #expect(correlation.allSatisfy { $0.modulus < 1e-10 })
    }

    @Test func setsAreBounded() throws {
        var stream = RandomStream(key: 73)
        let model = try LinearModel(
            dictionary: KroneckerOperator([stream.matrix(6, 9, of: Double.self), stream.matrix(6, 9)]),
            measurements: stream.vector(36))
        let solution = try KroneckerOMP<Double>(atomsPerMode: 2, tolerance: 1e-9).solve(model)
        let support = Support(of: solution.estimate.coefficients).indices
        #expect(Set(support.map { $0 / 9 }).count <= 2 && Set(support.map { $0 % 9 }).count <= 2 && !support.isEmpty)
        let zero = try LinearModel(dictionary: KroneckerOperator([Matrix<Double>.identity(2)]), measurements: [0, 0])
        #expect(try KroneckerOMP<Double>().solve(zero).estimate.coefficients == [0, 0])
    }
}
