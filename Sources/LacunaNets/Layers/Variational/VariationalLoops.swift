/// e^x for loops over many weights: in single precision by a polynomial, to one unit in the last place, which the compiler vectorises; e^-87
/// and e^88 for what is smaller and larger.
@inline(__always)
func exponential<E: RealScalar>(_ x: E) -> E {
    guard E.self == Float.self else { return E.exp(x) }
    let x = min(max(unsafeBitCast(x, to: Float.self), -87), 88)
    // x = k log 2 + r, |r| ≤ ½ log 2; adding 1.5 · 2^23 rounds to a whole number and leaves it in the lowest bits.
    let shifted = x * 1.442695041 + 0x1.8p23, k = shifted - 0x1.8p23
    let r = (x - k * 0.693359375) + k * 2.12194440e-4
    let tail = r * r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040))))))
    let scale = Float(bitPattern: (shifted.bitPattern &+ 127) &<< 23)
    return unsafeBitCast(scale * (1 + (r + tail)), to: E.self)
}

/// Loops over the weights and outputs of variational layers.
enum VariationalLoops<E: RealScalar> {
    typealias Source = UnsafePointer<E>
    typealias Target = UnsafeMutablePointer<E>

    /// y ← e^(2x).
    @specialized(where E == Float)
    @specialized(where E == Double)
    static func squareExponentials(_ x: Source, into y: Target, _ n: Int) {
        for index in 0..<n { y[index] = exponential(2 * x[index]) }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func squares(_ x: Source, into y: Target, _ n: Int) {
        for index in 0..<n { y[index] = x[index] * x[index] }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func products(_ x: Source, _ y: Source, into z: Target, _ n: Int) {
        for index in 0..<n { z[index] = x[index] * y[index] }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func addTwiceProducts(_ x: Source, _ y: Source, to z: Target, _ n: Int) {
        for index in 0..<n { z[index] += 2 * x[index] * y[index] }
    }

    /// y ← y + ε √(V + 1e-10), ε ← ε / (2 √(V + 1e-10)).
    @specialized(where E == Float)
    @specialized(where E == Double)
    static func addNoise(_ variances: Source, _ noise: Target, to y: Target, _ n: Int) {
        let floor = E(1e-10), half = E(0.5)
        for index in 0..<n {
            let deviation = (variances[index] + floor).squareRoot()
            y[index] += noise[index] * deviation
            noise[index] *= half / deviation
        }
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func clip(_ x: Target, _ low: E, _ high: E, _ n: Int) {
        for index in 0..<n { x[index] = min(max(x[index], low), high) }
    }

    /// e ← μ² + σ².
    @specialized(where E == Float)
    @specialized(where E == Double)
    static func secondMoments(_ means: Source, _ logDeviations: Source, into e: Target, _ n: Int) {
        for index in 0..<n { e[index] = means[index] * means[index] + exponential(2 * logDeviations[index]) }
    }

    /// The gradient of c Σ ½ E (μ² + σ²) - log σ: c E μ, and c (E σ² - 1) by log σ.
    @specialized(where E == Float)
    @specialized(where E == Double)
    static func addPrecisionGradient(
        _ means: Source, _ logDeviations: Source, _ precisions: Source, scale: E, to ofMeans: Target,
        _ ofDeviations: Target, _ n: Int
    ) {
        for index in 0..<n {
            ofMeans[index] += scale * precisions[index] * means[index]
            ofDeviations[index] += scale * (precisions[index] * exponential(2 * logDeviations[index]) - 1)
        }
    }

    /// y ← y + c E x.
    @specialized(where E == Float)
    @specialized(where E == Double)
    static func addScaledProducts(_ x: Source, _ precisions: Source, scale: E, to y: Target, _ n: Int) {
        for index in 0..<n { y[index] += scale * precisions[index] * x[index] }
    }
}
