/// The k best of given groups. Indices outside every group are not kept.
///
/// For tiles of a matrix `TopTiles` needs no list of indices.
public struct TopGroups: SupportSet, Hashable {
    public let groups: Groups
    /// k.
    public let kept: Int
    public var count: Int { groups.count }

    /// - Throws: `LacunaError` unless 0 ≤ k ≤ the number of groups.
    public init(_ kept: Int, of groups: Groups) throws {
        guard 0...groups.groupCount ~= kept else {
            throw LacunaError(.value, "support set", "\(kept) of \(groups.groupCount) groups")
        }
        self.groups = groups
        self.kept = kept
    }

    public func select<Real: RealScalar>(_ scores: [Real]) throws -> Support {
        try requireScores(scores)
        let total = groups.groupCount
        let sums = Buffer(
            (0..<total).map { group in
                let sum = groups[group].reduce(Real.zero) { $0 + scores[$1] }
                // ∞ - ∞: what is forced in comes first.
                return sum.isNaN ? .infinity : sum
            })
        defer { withExtendedLifetime(sums) {} }
        let scratch = Buffer<Real>(repeating: 0, count: total), chosen = Buffer(repeating: false, count: total)
        defer { withExtendedLifetime(scratch) {} }
        markLargest(kept, of: sums.pointer, count: total, scratch: scratch.pointer, into: chosen.pointer)
        var mask = Array(repeating: false, count: count)
        for group in 0..<total where chosen[group] {
            for index in groups[group] { mask[index] = true }
        }
        return Support(mask: mask)
    }

    public func contains(_ support: Support) -> Bool {
        guard support.count == count else { return false }
        var groupOf = Array(repeating: -1, count: count)
        for group in 0..<groups.groupCount {
            for index in groups[group] { groupOf[index] = group }
        }
        let touched = Set(support.indices.map { groupOf[$0] })
        return !touched.contains(-1) && touched.count <= kept
    }
}
