import LacunaTestSupport
import Testing

@testable import LacunaSolvers

@Suite struct FISTATests {
    /// Aᴴ(y - A x) = λ x/|x| on the support, at most λ in modulus off it.
    private func check<S: Scalar>(
        _ dictionary: any LinearOperator<S>, _ matrix: Matrix<S>, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var stream = RandomStream(key: 81)
        let y: [S] = stream.vector(matrix.rows)
        let weight: S.RealPart = 1.5
        let model = try LinearModel(dictionary: dictionary, measurements: y)
        let solver = FISTA<S>(weight: weight, tolerance: 1e-14, iterationLimit: 50_000)
        let solution = try solver.solve(model, limits: SolveLimits(recordsHistory: true))
        #expect(solution.report.reason == .converged, sourceLocation: sourceLocation)
        let x = solution.estimate.coefficients
        let gradient = naiveProduct(matrix.adjoint, zip(y, naiveProduct(matrix, x)).map { $0 - $1 })
        #expect(x.contains { $0 != 0 } && x.contains { $0 == 0 }, sourceLocation: sourceLocation)
        for index in x.indices {
            if x[index] == 0 {
                #expect(gradient[index].modulus <= weight * (1 + 1e-8), sourceLocation: sourceLocation)
            } else {
                let expected = x[index].scaled(by: weight / x[index].modulus)
                #expect((gradient[index] - expected).modulus < 1e-8, sourceLocation: sourceLocation)
            }
        }
        let residual = zip(y, naiveProduct(matrix, x)).reduce(S.RealPart.zero) { $0 + ($1.0 - $1.1).squaredModulus }
        let objective = residual / 2 + weight * x.reduce(S.RealPart.zero) { $0 + $1.modulus }
        let last = try #require(solution.report.history.last)
        #expect(abs(last - Double(objective)) < 1e-10, sourceLocation: sourceLocation)
    }

    @Test func optimalityConditions() throws {
        var stream = RandomStream(key: 82)
        let real: Matrix<Double> = stream.matrix(12, 25)
        try check(DenseOperator(real), real)
        let factors: [Matrix<Complex<Double>>] = [stream.matrix(3, 5), stream.matrix(4, 6)]
        try check(KroneckerOperator(factors), naiveKronecker(factors))
        // Not factored: the step comes from power iteration.
        let khatriRao = try KhatriRaoOperator<Complex<Double>>([stream.matrix(3, 20), stream.matrix(4, 20)])
        try check(khatriRao, khatriRao.dense())
    }

    @Test func defaultWeight() throws {
        var stream = RandomStream(key: 83)
        let a: Matrix<Double> = stream.matrix(6, 9)
        let model = try LinearModel(dictionary: DenseOperator(a), measurements: stream.vector(6), noiseVariance: 0.2)
        let norms = DenseOperator(a).squaredColumnNorms()
        let weight = (2 * 0.2 * Double.log(9)).squareRoot() * (norms.max() ?? 0).squareRoot()
        let given = try FISTA<Double>(weight: weight).solve(model).estimate.coefficients
        #expect(relativeDistance(try FISTA<Double>().solve(model).estimate.coefficients, given) < 1e-14)
        #expect(try checkSolverContract(FISTA<Double>(weight: 0.1, iterationLimit: 40), on: model) == [])
    }

    /// A row that is orthogonal to a regular start of the power iteration.
    @Test func rowsOfAnyDirectionHaveANorm() throws {
        for row in [[17.0 / 16, -1], [1, -1], [1, 1]] {
            let dictionary = try KhatriRaoOperator([Matrix([row])])
            let model = try LinearModel(dictionary: dictionary, measurements: [2])
            let x = try FISTA<Double>(weight: 1e-9, tolerance: 1e-14).solve(model).estimate.coefficients
            #expect(abs(row[0] * x[0] + row[1] * x[1] - 2) < 1e-6)
        }
    }

    /// An operator whose power iteration settles far below its norm: the first guess of the step must be taken back.
    private struct Misjudged: LinearOperator {
        let diagonal: [Double]
        var rows: Int { diagonal.count }
        var columns: Int { diagonal.count }
        func apply(
            _ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
        ) {
            for index in diagonal.indices { y[index] = diagonal[index] * x[index] }
        }
        func applyAdjoint(
            _ y: UnsafePointer<Double>, into x: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
        ) {
            apply(y, into: x, workspace: workspace)
        }
    }

    @Test func theStepIsShortenedWhereTheNormWasMisjudged() throws {
        // Of 2000 directions the one of norm 1.5 is that of which the random start has least.
        var stream = RandomStream(key: 0)
        let start = stream.normals(count: 2000).map { abs($0) }
        let hidden = try #require(start.indices.min { start[$0] < start[$1] })
        var diagonal = Array(repeating: 1.0, count: 2000)
        diagonal[hidden] = 1.5
        var y = Array(repeating: 0.1, count: 2000)
        y[hidden] = 50
        let model = try LinearModel(dictionary: Misjudged(diagonal: diagonal), measurements: y)
        let state = try FISTA<Double>(weight: 0.3).start(model)
        try #require(state.curvature < 2)
        let solver = FISTA<Double>(weight: 0.3, tolerance: 1e-13)
        let solution = try solver.solve(model, limits: SolveLimits(recordsHistory: true))
        #expect(solution.report.reason == .converged)
        let x = solution.estimate.coefficients
        #expect(abs(x[hidden] - (1.5 * 50 - 0.3) / 2.25) < 1e-9)
        #expect(x.indices.allSatisfy { $0 == hidden || x[$0] == 0 })
    }

    @Test func aNormOutOfRangeIsAnError() throws {
        for size in [1e-170, 1e170] {
            let factored = try LinearModel(dictionary: DenseOperator(Matrix([[size]])), measurements: [1])
            let opaque = try LinearModel(dictionary: Misjudged(diagonal: [size]), measurements: [1])
            for model in [factored, opaque] {
                #expect(throws: LacunaError.self) { try FISTA<Double>(weight: 1).solve(model) }
            }
        }
    }

    @Test func weightZeroIsLeastSquaresAndALargeWeightIsZero() throws {
        var stream = RandomStream(key: 84)
        let model = try LinearModel(
            dictionary: DenseOperator(stream.matrix(9, 4, of: Double.self)), measurements: stream.vector(9))
        let free = try FISTA<Double>(weight: 0, tolerance: 1e-14, iterationLimit: 100_000).solve(model).estimate
            .coefficients
        #expect(relativeDistance(free, try LeastSquares<Double>().solve(model).estimate.coefficients) < 1e-9)
        #expect(try FISTA<Double>(weight: 1e6).solve(model).estimate.coefficients.allSatisfy { $0 == 0 })
    }
}
