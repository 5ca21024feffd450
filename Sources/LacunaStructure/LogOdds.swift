/// log(p / (1 - p)).
@inlinable
public func logOdds<Real: RealScalar>(_ probability: Real) -> Real {
    Real.log(probability) - Real.log(onePlus: -probability)
}

/// 1 / (1 + e^-x): the probability with these log odds. Saturates at 0 and 1 without overflow.
@inlinable
public func probability<Real: RealScalar>(logOdds x: Real) -> Real {
    let tail = Real.exp(-x.magnitude)
    return (x >= 0 ? 1 : tail) / (1 + tail)
}

/// log(1 + e^x).
@inline(__always)
func softplus<Real: RealScalar>(_ x: Real) -> Real {
    max(x, 0) + Real.log(onePlus: Real.exp(-x.magnitude))
}

extension RealScalar {
    /// Where log-likelihood ratios are cut off: ±40, in single precision ±20. Certainty for all purposes, while e^(2 limit)
    /// is still a number.
    @inlinable
    public static var logOddsLimit: Self { blasKind == .float ? 20 : 40 }
}

/// x within ±limit.
@inline(__always)
func clipped<Real: RealScalar>(_ x: Real, _ limit: Real) -> Real { min(max(x, -limit), limit) }

/// - Throws: `LacunaError` (value) unless 0 < p < 1.
func requireProbability<Real: RealScalar>(_ p: Real, _ name: String) throws {
    guard p > 0, p < 1 else { throw LacunaError(.value, name, "\(p); it must be above 0 and below 1") }
}

/// ψ(x) = d/dx log Γ(x), x > 0: recurrence up to 10, then the asymptotic series (to 1e-15).
func digamma(_ x: Double) -> Double {
    var x = x
    var result = 0.0
    while x < 10 {
        result -= 1 / x
        x += 1
    }
    let square = 1 / (x * x)
    let series = square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square / 132))))
    return result + Double.log(x) - 0.5 / x - series
}
