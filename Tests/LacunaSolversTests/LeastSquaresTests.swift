import LacunaSolvers
import LacunaTestSupport
import Testing

@Suite struct LeastSquaresTests {
    private typealias C = Complex<Double>

    @Test func normalEquationsAndMinimumNorm() throws {
        var stream = RandomStream(key: 91)
        for shape in [[(5, 3), (4, 2)], [(3, 5), (2, 4)], [(5, 3), (2, 4)]] {
            let factors: [Matrix<C>] = shape.map { stream.matrix($0.0, $0.1) }
            let matrix = naiveKronecker(factors)
            let y: [C] = stream.vector(matrix.rows)
            let models = [
                try LinearModel(dictionary: KroneckerOperator(factors), measurements: y),
                try LinearModel(dictionary: DenseOperator(matrix), measurements: y),
            ]
            for model in models {
                let solution = try LeastSquares<C>().solve(model)
                #expect(solution.report.reason == .closedForm && solution.report.iterations == 1)
                let x = solution.estimate.coefficients
                let residual = zip(y, naiveProduct(matrix, x)).map { $0 - $1 }
                #expect(naiveProduct(matrix.adjoint, residual).allSatisfy { $0.modulus < 1e-10 })
                // Of least norm: x lies in the row space, x = Aᴴ(A Aᴴ)⁺A x.
                let pseudo = try SingularValueDecomposition(matrix).pseudoInverse()
                #expect(relativeDistance(naiveProduct(naiveProduct(pseudo, matrix), x), x) < 1e-10)
            }
        }
    }

    @Test func oracleFitsOnTheSupportOnly() throws {
        var stream = RandomStream(key: 92)
        let a: Matrix<C> = stream.matrix(6, 10)
        let y: [C] = stream.vector(6)
        let model = try LinearModel(dictionary: DenseOperator(a), measurements: y)
        for indices in [[1, 4, 7], Array(0..<9), []] {
            let solution = try OracleLeastSquares<C>(support: Support(indices, of: 10)).solve(model)
            let x = solution.estimate.coefficients
            #expect(x.indices.allSatisfy { indices.contains($0) || x[$0] == 0 })
            let residual = zip(y, naiveProduct(a, x)).map { $0 - $1 }
            #expect(naiveProduct(a.selectingColumns(indices).adjoint, residual).allSatisfy { $0.modulus < 1e-10 })
            #expect(solution.report.reason == .closedForm)
        }
    }

    @Test func dependentColumnsOfTheSupportGiveTheLeastNorm() throws {
        let model = try LinearModel(
            dictionary: DenseOperator(Matrix<Double>([[1, 1], [1, 1], [0, 0]])), measurements: [2, 2, 7])
        let x = try OracleLeastSquares<Double>(support: try Support([0, 1], of: 2)).solve(model).estimate.coefficients
        #expect(largestDifference(x, [1, 1]) < 1e-14)
    }

    @Test func contract() throws {
        var stream = RandomStream(key: 93)
        let problem: KroneckerProblem<C> = try stream.kroneckerProblem(
            rows: [3, 4], columns: [5, 4], sparsity: 2, noiseVariance: 0.1)
        #expect(try checkSolverContract(LeastSquares<C>(), on: problem.model()) == [])
        #expect(try checkSolverContract(LMMSE<C>(), on: problem.model()) == [])
        #expect(
            try checkSolverContract(
                OracleLeastSquares<C>(support: Support(of: problem.coefficients)), on: problem.model()) == [])
    }
}
