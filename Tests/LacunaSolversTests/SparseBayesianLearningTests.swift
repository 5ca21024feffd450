import LacunaSolvers
import LacunaTestSupport
import Testing

private typealias C = Complex<Double>

/// Each Kronecker prior under one name, so that a property is tested on all of them.
enum KroneckerPriorKind: CaseIterable, Sendable {
    case alternating, singleSweep, singularVectors, patternCoupled

    func solve<S: Scalar>(
        _ model: LinearModel<S>, options: SparseBayesianOptions<Double>, limits: SolveLimits = SolveLimits()
    ) throws -> Solution<SparseEstimate<S>> where S.RealPart == Double {
        switch self {
        case .alternating:
            try KroneckerSBL<S, _>(prior: AlternatingPrior<Double>(), options: options).solve(model, limits: limits)
        case .singleSweep:
            try KroneckerSBL<S, _>(prior: AlternatingPrior<Double>.singleSweep(), options: options).solve(
                model, limits: limits)
        case .singularVectors:
            try KroneckerSBL<S, _>(prior: SingularVectorPrior<Double>(), options: options).solve(model, limits: limits)
        case .patternCoupled:
            try KroneckerSBL<S, _>(prior: PatternCoupledPrior<Double>(couplings: [0.5]), options: options)
                .solve(model, limits: limits)
        }
    }
}

@Suite struct SparseBayesianLearningTests {
    private let unpruned = SparseBayesianOptions<Double>(relativePruning: [0], tolerance: 0, iterationLimit: 25)

    private func makeProblem<S: Scalar>(
        _ type: S.Type, key: UInt64 = 51, noiseVariance: Double = 0.01
    ) throws -> KroneckerProblem<S> where S.RealPart == Double {
        var stream = RandomStream(key: key)
        return try stream.kroneckerProblem(rows: [5, 6], columns: [7, 9], sparsity: 2, noiseVariance: noiseVariance)
    }

    // MARK: One factor is classic SBL

    private func checkOneFactor<S: Scalar>(_ type: S.Type, rows: Int, columns: Int) throws where S.RealPart == Double {
        var stream = RandomStream(key: 52)
        let problem: KroneckerProblem<S> = try stream.kroneckerProblem(
            rows: [rows], columns: [columns], sparsity: 3, noiseVariance: 0.01)
        let options = SparseBayesianOptions<Double>(iterationLimit: 60)
        let classic = try SBL<S>(prior: IndependentPrior(), options: options).solve(problem.denseModel())
        for kind in [KroneckerPriorKind.alternating, .singleSweep, .singularVectors] {
            let kronecker = try kind.solve(problem.model(), options: options)
            #expect(kronecker.report.iterations == classic.report.iterations)
            #expect(relativeDistance(kronecker.estimate.coefficients, classic.estimate.coefficients) < 1e-10)
            #expect(relativeDistance(kronecker.estimate.variances ?? [], classic.estimate.variances ?? []) < 1e-8)
            #expect(relativeDistance(kronecker.estimate.scales[0], classic.estimate.scales[0]) < 1e-10)
        }
    }

    @Test(arguments: [(20, 30), (30, 20)])
    func oneFactorIsClassicSBL(rows: Int, columns: Int) throws {
        try checkOneFactor(Double.self, rows: rows, columns: columns)
        try checkOneFactor(C.self, rows: rows, columns: columns)
    }

    @Test func classicSBLIsTheDenseLoop() throws {
        let problem = try makeProblem(C.self)
        let matrix = naiveKronecker(problem.factors)
        var g = Array(repeating: 1.0, count: matrix.columns)
        for _ in 0..<12 {
            let posterior = DensePosterior(matrix, scales: g, measurements: problem.measurements, noiseVariance: 0.01)
            g = zip(posterior.mean, posterior.variances).map { $0.squaredModulus + $1 }
        }
        let expected = DensePosterior(matrix, scales: g, measurements: problem.measurements, noiseVariance: 0.01)
        let options = SparseBayesianOptions<Double>(relativePruning: [0], tolerance: 0, iterationLimit: 12)
        for model in [try problem.model(), try problem.denseModel()] {
            let solution = try SBL<C>(prior: IndependentPrior(), options: options).solve(model)
            #expect(relativeDistance(solution.estimate.coefficients, expected.mean) < 1e-8)
            #expect(relativeDistance(solution.estimate.scales[0], g) < 1e-8)
        }
    }

    // MARK: Evidence

