/// x(t) ≈ Σ_j b_j φ_j e^{ω_j t} = Σ_j b_j φ_j λ_j^{t / step}, t from the first snapshot on.
public struct DynamicModes: Hashable, Sendable {
    /// λ, of the map over one step.
    public let eigenvalues: [Complex<Double>]
    /// φ, one per column.
    public let modes: Matrix<Complex<Double>>
    /// b.
    public let amplitudes: [Complex<Double>]
    public let step: Double
    /// ω: growth rates and angular frequencies. From λ, frequencies above π / step are seen as lower ones.
    public let continuousEigenvalues: [Complex<Double>]

    /// - Parameter continuousEigenvalues: log λ / step if nil.
    public init(
        eigenvalues: [Complex<Double>], modes: Matrix<Complex<Double>>, amplitudes: [Complex<Double>], step: Double,
        continuousEigenvalues: [Complex<Double>]? = nil
    ) {
        self.eigenvalues = eigenvalues
        self.modes = modes
        self.amplitudes = amplitudes
        self.step = step
        self.continuousEigenvalues =
            continuousEigenvalues ?? eigenvalues.map { Complex<Double>.log($0).scaled(by: 1 / step) }
    }

    /// The states at steps 0, 1, ..., count - 1 after the first snapshot: past the last one it is a forecast.
    public func states(count: Int) throws -> Matrix<Complex<Double>> {
        let rows = Matrix(rows: eigenvalues.count, columns: count) { mode, sample in
            amplitudes[mode] * Complex<Double>.pow(eigenvalues[mode], sample)
        }
        return try modes.multiplied(by: rows)
    }

    /// The states at these times after the first snapshot. - Throws: `LacunaError` for times that are not finite.
    public func states(at times: [Double]) throws -> Matrix<Complex<Double>> {
        guard times.allSatisfy(\.isFinite) else { throw LacunaError(.value, "DMD", "a time is not finite") }
        let rows = Matrix(rows: eigenvalues.count, columns: times.count) { mode, sample in
            // λ = 0 has no logarithm: its mode is gone after the first snapshot.
            let omega = continuousEigenvalues[mode]
            guard omega.isFinite else { return times[sample] == 0 ? amplitudes[mode] : .zero }
            return amplitudes[mode] * Complex<Double>.exp(omega.scaled(by: times[sample]))
        }
        return try modes.multiplied(by: rows)
    }

    /// Modes by what they carry, largest first: |b_j| ‖φ_j‖ ∫ |e^{ω_j t}| dt over so many steps (the integral contribution of
    /// Kou & Zhang 2017).
    public func order(steps: Int) -> [Int] {
        let contributions = eigenvalues.indices.map { mode in
            let norm = modes.column(mode).reduce(0) { $0 + $1.lengthSquared }.squareRoot()
            let powers = (0..<max(steps, 1)).reduce(0.0) { $0 + Double.pow(eigenvalues[mode].length, Double($1)) }
            return amplitudes[mode].length * norm * powers
        }
        return contributions.indices.sorted { contributions[$0] > contributions[$1] }
    }

    /// b = argmin Σ_k ‖x_k - Φ diag(b) λ^k‖².
    func fittingAmplitudes(to snapshots: Matrix<Complex<Double>>) throws -> DynamicModes {
        let r = eigenvalues.count, count = snapshots.columns
        // Of one snapshot b = Φ⁺ x: the normal equations below square the condition of modes that are nearly dependent.
        if count == 1 {
            let inverse = try SingularValueDecomposition(modes).pseudoInverse()
            return DynamicModes(
                eigenvalues: eigenvalues, modes: modes, amplitudes: try inverse.multiplied(by: snapshots).storage,
                step: step, continuousEigenvalues: continuousEigenvalues)
        }
        let powers = Matrix(rows: r, columns: count) { Complex<Double>.pow(eigenvalues[$0], $1) }
        let gram = try modes.adjoint.multiplied(by: modes), times = try powers.multiplied(by: powers.adjoint)
        let seen = try modes.adjoint.multiplied(by: snapshots)
        let system = Matrix(rows: r, columns: r) { gram[$0, $1] * times[$0, $1].conjugate }
        let right = Matrix(rows: r, columns: 1) { row, _ in
            (0..<count).reduce(Complex<Double>.zero) { $0 + powers[row, $1].conjugate * seen[row, $1] }
        }
        return DynamicModes(
            eigenvalues: eigenvalues, modes: modes, amplitudes: try system.solve(right).storage, step: step,
            continuousEigenvalues: continuousEigenvalues)
    }
}

extension Matrix<Double> {
    /// The same numbers with imaginary parts of 0.
    var complex: Matrix<Complex<Double>> {
        Matrix<Complex<Double>>(rows: rows, columns: columns, storage: storage.map { Complex($0, 0) })
    }
}
