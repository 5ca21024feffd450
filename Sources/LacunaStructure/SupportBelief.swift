/// What is believed of N support variables: prior log odds m, evidence ℓ and P(s_n = 1) = σ(m_n + ℓ_n). The messages between
/// `GammaSupportPrior` and a `SupportDenoiser`; a copy shares them.
public struct SupportBelief<Real: RealScalar> {
    public let count: Int
    /// m: from the law of the support.
    public let logPriorOdds: Buffer<Real>
    /// ℓ: from the coefficients.
    public let likelihoodRatio: Buffer<Real>
    /// q.
    public let probability: Buffer<Real>

    /// No evidence yet, every variable active with the given probability.
    public init(count: Int, activity: Real) {
        self.count = count
        logPriorOdds = Buffer(repeating: logOdds(activity), count: count)
        likelihoodRatio = Buffer(repeating: 0, count: count)
        probability = Buffer(repeating: activity, count: count)
    }

    /// q ← σ(m + ℓ).
    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func setProbabilities() {
        for index in 0..<count {
            probability[index] = LacunaStructure.probability(logOdds: logPriorOdds[index] + likelihoodRatio[index])
        }
    }
}
