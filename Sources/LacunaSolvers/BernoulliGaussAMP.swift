/// Approximate message passing with a Bernoulli-Gauss prior whose parameters are learnt, EM-BG-AMP (Vila & Schniter 2013):
/// x_n ~ (1 - λ) δ_0 + λ N(θ, φ), y = A x + n, n of variance ψ.
///
/// An iteration is one pass of sum-product GAMP for white noise, with a scalar variance per side of the graph,
///
///     ν_p = Σ ‖a_n‖² ν_n / M,  p = A x - ν_p u,  u ← (y - p) / (ν_p + ψ),
///     τ_n = (ν_p + ψ) / ‖a_n‖²,  r = x + τ Aᴴ u,
///
/// then posterior mean and variance of x_n given r_n = x_n + N(0, τ_n), and EM of λ, θ, φ and ψ:
/// λ = mean π, φ = Σ π (|γ - θ|² + ν) / Σ π, ψ = mean |y - ẑ|² + ν_z, with (γ, ν) the posterior of an active x_n and
/// (ẑ, ν_z) that of A x. `damping` is the share of the new messages. Parameters start as in the paper: λ at the sparsity that
/// ℓ1 recovery could bear, ψ at 20 dB SNR. Two products with A per iteration. It is made for large i.i.d. dictionaries: on
/// others it may not settle.
public struct BernoulliGaussAMP<Element: Scalar>: Solver {
    public typealias Real = Element.RealPart

    /// Share of the new messages, in (0, 1].
    public var damping: Real
    /// Learn θ; else it is 0.
    public var learnsMean: Bool
    /// nil: only where the problem does not give the noise variance.
    public var learnsNoise: Bool?
    /// Relative change of x at which to stop.
    public var tolerance: Real
    public var iterationLimit: Int

    public init(
        damping: Real = 0.5, learnsMean: Bool = false, learnsNoise: Bool? = nil, tolerance: Real = 1e-5,
        iterationLimit: Int = 300
    ) {
        self.damping = damping
        self.learnsMean = learnsMean
        self.learnsNoise = learnsNoise
        self.tolerance = tolerance
        self.iterationLimit = iterationLimit
    }

    public struct State {
        let dictionary: any LinearOperator<Element>
        let measurements: Buffer<Element>
        /// ‖a_n‖².
        let norms: Buffer<Real>
        let x: Buffer<Element>
        let variance: Buffer<Real>
        /// x as the messages see it, damped.
        let message: Buffer<Element>
        let product: Buffer<Element>
        /// u.
        let residual: Buffer<Element>
        let correlation: Buffer<Element>
        let workspace: Buffer<Element>
        /// π.
        let probability: Buffer<Real>
        var iteration = 0
        var learnsNoise: Bool
        var outputVariance: Real = 0
        var precision: Real = 0
        /// λ, θ, φ and ψ.
        public internal(set) var activity: Real
        public internal(set) var activeMean: Element = 0
        public internal(set) var activeVariance: Real
        public internal(set) var noiseVariance: Real
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        guard damping > 0, damping <= 1 else {
            throw LacunaError(.value, "damping", "\(damping); it must be above 0 and at most 1")
        }
        guard tolerance >= 0 else { throw LacunaError(.value, "tolerance", "\(tolerance); it must be ≥ 0") }
        guard iterationLimit >= 1 else {
            throw LacunaError(.value, "iteration limit", "\(iterationLimit); at least 1 is needed")
        }
        guard let columns = model.dictionary as? any ColumnAccess<Element> else {
            throw LacunaError(
                .value, "dictionary", "\(type(of: model.dictionary)) gives no access to its columns",
                remedy: "Wrap its dense form in a DenseOperator.")
        }
        let m = model.dictionary.rows, n = model.dictionary.columns
        let norms = columns.squaredColumnNorms()
        let total = norms.reduce(0, +)
        let power = model.measurements.reduce(Real.zero) { $0 + $1.squaredModulus }
        let learnsNoise = learnsNoise ?? (model.noiseVariance == nil)
        let noise: Real
        if learnsNoise {
            noise = max(power / (101 * Real(m)), Real.leastNormalMagnitude)
        } else {
            noise = try model.requireNoiseVariance(for: "Bernoulli-Gauss AMP")
        }
        let activity = Real(bearableSparsity(Double(m) / Double(n)) * Double(m) / Double(n))
        let active = max(power - Real(m) * noise, power / 2) / (total * activity)
        return State(
            dictionary: model.dictionary, measurements: Buffer(model.measurements), norms: Buffer(norms),
            x: Buffer(repeating: 0, count: n), variance: Buffer(repeating: activity * active, count: n),
            message: Buffer(repeating: 0, count: n), product: Buffer(repeating: 0, count: m),
            residual: Buffer(repeating: 0, count: m), correlation: Buffer(repeating: 0, count: n),
            workspace: Buffer(repeating: 0, count: model.dictionary.workspaceCount),
            probability: Buffer(repeating: activity, count: n), learnsNoise: learnsNoise, activity: activity,
            activeVariance: max(active, Real.leastNormalMagnitude), noiseVariance: noise)
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func step(_ state: inout State) -> StopReason? {
        let m = state.measurements.count, n = state.x.count
        let isFirst = state.iteration == 0
        state.iteration += 1
        let share = isFirst ? 1 : damping

        // Towards the measurements.
        var spread = Real.zero
        for index in 0..<n { spread += state.norms[index] * state.variance[index] }
        state.outputVariance += share * (spread / Real(m) - state.outputVariance)
        let outputVariance = state.outputVariance
        state.dictionary.apply(state.x.pointer, into: state.product.pointer, workspace: state.workspace.pointer)
        let precision = 1 / (outputVariance + state.noiseVariance)
        state.precision += share * (precision - state.precision)
        var misfit = Real.zero
        let weight = state.noiseVariance * precision
        for index in 0..<m {
            let residual =
                state.measurements[index] - state.product[index]
                + state.residual[index].scaled(by: outputVariance)
            // y - ẑ = ψ / (ν_p + ψ) (y - p).
            misfit += residual.scaled(by: weight).squaredModulus
            let old = state.residual[index]
            state.residual[index] = old + (residual.scaled(by: precision) - old).scaled(by: share)
        }

        // Back to the coefficients.
        state.dictionary.applyAdjoint(
            state.residual.pointer, into: state.correlation.pointer, workspace: state.workspace.pointer)
        let change = denoise(&state, share)
        if state.learnsNoise {
            let noise = misfit / Real(m) + outputVariance * weight
            state.noiseVariance = max(noise, Real.leastNormalMagnitude)
        }
        guard change.difference.isFinite else { return .diverged }
        return change.difference.squareRoot() <= tolerance * change.size.squareRoot() ? .converged : nil
    }

