/// Kullback-Leibler divergences KL(q ‖ p) of one variable whose q has a mean parameter μ and a log deviation log σ, up to constants: what a
/// Bayesian layer pays for information.
public enum Divergence: String, Hashable, Sendable, CaseIterable {
    /// q = N(μ, σ²) against p(w) ∝ 1/|w|, by a fit in log α = log σ²/(μ² + 1e-8): 0.63576 (1 - sigmoid(1.87320 + 1.48695 log α)) +
    /// ½ log(1 + 1/α). For weights it is sparse variational dropout (Molchanov, Ashukha & Vetrov 2017, arXiv 1701.05369, eq. 14), for gates
    /// the normal-Jeffreys prior of Bayesian compression.
    case logUniform = "log-uniform"
    /// q = N(μ, σ²) against N(0, 1): ½ (σ² + μ² - 1) - log σ.
    case unitNormal = "unit-normal"
    /// q = N(μ, σ²) against N(0, s) with the best s: ½ log(1 + μ²/(σ² + 1e-8)). VIBNet's (Dai et al. 2018, arXiv 1802.10399).
    case bottleneck
    /// q = truncated log-normal against the log-uniform law on the same interval (Neklyudov et al. 2017, arXiv 1705.07283).
    case truncatedLogNormal = "truncated-log-normal"

    /// The divergence and its derivatives by μ and log σ.
    public func evaluate(mean: Double, logDeviation: Double) -> (
        value: Double, byMean: Double, byLogDeviation: Double
    ) {
        switch self {
        case .truncatedLogNormal: return TruncatedLogNormal(mean: mean, logDeviation: logDeviation).divergence
        case .logUniform:
            let square = mean * mean + 1e-8, inverse = square * Double.exp(-2 * logDeviation)
            let s = Self.sigmoid(-Double.log(inverse))
            let (byMean, byDeviation) = Self.logUniformGradient(mean, logDeviation)
            return (0.63576 * (1 - s) + 0.5 * Double.log(onePlus: inverse), byMean, byDeviation)
        case .unitNormal:
            let variance = Double.exp(2 * logDeviation)
            return (0.5 * (variance + mean * mean - 1) - logDeviation, mean, variance - 1)
        case .bottleneck:
            let (byMean, byDeviation) = Self.bottleneckGradient(mean, logDeviation)
            let value = 0.5 * Double.log(onePlus: mean * mean / (Double.exp(2 * logDeviation) + 1e-8))
            return (value, byMean, byDeviation)
        }
    }

    /// Adds `scale` times the derivatives at `count` variables.
    @specialized(where E == Float)
    @specialized(where E == Double)
    func addGradient<E: RealScalar>(
        _ means: UnsafePointer<E>, _ logDeviations: UnsafePointer<E>, count: Int, scale: E,
        to ofMeans: UnsafeMutablePointer<E>, _ ofDeviations: UnsafeMutablePointer<E>
    ) {
        switch self {
        case .logUniform:
            for index in 0..<count {
                let (byMean, byDeviation) = Self.logUniformGradient(means[index], logDeviations[index])
                ofMeans[index] += scale * byMean
                ofDeviations[index] += scale * byDeviation
            }
        case .unitNormal:
            for index in 0..<count {
                ofMeans[index] += scale * means[index]
                ofDeviations[index] += scale * (exponential(2 * logDeviations[index]) - 1)
            }
        case .bottleneck:
            for index in 0..<count {
                let (byMean, byDeviation) = Self.bottleneckGradient(means[index], logDeviations[index])
                ofMeans[index] += scale * byMean
                ofDeviations[index] += scale * byDeviation
            }
        case .truncatedLogNormal:
            for index in 0..<count {
                let all = evaluate(mean: Double(means[index]), logDeviation: Double(logDeviations[index]))
                ofMeans[index] += scale * E(all.byMean)
                ofDeviations[index] += scale * E(all.byLogDeviation)
            }
        }
    }

    /// sigmoid(1.87320 + 1.48695 x).
    @inline(__always)
    private static func sigmoid<E: RealScalar>(_ x: E) -> E { 1 / (1 + exponential(-(E(1.87320) + E(1.48695) * x))) }

    /// With k = d KL/d log α = -0.63576 · 1.48695 s (1 - s) - ½/(1 + α): by μ -2 μ k/(μ² + 1e-8), by log σ 2 k.
    @inline(__always)
    private static func logUniformGradient<E: RealScalar>(_ mean: E, _ logDeviation: E) -> (E, E) {
        let square = mean * mean + E(1e-8), logAlpha = 2 * logDeviation - E.log(square)
        let s = sigmoid(logAlpha)
        let k = -E(0.63576 * 1.48695) * s * (1 - s) - E(0.5) / (1 + exponential(logAlpha))
        return (-2 * mean * k / square, 2 * k)
    }

    @inline(__always)
    private static func bottleneckGradient<E: RealScalar>(_ mean: E, _ logDeviation: E) -> (E, E) {
        let square = mean * mean, variance = exponential(2 * logDeviation), floored = variance + E(1e-8)
        return (mean / (floored + square), -variance * square / (floored * (floored + square)))
    }
}
