/// The linear map that takes each snapshot nearest to the next, x_{k+1} ≈ A x_k, by its eigenvalues and modes on r directions (Schmid
/// 2010; Tu et al. 2014). With X₁ = x_0 ... x_{m-2} = U S Vᴴ, X₂ = x_1 ... x_{m-1}: Ã = Uᴴ X₂ V S⁻¹, Ã W = W Λ.
///
/// Noise in both X₁ and X₂ biases eigenvalues towards decay; the other two variants take most of that out. Cost: a singular value
/// decomposition.
public struct DynamicModeDecomposition: Hashable, Sendable {
    public enum Variant: String, Hashable, Sendable, CaseIterable {
        /// Modes X₂ V S⁻¹ W.
        case exact
        /// Both matrices are first projected on the leading right singular vectors of [X₁; X₂] (Dawson et al. 2016). Modes as exact.
        case totalLeastSquares
        /// Ã = (Ã_f Ã_b⁻¹)^½ with the maps forwards and backwards in one basis, the root nearest to Ã_f (Dawson et al. 2016). Modes
        /// U W.
        case forwardBackward
    }

    public var rank: RankRule
    public var variant: Variant
    /// Amplitudes nearest to all snapshots (Jovanović et al. 2014) instead of to the first.
    public var fitsAllSnapshots: Bool

    public init(rank: RankRule = .optimalThreshold, variant: Variant = .exact, fitsAllSnapshots: Bool = false) {
        self.rank = rank
        self.variant = variant
        self.fitsAllSnapshots = fitsAllSnapshots
    }

    /// - Parameter snapshots: one per column, `step` apart.
    /// - Throws: `LacunaError` for fewer than two snapshots, numbers that are not finite, a step that is not positive, and
    ///   ranks that do not exist.
    public func fit(_ snapshots: Matrix<Complex<Double>>, step: Double = 1) throws -> DynamicModes {
        let n = snapshots.rows, m = snapshots.columns
        guard n >= 1, m >= 2 else { throw LacunaError(.shape, "DMD", "\(n)×\(m) snapshots; at least two are needed") }
        guard snapshots.storage.allSatisfy(\.isFinite), step > 0, step.isFinite else {
            throw LacunaError(.value, "DMD", "a snapshot is not finite, or the step \(step) not positive")
        }
        var before = snapshots.selectingColumns(0..<m - 1), after = snapshots.selectingColumns(1..<m)
        if variant == .totalLeastSquares { (before, after) = try projected(before, after) }
        let decomposition = try SingularValueDecomposition(before)
        let r = try rank.rank(of: decomposition.values, rows: n, columns: m - 1)
        let basis = decomposition.u.selectingColumns(0..<r)
        // X₂ V S⁻¹.
        let right = Matrix(rows: m - 1, columns: r) {
            decomposition.v[$0, $1].scaled(by: 1 / decomposition.values[$1])
        }
        let moved = try after.multiplied(by: right)
        let forward = try basis.adjoint.multiplied(by: moved)
        let eigenvalues: [Complex<Double>], modes: Matrix<Complex<Double>>
        if variant == .forwardBackward {
            (eigenvalues, modes) = try balanced(forward, basis, before, after)
        } else {
            let eigen = try GeneralEigen(forward)
            (eigenvalues, modes) = (eigen.values, try moved.multiplied(by: eigen.vectors))
        }
        let result = DynamicModes(eigenvalues: eigenvalues, modes: modes, amplitudes: [], step: step)
        return try result.fittingAmplitudes(to: fitsAllSnapshots ? snapshots : snapshots.selectingColumns(0..<1))
    }

    public func fit(_ snapshots: Matrix<Double>, step: Double = 1) throws -> DynamicModes {
        try fit(
            Matrix(rows: snapshots.rows, columns: snapshots.columns, storage: snapshots.storage.map { Complex($0, 0) }),
            step: step)
    }

    /// Both times V Vᴴ, V the leading right singular vectors of one above the other.
    private func projected(
        _ before: Matrix<Complex<Double>>, _ after: Matrix<Complex<Double>>
    ) throws -> (Matrix<Complex<Double>>, Matrix<Complex<Double>>) {
        let n = before.rows, columns = before.columns
        let both = Matrix(rows: 2 * n, columns: columns) { $0 < n ? before[$0, $1] : after[$0 - n, $1] }
        let decomposition = try SingularValueDecomposition(both)
        let r = try rank.rank(of: decomposition.values, rows: 2 * n, columns: columns)
        let v = decomposition.v.selectingColumns(0..<r)
        func project(_ matrix: Matrix<Complex<Double>>) throws -> Matrix<Complex<Double>> {
            try matrix.multiplied(by: v).multiplied(by: v.adjoint)
        }
        return (try project(before), try project(after))
    }