    private func checkEvidence<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        let problem = try makeProblem(S.self)
        let limits = SolveLimits(recordsHistory: true)
        for kind in [KroneckerPriorKind.alternating, .singleSweep] {
            let history = try kind.solve(problem.model(), options: unpruned, limits: limits).report.history
            #expect(history.count == 25)
            for (before, after) in zip(history, history.dropFirst()) { #expect(after <= before + 1e-9 * abs(before)) }
        }
        let classic = try SBL<S>(prior: IndependentPrior(), options: unpruned).solve(
            problem.denseModel(), limits: limits)
        for (before, after) in zip(classic.report.history, classic.report.history.dropFirst()) {
            #expect(after <= before + 1e-9 * abs(before))
        }
    }

    @Test func evidenceNeverDecreasesWithoutPruning() throws {
        try checkEvidence(Double.self)
        try checkEvidence(C.self)
    }

    @Test func costIsTheNegativeLogEvidence() throws {
        let problem = try makeProblem(C.self)
        let options = SparseBayesianOptions<Double>(relativePruning: [0], tolerance: 0, iterationLimit: 4)
        for kind in KroneckerPriorKind.allCases {
            let solution = try kind.solve(problem.model(), options: options, limits: SolveLimits(recordsHistory: true))
            let g = naiveKronecker(solution.estimate.scales[0], solution.estimate.scales[1])
            let dense = DensePosterior(
                naiveKronecker(problem.factors), scales: g, measurements: problem.measurements, noiseVariance: 0.01)
            let expected = dense.logDeterminant + dense.quadraticForm
            let last = try #require(solution.report.history.last)
            #expect(abs(last - expected) < 1e-7 * abs(expected))
            #expect(relativeDistance(solution.estimate.coefficients, dense.mean) < 1e-8)
            #expect(relativeDistance(solution.estimate.variances ?? [], dense.variances) < 1e-6)
        }
    }

    // MARK: Invariances

    @Test(arguments: KroneckerPriorKind.allCases, [false, true])
    func zeroMeasurementsGiveZero(kind: KroneckerPriorKind, learnsNoise: Bool) throws {
        let problem = try makeProblem(C.self)
        let model = try LinearModel(
            dictionary: KroneckerOperator(problem.factors), measurements: Array(repeating: C.zero, count: 30),
            noiseVariance: learnsNoise ? nil : 0.1)
        let solution = try kind.solve(model, options: SparseBayesianOptions(learnsNoise: learnsNoise))
        #expect(solution.estimate.coefficients.allSatisfy { $0 == 0 })
        #expect(solution.estimate.variances?.allSatisfy { $0.isFinite && $0 >= 0 } == true)
        #expect(solution.report.reason != .diverged)
    }

    @Test(arguments: [false, true])
    func zeroMeasurementsGiveZeroInClassicSBL(learnsNoise: Bool) throws {
        let model = try LinearModel(
            dictionary: DenseOperator(naiveKronecker(makeProblem(Double.self).factors)),
            measurements: Array(repeating: 0.0, count: 30), noiseVariance: learnsNoise ? nil : 0.1)
        let options = SparseBayesianOptions<Double>(learnsNoise: learnsNoise)
        let solution = try SBL<Double>(prior: IndependentPrior(), options: options).solve(model)
        #expect(solution.estimate.coefficients.allSatisfy { $0 == 0 } && solution.report.reason != .diverged)
        let coupled = SparseBayesianOptions<Double>(relativePruning: [0], stopsOn: .mean, learnsNoise: learnsNoise)
        let pcsbl = try PCSBL<Double>(prior: CoupledPrecisionPrior(), options: coupled).solve(model)
        #expect(pcsbl.estimate.coefficients.allSatisfy { $0 == 0 } && pcsbl.report.reason != .diverged)
    }

    @Test(arguments: [KroneckerPriorKind.alternating, .singleSweep, .singularVectors], [0.125, 1024])
    func unitsOfTheMeasurementsDoNotMatter(kind: KroneckerPriorKind, c: Double) throws {
        let problem = try makeProblem(C.self)
        var scaled = problem
        scaled.factors[0].storage = problem.factors[0].storage.map { $0.scaled(by: c) }
        scaled.measurements = problem.measurements.map { $0.scaled(by: c) }
        scaled.noiseVariance *= c * c
        let options = SparseBayesianOptions<Double>(relativePruning: [1e-3])
        let plain = try kind.solve(problem.model(), options: options)
        let other = try kind.solve(scaled.model(), options: options)
        #expect(relativeDistance(other.estimate.coefficients, plain.estimate.coefficients) < 1e-9)
        #expect(other.report.iterations == plain.report.iterations)
    }

