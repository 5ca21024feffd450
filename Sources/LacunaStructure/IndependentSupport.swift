/// Independent variables, each active with probability λ: m_n = log λ / (1 - λ).
public struct IndependentSupport<Real: RealScalar>: SupportDenoiser {
    /// λ.
    public var activity: Real
    /// Whether `learn` sets λ ← (Σ P(s_n = 1) + 1) / (N + 20).
    public var learns: Bool

    public init(activity: Real = 0.1, learns: Bool = true) {
        self.activity = activity
        self.learns = learns
    }

    public func validate(count: Int) throws { try requireProbability(activity, "activity") }

    public func makeWorkspace(count: Int) {}

    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func update(
        _ likelihoodRatio: UnsafePointer<Real>, into m: UnsafeMutablePointer<Real>, count: Int, workspace: inout Void
    ) {
        let prior = logOdds(activity)
        for index in 0..<count { m[index] = prior }
    }

    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public mutating func learn(
        _ likelihoodRatio: UnsafePointer<Real>, _ m: UnsafePointer<Real>, count: Int, workspace: inout Void
    ) {
        guard learns else { return }
        var sum = 0.0
        for index in 0..<count { sum += Double(probability(logOdds: m[index] + likelihoodRatio[index])) }
        activity = Real((sum + 1) / (Double(count) + 20))
    }
}
