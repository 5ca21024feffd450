/// Groups that are active or not as wholes, each with probability λ: m_n = log λ / (1 - λ) + Σ ℓ over the other members of
/// n's group. Variables outside every group stand alone.
public struct GroupSupport<Real: RealScalar>: SupportDenoiser {
    public let groups: Groups
    /// λ.
    public var activity: Real
    /// Whether `learn` sets λ ← (Σ P(active) + 1) / (groups + 20).
    public var learns: Bool

    public init(groups: Groups, activity: Real = 0.1, learns: Bool = true) {
        self.groups = groups
        self.activity = activity
        self.learns = learns
    }

    public func validate(count: Int) throws {
        try requireProbability(activity, "activity")
        guard groups.count == count else {
            throw LacunaError(.shape, "groups", "of \(groups.count) variables, the problem has \(count)")
        }
    }

    public func makeWorkspace(count: Int) {}

    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func update(
        _ likelihoodRatio: UnsafePointer<Real>, into m: UnsafeMutablePointer<Real>, count: Int, workspace: inout Void
    ) {
        let prior = logOdds(activity)
        for index in 0..<count { m[index] = prior }
        for group in 0..<groups.groupCount {
            let total = evidence(group, likelihoodRatio)
            for position in groups.starts[group]..<groups.starts[group + 1] {
                let index = groups.order[position]
                m[index] += total - likelihoodRatio[index]
            }
        }
    }

    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public mutating func learn(
        _ likelihoodRatio: UnsafePointer<Real>, _ m: UnsafePointer<Real>, count: Int, workspace: inout Void
    ) {
        guard learns else { return }
        let prior = logOdds(activity)
        var sum = 0.0
        for group in 0..<groups.groupCount {
            sum += Double(probability(logOdds: prior + evidence(group, likelihoodRatio)))
        }
        activity = Real((sum + 1) / (Double(groups.groupCount) + 20))
    }

    @inline(__always)
    private func evidence(_ group: Int, _ likelihoodRatio: UnsafePointer<Real>) -> Real {
        var total = Real.zero
        for position in groups.starts[group]..<groups.starts[group + 1] {
            total += likelihoodRatio[groups.order[position]]
        }
        return total
    }
}
