/// Dynamic modes as a fit of exponentials to all snapshots at once (Askham & Kutz 2018): min over α ∈ ℂʳ of ‖Xᵀ - Φ(α) Φ(α)⁺ Xᵀ‖_F,
/// Φ[k, j] = e^{α_j t_k}, for any times t_k. White noise biases it far less than a map between snapshots.
///
/// Snapshots are first projected on their r leading left singular vectors. Variable projection by Levenberg & Marquardt's method with the
/// whole derivative of Golub & Pereyra: with P = 1 - Φ Φ⁺, d_j = ∂φ_j/∂α_j, C = Φ⁺ Y, R = P Y and w_j = (Φ⁺)ᴴ e_j, the residual changes by
/// -P d_j C_j dα - w_j (d_jᴴ R) dα*, two matrices of rank one that are orthogonal to each other. Cost: m r (r + q) an iteration for m snapshots of q
/// coordinates.
public struct OptimizedDMD: Hashable, Sendable {
    /// Where continuous eigenvalues may lie; after each step they are moved there.
    public enum Constraint: String, Hashable, Sendable, CaseIterable {
        /// Re α ≤ 0.
        case stable
        /// Re α = 0.
        case imaginary
        /// With each α its conjugate, as of real snapshots.
        case conjugatePairs
    }

    public var rank: RankRule
    public var constraints: Set<Constraint>
    public var iterationLimit: Int
    /// On the relative decrease of the residual in a step.
    public var tolerance: Double

    public init(
        rank: RankRule = .optimalThreshold, constraints: Set<Constraint> = [], iterationLimit: Int = 100,
        tolerance: Double = 1e-10
    ) {
        self.rank = rank
        self.constraints = constraints
        self.iterationLimit = iterationLimit
        self.tolerance = tolerance
    }

    /// - Parameter snapshots: one per column, at `times`, in any order and with any distances.
    /// - Throws: `LacunaError` for fewer snapshots than exponentials, times that do not fit or agree, and numbers that are not finite.
    public func fit(_ snapshots: Matrix<Complex<Double>>, times: [Double]) throws -> DynamicModes {
        try fit(snapshots, times: times, start: nil)
    }

    public func fit(_ snapshots: Matrix<Double>, times: [Double]) throws -> DynamicModes {
        try fit(snapshots.complex, times: times)
    }

