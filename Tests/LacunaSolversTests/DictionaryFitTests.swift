import LacunaTestSupport
import Testing

@testable import LacunaSolvers

@Suite struct DictionaryFitTests {
    private typealias C = Complex<Double>

    private func grid(_ count: Int) -> [Double] {
        (0..<count).map { 2 * Double.pi * (Double($0) / Double(count) - 0.5) }
    }

    @Test func derivativeIsThatOfTheColumn() throws {
        let angles = [-2.5, 0.3, 1.7]
        let steering = try VandermondeOperator(angles: angles, rows: 12)
        #expect(largestDifference(steering.parameters, angles) < 1e-14)
        let decaying = try VandermondeOperator(nodes: [C(0.3, -0.8)], rows: 9)
        for (dictionary, column) in [(steering, 0), (steering, 2), (decaying, 0)] {
            let derivative = Buffer(repeating: C.zero, count: dictionary.rows)
            dictionary.copyDerivative(column, into: derivative.pointer)
            let step = 1e-6
            let sides = try [step, -step].map { shift in
                var parameters = dictionary.parameters
                parameters[column] += shift
                return try dictionary.replacing(parameters: parameters).column(column)
            }
            let quotient = zip(sides[0], sides[1]).map { ($0 - $1).scaled(by: 0.5 / step) }
            #expect(relativeDistance(derivative.prefix(dictionary.rows), quotient) < 1e-8)
        }
        #expect(throws: LacunaError.self) { try steering.replacing(parameters: [1]) }
        #expect(throws: LacunaError.self) { try steering.replacing(parameters: [1, .nan, 2]) }
    }

    /// The evidence by its formula; the gradient by differences of it, and of the paper's expected log-likelihood.
    @Test func gradientIsThatOfTheObjective() throws {
        var stream = RandomStream(key: 71)
        let m = 7, n = 5
        let dictionary = try VandermondeOperator(angles: stream.normals(count: n), rows: m)
        let y: [C] = stream.vector(m)
        let scales: [Double] = stream.positives(n, in: 0.2...2)
        let noise = 0.3
        var fit = try DictionaryFit(LinearModel(dictionary: dictionary, measurements: y), range: 1)
        let isDefinite = fit.prepare(scales: scales, noiseVariance: noise)
        #expect(isDefinite)
        let slopes = fit.gradient()
        func logEvidence(_ parameters: [Double]) throws -> Double {
            let a = try dictionary.replacing(parameters: parameters).dense()
            let weighted = Matrix(rows: m, columns: n) { a[$0, $1].scaled(by: scales[$1]) }
            let product = naiveProduct(weighted, a.adjoint)
            let covariance = Matrix(rows: m, columns: m) { product[$0, $1] + ($0 == $1 ? C(noise) : 0) }
            let (dual, logDeterminant) = naiveSolve(covariance, Matrix(rows: m, columns: 1, storage: y))
            return -logDeterminant - zip(y, dual.storage).reduce(0) { $0 + ($1.0.conjugated * $1.1).realPart }
        }
        let a = dictionary.dense()
        let gram = naiveProduct(a.adjoint, a)
        let information = Matrix(rows: n, columns: n) { row, column in
            gram[row, column].scaled(by: 1 / noise) + (row == column ? C(1 / scales[row]) : 0)
        }
        let sigma = naiveSolve(information, Matrix(rows: n, columns: n) { $0 == $1 ? C(1) : 0 }).solution
        let mean = naiveProduct(sigma, naiveProduct(a.adjoint, y)).map { $0.scaled(by: 1 / noise) }
        func expected(_ parameters: [Double]) throws -> Double {
            let b = try dictionary.replacing(parameters: parameters).dense()
            let residual = zip(y, naiveProduct(b, mean)).reduce(0) { $0 + ($1.0 - $1.1).squaredModulus }
            let spread = naiveProduct(naiveProduct(b, sigma), b.adjoint)
            return -(residual + (0..<m).reduce(0) { $0 + spread[$1, $1].real }) / noise
        }
        let here = dictionary.parameters
        #expect(abs(try logEvidence(here) - fit.logEvidence(dictionary)) < 1e-9)
        let moved = zip(here, [0.1, -0.2, 0.05, 0.3, 0]).map { $0 + $1 }
        #expect(abs(try logEvidence(moved) - fit.logEvidence(dictionary.replacing(parameters: moved))) < 1e-9)
        for objective in [logEvidence, expected] {
            for index in 0..<n {
                var up = here, down = here
                up[index] += 1e-5
                down[index] -= 1e-5
                let quotient = try (objective(up) - objective(down)) / 2e-5
                #expect(abs(slopes[index] - quotient) < 1e-5 * max(1, abs(quotient)))
            }
        }
    }

