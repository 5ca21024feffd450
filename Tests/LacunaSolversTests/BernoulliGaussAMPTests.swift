import LacunaTestSupport
import Testing

@testable import LacunaSolvers

@Suite struct BernoulliGaussAMPTests {
    private typealias C = Complex<Double>

    private func problem<S: Scalar>(_ type: S.Type, snr: Double = 30, key: UInt64 = 3) throws
        -> ClusteredRecoveryProblem<S>
    where S.RealPart == Double {
        var dictionary = RandomStream(key: key), coefficients = RandomStream(key: key + 1),
            noise = RandomStream(key: key + 2)
        return try ClusteredRecoveryProblem(
            rows: 100, columns: 200, activity: 0.08, meanBurst: 2, snrDecibels: snr, dictionary: &dictionary,
            coefficients: &coefficients, noise: &noise)
    }

    private func checkOracle<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        let drawn = try problem(S.self)
        let support = Support(of: drawn.coefficients)
        let model = try LinearModel(dictionary: drawn.model.dictionary, measurements: drawn.model.measurements)
        let oracle = try OracleLeastSquares<S>(support: support).solve(model)
        let solution = try BernoulliGaussAMP<S>().solve(model)
        let error = try normalizedSquareError(solution.estimate.coefficients, against: drawn.coefficients)
        let bound = try normalizedSquareError(oracle.estimate.coefficients, against: drawn.coefficients)
        #expect(solution.report.reason == .converged && error < 2 * bound, "\(S.self): \(error) against \(bound)")
        let learnt = try #require(solution.estimate.noiseVariance), true_ = try #require(drawn.model.noiseVariance)
        #expect(abs(Double.log(learnt / true_)) < Double.log(2))
        // A known noise variance is kept.
        let known = try BernoulliGaussAMP<S>().solve(drawn.model)
        #expect(known.estimate.noiseVariance == drawn.model.noiseVariance)
        #expect(try normalizedSquareError(known.estimate.coefficients, against: drawn.coefficients) < 2 * bound)
    }

    @Test func isNearTheOracleOnEasyProblems() throws {
        try checkOracle(Double.self)
        try checkOracle(C.self)
    }

    /// The posterior of one coefficient seen alone, A = a: E-step by the trapezoidal rule over x.
    @Test func oneCoefficientIsTheIntegral() throws {
        let a = 1.7, y = 1.1, noise = 0.3
        let model = try LinearModel(
            dictionary: DenseOperator(Matrix(rows: 1, columns: 1, storage: [a])), measurements: [y],
            noiseVariance: noise)
        let solver = BernoulliGaussAMP<Double>()
        var state = try solver.start(model)
        let lambda = state.activity, phi = state.activeVariance
        // In the first pass r = ν Aᵀ u with the prior's own variance ahead: r = y / a, τ = (ν_p + ψ) / a².
        let tau = (a * a * lambda * phi + noise) / (a * a), r = y / a
        func density(_ x: Double, _ v: Double) -> Double {
            Double.exp(-x * x / (2 * v)) / (2 * Double.pi * v).squareRoot()
        }
        var mass = (1 - lambda) * density(r, tau), mean = 0.0, square = 0.0, active = 0.0
        for step in -40_000...40_000 {
            let x = Double(step) * 5e-4
            let weight = 5e-4 * lambda * density(x, phi) * density(r - x, tau)
            mass += weight
            active += weight
            mean += weight * x
            square += weight * x * x
        }
        _ = solver.step(&state)
        let estimate = solver.estimate(&state)
        #expect(abs(estimate.coefficients[0] - mean / mass) < 1e-9)
        let variance = square / mass - mean / mass * mean / mass
        #expect(abs((estimate.variances?[0] ?? 0) - variance) < 1e-9)
        #expect(abs((estimate.supportProbabilities?[0] ?? 0) - active / mass) < 1e-9)
        #expect(abs(state.activity - active / mass) < 1e-9)
        #expect(abs(state.activeVariance - square / active) < 1e-9)
    }

    /// The weak threshold of ℓ1 recovery, Donoho & Tanner: ρ(1/2) = 0.386, ρ(0.1) = 0.188.
    @Test func bearableSparsityIsTheThreshold() {
        #expect(abs(bearableSparsity(0.5) - 0.386) < 2e-3)
        #expect(abs(bearableSparsity(0.1) - 0.188) < 4e-3)
        #expect(bearableSparsity(5) <= 0.99 && bearableSparsity(1e-9) >= 0.01)
    }

    @Test func learnsTheMeanOfActiveCoefficients() throws {
        var stream = RandomStream(key: 9)
        let matrix: Matrix<Double> = stream.matrix(100, 150)
        var x = Array(repeating: 0.0, count: 150)
        for index in stream.choose(25, of: 150) { x[index] = 3 + 0.1 * stream.normal() }
        let dictionary = DenseOperator(matrix)
        let y = try dictionary.apply(x).map { $0 + 0.1 * stream.normal() }
        let solver = BernoulliGaussAMP<Double>(learnsMean: true)
        var state = try solver.start(LinearModel(dictionary: dictionary, measurements: y))
        for _ in 0..<200 where solver.step(&state) == nil {}
        #expect(abs(state.activeMean - 3) < 0.1 && state.activeVariance < 0.1)
        #expect(abs(state.activity - 1 / 6.0) < 0.02)
    }

    @Test func contractAndUnits() throws {
        let drawn = try problem(C.self)
        let model = try LinearModel(dictionary: drawn.model.dictionary, measurements: drawn.model.measurements)
        let solver = BernoulliGaussAMP<C>(iterationLimit: 20)
        #expect(
            try checkSolverContract(solver, on: model) { $0.coefficients.map(\.real.bitPattern) } == [])
        let plain = try solver.solve(model)
        let scaled = try LinearModel(
            dictionary: model.dictionary, measurements: model.measurements.map { $0.scaled(by: 1e6) })
        let back = try solver.solve(scaled).estimate.coefficients.map { $0.scaled(by: 1e-6) }
        #expect(relativeDistance(back, plain.estimate.coefficients) < 1e-9)
        let silent = try LinearModel(dictionary: model.dictionary, measurements: Array(repeating: C.zero, count: 100))
        #expect(try solver.solve(silent).estimate.coefficients.allSatisfy { $0 == 0 })
    }

    @Test func badInput() throws {
        let model = try problem(Double.self).model
        for bad in [0, -0.5, 1.5, Double.nan] {
            #expect(throws: LacunaError.self) { try BernoulliGaussAMP<Double>(damping: bad).start(model) }
        }
        #expect(throws: LacunaError.self) { try BernoulliGaussAMP<Double>(tolerance: -1).start(model) }
        #expect(throws: LacunaError.self) { try BernoulliGaussAMP<Double>(iterationLimit: 0).start(model) }
    }
}
