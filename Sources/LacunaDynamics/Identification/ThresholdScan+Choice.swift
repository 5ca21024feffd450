extension ThresholdScan {
    /// Thresholds in equal ratios from 10⁻⁴ of the largest coefficient of least squares on all terms up to nearly that.
    /// - Parameter normalizesColumns: thresholds act on coefficients times the lengths of their columns.
    /// - Throws: `LacunaError` for terms that depend on each other, and derivatives that are all zero.
    public static func thresholds(
        spanning problem: RegressionProblem, count: Int = 20, normalizesColumns: Bool = false
    ) throws -> [Double] {
        let workspace = RegressionWorkspace(problem), candidates = problem.candidates
        var largest = 0.0
        for equation in 0..<problem.equationCount {
            try workspace.leastSquares(candidates, equation: equation)
            for (index, term) in candidates.enumerated() {
                largest = max(
                    largest, abs(workspace.solution[index]) * (normalizesColumns ? problem.norms[term] : 1))
            }
        }
        guard largest > 0, largest.isFinite, count >= 2 else {
            throw LacunaError(
                .value, "threshold scan", "\(count) thresholds up to a largest coefficient of \(largest)",
                remedy: "Give at least two yourself.")
        }
        return (0..<count).map { largest * Double.pow(10, -4 + 3.95 * Double($0) / Double(count - 1)) }
    }
}

extension ThresholdScan.Point {
    /// Terms of all equations.
    public var termCount: Int { complexity.reduce(0, +) }
    /// √(mean of the squares) of the relative errors of all equations.
    public var trainingError: Double { Self.rootMeanSquare(trainingErrors) }
    public var validationError: Double { Self.rootMeanSquare(validationErrors) }
    /// Of `validationError`, as if the errors of all equations were large on the same folds.
    public var validationDeviation: Double {
        let error = validationError
        guard error > 0 else { return 0 }
        let sum = zip(validationErrors, validationDeviations).reduce(0) { $0 + $1.0 * $1.1 }
        return sum / (Double(validationErrors.count) * error)
    }

    private static func rootMeanSquare(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
    }
}

extension [ThresholdScan.Point] {
    /// One for all equations, by the same rule: the fewest terms whose validation error is within one standard error of the least, of equals
    /// the largest threshold.
    ///
    /// Errors below 0.1 % count as equal: so much is wrong with the derivatives of samples even without noise, and terms that fit it do so on
    /// every fold.
    public func choice() -> ThresholdScan.Point? {
        guard let best = self.min(by: { $0.validationError < $1.validationError }) else { return nil }
        let limit = Swift.max(best.validationError + best.validationDeviation, 1e-3)
        return filter { $0.validationError <= limit }
            .min { ($0.termCount, -$0.threshold) < ($1.termCount, -$1.threshold) }
    }
}
