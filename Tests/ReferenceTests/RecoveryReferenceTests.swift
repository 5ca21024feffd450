import LacunaIO
import LacunaSolvers
import LacunaTestSupport
import Testing

/// The recovery problems against the answers stored beside them: x to 1e-6, iterations within one of each other.
///
/// Runs that the limit of 150 iterations ended are on the way still: their last digits may differ and NMSE is compared.
@Suite struct RecoveryReferenceTests {
    private func solve<S: ReferenceScalar>(
        _ problem: ReferenceProblem<S>, _ settings: ReferenceSettings
    ) throws -> Solution<SparseEstimate<S>> {
        let learnsNoise = settings.learn_noise ?? false
        let options = SparseBayesianOptions<Double>(
            relativePruning: [try #require(settings.prune)], tolerance: try #require(settings.tol),
            iterationLimit: try #require(settings.max_iter), learnsNoise: learnsNoise)
        let model = try problem.model(learnsNoise: learnsNoise)
        switch settings.method {
        case "svd":
            return try KroneckerSBL<S, _>(prior: SingularVectorPrior<Double>(), options: options).solve(model)
        case "am":
            let prior = AlternatingPrior<Double>(tolerance: try #require(settings.inner_tol))
            return try KroneckerSBL<S, _>(prior: prior, options: options).solve(model)
        case "ksbl":
            return try KroneckerSBL<S, _>(prior: AlternatingPrior<Double>.singleSweep(), options: options).solve(model)
        default:
            // The settings of classic SBL name no method.
            return try SBL<S>(prior: IndependentPrior(), options: options).solve(model)
        }
    }

    private func check<S: ReferenceScalar>(_ name: String, _ type: S.Type, _ method: String) throws {
        let problem = try ReferenceProblem<S>(name)
        let answer = try problem.answer(method)
        let solution = try solve(problem, answer.settings)
        let x = solution.estimate.coefficients
        #expect(abs(solution.report.iterations - answer.iterations) <= 1)
        guard answer.iterations < answer.settings.max_iter ?? 0 else {
            let truth = try #require(problem.truth)
            let ours = try normalizedSquareError(x, against: truth)
            let theirs = try normalizedSquareError(answer.coefficients, against: truth)
            #expect(abs(ours - theirs) < 0.01 * theirs)
            return
        }
        #expect(relativeDistance(x, answer.coefficients) < 1e-6)
        for (mode, scales) in answer.scales.enumerated() {
            #expect(
                relativeDistance(solution.estimate.scales[mode], scales) < 1e-5, "hyperparameters of mode \(mode + 1)")
        }
    }

    private static let kronecker = ["svd-krosbl", "am-krosbl", "ksbl", "svd-krosbl-noise", "am-krosbl-noise"]

    @Test(arguments: kronecker + ["sbl"])
    func twoModeReal(method: String) throws { try check("two-mode-real", Double.self, method) }

    @Test(arguments: kronecker + ["sbl"])
    func threeModeReal(method: String) throws { try check("three-mode-real", Double.self, method) }

    @Test(arguments: kronecker + ["sbl"])
    func threeModeComplex(method: String) throws { try check("three-mode-complex", Complex<Double>.self, method) }

    @Test(arguments: kronecker)
    func paperSizeReal(method: String) throws { try check("paper-size-real", Double.self, method) }
}
