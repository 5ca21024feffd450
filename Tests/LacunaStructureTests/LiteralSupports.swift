import LacunaStructure

/// Marginals of a law of supports by summing over all 2^N: `weight` is p(s) up to a factor.
struct EnumeratedSupport {
    /// Posterior log odds given ℓ, less ℓ.
    var messages: [Double]
    /// P(s_i = 1, ...) of any event.
    private let probabilities: [(support: [Bool], probability: Double)]
    /// log Σ p(s) e^{ℓᵀ s}.
    let logEvidence: Double

    init(_ likelihoodRatio: [Double], weight: ([Bool]) -> Double) {
        let n = likelihoodRatio.count
        let terms = (0..<1 << n).map { bits in
            let support = (0..<n).map { bits >> $0 & 1 == 1 }
            let evidence = zip(likelihoodRatio, support).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
            return (support: support, prior: weight(support), joint: weight(support) * Double.exp(evidence))
        }
        let total = terms.reduce(0) { $0 + $1.joint }
        logEvidence = Double.log(total / terms.reduce(0) { $0 + $1.prior })
        probabilities = terms.map { ($0.support, $0.joint / total) }
        messages = (0..<n).map { index in
            let active = terms.reduce(0) { $0 + ($1.support[index] ? $1.joint : 0) }
            return Double.log(active / (total - active)) - likelihoodRatio[index]
        }
    }

    func probability(_ event: ([Bool]) -> Bool) -> Double {
        probabilities.reduce(0) { $0 + (event($1.support) ? $1.probability : 0) }
    }
}

extension MarkovTransition where Real == Double {
    /// P(s' | s).
    func probability(_ from: Bool, _ to: Bool) -> Double {
        from ? (to ? 1 - p10 : p10) : (to ? p01 : 1 - p01)
    }

    /// p(s) of a stationary chain.
    func weight(_ support: [Bool]) -> Double {
        zip(support, support.dropFirst()).reduce(support[0] ? activity : 1 - activity) { $0 * probability($1.0, $1.1) }
    }
}
