import CAllocationCounter
import LacunaSolvers
import LacunaTestSupport
import Testing

/// Whether the numerics are specialised: unspecialised generics allocate for their temporaries.
#if DEBUG
    private let isOptimized = false
#else
    private let isOptimized = true
#endif

/// The law of `Solver`: `step` allocates nothing. Also where pruning changes the form of a factor.
@Suite(.enabled(if: isOptimized && lacuna_thread_allocations() >= 0, "counted in release builds, with glibc"))
struct AllocationTests {
    private typealias C = Complex<Double>

    /// That no step after the first few allocates.
    private func expectNone<S: Solver>(
        _ solver: S, _ problem: S.Problem, steps: Int = 30, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var state = try solver.start(problem)
        var counts: [Int: Int] = [:]
        for step in 0..<steps {
            let before = lacuna_thread_allocations()
            let reason = solver.step(&state)
            let count = lacuna_thread_allocations() - before
            if step >= 3 && count > 0 { counts[step] = count }
            if reason != nil { break }
        }
        let list = counts.sorted { $0.key < $1.key }.map { "\($0.value) in step \($0.key)" }
        #expect(list.isEmpty, "\(S.self)", sourceLocation: sourceLocation)
    }

    private func model<S: Scalar>(_ type: S.Type) throws -> LinearModel<S> where S.RealPart == Double {
        var stream = RandomStream(key: 1)
        return try stream.kroneckerProblem(
            rows: [5, 6, 7], columns: [8, 9, 10], sparsity: 2, noiseVariance: 0.01, of: S.self
        ).model()
    }

    private func check<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        let model = try model(S.self)
        // Strong pruning, so that factors change their form on the way; and none.
        for prune in [0, 1e-2] {
            var options = SparseBayesianOptions<Double>(relativePruning: [prune], tolerance: 0)
            for learnsNoise in [false, true] {
                options.learnsNoise = learnsNoise
                let svd = KroneckerSBL<S, _>(prior: SingularVectorPrior<Double>(), options: options)
                try expectNone(svd, model)
                let am = KroneckerSBL<S, _>(prior: AlternatingPrior<Double>(), options: options)
                try expectNone(am, model)
                let pc = KroneckerSBL<S, _>(
                    prior: PatternCoupledPrior<Double>(couplings: [0.8, nil, 0.8]), options: options)
                try expectNone(pc, model)
                let dense = try LinearModel(
                    dictionary: DenseOperator(naiveKronecker(factors(model))), measurements: model.measurements,
                    noiseVariance: 0.01)
                for model in [model, dense] {
                    try expectNone(SBL<S>(prior: IndependentPrior(), options: options), model)
                }
            }
        }
        let options = SparseBayesianOptions<Double>(relativePruning: [0], tolerance: 0, stopsOn: .mean)
        try expectNone(PCSBL<S>(prior: CoupledPrecisionPrior(), options: options), model)
        try expectNone(FISTA<S>(tolerance: 0), model)
        try expectNone(ConjugateGradients<S>(weight: 0.1, tolerance: 0), model)
        try expectNone(VBI<S>(), model)
        try expectNone(BernoulliGaussAMP<S>(tolerance: 0), model)
        // Through warm-up, rounds and refit.
        var turbo = TurboVBIOptions<Double>()
        turbo.rounds = 10
        for learnsNoise in [false, true] {
            turbo.learnsNoise = learnsNoise
            for coupling in TurboVBIOptions<Double>.Coupling.allCases {
                turbo.coupling = coupling
                try expectNone(TurboVBI<S, _>(support: IndependentSupport<Double>(), options: turbo), model)
                let even = GivenSupport(probabilities: Array(repeating: 0.1, count: 720))
                try expectNone(TurboVBI<S, _>(support: even, options: turbo), model)
                let groups = try Groups(sizes: Array(repeating: 8, count: 90))
                try expectNone(TurboVBI<S, _>(support: GroupSupport<Double>(groups: groups), options: turbo), model)
                for gate in [nil, 0.5] {
                    let chains = MarkovSupport<Double>(length: 10, gate: gate)
                    try expectNone(TurboVBI<S, _>(support: chains, options: turbo), model)
                }
                let grid = GridSupport<Double>(rows: 9, columns: 10)
                try expectNone(TurboVBI<S, _>(support: grid, options: turbo), model)
            }
        }
        try expectNone(OrthogonalMatchingPursuit<S>(residualNorm: 0), model)
    }

    private func factors<S: Scalar>(_ model: LinearModel<S>) -> [Matrix<S>] {
        (model.dictionary as? any Factored<S>)?.factors ?? []
    }

    @Test func theCounterCounts() {
        let before = lacuna_thread_allocations()
        let buffer = Buffer<Double>(repeating: 1, count: 1000)
        #expect(lacuna_thread_allocations() - before >= 1 && buffer[999] == 1)
    }

    @Test func stepsOnRealProblems() throws { try check(Double.self) }
    @Test func stepsOnComplexProblems() throws { try check(C.self) }
}
