/// A linear equation between coefficients, Σ weight · Ξ[equation, term] = value: a symmetry, a conserved quantity or a known parameter.
public struct CoefficientConstraint: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let equation: Int
        public let term: Int
        public let weight: Double

        public init(equation: Int, term: Int, weight: Double = 1) {
            self.equation = equation
            self.term = term
            self.weight = weight
        }
    }

    public let entries: [Entry]
    public let value: Double

    public init(_ entries: [Entry], equals value: Double) {
        self.entries = entries
        self.value = value
    }
}

/// Sequentially thresholded least squares under linear equations C vec(Ξ) = c, which hold to rounding (Loiseau & Brunton 2018).
///
/// Each sweep minimises Σ_e ‖y_e - Θ_S ξ_e‖² + α ‖ξ_e‖² under the equations: with H = Θ_SᵀΘ_S + α I and b = Θ_Sᵀy,
/// (C H⁻¹ Cᵀ) λ = C H⁻¹ b - c and ξ = H⁻¹ (b - Cᵀ λ); then terms with |ξ| below the threshold go, in all equations together. The last
/// fit is without α and refined by the residual over the samples. A term that goes counts as 0 in the constraints. Cost: that of `STLSQ`
/// and constraints² × terms a sweep.
public struct ConstrainedSTLSQ: SparseRegression, Hashable {
    public var constraints: [CoefficientConstraint]
    /// 0 is constrained least squares.
    public var threshold: Double
    /// A threshold for every term in place of one for all.
    public var thresholds: [Double]?
    public var alpha: Double
    public var iterationLimit: Int

    public init(
        constraints: [CoefficientConstraint], threshold: Double = 0.1, thresholds: [Double]? = nil, alpha: Double = 0,
        iterationLimit: Int = 20
    ) {
        self.constraints = constraints
        self.threshold = threshold
        self.thresholds = thresholds
        self.alpha = alpha
        self.iterationLimit = iterationLimit
    }

    public func fit(_ problem: RegressionProblem) throws -> SparseCoefficients {
        let d = problem.equationCount
        let thresholds = self.thresholds ?? Array(repeating: threshold, count: problem.termCount)
        guard thresholds.count == problem.termCount else {
            throw LacunaError(
                .shape, "constrained STLSQ", "\(thresholds.count) thresholds for \(problem.termCount) terms")
        }
        guard thresholds.allSatisfy({ $0 >= 0 && $0.isFinite }), alpha >= 0, alpha.isFinite, iterationLimit >= 1 else {
            throw LacunaError(
                .value, "constrained STLSQ",
                "thresholds \(self.thresholds ?? [threshold]), α = \(alpha), \(iterationLimit) iterations; ≥ 0, ≥ 0 and ≥ 1 are needed"
            )
        }
        for constraint in constraints {
            for entry in constraint.entries {
                guard (0..<d).contains(entry.equation), (0..<problem.termCount).contains(entry.term),
                    entry.weight.isFinite, constraint.value.isFinite
                else {
                    throw LacunaError(
                        .value, "constraints",
                        "weight \(entry.weight) of term \(entry.term) in equation \(entry.equation), value \(constraint.value); there are "
                            + "\(d) equations of \(problem.termCount) terms")
                }
            }
        }
        let workspace = RegressionWorkspace(problem)
        var supports = Array(repeating: problem.candidates, count: d)
        var taken = 0, isSettled = false
        while !isSettled && taken < iterationLimit {
            taken += 1
            let values = try solve(workspace, supports, alpha: alpha, refinements: 0)
            isSettled = true
            for equation in 0..<d {
                let kept = supports[equation].filter { abs(values[equation, $0]) >= thresholds[$0] }
                isSettled = isSettled && kept.count == supports[equation].count
                supports[equation] = kept
            }
        }
        return SparseCoefficients(
            values: try solve(workspace, supports, alpha: 0, refinements: 2),
            iterations: Array(repeating: taken, count: d),
            warnings: isSettled ? [] : ["equations still lose terms after \(taken) iterations"])
    }

