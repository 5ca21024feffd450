/// The normal distribution where its tails matter.
enum NormalTail {
    /// log Φ(x), to full relative precision far out on the left.
    static func logDistribution(_ x: Double) -> Double {
        if x > 5 { return Double.log(onePlus: -Double.erfc(x / 2.0.squareRoot()) / 2) }
        if x > -30 { return Double.log(Double.erfc(-x / 2.0.squareRoot()) / 2) }
        // Φ(x) = φ(x)/|x| (1 - 1/x² + 3/x⁴ - 15/x⁶ ...).
        let y = 1 / (x * x)
        return logDensity(x) - Double.log(-x) + Double.log(onePlus: -y * (1 - y * (3 - y * (15 - 105 * y))))
    }

    /// log φ(x).
    static func logDensity(_ x: Double) -> Double { -x * x / 2 - 0.5 * Double.log(2 * Double.pi) }

    /// log (Φ(b) - Φ(a)) for a < b, a ≤ 0.
    static func logInterval(_ a: Double, _ b: Double) -> Double {
        let high = logDistribution(b)
        return high + Double.log(onePlus: -Double.exp(logDistribution(a) - high))
    }

    /// Φ⁻¹(p) for 0 < p ≤ ½, to 1e-15 (Wichura 1988, algorithm AS 241, PPND16).
    static func quantile(_ p: Double) -> Double {
        let q = p - 0.5
        if q > -0.425 {
            let r = 0.180625 - q * q
            return q * polynomial(r, Self.a) / polynomial(r, Self.b)
        }
        let r = (-Double.log(p)).squareRoot()
        return r <= 5
            ? -polynomial(r - 1.6, Self.c) / polynomial(r - 1.6, Self.d)
            : -polynomial(r - 5, Self.e) / polynomial(r - 5, Self.f)
    }

    private typealias Coefficients = (Double, Double, Double, Double, Double, Double, Double, Double)

    @inline(__always)
    private static func polynomial(_ x: Double, _ c: Coefficients) -> Double {
        ((((((c.7 * x + c.6) * x + c.5) * x + c.4) * x + c.3) * x + c.2) * x + c.1) * x + c.0
    }

    private static let a: Coefficients = (
        3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3
    )
    private static let b: Coefficients = (
        1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
        3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3
    )
    private static let c: Coefficients = (
        1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
        1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4
    )
    private static let d: Coefficients = (
        1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
        1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9
    )
    private static let e: Coefficients = (
        6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7
    )
    private static let f: Coefficients = (
        1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
        1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15
    )
}
