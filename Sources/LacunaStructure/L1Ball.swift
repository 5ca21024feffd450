/// The indicator of ‖x‖_1 ≤ r; prox: the projection x (1 - τ / |x|)_+ with τ such that the radius is met (Duchi et al.
/// 2008). NaN throughout where an entry is not finite.
public struct L1Ball<Element: Scalar>: Penalty {
    public let radius: Element.RealPart

    /// - Throws: `LacunaError` unless the radius is finite and ≥ 0.
    public init(radius: Element.RealPart) throws {
        try requireNonNegative(radius, "radius")
        self.radius = radius
    }

    public var traits: PenaltyTraits { [.convex, .setIndicator] }

    /// 0 up to r and rounding of the sum, else ∞.
    @inlinable
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart {
        var sum = Element.RealPart.zero
        for index in 0..<x.count { sum += x[index].modulus }
        return sum <= radius * (1 + Element.RealPart(x.count + 8) * Element.RealPart.ulpOfOne) ? 0 : .infinity
    }

    @inlinable
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart, workspace: inout Void) {
        guard radius > 0 else { return x.update(repeating: 0) }
        guard value(UnsafeBufferPointer(x)) > 0 else { return }
        let threshold = simplexThreshold(UnsafeBufferPointer(x), total: radius)
        guard threshold.isFinite else { return x.update(repeating: Element(.nan)) }
        // A radius far below the threshold would be met with the threshold's rounding only: scaled to it.
        var sum = Element.RealPart.zero
        for index in 0..<x.count { sum += max(x[index].modulus - threshold, 0) }
        guard sum > 0 else { return shareAmongLargest(x, threshold) }
        for index in 0..<x.count {
            let r = x[index].modulus
            x[index] = r <= threshold ? 0 : x[index].scaled(by: (r - threshold) / r * (radius / sum))
        }
    }

    /// The radius is less than the rounding of the largest modulus: all entries that have that get the same.
    @usableFromInline
    func shareAmongLargest(_ x: UnsafeMutableBufferPointer<Element>, _ largest: Element.RealPart) {
        let share = radius / Element.RealPart(x.count { $0.modulus >= largest })
        for index in 0..<x.count {
            let r = x[index].modulus
            x[index] =
                r < largest
                ? 0 : Element(real: x[index].realPart / r * share, imaginary: x[index].imaginaryPart / r * share)
        }
    }
}

/// The τ ≥ 0 with Σ (|x_n| - τ)_+ = total; 0 if ‖x‖_1 ≤ total. NaN if an entry is, ∞ if one is infinite.
/// Precondition: total > 0.
///
/// Michelot's (1986) passes: τ of the entries above the last τ, until none drops out, from the lower bound max |x_n| - total.
/// Sums are of what exceeds the last τ, so that they neither overflow nor cancel. Cost: a few passes over x, n at worst.
@inlinable
func simplexThreshold<S: Scalar>(_ x: UnsafeBufferPointer<S>, total: S.RealPart) -> S.RealPart {
    var threshold = S.RealPart.zero
    for index in 0..<x.count {
        let r = x[index].modulus
        if r.isNaN { return r }
        threshold = max(threshold, r - total)
    }
    while true {
        var sum = S.RealPart.zero
        var above = 0
        for index in 0..<x.count {
            let r = x[index].modulus
            if r > threshold {
                sum += r - threshold
                above += 1
            }
        }
        guard above > 0 else { return threshold }
        let next = threshold + (sum - total) / S.RealPart(above)
        if next <= threshold { return threshold }
        threshold = next
    }
}