    /// Posterior moments of every coefficient from r, and EM of the prior. Returns ‖Δx‖² and ‖x‖².
    @inline(__always)
    private func denoise(_ state: inout State, _ share: Real) -> (difference: Real, size: Real) {
        let n = state.x.count
        let h: Real = Element.isComplex ? 1 : 0.5
        let prior = logOdds(state.activity), theta = state.activeMean, phi = state.activeVariance
        var difference = Real.zero, size = Real.zero, total = Real.zero, spread = Real.zero
        var sum = Element.zero
        for index in 0..<n {
            let old = state.x[index]
            let message = state.message[index] + (old - state.message[index]).scaled(by: share)
            state.message[index] = message
            // A column of zeros tells nothing: r has the variance ∞.
            guard state.norms[index] > 0 else {
                state.x[index] = 0
                continue
            }
            let tau = 1 / (state.norms[index] * state.precision)
            let r = message + state.correlation[index].scaled(by: tau)
            let evidence = 1 / (phi + tau)
            let gamma = (r.scaled(by: phi) + theta.scaled(by: tau)).scaled(by: evidence)
            let nu = phi * tau * evidence
            let exponent = r.squaredModulus / tau - (r - theta).squaredModulus * evidence
            let pi = probability(logOdds: prior + h * (Real.log(tau * evidence) + exponent))
            let value = gamma.scaled(by: pi)
            state.probability[index] = pi
            state.x[index] = value
            state.variance[index] = pi * (nu + (1 - pi) * gamma.squaredModulus)
            difference += (value - old).squaredModulus
            size += value.squaredModulus
            total += pi
            sum += value
            spread += pi * (nu + (gamma - theta).squaredModulus)
        }
        // Without active coefficients there is nothing to learn their law from.
        if total > Real.leastNormalMagnitude {
            if learnsMean {
                let mean = sum.scaled(by: 1 / total)
                spread -= total * (mean - theta).squaredModulus
                state.activeMean = mean
            }
            state.activeVariance = max(spread / total, Real.leastNormalMagnitude)
        }
        state.activity = min(max(total / Real(n), 0.01 / Real(n)), 0.999)
        return (difference, size)
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        let n = state.x.count
        return SparseEstimate(
            coefficients: state.x.prefix(n), variances: state.variance.prefix(n), noiseVariance: state.noiseVariance,
            supportProbabilities: state.probability.prefix(n))
    }
}

/// The fraction K / M of non-zeros up to which ℓ1 recovery from M = δ N Gaussian measurements works for large N:
/// max over c > 0 of (1 - (2 / δ) t) / (1 + c² - 2 t), t = (1 + c²) Φ(-c) - c φ(c) (Donoho & Tanner 2009, as Vila & Schniter
/// quote it). At least 0.01, at most 0.99.
func bearableSparsity(_ ratio: Double) -> Double {
    var best = 0.01
    for step in 1...2000 {
        let c = Double(step) * 0.005
        let tail = 0.5 * Double.erfc(c / 2.0.squareRoot())
        let density = Double.exp(-c * c / 2) / (2 * Double.pi).squareRoot()
        let t = (1 + c * c) * tail - c * density
        best = max(best, (1 - 2 / ratio * t) / (1 + c * c - 2 * t))
    }
    return min(best, 0.99)
}
