/// The α-entmax map onto the simplex (Peters, Niculae & Martins 2019): p_n = [(α - 1) z_n - τ]_+^{1 / (α - 1)} with τ such
/// that Σ p_n = 1. α = 1 is softmax, 3/2 entmax-1.5, 2 sparsemax (Martins & Astudillo 2016); from α > 1 on p has zeros.
///
/// Scores of -∞ get 0 (masked entries); where no score is finite, p = 0. A score that is NaN or +∞ makes p NaN.
/// Cost: a few passes; τ by Newton's method for α ≤ 2, where the sum is convex in τ, otherwise by bisection.
public struct Entmax<Real: RealScalar>: Hashable, Sendable {
    public let alpha: Real

    /// - Throws: `LacunaError` unless α is finite and ≥ 1.
    public init(alpha: Real) throws {
        guard alpha >= 1, alpha.isFinite else {
            throw LacunaError(.value, "entmax", "alpha \(alpha); it must be finite and ≥ 1")
        }
        self.alpha = alpha
    }

    private init(checked alpha: Real) { self.alpha = alpha }

    public static var softmax: Entmax { Entmax(checked: 1) }
    public static var entmax15: Entmax { Entmax(checked: Real(1.5)) }
    public static var sparsemax: Entmax { Entmax(checked: 2) }

    /// p for the scores z.
    public func apply(_ z: [Real]) -> [Real] {
        var p = z
        p.withUnsafeMutableBufferPointer { apply($0) }
        return p
    }

    /// The gradient with respect to the scores, for an output p and the gradient g with respect to it.
    /// - Throws: `LacunaError` for different lengths.
    public func pullBack(output p: [Real], gradient: [Real]) throws -> [Real] {
        guard p.count == gradient.count else {
            throw LacunaError(.shape, "entmax gradient", "\(gradient.count) numbers for \(p.count) outputs")
        }
        var result = gradient
        p.withUnsafeBufferPointer { p in
            result.withUnsafeMutableBufferPointer { pullBack(output: p, gradient: $0) }
        }
        return result
    }

    /// z ← p, in place, without allocation.
    @specialized(where Real == Float)
    @specialized(where Real == Double)
    public func apply(_ z: UnsafeMutableBufferPointer<Real>) {
        var largest = -Real.infinity
        for index in 0..<z.count {
            largest = max(largest, z[index])
            guard !z[index].isNaN else { return z.update(repeating: .nan) }
        }
        guard largest > -.infinity else { return z.update(repeating: 0) }
        guard largest < .infinity else { return z.update(repeating: .nan) }
        if alpha == 1 {
            var sum = Real.zero
            for index in 0..<z.count {
                z[index] = Real.exp(z[index] - largest)
                sum += z[index]
            }
            for index in 0..<z.count { z[index] /= sum }
            return
        }
        var sum = Real.zero
        if alpha <= 2 {
            for index in 0..<z.count { z[index] -= largest }
            let threshold = newtonThreshold(z)
            for index in 0..<z.count {
                z[index] = temperedExponential(z[index] - threshold)
                sum += z[index]
            }
        } else {
            for index in 0..<z.count { z[index] = (alpha - 1) * (z[index] - largest) }
            let threshold = bisectedThreshold(z)
            for index in 0..<z.count {
                z[index] = power(z[index] - threshold)
                sum += z[index]
            }
        }
        // Far from α = 2 the power magnifies the rounding of τ.
        for index in 0..<z.count { z[index] /= sum }
    }

    /// g ← s ∘ (g - <s, g> / Σ s) with s = p^{2 - α} where p > 0, else 0: the Jacobian is symmetric.
    @specialized(where Real == Float)
    @specialized(where Real == Double)
    public func pullBack(output p: UnsafeBufferPointer<Real>, gradient: UnsafeMutableBufferPointer<Real>) {
        var product = Real.zero, sum = Real.zero
        for index in 0..<p.count where p[index] != 0 {
            let s = sensitivity(p[index])
            product += s * gradient[index]
            sum += s
        }
        for index in 0..<p.count {
            gradient[index] = p[index] == 0 ? 0 : sensitivity(p[index]) * (gradient[index] - product / sum)
        }
    }

    private func sensitivity(_ p: Real) -> Real {
        if alpha == 1 { return p }
        if alpha == 2 { return p.isNaN ? p : 1 }
        return alpha == Real(1.5) ? p.squareRoot() : Real.pow(p, 2 - alpha)
    }

    /// u_+^{1 / (α - 1)}; NaN stays.
    private func power(_ u: Real) -> Real {
        if u <= 0 { return 0 }
        if alpha == 2 { return u }
        return alpha == Real(1.5) ? u * u : Real.pow(u, 1 / (alpha - 1))
    }

    /// [1 + (α - 1) w]_+^{1 / (α - 1)}, which is exp w in the limit α = 1; NaN stays.
    private func temperedExponential(_ w: Real) -> Real {
        let u = (alpha - 1) * w
        if u <= -1 { return 0 }
        if alpha == 2 { return 1 + u }
        return alpha == Real(1.5) ? (1 + u) * (1 + u) : Real.exp(Real.log(onePlus: u) / (alpha - 1))
    }

    /// The t with Σ [1 + (α - 1) (z_n - t)]_+^{1 / (α - 1)} = 1, that is τ = (α - 1) t - 1, which holds the digits of t also
    /// near α = 1. From the left end, 0: the sum is ≥ 1 there and convex, so that Newton's steps rise to the root and never
    /// pass it.
    private func newtonThreshold(_ z: UnsafeMutableBufferPointer<Real>) -> Real {
        var threshold = Real.zero
        for _ in 0..<200 {
            var sum = Real.zero, slope = Real.zero
            for index in 0..<z.count {
                let w = z[index] - threshold, p = temperedExponential(w)
                guard p != 0 else { continue }
                sum += p
                slope += p / (1 + (alpha - 1) * w)
            }
            let next = threshold + (sum - 1) / slope
            guard next > threshold else { return next.isNaN ? next : threshold }
            threshold = next
        }
        return threshold
    }

    private func bisectedThreshold(_ z: UnsafeMutableBufferPointer<Real>) -> Real {
        var low: Real = -1, high = -Real.pow(Real(z.count), 1 - alpha)
        while true {
            let middle = low + (high - low) / 2
            var sum = Real.zero
            for index in 0..<z.count { sum += power(z[index] - middle) }
            guard middle > low, middle < high else { return sum.isNaN ? sum : middle }
            if sum >= 1 { low = middle } else { high = middle }
        }
    }
}
