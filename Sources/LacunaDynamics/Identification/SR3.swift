/// Sparse relaxed regularised regression (Zheng et al. 2018; Champion et al. 2020): min ½‖y - Θ w‖² + λ R(u) + ‖w - u‖² / (2ν) in turns,
///
/// w = (ΘᵀΘ + I/ν)⁻¹ (Θᵀy + u/ν), u = prox_{λν R}(w); the coefficients are u.
///
/// With columns much longer than 1/√ν the iterates barely move: scale them or allow many iterations. Cost: samples × terms² and
/// terms³ / 3 once, terms² an iteration.
public struct SR3: SparseRegression, Hashable {
    public enum Regularizer: String, Hashable, Sendable, CaseIterable {
        /// Number of non-zeros: keeps |w| > √(2λν).
        case l0
        /// Σ|u|: soft threshold λν.
        case l1
        /// Σu²: w / (1 + 2λν).
        case l2
    }

    public var regularizer: Regularizer
    /// λ.
    public var weight: Double
    /// ν.
    public var relaxation: Double
    public var iterationLimit: Int
    /// On ‖u⁺ - u‖ / ν over all equations.
    public var tolerance: Double
    /// Refit by least squares on the terms that are left.
    public var unbiases: Bool

    public init(
        regularizer: Regularizer = .l0, weight: Double = 0.005, relaxation: Double = 1, iterationLimit: Int = 30,
        tolerance: Double = 1e-5, unbiases: Bool = false
    ) {
        self.regularizer = regularizer
        self.weight = weight
        self.relaxation = relaxation
        self.iterationLimit = iterationLimit
        self.tolerance = tolerance
        self.unbiases = unbiases
    }

    /// With R = l0, coefficients of at least `threshold` survive: λ = threshold² / (2ν).
    public init(
        threshold: Double, relaxation: Double = 1, iterationLimit: Int = 30, tolerance: Double = 1e-5,
        unbiases: Bool = false
    ) {
        self.init(
            weight: threshold * threshold / (2 * relaxation), relaxation: relaxation, iterationLimit: iterationLimit,
            tolerance: tolerance, unbiases: unbiases)
    }

    public func fit(_ problem: RegressionProblem) throws -> SparseCoefficients {
        guard weight >= 0, weight.isFinite, relaxation > 0, relaxation.isFinite, iterationLimit >= 1, tolerance >= 0
        else {
            throw LacunaError(
                .value, "SR3",
                "λ = \(weight), ν = \(relaxation), \(iterationLimit) iterations, tolerance \(tolerance); λ and the tolerance "
                    + "must be at least 0, ν positive, iterations at least 1")
        }
        let terms = problem.candidates, d = problem.targets.columns
        let norms = terms.map { problem.norms[$0] }
        // In w̃ = D w: (G̃ + D⁻²/ν) w̃ = D⁻¹Θᵀy + D⁻¹u/ν.
        let matrix = Matrix(rows: terms.count, columns: terms.count) { i, j in
            problem.gram[terms[i], terms[j]] + (i == j ? 1 / (relaxation * norms[i] * norms[i]) : 0)
        }
        let factor = try CholeskyFactorization(matrix)
        var u = try (0..<d).map { equation in
            try problem.ridge(terms, equation: equation, alpha: 0) ?? problem.leastSquares(terms, equation: equation)
        }
        var taken = 0, isSettled = false
        while !isSettled && taken < iterationLimit {
            taken += 1
            var change = 0.0
            for equation in 0..<d {
                let right = terms.indices.map {
                    problem.moments[terms[$0], equation] + u[equation][$0] / (relaxation * norms[$0])
                }
                let w = try factor.solve(right)
                for index in terms.indices {
                    let next = proximal(w[index] / norms[index])
                    change += (next - u[equation][index]) * (next - u[equation][index])
                    u[equation][index] = next
                }
            }
            isSettled = change.squareRoot() / relaxation < tolerance
        }
        var values = Matrix<Double>(repeating: 0, rows: d, columns: problem.features.columns)
        for equation in 0..<d {
            let support = terms.indices.filter { abs(u[equation][$0]) > 1e-14 }
            let fitted =
                unbiases
                ? try problem.leastSquares(support.map { terms[$0] }, equation: equation)
                : support.map { u[equation][$0] }
            for (index, value) in zip(support, fitted) { values[equation, terms[index]] = value }
        }
        return SparseCoefficients(
            values: values, iterations: Array(repeating: taken, count: d),
            warnings: isSettled ? [] : ["SR3 still moves after \(taken) iterations"])
    }

    private func proximal(_ w: Double) -> Double {
        let step = weight * relaxation
        switch regularizer {
        case .l0: return abs(w) > (2 * step).squareRoot() ? w : 0
        case .l1: return abs(w) > step ? (w > 0 ? w - step : w + step) : 0
        case .l2: return w / (1 + 2 * step)
        }
    }
}
