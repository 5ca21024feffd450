/// Markov chains of support variables: non-zeros in bursts. Exact marginals by forward-backward in log odds,
///
///     f_1 = log λ / (1 - λ),  f_n = F(f_{n-1} + ℓ_{n-1});   g_N = 0,  g_n = B(g_{n+1} + ℓ_{n+1});   m_n = f_n + g_n
///
/// with F and B of `MarkovTransition`. Many chains of one length share the parameters: with `length` L and `stride` d the
/// vector is read as (outer, L, d) row-major, a chain along the middle axis. (L = N_3, d = 1: along the last mode of a
/// Kronecker problem; L inputs, d outputs: a chain through the weights into each neuron of a row-major L×d matrix.)
///
/// With a gate, a chain lives with probability γ only; else all its variables are inactive (a dead neuron). Cost: two
/// exponentials and two logarithms per variable, whatever the layout.
///
/// Source: Liu et al. 2020, eqs. 45-48, in log odds; the gate is ours.
public struct MarkovSupport<Real: RealScalar>: SupportDenoiser {
    public var transition: MarkovTransition<Real>
    /// Variables per chain; nil: one chain over all.
    public var length: Int?
    /// Distance of neighbours in the vector.
    public var stride: Int
    /// γ = P(a chain lives); nil: all do.
    public var gate: Real?
    /// Whether `learn` replaces the transition probabilities (and the gate's, where there is one).
    public var learns: Bool
    public var learning = MarkovLearning<Real>()

    public init(
        transition: MarkovTransition<Real> = MarkovTransition(p01: 0.02, p10: 0.2), length: Int? = nil, stride: Int = 1,
        gate: Real? = nil, learns: Bool = true
    ) {
        self.transition = transition
        self.length = length
        self.stride = stride
        self.gate = gate
        self.learns = learns
    }

    /// Messages f and g of the last update, and log Z of each chain where there is a gate.
    public struct Workspace {
        fileprivate let forward: Buffer<Real>
        fileprivate let backward: Buffer<Real>
        fileprivate let evidence: Buffer<Real>
    }

    public func validate(count: Int) throws {
        try transition.validate()
        try learning.validate()
        if let gate { try requireProbability(gate, "gate probability") }
        guard stride >= 1, length ?? 1 >= 1, count >= 1 else {
            throw LacunaError(
                .value, "chains", "length \(length ?? count), stride \(stride); both must be at least 1")
        }
        let (block, overflows) = (length ?? count).multipliedReportingOverflow(by: stride)
        guard !overflows, count % block == 0 else {
            throw LacunaError(
                .shape, "chains",
                "\(count) variables do not divide into chains of length \(length ?? count) and stride \(stride)")
        }
    }

    public func makeWorkspace(count: Int) -> Workspace {
        Workspace(
            forward: Buffer(repeating: 0, count: count), backward: Buffer(repeating: 0, count: count),
            evidence: Buffer(repeating: 0, count: count / (length ?? count)))
    }

    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func update(
        _ likelihoodRatio: UnsafePointer<Real>, into m: UnsafeMutablePointer<Real>, count: Int,
        workspace: inout Workspace
    ) {
        let length = length ?? count, step = stride
        let forward = workspace.forward.pointer, backward = workspace.backward.pointer
        let start = logOdds(transition.activity)
        for chain in 0..<count / length {
            let first = chain / step * length * step + chain % step
            let last = first + (length - 1) * step
            forward[first] = start
            var index = first
            while index < last {
                forward[index + step] = transition.forward(forward[index] + likelihoodRatio[index])
                index += step
            }
            backward[last] = 0
            while index > first {
                backward[index - step] = transition.backward(backward[index] + likelihoodRatio[index])
                index -= step
            }
            while index <= last {
                m[index] = forward[index] + backward[index]
                index += step
            }
            if let gate { close(gate, chain, first, last, likelihoodRatio, m, workspace) }
        }
    }

    /// The messages of a chain that may be dead: with a_n = log γ / (1 - γ) + log Z - log(1 + e^(m_n + ℓ_n)), the odds that
    /// it lives and s_n = 0, the gate takes log(1 + e^(-a_n)) off m_n.
    @inline(__always)
    private func close(
        _ gate: Real, _ chain: Int, _ first: Int, _ last: Int, _ likelihoodRatio: UnsafePointer<Real>,
        _ m: UnsafeMutablePointer<Real>, _ workspace: Workspace
    ) {
        let forward = workspace.forward.pointer
        var evidence = 0.0
        for index in Swift.stride(from: first, through: last, by: stride) {
            let f = Double(forward[index])
            evidence += softplus(f + Double(likelihoodRatio[index])) - softplus(f)
        }
        workspace.evidence[chain] = Real(evidence)
        let alive = Double(logOdds(gate)) + evidence
        for index in Swift.stride(from: first, through: last, by: stride) {
            let odds = Double(m[index])
            m[index] = Real(odds - softplus(softplus(odds + Double(likelihoodRatio[index])) - alive))
        }
    }

    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public mutating func learn(
        _ likelihoodRatio: UnsafePointer<Real>, _ m: UnsafePointer<Real>, count: Int, workspace: inout Workspace
    ) {
        guard learns else { return }
        let counts = pairCounts(likelihoodRatio, count: count, workspace: workspace)
        if let gate {
            var alive = 0.0
            let chains = count / (length ?? count)
            for chain in 0..<chains { alive += Double(probability(logOdds: logOdds(gate) + workspace.evidence[chain])) }
            self.gate = Real((alive + 1) / (Double(chains) + 2))
        }
        transition = learning.transition(counts)
    }

    /// Expected transitions over all chains, given the evidence of the last update; those of a gated chain weighted with the
    /// probability that it lives.
    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func pairCounts(
        _ likelihoodRatio: UnsafePointer<Real>, count: Int, workspace: Workspace
    ) -> MarkovPairCounts {
        let length = length ?? count
        let p01 = Double(transition.p01), p10 = Double(transition.p10)
        var counts = MarkovPairCounts()
        for chain in 0..<count / length {
            let first = chain / stride * length * stride + chain % stride
            var weight = 1.0
            if let gate { weight = Double(probability(logOdds: logOdds(gate) + workspace.evidence[chain])) }
            for index in Swift.stride(from: first, to: first + (length - 1) * stride, by: stride) {
                let next = index + stride
                let left = Double.exp(clipped(Double(workspace.forward[index] + likelihoodRatio[index]), 80))
                let right = Double.exp(clipped(Double(workspace.backward[next] + likelihoodRatio[next]), 80))
                let w01 = p01 * right, w10 = p10 * left, w11 = (1 - p10) * left * right
                let scale = weight / (1 - p01 + w01 + w10 + w11)
                counts.c00 += (1 - p01) * scale
                counts.c01 += w01 * scale
                counts.c10 += w10 * scale
                counts.c11 += w11 * scale
            }
        }
        return counts
    }

    /// log Z of each chain after an update with a gate: log Σ_s p(s) e^{ℓᵀ s}, as if it lived.
    public func logEvidence(_ workspace: Workspace) -> [Real] { workspace.evidence.prefix(workspace.evidence.count) }
}
