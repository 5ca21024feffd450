/// Normalised mean square error over a set of channels: the mean of ‖Ĥ_k - H_k‖² / ‖H_k‖² (a mean of ratios).
/// - Throws: `LacunaError` (shape) unless there is one estimate per channel, of its size, and at least one.
public func normalizedMeanSquareError(
    _ estimates: [Matrix<Complex<Double>>], against channels: [Matrix<Complex<Double>>]
) throws -> Double {
    try checkSizes(estimates, channels)
    let ratios = try zip(estimates, channels).map { try normalizedSquareError($0.storage, against: $1.storage) }
    return ratios.reduce(0, +) / Double(ratios.count)
}

private func checkSizes(_ estimates: [Matrix<Complex<Double>>], _ channels: [Matrix<Complex<Double>>]) throws {
    guard estimates.count == channels.count, !channels.isEmpty else {
        throw LacunaError(
            .shape, "channel estimates", "\(estimates.count) for \(channels.count) channels; one each is needed")
    }
    for (index, (estimate, channel)) in zip(estimates, channels).enumerated() where estimate.shape != channel.shape {
        throw LacunaError(
            .shape, "channel estimate \(index + 1)",
            "\(describeShape(estimate.shape)), the channel is \(describeShape(channel.shape))")
    }
}

/// QPSK symbols and unit noise of a simulated transmission, drawn once and shared by all methods.
public struct QPSKTransmission: Sendable {
    /// (±1 ± j)/√2.
    public let symbols: [Complex<Double>]
    /// CN(0, 1).
    public let noise: [Complex<Double>]

    /// - Throws: `LacunaError` for less than one symbol.
    public init(count: Int, using stream: inout RandomStream) throws {
        guard count >= 1 else { throw LacunaError(.value, "symbols", "\(count); at least 1 is needed") }
        let amplitude = 0.5.squareRoot()
        symbols = (0..<count).map { _ in Complex(amplitude * stream.sign(), amplitude * stream.sign()) }
        noise = stream.complexNormals(count: count)
    }

    /// Symbol error rate after beamforming with the leading singular vectors (combiner u, precoder v) of each ESTIMATED
    /// channel: r = uᴴ H v s + n with E|n|² = mean |uᴴ H v s|² / 10^(SNR/10), detected as the nearest of uᴴ Ĥ v s; the mean
    /// over the channels.
    /// - Throws: `LacunaError` if an estimate is not finite or not of its channel's size, or if there is none.
    public func symbolErrorRate(
        _ estimates: [Matrix<Complex<Double>>], channels: [Matrix<Complex<Double>>], snrDecibels: Double
    ) throws -> Double {
        try checkSizes(estimates, channels)
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
