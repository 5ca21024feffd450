import LacunaSolvers
import LacunaTestSupport
import Testing

/// The same data in other units: the same iterations to the same answer.
@Suite struct UnitTests {
    private typealias C = Complex<Double>

    /// Factors of y and of the dictionary: x changes by their quotient.
    private static let units: [(y: Double, dictionary: Double)] = [
        (1e6, 1), (1e-6, 1), (1, 1e3), (1e9, 1e-6), (1e-120, 1), (1e3, 1e3),
    ]

    private func problem<S: Scalar>(_ type: S.Type) throws -> KroneckerProblem<S> where S.RealPart == Double {
        var stream = RandomStream(key: 31)
        return try stream.kroneckerProblem(rows: [6, 7], columns: [8, 10], sparsity: 2, noiseVariance: 0.01)
    }

    private func inUnits<S: Scalar>(
        _ problem: KroneckerProblem<S>, y: Double, dictionary: Double
    ) -> KroneckerProblem<S> where S.RealPart == Double {
        var changed = problem
        changed.measurements = problem.measurements.map { $0.scaled(by: y) }
        changed.coefficients = problem.coefficients.map { $0.scaled(by: y / dictionary) }
        changed.noiseVariance = problem.noiseVariance * y * y
        let first = problem.factors[0]
        changed.factors[0] = Matrix(rows: first.rows, columns: first.columns) { first[$0, $1].scaled(by: dictionary) }
        return changed
    }