    private func balanced(
        _ forward: Matrix<Complex<Double>>, _ basis: Matrix<Complex<Double>>, _ before: Matrix<Complex<Double>>,
        _ after: Matrix<Complex<Double>>
    ) throws -> ([Complex<Double>], Matrix<Complex<Double>>) {
        let first = try basis.adjoint.multiplied(by: before), second = try basis.adjoint.multiplied(by: after)
        let backward = try first.multiplied(by: SingularValueDecomposition(second).pseudoInverse())
        // Ã_f Ã_b⁻¹ = (Ã_b⁻ᴴ Ã_fᴴ)ᴴ.
        let squared = try backward.adjoint.solve(forward.adjoint).adjoint
        let eigen = try GeneralEigen(squared)
        let seen = try eigen.vectors.solve(forward.multiplied(by: eigen.vectors))
        let roots = eigen.values.enumerated().map { index, value in
            let root = Complex<Double>.sqrt(value), wanted = seen[index, index]
            return root.real * wanted.real + root.imaginary * wanted.imaginary >= 0 ? root : -root
        }
        return (roots, try basis.multiplied(by: eigen.vectors))
    }
}

/// x(t) ≈ Σ_j b_j φ_j λ_j^{t / step}.
public struct DynamicModes: Hashable, Sendable {
    /// λ, of the map over one step.
    public let eigenvalues: [Complex<Double>]
    /// φ, one per column.
    public let modes: Matrix<Complex<Double>>
    /// b.
    public let amplitudes: [Complex<Double>]
    public let step: Double

    public init(
        eigenvalues: [Complex<Double>], modes: Matrix<Complex<Double>>, amplitudes: [Complex<Double>], step: Double
    ) {
        self.eigenvalues = eigenvalues
        self.modes = modes
        self.amplitudes = amplitudes
        self.step = step
    }

    /// ω = log λ / step: growth rate and angular frequency. Frequencies above π / step are seen as lower ones.
    public var continuousEigenvalues: [Complex<Double>] {
        eigenvalues.map { Complex<Double>.log($0).scaled(by: 1 / step) }
    }

    /// The states at steps 0, 1, ..., count - 1 after the first snapshot: past the last one it is a forecast.
    public func states(count: Int) throws -> Matrix<Complex<Double>> {
        let rows = Matrix(rows: eigenvalues.count, columns: count) { mode, sample in
            amplitudes[mode] * Complex<Double>.pow(eigenvalues[mode], sample)
        }
        return try modes.multiplied(by: rows)
    }

    /// b = argmin Σ_k ‖x_k - Φ diag(b) λ^k‖².
    func fittingAmplitudes(to snapshots: Matrix<Complex<Double>>) throws -> DynamicModes {
        let r = eigenvalues.count, count = snapshots.columns
        let powers = Matrix(rows: r, columns: count) { Complex<Double>.pow(eigenvalues[$0], $1) }
        let gram = try modes.adjoint.multiplied(by: modes), times = try powers.multiplied(by: powers.adjoint)
        let seen = try modes.adjoint.multiplied(by: snapshots)
        let system = Matrix(rows: r, columns: r) { gram[$0, $1] * times[$0, $1].conjugate }
        let right = Matrix(rows: r, columns: 1) { row, _ in
            (0..<count).reduce(Complex<Double>.zero) { $0 + powers[row, $1].conjugate * seen[row, $1] }
        }
        return DynamicModes(
            eigenvalues: eigenvalues, modes: modes, amplitudes: try system.solve(right).storage, step: step)
    }
}

/// Delays as more of the state: column k is x_k above x_{k+1} ... above x_{k+delays-1}.
public func delayEmbedding<Element: Scalar>(_ snapshots: Matrix<Element>, delays: Int) throws -> Matrix<Element> {
    guard delays >= 1, delays <= snapshots.columns else {
        throw LacunaError(.shape, "delays", "\(delays) delays of \(snapshots.columns) snapshots")
    }
    let n = snapshots.rows
    return Matrix(rows: delays * n, columns: snapshots.columns - delays + 1) { row, column in
        snapshots[row % n, column + row / n]
    }
}
