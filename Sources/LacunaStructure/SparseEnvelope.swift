/// λ E_k(x), where E_k is the largest convex function below ½ Σ_g d_g ‖x_g‖² on vectors with at most k non-zero groups: the
/// weighted group sparse envelope (Refael, Arbel & Huleihel 2022); with groups of one entry and d = 1 the sparse envelope,
/// half the square of the k-support norm (Argyriou, Foygel & Srebro 2012).
///
/// E_k(x) = ½ min Σ_g d_g ‖x_g‖² / u_g over shares 0 ≤ u_g ≤ 1, Σ u_g ≤ k. Prox: x_g u_g / (u_g + t λ d_g) with the shares
/// u_g = clip(z c_g - t λ d_g, 0, 1), c_g = √d_g ‖x_g‖ and one number z such that they sum to k; all 1 if at most k groups
/// are non-zero. At least min(k, non-zero groups) stay non-zero. Cost: one pass over x and expected O(groups) for z.
public struct SparseEnvelope<Element: Scalar>: Penalty {
    /// λ.
    public let weight: Element.RealPart
    /// k; it need not be a whole number.
    public let level: Element.RealPart
    public let groups: Groups
    /// d.
    public let curvatures: [Element.RealPart]

    /// `curvatures` are 1 by default. - Throws: `LacunaError` unless λ is finite and ≥ 0, k finite and > 0, and there is one
    /// finite curvature > 0 per group.
    public init(
        weight: Element.RealPart, level: Element.RealPart, groups: Groups, curvatures: [Element.RealPart]? = nil
    ) throws {
        let curvatures = curvatures ?? Array(repeating: 1, count: groups.groupCount)
        try requireNonNegative(weight, "sparse envelope weight")
        try requireWeights(curvatures, of: groups)
        guard level > 0, level.isFinite, curvatures.allSatisfy({ $0 > 0 }) else {
            throw LacunaError(.value, "sparse envelope", "level \(level) and all curvatures must be > 0")
        }
        self.weight = weight
        self.level = level
        self.groups = groups
        self.curvatures = curvatures
    }

    public var traits: PenaltyTraits { .convex }

    public struct Workspace {
        /// c_g; sums run in double precision.
        let sizes: Buffer<Double>
        /// Groups whose share is not settled yet.
        let undecided: Buffer<Int>
        var pivots = RandomStream(key: 0)
    }

    public var requiredCount: Int? { groups.count }

    public func makeWorkspace(count: Int) -> Workspace {
        Workspace(
            sizes: Buffer(repeating: 0, count: groups.groupCount),
            undecided: Buffer(repeating: 0, count: groups.groupCount))
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    public func value(_ x: UnsafeBufferPointer<Element>) -> Element.RealPart {
        var workspace = makeWorkspace(count: x.count)
        let z = slope(x, damping: 0, &workspace)
        var sum = 0.0
        for group in curvatures.indices {
            let c = workspace.sizes[group]
            if c != 0 { sum += c * max(c, 1 / z) }
        }
        return weight * Element.RealPart(sum / 2)
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    public func prox(
        _ x: UnsafeMutableBufferPointer<Element>, step: Element.RealPart, workspace: inout Workspace
    ) {
        let damping = Double(step * weight)
        guard damping > 0 else { return }
        let z = slope(UnsafeBufferPointer(x), damping: damping, &workspace)
        for group in curvatures.indices where workspace.sizes[group] != 0 {
            let damped = damping * Double(curvatures[group])
            let share = Self.share(workspace.sizes[group], damped, at: z)
            groups.scale(x, group, by: Element.RealPart(share / (share + damped)))
        }
    }

    /// The z with Σ clip(z c_g - damping d_g, 0, 1) = k; ∞ if at most k groups are non-zero. Fills c.
    ///
    /// Each group is 0 up to one breakpoint and 1 from another on. The root is bracketed between breakpoints drawn at random;
    /// what a bracket settles is summed up and leaves.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Float>)
    @specialized(where Element == Complex<Double>)
    private func slope(
        _ x: UnsafeBufferPointer<Element>, damping: Double, _ workspace: inout Workspace
    ) -> Double {
        let level = Double(level), c = workspace.sizes.pointer, undecided = workspace.undecided.pointer
        var count = 0
        var high = 0.0
        for group in curvatures.indices {
            let d = Double(curvatures[group])
            c[group] = d.squareRoot() * Double(groups.norm(x, group))
            guard c[group] != 0 else { continue }
            guard c[group].isFinite else { return .nan }
            undecided[count] = group
            count += 1
            high = max(high, (1 + damping * d) / c[group])
        }
        guard Double(count) > level else { return .infinity }
        var low = 0.0
        /// Sums over groups settled at 1, and over those between: share = z c - damping d.
        var ones = 0.0, linear = 0.0, constant = 0.0
        while true {
            var kept = 0
            for position in 0..<count {
                let group = undecided[position]
                let damped = damping * Double(curvatures[group])
                let zeroUntil = damped / c[group], oneFrom = (1 + damped) / c[group]
                if oneFrom <= low {
                    ones += 1
                } else if zeroUntil >= high {
                    continue
                } else if zeroUntil <= low && oneFrom >= high {
                    linear += c[group]
                    constant += damped
                } else {
                    undecided[kept] = group
                    kept += 1
                }
            }
            count = kept
            guard count > 0 else { break }
            let drawn = undecided[workspace.pivots.integer(below: count)]
            let damped = damping * Double(curvatures[drawn])
            let first = damped / c[drawn], second = (1 + damped) / c[drawn]
            let firstIsInside = first > low && first < high, secondIsInside = second > low && second < high
            let takesFirst = firstIsInside && (!secondIsInside || workspace.pivots.next() & 1 == 0)
            let pivot = takesFirst ? first : second
            var sum = ones + linear * pivot - constant
            for position in 0..<count {
                let group = undecided[position]
                sum += Self.share(c[group], damping * Double(curvatures[group]), at: pivot)
            }
            if sum < level { low = pivot } else { high = pivot }
        }
        guard linear > 0 else { return high }
        return min(max((level - ones + constant) / linear, low), high)
    }

    /// clip(z c - damped, 0, 1), decided at the breakpoints themselves so that shares of 0 and 1 are exact.
    private static func share(_ c: Double, _ damped: Double, at z: Double) -> Double {
        if z <= damped / c { return 0 }
        return z >= (1 + damped) / c ? 1 : min(max(z * c - damped, 0), 1)
    }
}
