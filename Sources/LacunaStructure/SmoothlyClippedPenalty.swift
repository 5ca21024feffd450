/// SCAD, the smoothly clipped absolute deviation (Fan & Li 2001): φ(r) = λ r up to λ, (2 a λ r - r² - λ²) / (2 (a - 1)) up
/// to a λ, then constant (a + 1) λ² / 2. Not convex.
///
/// Prox for t < a - 1: soft by t λ up to (1 + t) λ, ((a - 1) r - t a λ) / (a - 1 - t) up to a λ, then r. For t ≥ a - 1 the
/// middle piece holds no minimum and the better of the other two is taken.
public struct SmoothlyClippedPenalty<Element: Scalar>: ModulusPenalty {
    /// λ.
    public let weight: Element.RealPart
    /// a.
    public let clip: Element.RealPart

    /// - Throws: `LacunaError` unless λ is finite and ≥ 0 and a finite and > 2.
    public init(weight: Element.RealPart, clip: Element.RealPart = 3.7) throws {
        try requireNonNegative(weight, "SCAD weight")
        guard clip > 2, clip.isFinite else {
            throw LacunaError(.value, "SCAD clip", "\(clip); it must be finite and > 2")
        }
        self.weight = weight
        self.clip = clip
    }

    public var traits: PenaltyTraits { .separable }

    @inlinable
    public func value(modulus r: Element.RealPart) -> Element.RealPart {
        if r <= weight { return weight * r }
        if r <= clip * weight { return (r * (2 * clip * weight - r) - weight * weight) / (2 * (clip - 1)) }
        return (clip + 1) * weight * weight / 2
    }

    @inlinable
    public func prox(modulus r: Element.RealPart, step: Element.RealPart) -> Element.RealPart {
        let soft = max(r - step * weight, 0)
        if step < clip - 1 {
            if r <= (1 + step) * weight { return soft }
            return r <= clip * weight ? r - step * (clip * weight - r) / (clip - 1 - step) : r
        }
        let low = min(soft, weight)
        guard r > clip * weight else { return low }
        return (r - low) * (r - low) / 2 + step * weight * low <= step * value(modulus: r) ? low : r
    }
}
