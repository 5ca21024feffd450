/// MCP (Zhang 2010): φ(r) = λ r - r² / (2 γ) up to γ λ, then constant γ λ² / 2. Not convex.
///
/// Prox for t < γ: 0 up to t λ, (r - t λ) / (1 - t / γ) up to γ λ, then r; for t ≥ γ the hard threshold at λ √(t γ).
public struct MinimaxConcavePenalty<Element: Scalar>: ModulusPenalty {
    /// λ.
    public let weight: Element.RealPart
    /// γ; ∞ would be the l1 norm.
    public let concavity: Element.RealPart

    /// - Throws: `LacunaError` unless λ is finite and ≥ 0 and γ finite and > 1.
    public init(weight: Element.RealPart, concavity: Element.RealPart = 3) throws {
        try requireNonNegative(weight, "MCP weight")
        guard concavity > 1, concavity.isFinite else {
            throw LacunaError(.value, "MCP concavity", "\(concavity); it must be finite and > 1")
        }
        self.weight = weight
        self.concavity = concavity
    }

    public var traits: PenaltyTraits { .separable }

    @inlinable
    public func value(modulus r: Element.RealPart) -> Element.RealPart {
        let end = concavity * weight
        return r <= end ? r * (weight - r / (2 * concavity)) : end * weight / 2
    }

    @inlinable
    public func prox(modulus r: Element.RealPart, step: Element.RealPart) -> Element.RealPart {
        guard step < concavity else { return r <= weight * (step * concavity).squareRoot() ? 0 : r }
        guard r <= concavity * weight else { return r }
        return max(r - step * (concavity * weight - r) / (concavity - step), 0)
    }
}
