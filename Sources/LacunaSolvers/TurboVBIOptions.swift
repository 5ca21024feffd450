/// The settings of `TurboVBI`. Rates and noise variances are in the square of the unit in which x is solved for, chosen so
/// that active coefficients have a variance near 1.
public struct TurboVBIOptions<Real: RealScalar>: Hashable, Sendable {
    public typealias Coupling = GammaSupportPrior<Real>.Coupling

    /// How q(ρ) and q(s) hang together: `meanField` is the paper's, `joint` (the default) our extension.
    public var coupling: Coupling = .joint
    /// a and b: the Gamma law of active precisions.
    public var activeShape: Real = 1
    public var activeRate: Real = 1
    /// ā: shape of inactive precisions.
    public var inactiveShape: Real = 1
    /// b̄ of round k is max(end, start · decay^k): large enough at first to let the support move, small at last against the
    /// noise (N inactive entries leak N b̄ / ā of variance into the measurements).
    public var inactiveRateStart: Real = 1e-2
    public var inactiveRateEnd: Real = 1e-4
    public var inactiveRateDecay: Real = 0.8
    /// Iterations of plain variational Bayes before the first round. Few let bursts be found from the dense side; a coherent
    /// dictionary (grids of angles) takes hundreds, until plain variational Bayes has settled, and rates that are small
    /// against signal energy / N.
    public var warmStart: Int = 10
    /// Module A steps in a round.
    public var innerIterations: Int = 5
    public var rounds: Int = 40
    /// Relative change of the mean over a round at which to stop.
    public var tolerance: Real = 1e-4
    /// Last iterations, on the support q > ½ alone, that learn the noise again; 0: the estimate keeps inactive coefficients at
    /// their small posterior means.
    public var refitIterations: Int = 20
    /// The activity that the unit of x is computed for; far from the true one, rates mean something else.
    public var typicalActivity: Real = 0.1
    /// nil: only where the problem does not give the noise variance.
    public var learnsNoise: Bool?
    /// Where learning starts, in the units of y squared; nil: 0.1 of the mean of |y|².
    public var initialNoiseVariance: Real?
    /// Fit the parameters of the dictionary, each within this distance of where it starts (half the spacing of a grid, say);
    /// nil: it is as given.
    public var parameterRange: Real?

    public init() {}

    public init(coupling: Coupling) { self.coupling = coupling }

    /// b̄ of a round.
    func inactiveRate(round: Int) -> Real {
        max(inactiveRateEnd, inactiveRateStart * Real.pow(inactiveRateDecay, Real(round)))
    }

    func prior(isComplex: Bool) -> GammaSupportPrior<Real> {
        GammaSupportPrior(
            isComplex: isComplex, coupling: coupling, activeShape: activeShape, activeRate: activeRate,
            inactiveShape: inactiveShape, inactiveRate: inactiveRate(round: 0), activity: typicalActivity)
    }

    func validate() throws {
        guard inactiveRateStart >= inactiveRateEnd, inactiveRateEnd > 0, inactiveRateDecay > 0, inactiveRateDecay <= 1
        else {
            throw LacunaError(
                .value, "inactive rate",
                "from \(inactiveRateStart) to \(inactiveRateEnd) by \(inactiveRateDecay); it must fall and stay positive"
            )
        }
        guard inactiveRateDecay < 1 || inactiveRateStart == inactiveRateEnd else {
            throw LacunaError(.value, "inactive rate", "a decay of 1 never gets to \(inactiveRateEnd)")
        }
        for (name, value) in [("warm start", warmStart), ("refit iterations", refitIterations)] where value < 0 {
            throw LacunaError(.value, name, "\(value); it must be ≥ 0")
        }
        guard innerIterations >= 1, rounds >= 1 else {
            throw LacunaError(.value, "rounds", "\(rounds) of \(innerIterations) steps; both must be at least 1")
        }
        guard tolerance >= 0 else { throw LacunaError(.value, "tolerance", "\(tolerance); it must be ≥ 0") }
        if let start = initialNoiseVariance, !(start > 0 && start.isFinite) {
            throw LacunaError(.value, "initial noise variance", "\(start); it must be positive and finite")
        }
        try prior(isComplex: false).validate()
    }
}