    @Test(arguments: [KroneckerPriorKind.alternating, .singleSweep, .singularVectors])
    func permutedColumnsPermuteTheAnswer(kind: KroneckerPriorKind) throws {
        let problem = try makeProblem(Double.self)
        var stream = RandomStream(key: 53)
        let orders = [stream.permutation(7), stream.permutation(9)]
        var permuted = problem
        for mode in 0..<2 { permuted.factors[mode] = problem.factors[mode].selectingColumns(orders[mode]) }
        let options = SparseBayesianOptions<Double>(relativePruning: [1e-3])
        let plain = try kind.solve(problem.model(), options: options).estimate.coefficients
        let other = try kind.solve(permuted.model(), options: options).estimate.coefficients
        let expected = orders[0].flatMap { row in orders[1].map { plain[row * 9 + $0] } }
        #expect(relativeDistance(other, expected) < 1e-9)
    }

    @Test(arguments: KroneckerPriorKind.allCases)
    func unitaryRotationOfTheMeasurementsChangesNothing(kind: KroneckerPriorKind) throws {
        let problem = try makeProblem(C.self)
        var stream = RandomStream(key: 54)
        let rotations: [Matrix<C>] = [try stream.unitary(5), try stream.unitary(6)]
        var rotated = problem
        for mode in 0..<2 { rotated.factors[mode] = naiveProduct(rotations[mode], problem.factors[mode]) }
        rotated.measurements = naiveProduct(naiveKronecker(rotations), problem.measurements)
        let options = SparseBayesianOptions<Double>(relativePruning: [1e-3])
        let plain = try kind.solve(problem.model(), options: options).estimate.coefficients
        let other = try kind.solve(rotated.model(), options: options).estimate.coefficients
        #expect(relativeDistance(other, plain) < 1e-8)
    }

    // MARK: Limits of the noise

    @Test(arguments: [KroneckerPriorKind.alternating, .singularVectors])
    func recoversExactlyWithoutNoise(kind: KroneckerPriorKind) throws {
        var stream = RandomStream(key: 55)
        let problem: KroneckerProblem<C> = try stream.kroneckerProblem(
            rows: [8, 9], columns: [10, 12], sparsity: 2, noiseVariance: 0)
        let model = try LinearModel(
            dictionary: KroneckerOperator(problem.factors), measurements: problem.measurements, noiseVariance: 1e-14)
        let solution = try kind.solve(model, options: SparseBayesianOptions(tolerance: 1e-8, iterationLimit: 500))
        #expect(relativeDistance(solution.estimate.coefficients, problem.coefficients) < 1e-6)
    }

