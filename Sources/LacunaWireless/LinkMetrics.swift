/// Normalised mean square error over a set of channels: the mean of ‖Ĥ_k - H_k‖² / ‖H_k‖² (a mean of ratios).
public func normalizedMeanSquareError(
    _ estimates: [Matrix<Complex<Double>>], against channels: [Matrix<Complex<Double>>]
) -> Double {
    let ratios = zip(estimates, channels).map { normalizedSquareError($0.storage, against: $1.storage) }
    return ratios.reduce(0, +) / Double(ratios.count)
}

/// QPSK symbols and unit noise of a simulated transmission, drawn once and shared by all methods.
public struct QPSKTransmission: Sendable {
    /// (±1 ± j)/√2.
    public let symbols: [Complex<Double>]
    /// CN(0, 1).
    public let noise: [Complex<Double>]

    public init(count: Int, using stream: inout RandomStream) {
        let amplitude = 0.5.squareRoot()
        symbols = (0..<count).map { _ in Complex(amplitude * stream.sign(), amplitude * stream.sign()) }
        noise = stream.complexNormals(count: count)
    }

    /// Symbol error rate after beamforming with the leading singular vectors (combiner u, precoder v) of each ESTIMATED
    /// channel: r = uᴴ H v s + n with E|n|² = mean |uᴴ H v s|² / 10^(SNR/10), detected as the nearest of uᴴ Ĥ v s; the mean
    /// over the channels.
    /// - Throws: `LacunaError` if an estimate is not finite.
    public func symbolErrorRate(
        _ estimates: [Matrix<Complex<Double>>], channels: [Matrix<Complex<Double>>], snrDecibels: Double
    ) throws -> Double {
        var rates = 0.0
        for (estimate, channel) in zip(estimates, channels) {
            let decomposition = try SingularValueDecomposition(estimate)
            let combiner = decomposition.u.selectingColumns([0]).adjoint
            let precoder = decomposition.v.selectingColumns([0])
            let gain = try combiner.multiplied(by: channel.multiplied(by: precoder))[0, 0]
            let assumed = try combiner.multiplied(by: estimate.multiplied(by: precoder))[0, 0]
            rates += errorRate(gain: gain, assumedGain: assumed, snrDecibels: snrDecibels)
        }
        return rates / Double(estimates.count)
    }

    private func errorRate(gain: Complex<Double>, assumedGain: Complex<Double>, snrDecibels: Double) -> Double {
        // |s| = 1, so that the mean signal power is |uᴴ H v|².
        let deviation = gain.modulus / Double.pow(10, snrDecibels / 20)
        let phase = assumedGain.conjugate
        var errors = 0
        for index in symbols.indices {
            let symbol = symbols[index]
            // Nearest of ĉ s over the four symbols: the quadrant of conj(ĉ) r.
            let turned = phase * (gain * symbol + noise[index].scaled(by: deviation))
            if turned.real * symbol.real <= 0 || turned.imaginary * symbol.imaginary <= 0 { errors += 1 }
        }
        return Double(errors) / Double(symbols.count)
    }
}
