/// Transition probabilities of a two-state chain: p01 = P(s_n = 1 | s_{n-1} = 0) and p10 = P(s_n = 0 | s_{n-1} = 1).
///
/// Bursts have the mean length 1 / p10, gaps 1 / p01; in the long run the fraction p01 / (p01 + p10) is active.
public struct MarkovTransition<Real: RealScalar>: Hashable, Sendable {
    public var p01: Real
    public var p10: Real

    public init(p01: Real, p10: Real) {
        self.p01 = p01
        self.p10 = p10
    }

    /// The chain of this activity λ and mean length of bursts L: p10 = 1 / L, p01 = λ p10 / (1 - λ).
    public init(activity: Real, meanBurst: Real) {
        self.init(p01: activity / (meanBurst * (1 - activity)), p10: 1 / meanBurst)
    }

    /// λ = p01 / (p01 + p10).
    public var activity: Real { p01 / (p01 + p10) }

    public func validate(_ name: String = "transition probabilities") throws {
        guard p01 > 0, p01 < 1, p10 > 0, p10 < 1 else {
            throw LacunaError(.value, name, "p01 = \(p01), p10 = \(p10); both must be above 0 and below 1")
        }
    }

    /// Log odds of s_n from those of s_{n-1}: log (p01 + p11 e^t) / (p00 + p10 e^t).
    @inline(__always)
    func forward(_ t: Real) -> Real {
        let odds = Real.exp(clipped(t, 80))
        return Real.log((p01 + (1 - p10) * odds) / (1 - p01 + p10 * odds))
    }

    /// Message against the chain, from log odds t of s_{n+1} to s_n: log (p10 + p11 e^t) / (p00 + p01 e^t).
    @inline(__always)
    func backward(_ t: Real) -> Real {
        let odds = Real.exp(clipped(t, 80))
        return Real.log((p10 + (1 - p10) * odds) / (1 - p01 + p01 * odds))
    }
}

/// How the M-step keeps transition probabilities sane: pseudo-counts and bounds.
///
///     p01 = (C01 + 1) / (C00 + C01 + 20),  p10 = (C10 + 1) / (C10 + C11 + 5), then cut to the bounds
public struct MarkovLearning<Real: RealScalar>: Hashable, Sendable {
    /// Pseudo-counts of pairs that start inactive and active; one change among each.
    public var inactiveCount: Real = 20
    public var activeCount: Real = 5
    public var p01Bounds: ClosedRange<Real> = 1e-3...0.5
    /// Free estimates of p10 drift towards endless bursts.
    public var p10Bounds: ClosedRange<Real> = 1e-2...0.9

    public init() {}

    func transition(_ counts: MarkovPairCounts) -> MarkovTransition<Real> {
        let p01 = (counts.c01 + 1) / (counts.c00 + counts.c01 + Double(inactiveCount))
        let p10 = (counts.c10 + 1) / (counts.c10 + counts.c11 + Double(activeCount))
        return MarkovTransition(
            p01: min(max(Real(p01), p01Bounds.lowerBound), p01Bounds.upperBound),
            p10: min(max(Real(p10), p10Bounds.lowerBound), p10Bounds.upperBound))
    }

    func validate() throws {
        guard inactiveCount >= 1, activeCount >= 1, inactiveCount.isFinite, activeCount.isFinite else {
            throw LacunaError(.value, "pseudo-counts", "\(inactiveCount) and \(activeCount); both must be at least 1")
        }
        for bounds in [p01Bounds, p10Bounds] where !(bounds.lowerBound > 0 && bounds.upperBound < 1) {
            throw LacunaError(.value, "bounds of transition probabilities", "\(bounds); they must be inside (0, 1)")
        }
    }
}

/// Expected numbers of transitions, C_ij = Σ_n P(s_n = i, s_{n+1} = j).
public struct MarkovPairCounts: Hashable, Sendable {
    public var c00 = 0.0, c01 = 0.0, c10 = 0.0, c11 = 0.0
}