    private func check<S: Scalar>(
        _ name: String, _ problem: KroneckerProblem<S>, learnsNoise: Bool,
        sourceLocation: SourceLocation = #_sourceLocation,
        solve: (LinearModel<S>) throws -> Solution<SparseEstimate<S>>
    ) throws where S.RealPart == Double {
        func model(_ problem: KroneckerProblem<S>) throws -> LinearModel<S> {
            let model = try problem.model()
            return learnsNoise
                ? try LinearModel(dictionary: model.dictionary, measurements: model.measurements) : model
        }
        let expected = try solve(model(problem))
        try #require(try normalizedSquareError(expected.estimate.coefficients, against: problem.coefficients) < 0.1)
        for unit in Self.units {
            let changed = inUnits(problem, y: unit.y, dictionary: unit.dictionary)
            let solution = try solve(model(changed))
            let scale = unit.y / unit.dictionary
            let comment: Comment = "\(name), \(unit), learnt noise: \(learnsNoise)"
            #expect(solution.report.iterations == expected.report.iterations, comment, sourceLocation: sourceLocation)
            let x = solution.estimate.coefficients.map { $0.scaled(by: 1 / scale) }
            #expect(
                relativeDistance(x, expected.estimate.coefficients) < 1e-9, comment, sourceLocation: sourceLocation)
            #expect(Support(of: x, threshold: 1e-3) == Support(of: expected.estimate.coefficients, threshold: 1e-3))
            let squares = (scale * scale, unit.y * unit.y)
            let variances = try #require(solution.estimate.variances).map { $0 / squares.0 }
            #expect(relativeDistance(variances, try #require(expected.estimate.variances)) < 1e-9, comment)
            let scales = solution.estimate.scales, last = scales.count - 1
            #expect(relativeDistance(scales[last].map { $0 / squares.0 }, expected.estimate.scales[last]) < 1e-9)
            let noise = try #require(solution.estimate.noiseVariance) / squares.1
            let expectedNoise = try #require(expected.estimate.noiseVariance)
            #expect(abs(noise - expectedNoise) < 1e-9 * expectedNoise, comment, sourceLocation: sourceLocation)
        }
    }

    private func checkAll<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        let problem = try problem(S.self)
        for learnsNoise in [false, true] {
            let options = SparseBayesianOptions<Double>(
                absolutePruning: 1e-6, tolerance: 1e-6, iterationLimit: 400, learnsNoise: learnsNoise)
            for kind in KroneckerPriorKind.allCases {
                try check("\(kind)", problem, learnsNoise: learnsNoise) { try kind.solve($0, options: options) }
            }
            try check("classic", problem, learnsNoise: learnsNoise) {
                try SBL<S>(prior: IndependentPrior(), options: options).solve($0)
            }
            try check("PC-SBL", problem, learnsNoise: learnsNoise) {
                let options = SparseBayesianOptions<Double>(
                    relativePruning: [0], stopsOn: .mean, learnsNoise: learnsNoise)
                return try PCSBL<S>(prior: CoupledPrecisionPrior(coupling: 0), options: options).solve($0)
            }
        }
    }

    @Test func realAnswersDoNotDependOnUnits() throws { try checkAll(Double.self) }
    @Test func complexAnswersDoNotDependOnUnits() throws { try checkAll(C.self) }

    @Test func theUnitIsThePowerOf1000NearestToWhiteCoefficients() throws {
        func unit(_ y: Double, _ a: Double) throws -> Double {
            try LinearModel(dictionary: DenseOperator(Matrix([[a, 0], [0, a]])), measurements: [y, y])
                .coefficientUnit(typicalSize: 1)
        }
        for (y, a, expected) in [
            (1.0, 1.0, 1.0), (31, 1, 1), (32, 1, 1e3), (1 / 31.0, 1, 1), (1 / 32.0, 1, 1e-3), (1, 32, 1e-3),
            (5e6, 1, 1e6), (2e-200, 1, 1e-153), (3e200, 1e-50, 1e153), (1e300, 1e294, 1e6), (0, 1, 1),
        ] {
            #expect(try abs(unit(y, a) - expected) <= 1e-15 * expected, "\(y) over \(a)")
        }
        // As a Kronecker product, and column by column, of norm 2 sqrt 3 each.
        let factors = [Matrix(repeating: C(0, 1), rows: 3, columns: 4)]
        let y = [C](repeating: C(3e4, 4e4), count: 3)
        #expect(
            try LinearModel(dictionary: KroneckerOperator(factors), measurements: y).coefficientUnit(typicalSize: 1)
                == 1e3)
        #expect(
            try LinearModel(dictionary: KhatriRaoOperator(factors), measurements: y).coefficientUnit(typicalSize: 1)
                == 1e3)
    }

    @Test func aTypicalSizeMovesTheUnit() throws {
        let model = try problem(C.self).model()
        let unit = model.coefficientUnit(typicalSize: 0.65)
        #expect(model.coefficientUnit(typicalSize: 0.65e3) == unit / 1e3)
        #expect(try SVDKroSBL<C>(.recovery).start(model).unit == unit)
        #expect(try SVDKroSBL<C>(.irs).start(model).unit == model.coefficientUnit(typicalSize: 17))
    }

    /// A unit that is a power of two is free of rounding.
    @Test func aGivenUnitScalesTheWholeSolve() throws {
        let problem = try problem(C.self)
        let unit = Double(1 << 20)
        let changed = inUnits(problem, y: unit, dictionary: 1)
        var options = SparseBayesianOptions<Double>(absolutePruning: 1e-5, unit: 1)
        let expected = try KroneckerPriorKind.alternating.solve(problem.model(), options: options)
        options.unit = unit
        let limits = SolveLimits(recordsHistory: true)
        let solution = try KroneckerPriorKind.alternating.solve(changed.model(), options: options, limits: limits)
        #expect(
            solution.estimate.coefficients == expected.estimate.coefficients.map { $0.scaled(by: unit) })
        #expect(solution.estimate.noiseVariance == changed.noiseVariance)
        // The cost is that of the data as they are, whatever the unit.
        options = SparseBayesianOptions(relativePruning: [0], iterationLimit: 3, unit: 1)
        options.initialScales = [Array(repeating: 1, count: 8), Array(repeating: 2 * unit * unit, count: 10)]
        let plain = try KroneckerPriorKind.alternating.solve(changed.model(), options: options, limits: limits)
        options.unit = unit
        let counted = try KroneckerPriorKind.alternating.solve(changed.model(), options: options, limits: limits)
        #expect(relativeDistance(counted.report.history, plain.report.history) < 1e-10)
        // Where learning starts is in the units of the data too.
        options = SparseBayesianOptions(iterationLimit: 1, learnsNoise: true, initialNoiseVariance: 3 * unit * unit)
        options.initialScales = [Array(repeating: 1, count: 8), Array(repeating: unit * unit, count: 10)]
        options.unit = 1
        let first = try KroneckerPriorKind.singularVectors.solve(changed.model(), options: options)
        options.unit = unit
        let second = try KroneckerPriorKind.singularVectors.solve(changed.model(), options: options)
        #expect(relativeDistance(second.estimate.coefficients, first.estimate.coefficients) < 1e-10)
    }

    /// Why the default is not to take the data as they are.
    @Test func countedInOneLargeCoefficientsAreLost() throws {
        let problem = inUnits(try problem(Double.self), y: 1e6, dictionary: 1)
        let options = SparseBayesianOptions<Double>(unit: 1)
        let x = try KroneckerPriorKind.singularVectors.solve(problem.model(), options: options).estimate.coefficients
        #expect(try normalizedSquareError(x, against: problem.coefficients) > 0.1)
    }
}
