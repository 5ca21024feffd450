/// Smoothing by the polynomial of `degree` that is nearest, by least squares, to the `window` samples around each sample, and by
/// that of the first or last window near the ends (Savitzky & Golay 1964); then `after` differentiates. Equal steps are needed.
///
/// Too wide a window is worse than none: it must be short against the fastest motion. Cost: window multiply-adds a sample.
public struct SavitzkyGolay: Differentiation {
    /// Samples, odd.
    public var window: Int
    public var degree: Int
    public var after: any Differentiation

    public init(window: Int = 11, degree: Int = 3, after: any Differentiation = FiniteDifferences()) {
        self.window = window
        self.degree = degree
        self.after = after
    }

    public var minimumSamples: Int { max(window, after.minimumSamples) }

    public func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates {
        try after.differentiate(trajectory.replacingStates(smooth(trajectory)))
    }

    /// - Throws: `LacunaError` for an even window or one below the degree, fewer samples than a window, and unequal steps.
    public func smooth(_ trajectory: Trajectory) throws -> Matrix<Double> {
        guard window % 2 == 1, degree >= 0, window > degree else {
            throw LacunaError(
                .value, "Savitzky-Golay",
                "a window of \(window) samples for degree \(degree); odd and larger is expected")
        }
        _ = try trajectory.requireUniformStep(
            for: "Savitzky-Golay smoothing", remedy: "Resample it, or take finite differences.")
        guard trajectory.count >= window else {
            throw LacunaError(.shape, "Savitzky-Golay", "\(trajectory.count) samples for a window of \(window)")
        }
        let half = window / 2
        // Projection on the polynomials: row i gives the fitted value at sample i of a window.
        let powers = Matrix<Double>(rows: window, columns: degree + 1) { row, power in
            Double.pow(Double(row - half) / Double(max(half, 1)), power)
        }
        let q = try QRFactorization(powers).q
        let projection = try q.multiplied(by: q.transposed)
        let rows = (0..<window).map { row in (0..<window).map { projection[row, $0] } }
        let states = trajectory.states, count = trajectory.count
        return Matrix(rows: count, columns: states.columns) { sample, column in
            let first = min(max(sample - half, 0), count - window)
            let weights = rows[sample - first]
            var sum = 0.0
            for (offset, weight) in weights.enumerated() { sum += weight * states[first + offset, column] }
            return sum
        }
    }
}
