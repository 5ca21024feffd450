/// λ_1 ‖x‖_1 + λ_2 Σ w_g ‖x_g‖, sparse within groups and among them (Simon, Friedman, Hastie & Tibshirani 2013); prox: the
/// soft threshold first, then the shrinkage of groups.
public struct SparseGroupLasso<Element: Scalar>: Penalty {
    public let entries: L1Norm<Element>
    public let groups: GroupLasso<Element>

    /// `groupWeights` are w, by default √|g|. - Throws: `LacunaError` unless all weights are finite and ≥ 0.
    public init(
        weight: Element.RealPart, groupWeight: Element.RealPart, groups: Groups, groupWeights: [Element.RealPart]? = nil
    ) throws {
        entries = try L1Norm(weight: weight)
        self.groups = try GroupedPenalty(L1Norm(weight: groupWeight), groups: groups, weights: groupWeights)
    }

    public var traits: PenaltyTraits { [.convex, .positivelyHomogeneous] }

    @inlinable
    public var requiredCount: Int? { groups.requiredCount }

    @inlinable
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart { entries.value(x) + groups.value(x) }

    @inlinable
    public func prox(_ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart, workspace: inout Void) {
        entries.prox(x, step: step)
        groups.prox(x, step: step)
    }
}
