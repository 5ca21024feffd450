/// The indicator of ‖x‖_1 ≤ r; prox: the projection x (1 - τ / |x|)_+ with τ such that the radius is met (Duchi et al. 2008).
public struct L1Ball<Element: Scalar>: Penalty {
    public let radius: Element.RealPart

    /// - Throws: `LacunaError` unless the radius is finite and ≥ 0.
    public init(radius: Element.RealPart) throws {
        try requireNonNegative(radius, "radius")
        self.radius = radius
    }

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
        // A radius far below the threshold would be met with the threshold's rounding only: scaled to it.
        var sum = Element.RealPart.zero
        for index in 0..<x.count { sum += max(x[index].modulus - threshold, 0) }
        for index in 0..<x.count {
            let r = x[index].modulus
            x[index] = r <= threshold ? 0 : x[index].scaled(by: (r - threshold) / r * (radius / sum))
        }
    }
}

/// The τ ≥ 0 with Σ (|x_n| - τ)_+ = total; 0 if ‖x‖_1 ≤ total. NaN if an entry is. Precondition: total > 0.
///
/// Michelot's (1986) passes: τ of the entries above the last τ, until none drops out. Cost: a few passes over x, n at worst.
@inlinable
func simplexThreshold<S: Scalar>(_ x: UnsafeBufferPointer<S>, total: S.RealPart) -> S.RealPart {
    var threshold = S.RealPart.zero
    while true {
        var sum = S.RealPart.zero
        var above = 0
        for index in 0..<x.count {
            let r = x[index].modulus
            if !(r <= threshold) {
                sum += r
                above += 1
            }
        }
        guard above > 0 else { return threshold }
        let next = (sum - total) / S.RealPart(above)
        if next <= threshold { return threshold }
        threshold = next
        if threshold.isNaN { return threshold }
    }
}
