import LacunaSolvers
import LacunaTestSupport
import Testing

@Suite struct LMMSETests {
    private typealias C = Complex<Double>

    @Test func isTheFormula() throws {
        var stream = RandomStream(key: 95)
        for (rows, columns) in [([3, 4], [5, 6]), ([5, 6], [3, 4])] {
            let problem: KroneckerProblem<C> = try stream.kroneckerProblem(
                rows: rows, columns: columns, sparsity: 2, noiseVariance: 0.1)
            let matrix = naiveKronecker(problem.factors)
            let m = Double(matrix.rows)
            let power = problem.measurements.reduce(0) { $0 + $1.squaredModulus } / m
            let v = (power - 0.1) * m / matrix.storage.reduce(0) { $0 + $1.squaredModulus }
            for given in [nil, 0.7] {
                let scales = Array(repeating: given ?? v, count: matrix.columns)
                let expected = DensePosterior(matrix, scales: scales, measurements: problem.measurements, noiseVariance: 0.1)
                for model in [try problem.model(), try problem.denseModel()] {
                    let solution = try LMMSE<C>(priorVariance: given).solve(model)
                    #expect(solution.report.reason == .closedForm)
                    #expect(relativeDistance(solution.estimate.coefficients, expected.mean) < 1e-10)
                    #expect(relativeDistance(solution.estimate.variances ?? [], expected.variances) < 1e-9)
                }
            }
        }
    }

    @Test func noiseThatExplainsEverythingGivesZero() throws {
        let model = try LinearModel(dictionary: DenseOperator(Matrix<Double>.identity(2)), measurements: [1, 1], noiseVariance: 2)
        #expect(try LMMSE<Double>().solve(model).estimate.coefficients == [0, 0])
    }
}