    /// With the iteration started at `start` instead of where the trapezoidal rule puts it.
    func fit(
        _ snapshots: Matrix<Complex<Double>>, times: [Double], start: [Complex<Double>]?
    ) throws -> DynamicModes {
        let n = snapshots.rows, m = snapshots.columns
        guard n >= 1, m == times.count, Set(times).count == m, m >= 2 else {
            throw LacunaError(
                .shape, "optimised DMD", "\(n)×\(m) snapshots at \(Set(times).count) different times of \(times.count)")
        }
        guard snapshots.storage.allSatisfy(\.isFinite), times.allSatisfy(\.isFinite), iterationLimit >= 1 else {
            throw LacunaError(
                .value, "optimised DMD", "a snapshot or time is not finite, or \(iterationLimit) iterations allowed")
        }
        let decomposition = try SingularValueDecomposition(snapshots)
        let r = try start?.count ?? rank.rank(of: decomposition.values, rows: n, columns: m)
        guard r <= m, r <= decomposition.values.count else {
            throw LacunaError(.shape, "optimised DMD", "\(r) exponentials for \(n)×\(m) snapshots")
        }
        let basis = decomposition.u.selectingColumns(0..<r)
        // Y = (Uᴴ X)ᵀ, m × r, without a conjugate.
        let seen = try basis.adjoint.multiplied(by: snapshots)
        let targets = Matrix(rows: m, columns: r) { seen[$1, $0] }
        let origin = times.min() ?? 0, shifted = times.map { $0 - origin }
        let fit = ExponentialFit(times: shifted, targets: targets)
        var point = try fit.evaluate(constrained(try start ?? firstGuess(targets, shifted)))
        guard point.error.isFinite else {
            throw LacunaError(.value, "optimised DMD", "the first guess overflows on these times")
        }
        var damping = 1.0, iteration = 0, isSettled = false
        while !isSettled, iteration < iterationLimit {
            iteration += 1
            let system = fit.normalEquations(at: point)
            var isBetter = false
            for _ in 0..<52 where !isBetter {
                let step = system.step(damping: damping)
                let moved = constrained(zip(point.eigenvalues, step).map { $0 + $1 })
                if let next = try? fit.evaluate(moved), next.error < point.error {
                    isSettled = point.error - next.error <= tolerance * point.error
                    point = next
                    isBetter = true
                    damping /= 3
                } else {
                    damping *= 2
                }
            }
            if !isBetter { isSettled = true }
        }
        // Coefficients of the exponentials, back in the space of snapshots: the modes times their amplitudes.
        let scaled = try basis.multiplied(by: Matrix(rows: r, columns: r) { point.coefficients[$1, $0] })
        let sizes = (0..<r).map { mode in scaled.column(mode).reduce(0) { $0 + $1.lengthSquared }.squareRoot() }
        let spacing = (shifted.max() ?? 1) / Double(m - 1)
        return DynamicModes(
            eigenvalues: point.eigenvalues.map { Complex<Double>.exp($0.scaled(by: spacing)) },
            modes: Matrix(rows: n, columns: r) { sizes[$1] > 0 ? scaled[$0, $1].scaled(by: 1 / sizes[$1]) : 0 },
            amplitudes: sizes.map { Complex($0, 0) }, step: spacing, continuousEigenvalues: point.eigenvalues)
    }

    /// The eigenvalues of Z Y⁺, Y = (X₁ + X₂) / 2 and Z = (X₂ - X₁) / Δt in the order of time: x' = A x by the trapezoidal rule.
    private func firstGuess(_ targets: Matrix<Complex<Double>>, _ times: [Double]) throws -> [Complex<Double>] {
        let order = times.indices.sorted { times[$0] < times[$1] }, r = targets.columns
        let middles = Matrix(rows: r, columns: order.count - 1) { row, column in
            (targets[order[column], row] + targets[order[column + 1], row]).scaled(by: 0.5)
        }
        let slopes = Matrix(rows: r, columns: order.count - 1) { row, column in
            (targets[order[column + 1], row] - targets[order[column], row])
                .scaled(by: 1 / (times[order[column + 1]] - times[order[column]]))
        }
        let map = try slopes.multiplied(by: SingularValueDecomposition(middles).pseudoInverse())
        return try GeneralEigen(map).values
    }

    private func constrained(_ values: [Complex<Double>]) -> [Complex<Double>] {
        var result = values
        if constraints.contains(.conjugatePairs) { result = Self.paired(result) }
        if constraints.contains(.stable) { result = result.map { Complex(min($0.real, 0), $0.imaginary) } }
        if constraints.contains(.imaginary) { result = result.map { Complex(0, $0.imaginary) } }
        return result
    }

    /// Each value and the one nearest to its conjugate become a pair; one that is its own nearest becomes real.
    private static func paired(_ values: [Complex<Double>]) -> [Complex<Double>] {
        var result = values, left = Array(values.indices)
        while let index = left.max(by: { abs(values[$0].imaginary) < abs(values[$1].imaginary) }) {
            let partner = left.min {
                (values[$0] - values[index].conjugate).length < (values[$1] - values[index].conjugate).length
            }
            guard let partner, partner != index else {
                result[index] = Complex(values[index].real, 0)
                left.removeAll { $0 == index }
                continue
            }
            result[index] = (values[index] + values[partner].conjugate).scaled(by: 0.5)
            result[partner] = result[index].conjugate
            left.removeAll { $0 == index || $0 == partner }
        }
        return result
    }
}
