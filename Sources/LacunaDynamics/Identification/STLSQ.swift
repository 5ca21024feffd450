/// Sequentially thresholded least squares (Brunton, Proctor & Kutz 2016): solve (Θ_Sᵀ Θ_S + α I) ξ = Θ_Sᵀ y, leave out of S the terms
/// with |ξ_j| below the threshold, and again until none goes; then least squares on S without α.
///
/// α only decides which terms survive; it is not divided by the number of samples. Iterations solve the scaled normal equations; the
/// last fit is as exact as by QR. Cost: samples × terms² / 2 once, terms³ / 3 an iteration, which does not allocate.
public struct STLSQ: SparseRegression, Hashable {
    public var threshold: Double
    /// A threshold for every term in place of one for all: coefficients that span decades need them.
    public var thresholds: [Double]?
    public var alpha: Double
    public var iterationLimit: Int
    /// Refit without α on the terms that are left.
    public var unbiases: Bool
    /// The threshold acts on ξ_j ‖θ_j‖.
    public var normalizesColumns: Bool

    public init(
        threshold: Double = 0.1, thresholds: [Double]? = nil, alpha: Double = 0.05, iterationLimit: Int = 20,
        unbiases: Bool = true, normalizesColumns: Bool = false
    ) {
        self.threshold = threshold
        self.thresholds = thresholds
        self.alpha = alpha
        self.iterationLimit = iterationLimit
        self.unbiases = unbiases
        self.normalizesColumns = normalizesColumns
    }

    public func fit(_ problem: RegressionProblem) throws -> SparseCoefficients {
        let count = problem.termCount, d = problem.equationCount
        let thresholds = self.thresholds ?? Array(repeating: threshold, count: count)
        guard thresholds.count == count, thresholds.allSatisfy({ $0 >= 0 && $0.isFinite }), alpha >= 0, alpha.isFinite
        else {
            throw LacunaError(
                .value, "STLSQ",
                "\(thresholds.count) thresholds for \(count) terms, α = \(alpha); one each, and all at least 0")
        }
        guard iterationLimit >= 1 else {
            throw LacunaError(.value, "STLSQ", "\(iterationLimit) iterations; at least 1 is expected")
        }
        let workspace = RegressionWorkspace(problem), solution = workspace.solution
        var values = Matrix<Double>(repeating: 0, rows: d, columns: count)
        var iterations: [Int] = [], warnings: [String] = []
        for equation in 0..<d {
            var support = problem.candidates, taken = 0, isSettled = false
            while !isSettled && taken < iterationLimit {
                taken += 1
                if !workspace.ridge(support, equation: equation, alpha: alpha) {
                    try workspace.leastSquares(support, equation: equation)
                }
                var kept = 0
                for (index, term) in support.enumerated() {
                    let size = abs(solution[index]) * (normalizesColumns ? problem.norms[term] : 1)
                    guard size >= thresholds[term] else { continue }
                    support[kept] = term
                    solution[kept] = solution[index]
                    kept += 1
                }
                isSettled = kept == support.count
                support.removeLast(support.count - kept)
            }
            if !isSettled && !support.isEmpty {
                warnings.append("equation \(equation) still loses terms after \(taken) iterations")
            }
            if unbiases { try workspace.leastSquares(support, equation: equation) }
            for (index, term) in support.enumerated() { values[equation, term] = solution[index] }
            iterations.append(taken)
        }
        return SparseCoefficients(values: values, iterations: iterations, warnings: warnings)
    }
}
