/// λ ‖x‖_1 + (μ / 2) ‖x‖² (Zou & Hastie 2005); prox: the soft threshold by t λ, divided by 1 + t μ. λ = 0 is the ridge.
public struct ElasticNet<Element: Scalar>: ModulusPenalty {
    /// λ.
    public let weight: Element.RealPart
    /// μ.
    public let ridge: Element.RealPart

    /// - Throws: `LacunaError` unless both weights are finite and ≥ 0.
    public init(weight: Element.RealPart, ridge: Element.RealPart) throws {
        try requireNonNegative(weight, "l1 weight")
        try requireNonNegative(ridge, "ridge weight")
        self.weight = weight
        self.ridge = ridge
    }

    public var traits: PenaltyTraits { [.convex, .separable] }

    @inlinable
    public func value(modulus r: Element.RealPart) -> Element.RealPart { r * (weight + ridge * r / 2) }

    @inlinable
    public func prox(modulus r: Element.RealPart, step: Element.RealPart) -> Element.RealPart {
        max(r - step * weight, 0) / (1 + step * ridge)
    }
}
