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
        let result = try fit(
            before: snapshots.selectingColumns(0..<m - 1), after: snapshots.selectingColumns(1..<m), step: step)
        return try result.fittingAmplitudes(to: fitsAllSnapshots ? snapshots : snapshots.selectingColumns(0..<1))
    }

    /// Of pairs x, A x, one per column, from several series for instance. Amplitudes are those of the first of them.
    public func fit(
        before first: Matrix<Complex<Double>>, after second: Matrix<Complex<Double>>, step: Double = 1
    ) throws -> DynamicModes {
        let n = first.rows, pairs = first.columns
        guard second.shape == first.shape, n >= 1, pairs >= 1 else {
            throw LacunaError(
                .shape, "DMD", "\(first.rows)×\(pairs) snapshots for \(second.rows)×\(second.columns) after them")
        }
        var before = first, after = second
        if variant == .totalLeastSquares { (before, after) = try projected(before, after) }
        let decomposition = try SingularValueDecomposition(before)
        // Directions of rounding, by which nothing can be divided, are none.
        let r = min(
            try rank.rank(of: decomposition.values, rows: n, columns: pairs),
            try RankRule.all.rank(of: decomposition.values, rows: n, columns: pairs))
        let basis = decomposition.u.selectingColumns(0..<r)
        // X₂ V S⁻¹.
        let right = Matrix(rows: pairs, columns: r) {
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
        return try result.fittingAmplitudes(to: first.selectingColumns(0..<1))
    }

    public func fit(_ snapshots: Matrix<Double>, step: Double = 1) throws -> DynamicModes {
        try fit(snapshots.complex, step: step)
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
