/// f(x) = Σ_g w_g φ(‖x_g‖): a function of moduli put on the norms of groups, which then vanish as a whole. With
/// w_g = √|g| by default, so that large groups are not favoured.
///
/// Over `L1Norm` it is the group lasso (Yuan & Lin 2006), prox x_g (1 - t λ w_g / ‖x_g‖)_+; over `L0Norm` it counts
/// groups. Cost of a prox: two passes over x.
public struct GroupedPenalty<Base: ModulusPenalty>: Penalty {
    public typealias Element = Base.Element
    public let base: Base
    public let groups: Groups
    /// w.
    public let weights: [Element.RealPart]

    /// - Throws: `LacunaError` unless there is one finite weight ≥ 0 per group.
    public init(_ base: Base, groups: Groups, weights: [Element.RealPart]? = nil) throws {
        let weights = weights ?? groups.sizes.map { Element.RealPart($0).squareRoot() }
        try requireWeights(weights, of: groups)
        self.base = base
        self.groups = groups
        self.weights = weights
    }

    /// Those of the base, for groups of one entry; wider ones are not separable. A norm within a convex φ is convex where φ does
    /// not fall, as penalties do not.
    public var traits: PenaltyTraits {
        groups.sizes.allSatisfy { $0 == 1 } ? base.traits : base.traits.subtracting(.separable)
    }

    @inlinable
    public var requiredCount: Int? { groups.count }

    @inlinable
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart {
        var sum = Element.RealPart.zero
        for group in 0..<weights.count {
            sum += weights[group] * base.value(modulus: groups.norm(x, group))
        }
        return sum
    }

    @inlinable
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart, workspace: inout Void) {
        for group in 0..<weights.count {
            let r = groups.norm(UnsafeBufferPointer(x), group)
            let p = base.prox(modulus: r, step: step * weights[group])
            if p != r { groups.scale(x, group, by: p == 0 ? 0 : p / r) }
        }
    }
}

/// λ Σ w_g ‖x_g‖ (Yuan & Lin 2006).
public typealias GroupLasso<Element: Scalar> = GroupedPenalty<L1Norm<Element>>

/// - Throws: `LacunaError` unless there is one finite weight ≥ 0 per group.
func requireWeights<Real: RealScalar>(_ weights: [Real], of groups: Groups) throws {
    guard weights.count == groups.groupCount else {
        throw LacunaError(.shape, "group weights", "\(weights.count) for \(groups.groupCount) groups")
    }
    for weight in weights { try requireNonNegative(weight, "group weight") }
}
