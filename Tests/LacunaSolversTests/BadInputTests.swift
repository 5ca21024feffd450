import LacunaSolvers
import LacunaTestSupport
import Testing

/// Every wrong argument: one line that names it.
@Suite struct BadInputTests {
    private typealias C = Complex<Double>

    private func expectError(
        naming place: String, kind: LacunaError.Kind? = nil, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () throws -> Void
    ) {
        do {
            try body()
            Issue.record("no error names \(place)", sourceLocation: sourceLocation)
        } catch let error as LacunaError {
            let line = "\(error)"
            #expect(
                line.contains(place) && !line.contains("\n") && line.count < 200, "\(line)",
                sourceLocation: sourceLocation)
            if let kind { #expect(error.kind == kind, sourceLocation: sourceLocation) }
        } catch {
            Issue.record("another error: \(error)", sourceLocation: sourceLocation)
        }
    }

    private let factors = [Matrix<C>(repeating: 1, rows: 2, columns: 3), Matrix<C>(repeating: 2, rows: 2, columns: 2)]
    private let y = [C](repeating: 1, count: 4)

    @Test func model() throws {
        let dictionary = try KroneckerOperator(factors)
        expectError(naming: "y", kind: .shape) { _ = try LinearModel(dictionary: dictionary, measurements: y + [1]) }
        for bad in [C(.nan, 0), C(0, .infinity)] {
            expectError(naming: "y", kind: .value) {
                _ = try LinearModel(dictionary: dictionary, measurements: [1, bad, 1, 1])
            }
        }
        for bad in [0, -1, Double.nan, .infinity] {
            expectError(naming: "noise variance", kind: .value) {
                _ = try LinearModel(dictionary: dictionary, measurements: y, noiseVariance: bad)
            }
        }
        var broken = factors
        broken[1][1, 0] = C(.nan, 0)
        expectError(naming: "dictionary factor 2", kind: .value) {
            _ = try LinearModel(dictionary: KroneckerOperator(broken), measurements: y)
        }
        broken[1] = Matrix(repeating: 0, rows: 2, columns: 2)
        expectError(naming: "dictionary factor 2", kind: .value) {
            _ = try LinearModel(dictionary: KroneckerOperator(broken), measurements: y)
        }
        expectError(naming: "dictionary", kind: .value) {
            _ = try LinearModel(
                dictionary: DenseOperator(Matrix<C>(repeating: 0, rows: 4, columns: 2)), measurements: y)
        }
    }

    @Test func options() throws {
        let model = try LinearModel(dictionary: KroneckerOperator(factors), measurements: y, noiseVariance: 1)
        func start(_ options: SparseBayesianOptions<Double>) throws {
            _ = try KroneckerSBL<C, _>(prior: AlternatingPrior<Double>(), options: options).start(model)
        }
        expectError(naming: "pruning") { try start(SparseBayesianOptions(relativePruning: [0, 0, 0])) }
        expectError(naming: "pruning") { try start(SparseBayesianOptions(relativePruning: [])) }
        for bad in [-0.1, 1, Double.nan] {
            expectError(naming: "pruning") { try start(SparseBayesianOptions(relativePruning: [bad])) }
        }
        for bad in [-0.1, Double.nan] {
            expectError(naming: "pruning") { try start(SparseBayesianOptions(absolutePruning: bad)) }
            expectError(naming: "tolerance") { try start(SparseBayesianOptions(tolerance: bad)) }
        }
        for bad in [0, -1, Double.nan, .infinity] {
            expectError(naming: "initial noise variance") {
                try start(SparseBayesianOptions(learnsNoise: true, initialNoiseVariance: bad))
            }
        }
        expectError(naming: "initial scales", kind: .shape) {
            try start(SparseBayesianOptions(initialScales: [[1, 1], [1, 1, 1]]))
        }
        expectError(naming: "initial scales", kind: .shape) {
            try start(SparseBayesianOptions(initialScales: [[1, 1, 1]]))
        }
        expectError(naming: "mode 2", kind: .value) {
            try start(SparseBayesianOptions(initialScales: [[1, 1, 1], [0, 0]]))
        }
        expectError(naming: "mode 1", kind: .value) {
            try start(SparseBayesianOptions(initialScales: [[1, -1, 1], [1, 1]]))
        }
    }

    @Test func units() throws {
        let model = try LinearModel(dictionary: KroneckerOperator(factors), measurements: y, noiseVariance: 1)
        for bad in [0, -1, Double.nan, .infinity, 1e-200, 1e200] {
            expectError(naming: "unit", kind: .value) {
                _ = try SVDKroSBL<C>(prior: SingularVectorPrior(), options: .init(unit: bad)).start(model)
            }
        }
        for bad in [0, -1, Double.nan, .infinity] {
            expectError(naming: "typical size", kind: .value) {
                _ = try SVDKroSBL<C>(prior: SingularVectorPrior(), options: .init(typicalSize: bad)).start(model)
            }
        }
    }

