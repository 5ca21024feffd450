/// Peak signal-to-noise ratio 20 log₁₀(max |x| / rms(x̂ - x)) in dB; infinite for equal images.
/// - Throws: `LacunaError` (shape) for unequal or empty images.
public func peakSignalToNoiseRatio(_ estimate: [Double], against truth: [Double]) throws -> Double {
    guard estimate.count == truth.count, !truth.isEmpty else {
        throw LacunaError(.shape, "peak signal-to-noise ratio", "\(estimate.count) pixels against \(truth.count)")
    }
    var squares = 0.0, peak = 0.0
    for (value, reference) in zip(estimate, truth) {
        squares += (value - reference) * (value - reference)
        peak = max(peak, abs(reference))
    }
    return 10 * Double.log10(peak * peak * Double(truth.count) / squares)
}

/// Structural similarity (Wang, Bovik, Sheikh & Simoncelli 2004, eq. 13), mean over all square windows that lie inside the image:
/// (2 μ_x μ_y + c₁)(2 σ_xy + c₂) / ((μ_x² + μ_y² + c₁)(σ_x² + σ_y² + c₂)), c₁ = (0.01 L)², c₂ = (0.03 L)², uniform windows, unbiased
/// variances, L the largest modulus of the truth.
/// - Throws: `LacunaError` for unequal images, or ones smaller than the window.
public func structuralSimilarity(
    _ estimate: [Double], against truth: [Double], height: Int, width: Int, window: Int = 7
) throws -> Double {
    guard estimate.count == truth.count, truth.count == height * width, window >= 2, height >= window, width >= window
    else {
        throw LacunaError(
            .shape, "structural similarity",
            "\(estimate.count) and \(truth.count) pixels of \(height)×\(width) in windows of \(window)")
    }
    let peak = truth.reduce(0) { max($0, abs($1)) }
    let c1 = 0.0001 * peak * peak, c2 = 0.0009 * peak * peak
    let count = Double(window * window), unbiased = count / (count - 1)
    var total = 0.0
    for top in 0...height - window {
        for left in 0...width - window {
            var x = 0.0, y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0
            for row in top..<top + window {
                for column in left..<left + window {
                    let a = estimate[row * width + column], b = truth[row * width + column]
                    x += a
                    y += b
                    xx += a * a
                    yy += b * b
                    xy += a * b
                }
            }
            let mx = x / count, my = y / count
            let vx = unbiased * (xx / count - mx * mx), vy = unbiased * (yy / count - my * my)
            let covariance = unbiased * (xy / count - mx * my)
            let numerator = (2 * mx * my + c1) * (2 * covariance + c2)
            let denominator = (mx * mx + my * my + c1) * (vx + vy + c2)
            total += denominator > 0 ? numerator / denominator : 1
        }
    }
    return total / Double((height - window + 1) * (width - window + 1))
}
