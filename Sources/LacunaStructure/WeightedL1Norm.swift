/// Σ λ_n |x_n| with a weight per entry (adaptive lasso: Zou 2006); prox: the soft threshold by t λ_n.
public struct WeightedL1Norm<Element: Scalar>: Penalty {
    public let weights: [Element.RealPart]

    /// - Throws: `LacunaError` unless every weight is finite and ≥ 0.
    public init(weights: [Element.RealPart]) throws {
        for weight in weights { try requireNonNegative(weight, "l1 weight") }
        self.weights = weights
    }

    public var traits: PenaltyTraits { [.convex, .separable, .positivelyHomogeneous] }

    @inlinable
    public var requiredCount: Int? { weights.count }

    @inlinable
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart {
        var sum = Element.RealPart.zero
        for index in 0..<x.count { sum += weights[index] * x[index].modulus }
        return sum
    }

    @inlinable
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart, workspace: inout Void) {
        for index in 0..<x.count {
            let r = x[index].modulus
            let p = max(r - step * weights[index], 0)
            if p != r { x[index] = p == 0 ? 0 : x[index].scaled(by: p / r) }
        }
    }
}
