/// f(x) = Σ φ(|x_n|): the same function of every modulus, so that real and complex x are one case and phases stay.
///
/// A kind states φ and its prox on r ≥ 0; over vectors, and over groups by their norms (`GroupedPenalty`), both follow.
public protocol ModulusPenalty<Element>: Penalty where Workspace == Void {
    /// φ(r).
    func value(modulus r: Element.RealPart) -> Element.RealPart
    /// argmin over p ≥ 0 of ½ (p - r)² + t φ(p). Of two minimisers the smaller.
    func prox(modulus r: Element.RealPart, step: Element.RealPart) -> Element.RealPart
}

extension ModulusPenalty {
    @inlinable
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart {
        var sum = Element.RealPart.zero
        for index in 0..<x.count { sum += value(modulus: x[index].modulus) }
        return sum
    }

    @inlinable
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart, workspace: inout Void) {
        for index in 0..<x.count {
            let r = x[index].modulus
            let p = prox(modulus: r, step: step)
            // NaN is kept.
            if p != r { x[index] = p == 0 ? 0 : x[index].scaled(by: p / r) }
        }
    }
}

/// λ ‖x‖_1 = λ Σ |x_n|; its prox is the soft threshold x (1 - t λ / |x|)_+, on the modulus for complex x.
public struct L1Norm<Element: Scalar>: ModulusPenalty {
    public let weight: Element.RealPart

    /// - Throws: `LacunaError` unless the weight is finite and ≥ 0.
    public init(weight: Element.RealPart) throws {
        try requireNonNegative(weight, "l1 weight")
        self.weight = weight
    }

    public var traits: PenaltyTraits { [.convex, .separable, .positivelyHomogeneous] }

    @inlinable
    public func value(modulus r: Element.RealPart) -> Element.RealPart { weight * r }

    @inlinable
    public func prox(modulus r: Element.RealPart, step: Element.RealPart) -> Element.RealPart {
        max(r - step * weight, 0)
    }
}
