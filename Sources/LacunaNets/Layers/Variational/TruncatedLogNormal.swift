/// log θ ~ N(μ, σ²) cut to [A, B] = [-20, 0]: a gate θ in (0, 1] of structured Bayesian pruning (Neklyudov, Molchanov, Ashukha & Vetrov
/// 2017, arXiv 1705.07283). α = (A - μ)/σ, β = (B - μ)/σ, Z = Φ(β) - Φ(α); all in logarithms, as Z underflows for μ far above B.
/// Precondition: μ ≥ A.
struct TruncatedLogNormal {
    static let bounds = (lower: -20.0, upper: 0.0)

    let mean: Double
    let deviation: Double
    let alpha: Double
    let beta: Double
    /// log Z.
    let logMass: Double
    /// Φ(α), Z and Φ(-β), which every sample needs.
    private let below, mass, above: Double

    init(mean: Double, logDeviation: Double) {
        self.mean = max(mean, Self.bounds.lower)
        deviation = Double.exp(logDeviation)
        alpha = (Self.bounds.lower - self.mean) / deviation
        beta = (Self.bounds.upper - self.mean) / deviation
        logMass = NormalTail.logInterval(alpha, beta)
        below = Double.exp(NormalTail.logDistribution(alpha))
        mass = Double.exp(logMass)
        above = Double.exp(NormalTail.logDistribution(-beta))
    }

    /// φ(α)/Z and φ(β)/Z.
    var edgeDensities: (lower: Double, upper: Double) {
        (Double.exp(NormalTail.logDensity(alpha) - logMass), Double.exp(NormalTail.logDensity(beta) - logMass))
    }

    /// KL from the log-uniform law on [A, B], and its derivatives by μ and log σ:
    /// -log σ - log Z - (α φ(α) - β φ(β))/(2Z) + log(B - A) - ½ log 2πe.
    var divergence: (value: Double, byMean: Double, byLogDeviation: Double) {
        let edges = edgeDensities
        let term = (alpha * edges.lower - beta * edges.upper) / 2
        let value =
            -Double.log(deviation) - logMass - term + Double.log(Self.bounds.upper - Self.bounds.lower)
            - 0.5 * (Double.log(2 * Double.pi) + 1)
        let byAlpha = edges.lower * ((1 + alpha * alpha) / 2 - term)
        let byBeta = -edges.upper * ((1 + beta * beta) / 2 - term)
        return (value, -(byAlpha + byBeta) / deviation, -1 - alpha * byAlpha - beta * byBeta)
    }

    /// E θ^k = exp(kμ + k²σ²/2) [Φ(β - kσ) - Φ(α - kσ)]/Z, as a logarithm.
    func logMoment(_ k: Double) -> Double {
        let shift = k * deviation
        return k * mean + shift * shift / 2 + NormalTail.logInterval(alpha - shift, beta - shift) - logMass
    }

    /// E θ / √Var θ.
    var signalToNoise: Double {
        let excess = Double.exp(logMoment(2) - 2 * logMoment(1)) - 1
        return excess > 0 ? 1 / excess.squareRoot() : .infinity
    }

    /// θ at probability u, with its derivatives by μ and log σ.
    func sample(_ u: Double) -> (value: Double, byMean: Double, byLogDeviation: Double) {
        let t: Double, byAlpha: Double, byBeta: Double
        if beta < -30 {
            // Φ(t) = u Φ(β) with Φ(t)/Φ(β) ≈ exp((β² - t²)/2): an exponential law below B.
            t = -(beta * beta - 2 * Double.log(u)).squareRoot()
            (byAlpha, byBeta) = (0, beta / t)
        } else {
            let p = below + u * mass
            // The upper tail keeps its digits.
            t =
                p <= 0.5
                ? NormalTail.quantile(p) : -NormalTail.quantile(above + (1 - u) * mass)
            let scale = t * t / 2
            byAlpha = (1 - u) * Double.exp(scale - alpha * alpha / 2)
            byBeta = u * Double.exp(scale - beta * beta / 2)
        }
        let theta = Double.exp(min(mean + deviation * t, Self.bounds.upper))
        return (theta, theta * (1 - byAlpha - byBeta), theta * deviation * (t - alpha * byAlpha - beta * byBeta))
    }

    /// E θ with its derivatives by μ and log σ.
    var expectation: (value: Double, byMean: Double, byLogDeviation: Double) {
        let a = alpha - deviation, b = beta - deviation, log = NormalTail.logInterval(a, b)
        let edges = edgeDensities
        let lower = Double.exp(NormalTail.logDensity(a) - log), upper = Double.exp(NormalTail.logDensity(b) - log)
        let value = Double.exp(logMoment(1))
        let byMean = 1 + ((lower - upper) - (edges.lower - edges.upper)) / deviation
        let byLogDeviation =
            deviation * deviation + lower * (alpha + deviation) - upper * (beta + deviation) - alpha * edges.lower
            + beta * edges.upper
        return (value, value * byMean, value * byLogDeviation)
    }
}
