import LacunaTestSupport
import Testing

@testable import LacunaSolvers

@Suite struct TurboVBITests {
    private typealias C = Complex<Double>

    private func problem<S: Scalar>(
        _ type: S.Type = S.self, rows: Int = 16, columns: Int = 30, activity: Double = 0.2, burst: Double = 4,
        snr: Double = 20, key: UInt64 = 1
    ) throws -> ClusteredRecoveryProblem<S> where S.RealPart == Double {
        var stream = RandomStream(key: key)
        var dictionary = stream, coefficients = RandomStream(key: key + 1000)
        stream = RandomStream(key: key + 2000)
        return try ClusteredRecoveryProblem(
            rows: rows, columns: columns, activity: activity, meanBurst: burst, snrDecibels: snr,
            dictionary: &dictionary, coefficients: &coefficients, noise: &stream)
    }

    /// Without the noise variance.
    private func blind<S: Scalar>(_ model: LinearModel<S>) throws -> LinearModel<S> {
        try LinearModel(dictionary: model.dictionary, measurements: model.measurements)
    }

    private func checkAgainstEquations<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        let model = try blind(problem(S.self, rows: 8, columns: 12).model)
        let start = MarkovTransition(p01: 0.05, p10: 0.3)
        for coupling in TurboVBIOptions<Double>.Coupling.allCases {
            for warmStart in [0, 3] {
                var options = TurboVBIOptions<Double>(coupling: coupling)
                options.warmStart = warmStart
                options.innerIterations = 2
                options.rounds = 4
                options.refitIterations = 0
                options.tolerance = 0
                options.activeRate = 0.8
                let expected = try LiteralTurboVBI(model, options, start, rounds: 4)
                // The loop ends after the last posterior; the estimate is of the scales that follow it.
                let solver = TurboVBI<S, _>(support: MarkovSupport(transition: start), options: options)
                var state = try solver.start(model)
                for _ in 0..<warmStart + 4 { _ = solver.step(&state) }
                #expect(relativeDistance(state.belief.probability.prefix(12), expected.active) < 1e-7)
                #expect(abs(state.noiseVariance * state.unit * state.unit / expected.noiseVariance - 1) < 1e-7)
                let mean = state.posterior.mean
                let found =
                    (0..<12).map { mean[$0].realPart * state.unit }
                    + (S.isComplex ? (0..<12).map { mean[$0].imaginaryPart * state.unit } : [])
                #expect(relativeDistance(found, expected.mean) < 1e-7)
            }
        }
    }

    @Test func realIsTheEquations() throws { try checkAgainstEquations(Double.self) }
    /// The literal form stacks real and imaginary parts.
    @Test func complexIsTheStackedRealProblem() throws { try checkAgainstEquations(C.self) }

    /// The variational bound of Module A at fixed noise and prior odds; terms that never change are left out.
    private func bound<S: Scalar>(
        _ posterior: inout CovariancePosterior<S>, _ prior: GammaSupportPrior<Double>,
        _ scales: KroneckerScales<Double>,
        _ belief: SupportBelief<Double>, _ e: [Double], precisions: [Double], shapes: [(Double, Double)], noise: Double,
        rows: Int
    ) -> Double where S.RealPart == Double {
        let h = prior.degrees
        // E log p(y|x) + H(x) at the scales of the posterior: tr(A Σ Aᴴ) = s² Σ (1 - var/g).
        var value = -h * (posterior.squaredResidual() / noise + posterior.determinedParameters())
        var logDeterminant = Double(rows) * Double.log(noise) - posterior.logDeterminant
        for g in scales.values[0] { logDeterminant += Double.log(g) }
        value += h * logDeterminant
        for index in e.indices {
            let m = belief.logPriorOdds[index]
            let logActive = -Double.log(1 + Double.exp(-m)), logInactive = -Double.log(1 + Double.exp(m))
            func constant(_ a: Double, _ b: Double) -> Double { a * Double.log(b) - Double.logGamma(a) }
            let a = prior.activeShape, b = prior.activeRate, c = prior.inactiveShape, d = prior.inactiveRate
            if prior.coupling == .joint {
                let z1 = logActive + constant(a, b) + Double.logGamma(a + h) - (a + h) * Double.log(b + h * e[index])
                let z0 = logInactive + constant(c, d) + Double.logGamma(c + h) - (c + h) * Double.log(d + h * e[index])
                value += max(z1, z0) + Double.log(1 + Double.exp(-abs(z1 - z0)))
            } else {
                let (shape, rate) = shapes[index], mean = precisions[index], q = belief.probability[index]
                let psi = (Double.logGamma(shape + 1e-5) - Double.logGamma(shape - 1e-5)) / 2e-5
                let logarithm = psi - Double.log(rate)
                let t1 = constant(a, b) + (a - 1) * logarithm - b * mean
                let t0 = constant(c, d) + (c - 1) * logarithm - d * mean
                value += h * logarithm - h * mean * e[index] + q * (t1 + logActive) + (1 - q) * (t0 + logInactive)
                value -= q * Double.log(q) + (1 - q) * Double.log(1 - q)
                value += shape - Double.log(rate) + Double.logGamma(shape) + (1 - shape) * psi
            }
        }
        return value
    }

    private func checkBound<S: Scalar>(_ type: S.Type, _ coupling: GammaSupportPrior<Double>.Coupling) throws
    where S.RealPart == Double {
        let model = try problem(S.self).model
        let noise = try model.requireNoiseVariance(for: "the test")
        let prior = GammaSupportPrior<Double>(
            isComplex: S.isComplex, coupling: coupling, activeShape: 1.3, inactiveShape: 1.1, inactiveRate: 0.01)
        var posterior = try CovariancePosterior(model)
        var belief = prior.makeWorkspace(dimensions: [30])
        var scales = prior.start(dimensions: [30])
        var values: [Double] = []
        for _ in 0..<40 {
            // q(x), then the rest; mean field in two halves.
            let before = belief.probability.prefix(30)
            posterior.update(scales, noiseVariance: noise)
            let used = scales
            let e = (0..<30).map { posterior.secondMoment[$0] }
            prior.update(&scales, secondMoment: posterior.secondMoment, workspace: &belief)
            let h = prior.degrees
            let shapes = (0..<30).map { index -> (Double, Double) in
                let q = before[index]
                return (
                    q * prior.activeShape + (1 - q) * prior.inactiveShape + h,
                    q * prior.activeRate + (1 - q) * prior.inactiveRate + h * e[index]
                )
            }
            values.append(
                bound(
                    &posterior, prior, used, belief, e, precisions: scales.values[0].map { 1 / $0 }, shapes: shapes,
                    noise: noise, rows: 16))
        }
        let falls = zip(values, values.dropFirst()).map { $0 - $1 }.max() ?? 1
        #expect(falls < 1e-9, "\(S.self) \(coupling): falls by \(falls)")
        #expect((values.last ?? 0) - values[0] > 1)
    }

    @Test(arguments: GammaSupportPrior<Double>.Coupling.allCases)
    func moduleARaisesItsBound(coupling: GammaSupportPrior<Double>.Coupling) throws {
        try checkBound(Double.self, coupling)
        try checkBound(C.self, coupling)
    }

    private func options(_ coupling: TurboVBIOptions<Double>.Coupling = .joint) -> TurboVBIOptions<Double> {
        var options = TurboVBIOptions<Double>(coupling: coupling)
        options.rounds = 25
        return options
    }

    @Test func chainWithoutMemoryIsIndependent() throws {
        let model = try blind(problem(Double.self).model)
        let chain = try TurboVBI<Double, _>(
            support: MarkovSupport(transition: MarkovTransition(p01: 0.2, p10: 0.8), learns: false), options: options()
        ).solve(model)
        let independent = try TurboVBI<Double, _>(
            support: IndependentSupport(activity: 0.2, learns: false), options: options()
        ).solve(model)
        #expect(chain.report.iterations == independent.report.iterations)
        #expect(relativeDistance(chain.estimate.coefficients, independent.estimate.coefficients) < 1e-8)
    }

    @Test func unitsDoNotMatter() throws {
        let model = try blind(problem(C.self).model)
        let solver = TurboVBI<C, _>(support: MarkovSupport<Double>(), options: options())
        let plain = try solver.solve(model)
        for factor in [1e-9, 333, 1e12] {
            let scaled = try LinearModel(
                dictionary: model.dictionary, measurements: model.measurements.map { $0.scaled(by: factor) })
            let solution = try solver.solve(scaled)
            #expect(solution.report.iterations == plain.report.iterations)
            let back = solution.estimate.coefficients.map { $0.scaled(by: 1 / factor) }
            #expect(relativeDistance(back, plain.estimate.coefficients) < 1e-7)
            let variance = try #require(solution.estimate.noiseVariance),
                other = try #require(plain.estimate.noiseVariance)
            #expect(abs(variance / factor / factor / other - 1) < 1e-6)
        }
    }

    @Test func oracleSupportWithoutNoiseIsLeastSquares() throws {
        let drawn = try problem(Double.self, snr: 150)
        let support = Support(of: drawn.coefficients)
        let solution = try TurboVBI<Double, _>(support: GivenSupport<Double>(support), options: options())
            .solve(blind(drawn.model))
        #expect(relativeDistance(solution.estimate.coefficients, drawn.coefficients) < 1e-3)
        #expect(Support(of: solution.estimate.coefficients) == support)
    }

    @Test func dictionariesOfEveryKind() throws {
        var stream = RandomStream(key: 8)
        let kronecker = try stream.kroneckerProblem(
            rows: [4, 5], columns: [5, 6], sparsity: 2, noiseVariance: 0.01, of: C.self)
        let solver = TurboVBI<C, _>(support: MarkovSupport<Double>(length: 6), options: options())
        let fast = try solver.solve(kronecker.model()), dense = try solver.solve(kronecker.denseModel())
        #expect(relativeDistance(fast.estimate.coefficients, dense.estimate.coefficients) < 1e-6)
        #expect(fast.estimate.noiseVariance == 0.01)
        // More measurements than unknowns.
        let tall = try problem(Double.self, rows: 40, columns: 20)
        let solution = try TurboVBI<Double, _>(support: MarkovSupport<Double>(), options: options()).solve(
            blind(tall.model))
        #expect(try normalizedSquareError(solution.estimate.coefficients, against: tall.coefficients) < 0.05)
    }

    @Test func everySupportRecovers() throws {
        let drawn = try problem(Double.self, rows: 24, columns: 40, activity: 0.15, key: 12)
        let model = try blind(drawn.model)
        func error<D: SupportDenoiser>(_ support: D) throws -> Double where D.Real == Double {
            let solution = try TurboVBI<Double, D>(support: support, options: options()).solve(model)
            let found = solution.estimate
            #expect(zip(found.supportProbabilities ?? [], found.coefficients).allSatisfy { ($0 > 0.5) == ($1 != 0) })
            #expect(zip(found.variances ?? [], found.coefficients).allSatisfy { ($0 > 0) == ($1 != 0) })
            return try normalizedSquareError(found.coefficients, against: drawn.coefficients)
        }
        #expect(try error(MarkovSupport<Double>()) < 0.05)
        #expect(try error(MarkovSupport<Double>(length: 20, gate: 0.5)) < 0.05)
        #expect(try error(IndependentSupport<Double>()) < 0.05)
        #expect(try error(GroupSupport<Double>(groups: Groups(sizes: Array(repeating: 2, count: 20)))) < 0.05)
        #expect(try error(GridSupport<Double>(rows: 2, columns: 20)) < 0.05)
        #expect(try error(GivenSupport<Double>(Support(of: drawn.coefficients))) < 0.05)
    }

    /// What the method is for; fixed seeds, far from the limits.
    @Test func beatsPlainVBIOnBursts() throws {
        var gain = 0.0, wins = 0
        for key in 40..<46 as Range<UInt64> {
            let drawn = try problem(
                Double.self, rows: 50, columns: 100, activity: 0.12, burst: 8, snr: 20, key: key)
            let model = try blind(drawn.model)
            var vbi = VBI<Double>()
            vbi.options.unit = model.activeUnit(activity: 0.1)
            let turbo = TurboVBI<Double, MarkovSupport<Double>>(support: MarkovSupport(), options: options())
            let estimates = [try vbi.solve(model).estimate, try turbo.solve(model).estimate]
            let errors = try estimates.map {
                try normalizedSquareError($0.coefficients, against: drawn.coefficients)
            }
            gain += 10 * Double.log10(errors[0] / errors[1]) / 6
            wins += errors[1] < errors[0] ? 1 : 0
        }
        #expect(wins >= 5 && gain > 3, "\(wins) wins in 6, \(gain) dB")
    }

    @Test func contract() throws {
        let model = try blind(problem(Double.self).model)
        for refit in [0, 5] {
            var options = options()
            options.rounds = 6
            options.refitIterations = refit
            let solver = TurboVBI<Double, MarkovSupport<Double>>(support: MarkovSupport(), options: options)
            let broken = try checkSolverContract(solver, on: model) { $0.coefficients.map(\.bitPattern) }
            #expect(broken == [])
        }
    }

    @Test func nothingReceived() throws {
        let drawn = try problem(Double.self)
        let silent = try LinearModel(dictionary: drawn.model.dictionary, measurements: Array(repeating: 0.0, count: 16))
        let solution = try TurboVBI<Double, MarkovSupport<Double>>(support: MarkovSupport(), options: options()).solve(
            silent)
        #expect(solution.estimate.coefficients.allSatisfy { $0 == 0 })
    }

    @Test func badInput() throws {
        let model = try problem(Double.self).model
        func place(
            _ support: MarkovSupport<Double> = MarkovSupport(), _ change: (inout TurboVBIOptions<Double>) -> Void
        ) -> String? {
            var options = TurboVBIOptions<Double>()
            change(&options)
            do {
                _ = try TurboVBI<Double, _>(support: support, options: options).start(model)
                return nil
            } catch { return (error as? LacunaError)?.place }
        }
        #expect(place { _ in } == nil)
        #expect(place(MarkovSupport(length: 7)) { _ in } == "chains")
        #expect(place { $0.inactiveRateStart = 1e-6 } == "inactive rate")
        #expect(place { $0.inactiveRateDecay = 1 } == "inactive rate")
        #expect(place { $0.inactiveRateEnd = 0 } == "inactive rate")
        #expect(place { $0.warmStart = -1 } == "warm start")
        #expect(place { $0.refitIterations = -1 } == "refit iterations")
        #expect(place { $0.innerIterations = 0 } == "rounds")
        #expect(place { $0.rounds = 0 } == "rounds")
        #expect(place { $0.tolerance = .nan } == "tolerance")
        #expect(place { $0.initialNoiseVariance = 0 } == "initial noise variance")
        #expect(place { $0.activeShape = 0 } == "Gamma support prior")
        #expect(place { $0.typicalActivity = 1 } == "activity")
        let opaque = try LinearModel(
            dictionary: CompositionOperator(
                DenseOperator(Matrix<Double>(repeating: 1, rows: 2, columns: 2)), DiagonalOperator([1, 2])),
            measurements: [1, 2])
        #expect(throws: LacunaError.self) {
            _ = try TurboVBI<Double, MarkovSupport<Double>>(support: MarkovSupport()).start(opaque)
        }
        #expect(throws: LacunaError.self) {
            var options = TurboVBIOptions<Double>()
            options.learnsNoise = false
            _ = try TurboVBI<Double, MarkovSupport<Double>>(support: MarkovSupport(), options: options).start(
                blind(model))
        }
    }
}