    /// The constrained minimiser on these supports, equations × terms.
    private func solve(
        _ workspace: RegressionWorkspace, _ supports: [[Int]], alpha: Double, refinements: Int
    ) throws -> Matrix<Double> {
        let problem = workspace.problem
        let rows = try independentRows(problem, supports)
        // H⁻¹ C_eᵀ, one column per constraint, and C H⁻¹ Cᵀ.
        var responses: [[[Double]]] = []
        let schur = Buffer<Double>(repeating: 0, count: rows.count * rows.count)
        for (equation, support) in supports.enumerated() {
            let own = try rows.map { row in
                try workspace.solve(support, support.map { row.weights[equation, $0] }, alpha: alpha)
            }
            for (i, row) in rows.enumerated() {
                for (j, response) in own.enumerated() {
                    for (index, term) in support.enumerated() {
                        schur[i + j * rows.count] += row.weights[equation, term] * response[index]
                    }
                }
            }
            responses.append(own)
        }
        guard rows.isEmpty || BLAS<Double>.choleskyFactor(rows.count, schur.pointer, rows.count) else {
            throw LacunaError(.value, "constraints", "they depend on each other to rounding")
        }
        var values = Matrix<Double>(repeating: 0, rows: problem.equationCount, columns: problem.termCount)
        let multipliers = Buffer<Double>(repeating: 0, count: rows.count)
        // Corrections solve the same system with what is left of y and of c.
        for round in 0...refinements {
            for (i, row) in rows.enumerated() { multipliers[i] = -row.value + row.sum(values) }
            var free: [[Double]] = []
            for (equation, support) in supports.enumerated() {
                let right =
                    round == 0
                    ? support.map { problem.moments[$0, equation] * problem.norms[$0] }
                    : workspace.residualMoments(
                        support, values: support.map { values[equation, $0] }, equation: equation)
                let own = try workspace.solve(support, right, alpha: alpha)
                for (i, row) in rows.enumerated() {
                    for (index, term) in support.enumerated() {
                        multipliers[i] += row.weights[equation, term] * own[index]
                    }
                }
                free.append(own)
            }
            if !rows.isEmpty {
                BLAS<Double>.solveLower(
                    .plain, rows.count, columns: 1, schur.pointer, rows.count, into: multipliers.pointer, rows.count)
                BLAS<Double>.solveLower(
                    .adjoint, rows.count, columns: 1, schur.pointer, rows.count, into: multipliers.pointer, rows.count)
            }
            for (equation, support) in supports.enumerated() {
                for (index, term) in support.enumerated() {
                    var change = free[equation][index]
                    for i in rows.indices { change -= multipliers[i] * responses[equation][i][index] }
                    values[equation, term] += change
                }
            }
        }
        return values
    }

    struct Row {
        var weights: Matrix<Double>
        var value: Double

        func sum(_ values: Matrix<Double>) -> Double {
            zip(weights.storage, values.storage).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    /// The constraints on terms that are left, orthonormal, without those that follow from others.
    /// - Throws: `LacunaError` where they contradict each other.
    func independentRows(_ problem: RegressionProblem, _ supports: [[Int]]) throws -> [Row] {
        var rows: [Row] = []
        for (number, constraint) in constraints.enumerated() {
            var row = Row(
                weights: Matrix(repeating: 0, rows: supports.count, columns: problem.termCount),
                value: constraint.value)
            for entry in constraint.entries where supports[entry.equation].contains(entry.term) {
                row.weights[entry.equation, entry.term] += entry.weight
            }
            let size = row.sum(row.weights).squareRoot()
            // Twice is enough for orthogonality to rounding.
            for _ in 0..<2 {
                for earlier in rows {
                    let share = row.sum(earlier.weights)
                    for place in row.weights.storage.indices {
                        row.weights.storage[place] -= share * earlier.weights.storage[place]
                    }
                    row.value -= share * earlier.value
                }
            }
            let left = row.sum(row.weights).squareRoot()
            guard left > 1e-12 * size else {
                guard abs(row.value) <= 1e-10 * max(1, abs(constraint.value)) else {
                    throw LacunaError(
                        .value, "constraints",
                        "number \(number) contradicts those before it, or its terms are all below the threshold",
                        remedy: "Take a lower threshold.")
                }
                continue
            }
            rows.append(
                Row(
                    weights: Matrix(
                        rows: supports.count, columns: problem.termCount, storage: row.weights.storage.map { $0 / left }
                    ),
                    value: row.value / left))
        }
        return rows
    }
}

extension RegressionWorkspace {
    /// (Θ_SᵀΘ_S + α I)⁻¹ right. - Throws: `LacunaError` for dependent columns.
    func solve(_ support: [Int], _ right: [Double], alpha: Double) throws -> [Double] {
        guard solveNormalEquations(support, right, alpha: alpha) else {
            throw LacunaError(
                .value, "constrained STLSQ",
                "the terms \(support.map { problem.featureNames[$0] }.joined(separator: ", ")) depend on each other on these data",
                remedy: "Take α > 0 or a smaller library.")
        }
        return solution.prefix(support.count)
    }
}
