/// Sparse relaxed regularised regression (Zheng et al. 2018; Champion et al. 2020): min ½‖y - Θ w‖² + λ R(u) + ‖w - u‖² / (2ν) in turns,
///
/// w = (ΘᵀΘ + I/ν)⁻¹ (Θᵀy + u/ν), u = prox_{λν R}(w); the coefficients are u.
///
/// With columns much longer than 1/√ν the iterates barely move: scale them or allow many iterations. Cost: samples × terms² and
/// terms³ / 3 once, terms² an iteration, which does not allocate.
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
        let terms = problem.candidates, n = terms.count, d = problem.equationCount
        let workspace = RegressionWorkspace(problem)
        // In w̃ = D w: (G̃ + D⁻²/ν) w̃ = D⁻¹Θᵀy + D⁻¹u/ν.
        let factor = Buffer<Double>(repeating: 0, count: n * n)
        for column in 0..<n {
            for row in column..<n { factor[row + column * n] = problem.gram[terms[row], terms[column]] }
            let norm = problem.norms[terms[column]]
            factor[column + column * n] += 1 / (relaxation * norm * norm)
        }
        guard BLAS<Double>.choleskyFactor(n, factor.pointer, n) else {
            throw LacunaError(
                .value, "SR3", "the terms depend on each other more than ν = \(relaxation) can mend",
                remedy: "Take a smaller ν or a smaller library.")
        }
        let u = Buffer<Double>(repeating: 0, count: n * d), w = Buffer<Double>(repeating: 0, count: n * d)
        for equation in 0..<d {
            if !workspace.ridge(terms, equation: equation, alpha: 0) {
                try workspace.leastSquares(terms, equation: equation)
            }
            for index in 0..<n { u[index + equation * n] = workspace.solution[index] }
        }
        var taken = 0, isSettled = false
        while !isSettled && taken < iterationLimit {
            taken += 1
            for equation in 0..<d {
                for (index, term) in terms.enumerated() {
                    let pull = u[index + equation * n] / (relaxation * problem.norms[term])
                    w[index + equation * n] = problem.moments[term, equation] + pull
                }
            }
            BLAS<Double>.solveLower(.plain, n, columns: d, factor.pointer, n, into: w.pointer, n)
            BLAS<Double>.solveLower(.adjoint, n, columns: d, factor.pointer, n, into: w.pointer, n)
            var change = 0.0
            for equation in 0..<d {
                for (index, term) in terms.enumerated() {
                    let place = index + equation * n, next = proximal(w[place] / problem.norms[term])
                    change += (next - u[place]) * (next - u[place])
                    u[place] = next
                }
            }
            isSettled = change.squareRoot() / relaxation < tolerance
        }
        withExtendedLifetime((factor, w)) {}
        var values = Matrix<Double>(repeating: 0, rows: d, columns: problem.termCount)
        for equation in 0..<d {
            let support = (0..<n).filter { abs(u[$0 + equation * n]) > 1e-14 }
            for index in support { values[equation, terms[index]] = u[index + equation * n] }
            guard unbiases else { continue }
            try workspace.leastSquares(support.map { terms[$0] }, equation: equation)
            for (index, place) in support.enumerated() {
                values[equation, terms[place]] = workspace.solution[index]
            }
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