    @Test func stepsClimbAndStayInRange() throws {
        var stream = RandomStream(key: 72)
        let dictionary = try VandermondeOperator(angles: grid(12), rows: 10)
        let y: [C] = stream.vector(10)
        var fit = try DictionaryFit(LinearModel(dictionary: dictionary, measurements: y), range: 0.05)
        let scales = Array(repeating: 0.5, count: 12)
        var moved = 0
        for _ in 0..<30 {
            let isDefinite = fit.prepare(scales: scales, noiseVariance: 0.1)
            #expect(isDefinite)
            let before = fit.logEvidence(fit.dictionary)
            let didMove = fit.step(scales: scales, noiseVariance: 0.1, active: { $0 != 3 })
            if didMove {
                moved += 1
                #expect(fit.logEvidence(fit.dictionary) > before)
            }
        }
        let shifts = zip(fit.parameters, dictionary.parameters).map { abs($0 - $1) }
        #expect(moved > 3 && shifts[3] < 1e-12 && (shifts.max() ?? 0) <= 0.05 + 1e-12 && (shifts.max() ?? 0) > 0.04)
    }

    /// Three paths between grid points.
    @Test func offGridAnglesAreFound() throws {
        var stream = RandomStream(key: 73)
        let m = 32, angles = grid(40), spacing = 2 * Double.pi / 40
        let true_ = [angles[8] + 0.31 * spacing, angles[20] - 0.27 * spacing, angles[30] + 0.4 * spacing]
        let channel = try VandermondeOperator(angles: true_, rows: m).apply([C(1, 0.4), C(-0.7, 0.5), C(0.2, -0.9)])
        let y: [C] = channel.map { $0 + stream.complexNormal().scaled(by: 0.03) }
        let dictionary = try VandermondeOperator(angles: angles, rows: m)
        let model = try LinearModel(dictionary: dictionary, measurements: y)
        func error(_ range: Double?) throws -> (nmse: Double, parameters: [Double]?) {
            var options = TurboVBIOptions<Double>()
            options.parameterRange = range
            let estimate = try TurboVBI<C, _>(support: IndependentSupport<Double>(), options: options).solve(model)
                .estimate
            let fitted = try dictionary.replacing(parameters: estimate.dictionaryParameters ?? angles)
            let error = try normalizedSquareError(fitted.apply(estimate.coefficients), against: channel)
            return (error, estimate.dictionaryParameters)
        }
        let onGrid = try error(nil), offGrid = try error(spacing / 2)
        #expect(onGrid.parameters == nil)
        #expect(offGrid.nmse < onGrid.nmse / 30, "\(offGrid.nmse) against \(onGrid.nmse)")
        let found = try #require(offGrid.parameters)
        for angle in true_ { #expect((found.map { abs($0 - angle) }.min() ?? 1) < 2e-3) }
    }

    @Test func badInput() throws {
        let dense = try LinearModel(
            dictionary: DenseOperator(Matrix<C>(repeating: 1, rows: 2, columns: 2)), measurements: [1, 1])
        #expect(throws: LacunaError.self) { try DictionaryFit(dense, range: 1) }
        let steering = try LinearModel(
            dictionary: VandermondeOperator(angles: [0, 1], rows: 2), measurements: [C(1), 1])
        for bad in [0, -1, Double.nan, .infinity] {
            #expect(throws: LacunaError.self) { try DictionaryFit(steering, range: bad) }
        }
    }
}