    @Test(arguments: KroneckerPriorKind.allCases, [1e-300, 1e-30, 1e30, 1e200])
    func extremeNoiseLevelsGiveNumbers(kind: KroneckerPriorKind, noiseVariance: Double) throws {
        let problem = try makeProblem(C.self)
        let model = try LinearModel(
            dictionary: KroneckerOperator(problem.factors), measurements: problem.measurements,
            noiseVariance: noiseVariance)
        let estimate = try kind.solve(model, options: SparseBayesianOptions(iterationLimit: 30)).estimate
        #expect(estimate.coefficients.allSatisfy { $0.isFinite })
        #expect(estimate.variances?.allSatisfy { $0.isFinite && $0 >= 0 } == true)
        #expect(estimate.scales.joined().allSatisfy { $0.isFinite && $0 >= 0 })
        if noiseVariance > 1 { #expect(estimate.coefficients.allSatisfy { $0.modulus < 1e-10 }) }
    }

    /// Measurements that the dictionary cannot produce, at a noise level far below the rounding of its eigenvalues.
    @Test(arguments: KroneckerPriorKind.allCases, [1e-300, 1e-30])
    func vanishingNoiseOnADeficientDictionaryGivesNumbers(kind: KroneckerPriorKind, noiseVariance: Double) throws {
        var problem = try makeProblem(C.self)
        var stream = RandomStream(key: 57)
        problem.factors[0] = naiveProduct(stream.matrix(5, 2), stream.matrix(2, 7))
        problem.measurements = stream.vector(30)
        let model = try LinearModel(
            dictionary: KroneckerOperator(problem.factors), measurements: problem.measurements,
            noiseVariance: noiseVariance)
        let solution = try kind.solve(model, options: SparseBayesianOptions(iterationLimit: 30))
        #expect(solution.report.reason != .diverged)
        #expect(solution.estimate.coefficients.allSatisfy { $0.isFinite })
        #expect(solution.estimate.variances?.allSatisfy { $0.isFinite && $0 >= 0 } == true)
    }

    @Test(arguments: [1e-300, 1e-30, 1e30, 1e200])
    func extremeNoiseLevelsGiveNumbersInClassicSBL(noiseVariance: Double) throws {
        let problem = try makeProblem(Double.self)
        let dictionaries: [any LinearOperator<Double>] = [
            try KroneckerOperator(problem.factors), DenseOperator(naiveKronecker(problem.factors)),
        ]
        for dictionary in dictionaries {
            let model = try LinearModel(
                dictionary: dictionary, measurements: problem.measurements, noiseVariance: noiseVariance)
            let options = SparseBayesianOptions<Double>(iterationLimit: 30)
            let estimate = try SBL<Double>(prior: IndependentPrior(), options: options).solve(model).estimate
            #expect(estimate.coefficients.allSatisfy { $0.isFinite })
            #expect(estimate.variances?.allSatisfy { $0.isFinite && $0 >= 0 } == true)
        }
    }

    @Test func learntNoiseFindsTheLevel() throws {
        var stream = RandomStream(key: 56)
        let problem: KroneckerProblem<Double> = try stream.kroneckerProblem(
            rows: [14, 15], columns: [16, 18], sparsity: 3, noiseVariance: 0.04)
        let model = try LinearModel(dictionary: KroneckerOperator(problem.factors), measurements: problem.measurements)
        let estimate = try KroneckerPriorKind.singularVectors.solve(
            model, options: SparseBayesianOptions(learnsNoise: true)
        )
        .estimate
        // 210 measurements: the sample variance itself spreads by 10 %.
        let learnt = try #require(estimate.noiseVariance)
        #expect(learnt > 0.02 && learnt < 0.08)
        #expect(try normalizedSquareError(estimate.coefficients, against: problem.coefficients) < 0.01)
    }

    // MARK: Warm starts and results

    @Test(arguments: [KroneckerPriorKind.alternating, .singularVectors])
    func warmStartContinues(kind: KroneckerPriorKind) throws {
        let problem = try makeProblem(C.self)
        let model = try problem.model()
        let long = try kind.solve(model, options: SparseBayesianOptions(tolerance: 0, iterationLimit: 30))
        let half = try kind.solve(model, options: SparseBayesianOptions(tolerance: 0, iterationLimit: 15))
        let rest = try kind.solve(
            model, options: SparseBayesianOptions(tolerance: 0, iterationLimit: 15, initialScales: half.estimate.scales)
        )
        #expect(relativeDistance(rest.estimate.coefficients, long.estimate.coefficients) < 1e-9)
        #expect(rest.estimate.scales.map { $0.map { $0 > 0 } } == long.estimate.scales.map { $0.map { $0 > 0 } })
    }

    @Test func prunedEntriesAreZeroInTheAnswer() throws {
        let problem = try makeProblem(Double.self)
        let estimate = try KroneckerPriorKind.singularVectors.solve(problem.model(), options: SparseBayesianOptions())
            .estimate
        let g = naiveKronecker(estimate.scales[0], estimate.scales[1])
        #expect(g.contains(0))
        for index in g.indices where g[index] == 0 {
            #expect(estimate.coefficients[index] == 0 && estimate.variances?[index] == 0)
        }
        #expect(
            try Support(of: estimate.coefficients, threshold: 1e-3).jaccard(Support(of: problem.coefficients)) > 0.5)
    }

    @Test func contract() throws {
        let problem = try makeProblem(C.self)
        let model = try problem.model()
        var options = SparseBayesianOptions<Double>(iterationLimit: 20)
        #expect(
            try checkSolverContract(KroneckerSBL<C, _>(prior: AlternatingPrior<Double>(), options: options), on: model)
                == [])
        #expect(
            try checkSolverContract(
                KroneckerSBL<C, _>(prior: PatternCoupledPrior<Double>(couplings: [0.8, nil]), options: options),
                on: model) == [])
        #expect(try checkSolverContract(SBL<C>(prior: IndependentPrior(), options: options), on: model) == [])
        options.learnsNoise = true
        #expect(
            try checkSolverContract(
                KroneckerSBL<C, _>(prior: SingularVectorPrior<Double>(), options: options), on: model) == [])
        options = SparseBayesianOptions(relativePruning: [0], iterationLimit: 20, stopsOn: .mean)
        #expect(try checkSolverContract(PCSBL<C>(prior: CoupledPrecisionPrior(), options: options), on: model) == [])
    }
}
