/// λ ‖x‖_0, the number of non-zeros; prox: the hard threshold, x where |x| > √(2 t λ), else 0. Not convex.
public struct L0Norm<Element: Scalar>: ModulusPenalty {
    public let weight: Element.RealPart

    /// - Throws: `LacunaError` unless the weight is finite and ≥ 0.
    public init(weight: Element.RealPart) throws {
        try requireNonNegative(weight, "l0 weight")
        self.weight = weight
    }

    public var traits: PenaltyTraits { .separable }

    @inlinable
    public func value(modulus r: Element.RealPart) -> Element.RealPart { r == 0 ? 0 : weight }

    @inlinable
    public func prox(modulus r: Element.RealPart, step: Element.RealPart) -> Element.RealPart {
        r <= (2 * step * weight).squareRoot() ? 0 : r
    }
}
