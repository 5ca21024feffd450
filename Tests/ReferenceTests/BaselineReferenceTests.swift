import LacunaIO
import LacunaSolvers
import LacunaTestSupport
import Testing

/// The baseline estimators against transcriptions of their definitions on the explicit dictionary (baselines.h5).
@Suite struct BaselineReferenceTests {
    private func check<Method: Solver, S: ReferenceScalar>(
        _ problem: ReferenceProblem<S>, _ name: String, _ solver: Method, tolerance: Double = 1e-8,
        countsIterations: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) throws where Method.Problem == LinearModel<S>, Method.Estimate == SparseEstimate<S> {
        let expected = try problem.baseline(name)
        let solution = try solver.solve(problem.model())
        let distance = relativeDistance(solution.estimate.coefficients, expected.coefficients)
        #expect(distance < tolerance, "\(name)", sourceLocation: sourceLocation)
        if countsIterations {
            #expect(solution.report.iterations == expected.iterations, "\(name)", sourceLocation: sourceLocation)
        }
    }

    private func checkAll<S: ReferenceScalar>(_ problemName: String, _ type: S.Type) throws {
        let problem = try ReferenceProblem<S>(problemName)
        for (suffix, normalizes) in [("", false), ("-normalised", true)] {
            try check(problem, "omp\(suffix)", OrthogonalMatchingPursuit<S>(normalizesColumns: normalizes))
            try check(problem, "kronecker-omp\(suffix)", KroneckerOMP<S>(normalizesColumns: normalizes))
        }
        try check(problem, "fista", FISTA<S>(tolerance: 1e-13, iterationLimit: 100_000), tolerance: 1e-7)
        try check(problem, "lmmse", LMMSE<S>())
        try check(problem, "least-squares", LeastSquares<S>())
        let truth = try #require(problem.truth)
        try check(problem, "oracle-least-squares", OracleLeastSquares<S>(support: Support(of: truth)))
        // The script solves with precisions of 1e10 that ours skips: less than 1e-7 of x.
        let options = SparseBayesianOptions<Double>(relativePruning: [0], stopsOn: .mean)
        try check(problem, "pc-sbl", PCSBL<S>(prior: CoupledPrecisionPrior(), options: options), tolerance: 1e-6)
    }

    @Test func real() throws { try checkAll("two-mode-real", Double.self) }
    @Test func complex() throws { try checkAll("three-mode-complex", Complex<Double>.self) }
}
