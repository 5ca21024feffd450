import LacunaIO
import LacunaSolvers
import LacunaTestSupport
import Testing

/// The IRS-MIMO realisation at two noise levels, with the settings of the authors' study.
@Suite struct IRSReferenceTests {
    private typealias C = Complex<Double>

    private func check(
        _ name: String, _ method: String, solve: (LinearModel<C>) throws -> Solution<SparseEstimate<C>>
    ) throws {
        let problem = try ReferenceProblem<C>(name)
        let answer = try problem.answer(method)
        let solution = try solve(problem.model())
        let x = solution.estimate.coefficients
        #expect(abs(solution.report.iterations - answer.iterations) <= 1)
        // The recorded number is that of the recorded x: the reconstruction is understood.
        let recorded = try #require(answer.channelError)
        #expect(abs(try problem.channelError(of: answer.coefficients) - recorded) < 1e-9 * recorded)
        #expect(abs(try problem.channelError(of: x) - recorded) < 0.01 * recorded)
        if answer.iterations < 150 { #expect(relativeDistance(x, answer.coefficients) < 1e-6) }
    }

    @Test(arguments: ["irs-12db", "irs-20db"])
    func singularVectors(name: String) throws {
        try check(name, "svd-krosbl") { model in
            let options = SparseBayesianOptions<Double>(relativePruning: [0], absolutePruning: 1e-4)
            return try KroneckerSBL<C, _>(prior: SingularVectorPrior<Double>(start: .ones), options: options).solve(
                model)
        }
    }

    @Test(arguments: ["irs-12db", "irs-20db"])
    func alternating(name: String) throws {
        try check(name, "am-krosbl") { model in
            let options = SparseBayesianOptions<Double>(relativePruning: [1e-2, 1e-1, 1e-3], absolutePruning: 1e-4)
            let prior = AlternatingPrior<Double>(tolerance: 1e-4, isRelative: true, start: .ones)
            return try KroneckerSBL<C, _>(prior: prior, options: options).solve(model)
        }
    }

    @Test(arguments: ["irs-12db", "irs-20db"])
    func patternCoupled(name: String) throws {
        try check(name, "pc-krosbl") { model in
            let options = SparseBayesianOptions<Double>(relativePruning: [1e-2, 1e-1, 1e-2], absolutePruning: 1e-4)
            let prior = PatternCoupledPrior<Double>(couplings: [0.8, nil, 0.8])
            return try KroneckerSBL<C, _>(prior: prior, options: options).solve(model)
        }
    }

    @Test(arguments: ["irs-12db", "irs-20db"])
    func classic(name: String) throws {
        try check(name, "sbl") { model in
            let options = SparseBayesianOptions<Double>(relativePruning: [1e-4])
            return try SBL<C>(prior: IndependentPrior(), options: options).solve(model)
        }
    }
}
