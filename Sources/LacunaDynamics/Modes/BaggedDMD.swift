/// Optimised dynamic modes of many random parts of the snapshots (BOP-DMD; Sashidhar & Kutz 2022): means and standard deviations of
/// eigenvalues, modes and amplitudes, and bands for forecasts. Every fit starts from that to all snapshots and keeps its order.
public struct BaggedDMD: Hashable, Sendable {
    public var optimized: OptimizedDMD
    public var trials: Int
    /// Share of the snapshots in each trial, drawn without replacement.
    public var share: Double

    public init(optimized: OptimizedDMD = OptimizedDMD(), trials: Int = 100, share: Double = 0.6) {
        self.optimized = optimized
        self.trials = trials
        self.share = share
    }

    /// - Throws: `LacunaError` for no trial, a share outside 0 ... 1, parts with fewer snapshots than exponentials, and what `OptimizedDMD` throws.
    public func fit(
        _ snapshots: Matrix<Complex<Double>>, times: [Double], random: RandomStream
    ) throws -> BaggedModes {
        guard trials >= 1, share > 0, share <= 1 else {
            throw LacunaError(
                .value, "bagged DMD", "\(trials) trials of a share of \(share); at least 1, and above 0 up to 1")
        }
        let whole = try optimized.fit(snapshots, times: times)
        let m = times.count, rank = whole.eigenvalues.count, size = Int((share * Double(m)).rounded())
        guard size >= max(rank, 2) else {
            throw LacunaError(
                .shape, "bagged DMD", "parts of \(size) snapshots for \(rank) exponentials",
                remedy: "Take a larger share or a smaller rank.")
        }
        let origin = times.min() ?? 0
        var fits: [DynamicModes] = []
        var stream = random
        for _ in 0..<trials {
            let part = stream.choose(size, of: m).sorted()
            let fit = try optimized.fit(
                snapshots.selectingColumns(part), times: part.map { times[$0] }, start: whole.continuousEigenvalues)
            // Amplitudes belong to the first snapshot of all, not of the part.
            let delay = (part.map { times[$0] }.min() ?? origin) - origin
            fits.append(fit.moved(by: -delay, step: whole.step).aligned(with: whole))
        }
        return BaggedModes(whole: whole, trials: fits)
    }

    public func fit(_ snapshots: Matrix<Double>, times: [Double], random: RandomStream) throws -> BaggedModes {
        try fit(snapshots.complex, times: times, random: random)
    }
}

/// The fits of all trials, in one order of modes.
public struct BaggedModes: Hashable, Sendable {
    /// The fit to all snapshots.
    public let whole: DynamicModes
    public let trials: [DynamicModes]

    public init(whole: DynamicModes, trials: [DynamicModes]) {
        self.whole = whole
        self.trials = trials
    }

    /// Means over the trials of ω, φ and b.
    public var mean: DynamicModes {
        let share = 1 / Double(trials.count), r = whole.eigenvalues.count
        func mean(_ value: (DynamicModes) -> Complex<Double>) -> Complex<Double> {
            trials.reduce(Complex<Double>.zero) { $0 + value($1) }.scaled(by: share)
        }
        let omegas = (0..<r).map { mode in mean { $0.continuousEigenvalues[mode] } }
        return DynamicModes(
            eigenvalues: omegas.map { Complex<Double>.exp($0.scaled(by: whole.step)) },
            modes: Matrix(rows: whole.modes.rows, columns: r) { row, mode in mean { $0.modes[row, mode] } },
            amplitudes: (0..<r).map { mode in mean { $0.amplitudes[mode] } }, step: whole.step,
            continuousEigenvalues: omegas)
    }

    /// Standard deviations over the trials of growth rates (real) and angular frequencies (imaginary).
    public var eigenvalueDeviations: [Complex<Double>] {
        whole.eigenvalues.indices.map { mode in
            Complex(
                deviation(trials.map { $0.continuousEigenvalues[mode].real }),
                deviation(trials.map { $0.continuousEigenvalues[mode].imaginary }))
        }
    }

    /// Of |b|.
    public var amplitudeDeviations: [Double] {
        whole.eigenvalues.indices.map { mode in deviation(trials.map { $0.amplitudes[mode].length }) }
    }

    /// Root mean square distance of each entry of a mode from its mean.
    public var modeDeviations: Matrix<Double> {
        let center = mean.modes
        return Matrix(rows: center.rows, columns: center.columns) { row, mode in
            let sum = trials.reduce(0) { $0 + ($1.modes[row, mode] - center[row, mode]).lengthSquared }
            return (sum / Double(max(trials.count - 1, 1))).squareRoot()
        }
    }

    /// Mean and standard deviation over the trials of the real parts of the states at these times after the first snapshot.
    public func forecast(at times: [Double]) throws -> (mean: Matrix<Double>, deviation: Matrix<Double>) {
        let all = try trials.map { try $0.states(at: times) }, n = whole.modes.rows
        let mean = Matrix(rows: n, columns: times.count) { row, column in
            all.reduce(0) { $0 + $1[row, column].real } / Double(all.count)
        }
        return (
            mean, Matrix(rows: n, columns: times.count) { row, column in deviation(all.map { $0[row, column].real }) }
        )
    }

    private func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count - 1, 1))).squareRoot()
    }
}

extension DynamicModes {
    /// The same motion with its clock started at `time`, and eigenvalues for another step.
    func moved(by time: Double, step: Double) -> DynamicModes {
        DynamicModes(
            eigenvalues: continuousEigenvalues.map { Complex<Double>.exp($0.scaled(by: step)) }, modes: modes,
            amplitudes: zip(amplitudes, continuousEigenvalues).map { $0 * Complex<Double>.exp($1.scaled(by: time)) },
            step: step, continuousEigenvalues: continuousEigenvalues)
    }

    /// Modes turned in the complex plane to lie nearest to those of another fit; amplitudes turn back.
    func aligned(with other: DynamicModes) -> DynamicModes {
        let turns = eigenvalues.indices.map { mode in
            let overlap = zip(modes.column(mode), other.modes.column(mode))
                .reduce(Complex<Double>.zero) { $0 + $1.0.conjugate * $1.1 }
            return overlap.length > 0 ? overlap.scaled(by: 1 / overlap.length) : Complex<Double>.one
        }
        return DynamicModes(
            eigenvalues: eigenvalues,
            modes: Matrix(rows: modes.rows, columns: modes.columns) { modes[$0, $1] * turns[$1] },
            amplitudes: zip(amplitudes, turns).map { $0 * $1.conjugate }, step: step,
            continuousEigenvalues: continuousEigenvalues)
    }
}
