/// Automatic relevance determination (MacKay 1992; Tipping 2001) by `SparseBayesianLearning`: each coefficient has a prior variance of its
/// own, set by the evidence, and those that the data do not ask for shrink to zero. Gives posterior standard deviations.
///
/// The samples enter through the Cholesky factor L of the scaled Gram matrix: A = Lᵀ, y = L⁻¹ Θᵀy has the same posterior as all rows. The
/// noise variance is that of least squares on all terms. Expectation maximisation never quite reaches zero, so terms smaller than
/// `significance` posterior standard deviations, or than `threshold`, go, and the rest is fitted again. Where derivatives err
/// systematically, as finite differences of clean data do, small terms that fit the error are significant: give a threshold. Cost: terms³
/// an iteration, whatever the number of samples.
public struct BayesianRegression: SparseRegression, Hashable {
    public var significance: Double
    public var threshold: Double
    public var iterationLimit: Int
    /// On the relative change of the prior variances.
    public var tolerance: Double

    public init(
        significance: Double = 3, threshold: Double = 0, iterationLimit: Int = 2000, tolerance: Double = 1e-6
    ) {
        self.significance = significance
        self.threshold = threshold
        self.iterationLimit = iterationLimit
        self.tolerance = tolerance
    }

    public func fit(_ problem: RegressionProblem) throws -> SparseCoefficients {
        try fitWithDeviations(problem).coefficients
    }

    /// Coefficients and their posterior standard deviations, equations × terms; 0 for terms that are out.
    public func fitWithDeviations(
        _ problem: RegressionProblem
    ) throws -> (coefficients: SparseCoefficients, deviations: Matrix<Double>) {
        guard significance >= 0, threshold >= 0, significance.isFinite, threshold.isFinite, iterationLimit >= 1,
            tolerance >= 0
        else {
            throw LacunaError(
                .value, "Bayesian regression",
                "significance \(significance), threshold \(threshold), \(iterationLimit) iterations, tolerance \(tolerance); "
                    + "none may be negative")
        }
        let workspace = RegressionWorkspace(problem), d = problem.equationCount
        var values = Matrix<Double>(repeating: 0, rows: d, columns: problem.termCount)
        var deviations = values
        var iterations: [Int] = [], warnings: [String] = []
        for equation in 0..<d {
            var support = problem.candidates, taken = 0
            let full = try workspace.nestedModel(support, equation: equation)
            let freedom = Double(max(problem.sampleCount - support.count, 1))
            let energy = problem.targetSquares[equation]
            // y = 0 is fitted by nothing.
            var isSettled = energy == 0
            if isSettled { support = [] }
            let variance = max(full.squaredResidual, 1e-24 * energy) / freedom
            while !isSettled {
                let found = try posterior(problem, support, equation, variance, workspace)
                taken += found.iterations
                if !found.hasConverged { warnings.append("equation \(equation): prior variances still change") }
                var kept: [Int] = []
                for (index, term) in support.enumerated() {
                    let value = found.mean[index] / problem.norms[term]
                    let deviation = found.variances[index].squareRoot() / problem.norms[term]
                    values[equation, term] = 0
                    deviations[equation, term] = 0
                    guard abs(value) > significance * deviation, abs(value) >= threshold else { continue }
                    values[equation, term] = value
                    deviations[equation, term] = deviation
                    kept.append(term)
                }
                isSettled = kept.count == support.count || kept.isEmpty
                support = kept
            }
            iterations.append(taken)
        }
        return (SparseCoefficients(values: values, iterations: iterations, warnings: warnings), deviations)
    }

    /// The posterior of the coefficients of scaled columns, on a support.
    private func posterior(
        _ problem: RegressionProblem, _ support: [Int], _ equation: Int, _ variance: Double,
        _ workspace: RegressionWorkspace
    ) throws -> (mean: [Double], variances: [Double], iterations: Int, hasConverged: Bool) {
        let n = support.count
        let factor = try CholeskyFactorization(
            Matrix(rows: n, columns: n) { problem.gram[support[$0], support[$1]] }
        ).l
        let right = Buffer(support.map { problem.moments[$0, equation] })
        factor.storage.withUnsafeBufferPointer { l in
            guard let l = l.baseAddress else { return }
            BLAS<Double>.solveLower(.plain, n, columns: 1, l, n, into: right.pointer, n)
        }
        let model = try LinearModel(
            dictionary: DenseOperator(factor.transposed), measurements: right.prefix(n), noiseVariance: variance)
        // Scaled coefficients of one equation span many decades: nothing is pruned for being small beside the largest.
        let solver = SBL<Double>(
            prior: IndependentPrior(),
            options: SparseBayesianOptions(
                relativePruning: [0], tolerance: tolerance, iterationLimit: iterationLimit))
        let solution = try solver.solve(model)
        return (
            solution.estimate.coefficients, solution.estimate.variances ?? [], solution.report.iterations,
            solution.report.reason == .converged
        )
    }
}
