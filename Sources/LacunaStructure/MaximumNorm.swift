/// λ max |x_n|; prox: moduli cut at τ with Σ (|x_n| - τ)_+ = t λ, 0 where ‖x‖_1 ≤ t λ (Moreau: x less its projection onto the
/// l1 ball of radius t λ).
public struct MaximumNorm<Element: Scalar>: Penalty {
    public let weight: Element.RealPart

    /// - Throws: `LacunaError` unless the weight is finite and ≥ 0.
    public init(weight: Element.RealPart) throws {
        try requireNonNegative(weight, "maximum norm weight")
        self.weight = weight
    }

    public var traits: PenaltyTraits { [.convex, .positivelyHomogeneous] }

    @inlinable
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart {
        var largest = Element.RealPart.zero
        for index in 0..<x.count {
            let r = x[index].modulus
            if r > largest || r.isNaN { largest = r }
        }
        return weight * largest
    }

    @inlinable
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart, workspace: inout Void) {
        let excess = step * weight
        guard excess > 0 else { return }
        let cut = simplexThreshold(UnsafeBufferPointer(x), total: excess)
        for index in 0..<x.count {
            let r = x[index].modulus
            if r > cut { x[index] = cut > 0 ? x[index].scaled(by: cut / r) : 0 }
        }
    }
}

/// The indicator of ‖x‖_∞ ≤ r: moduli are cut at r.
public struct MaximumNormBall<Element: Scalar>: ModulusPenalty {
    public let radius: Element.RealPart

    /// - Throws: `LacunaError` unless the radius is finite and ≥ 0.
    public init(radius: Element.RealPart) throws {
        try requireNonNegative(radius, "radius")
        self.radius = radius
    }

    public var traits: PenaltyTraits { [.convex, .separable, .setIndicator] }

    /// 0 up to r and two units of rounding, else ∞.
    @inlinable
    public func value(modulus r: Element.RealPart) -> Element.RealPart {
        r <= radius * (1 + 2 * Element.RealPart.ulpOfOne) ? 0 : .infinity
    }

    @inlinable
    public func prox(modulus r: Element.RealPart, step: Element.RealPart) -> Element.RealPart {
        r > radius ? radius : r
    }
}
