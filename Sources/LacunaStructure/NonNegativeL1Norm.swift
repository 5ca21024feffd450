/// λ Σ x_n where all x_n ≥ 0, else ∞: sparse and non-negative; prox: (x - t λ)_+. λ = 0 projects onto x ≥ 0.
public struct NonNegativeL1Norm<Element: RealScalar>: Penalty {
    public let weight: Element

    /// - Throws: `LacunaError` unless the weight is finite and ≥ 0.
    public init(weight: Element) throws {
        try requireNonNegative(weight, "l1 weight")
        self.weight = weight
    }

    public var traits: PenaltyTraits {
        weight == 0
            ? [.convex, .separable, .positivelyHomogeneous, .setIndicator]
            : [.convex, .separable, .positivelyHomogeneous]
    }

    @inlinable
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element {
        var sum = Element.zero
        for index in 0..<x.count { sum += x[index] < 0 ? .infinity : x[index] }
        return sum == .infinity ? sum : weight * sum
    }

    @inlinable
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element, workspace: inout Void) {
        for index in 0..<x.count { x[index] = max(x[index] - step * weight, 0) }
    }
}