    @Test func priors() throws {
        let model = try LinearModel(dictionary: KroneckerOperator(factors), measurements: y, noiseVariance: 1)
        func alternating(_ change: (inout AlternatingPrior<Double>) -> Void) throws {
            var solver = AMKroSBL<C>(.recovery)
            change(&solver.prior)
            _ = try solver.start(model)
        }
        func coupled(_ change: (inout PatternCoupledPrior<Double>) -> Void) throws {
            var solver = PCKroSBL<C>(.recovery, couplings: [0.5, nil])
            change(&solver.prior)
            _ = try solver.start(model)
        }
        func flat(_ change: (inout CoupledPrecisionPrior<Double>) -> Void) throws {
            var prior = CoupledPrecisionPrior<Double>()
            change(&prior)
            _ = try PCSBL<C>(prior: prior, options: .init(relativePruning: [0], stopsOn: .mean)).start(model)
        }
        try alternating { _ in }
        try coupled { _ in }
        try flat { _ in }
        for bad in [0, -1] {
            expectError(naming: "sweep limit") { try alternating { $0.sweepLimit = bad } }
            expectError(naming: "sweep limit") { try coupled { $0.sweepLimit = bad } }
        }
        for bad in [-0.1, Double.nan] {
            expectError(naming: "inner tolerance") { try alternating { $0.tolerance = bad } }
            expectError(naming: "inner tolerance") { try coupled { $0.tolerance = bad } }
            expectError(naming: "floor") { try coupled { $0.floor = bad } }
            expectError(naming: "rate") { try flat { $0.rate = bad } }
            expectError(naming: "shape") { try flat { $0.shape = bad } }
            expectError(naming: "cutoff") { try flat { $0.cutoff = bad } }
        }
        for bad in [-0.1, 1.1, Double.nan, .infinity] {
            expectError(naming: "coupling") { try coupled { $0.couplings[0] = bad } }
            expectError(naming: "coupling") { try flat { $0.coupling = bad } }
        }
    }

    @Test func noiseVarianceThatIsMissing() throws {
        let model = try LinearModel(dictionary: KroneckerOperator(factors), measurements: y)
        expectError(naming: "noise variance") {
            _ = try KroneckerPriorKind.alternating.solve(model, options: SparseBayesianOptions())
        }
        expectError(naming: "noise variance") { _ = try LMMSE<C>().solve(model) }
        expectError(naming: "noise variance") { _ = try FISTA<C>().solve(model) }
        // Methods that do without.
        #expect(try OrthogonalMatchingPursuit<C>().solve(model).estimate.coefficients.allSatisfy { $0.isFinite })
        #expect(try FISTA<C>(weight: 0.1).solve(model).estimate.coefficients.allSatisfy { $0.isFinite })
    }

    @Test func baselines() throws {
        let model = try LinearModel(dictionary: KroneckerOperator(factors), measurements: y, noiseVariance: 1)
        expectError(naming: "support", kind: .shape) {
            _ = try OracleLeastSquares<C>(support: try Support([0], of: 5)).solve(model)
        }
        for bad in [0, -3] {
            expectError(naming: "atoms") { _ = try OrthogonalMatchingPursuit<C>(atoms: bad).solve(model) }
        }
        expectError(naming: "atoms") { _ = try KroneckerOMP<C>(atomsPerMode: 0).solve(model) }
        for bad in [-1, Double.nan] {
            expectError(naming: "tolerance") { _ = try FISTA<C>(weight: 1, tolerance: bad).solve(model) }
            expectError(naming: "weight") { _ = try FISTA<C>(weight: bad).solve(model) }
            expectError(naming: "prior variance") { _ = try LMMSE<C>(priorVariance: bad).solve(model) }
            expectError(naming: "tolerance") { _ = try KroneckerOMP<C>(tolerance: bad).solve(model) }
        }
        // Dictionaries of a kind that a method cannot serve.
        let composed = try CompositionOperator(
            DenseOperator(naiveKronecker(factors)), DiagonalOperator(Array(repeating: C(1), count: 6)))
        let opaque = try LinearModel(dictionary: composed, measurements: y, noiseVariance: 1)
        expectError(naming: "dictionary") { _ = try OrthogonalMatchingPursuit<C>().solve(opaque) }
        expectError(naming: "dictionary") { _ = try KroneckerOMP<C>().solve(opaque) }
        expectError(naming: "dictionary") { _ = try LMMSE<C>().solve(opaque) }
        expectError(naming: "dictionary") { _ = try FISTA<C>().solve(opaque) }
        expectError(naming: "dictionary") {
            _ = try OracleLeastSquares<C>(support: try Support([0], of: 6)).solve(opaque)
        }
        expectError(naming: "dictionary") {
            _ = try KroneckerPriorKind.alternating.solve(opaque, options: SparseBayesianOptions())
        }
    }
}
