/// Turbo variational Bayes (Liu, Liu, Lian, Lau & Zhao 2020): y = A x + n, x sparse with a support that follows a law of its
/// own, such as bursts. All hyperparameters, the noise variance among them, are learnt.
///
/// The prior has three layers, s -> ρ -> x (`GammaSupportPrior`). A round alternates
///
/// - Module A, `innerIterations` times: the exact Gaussian posterior of x given the precisions (`CovariancePosterior`), noise
///   variance s² ← (d + h (‖y - A μ‖² + tr A Σ Aᴴ)) / (c + h M), then the step of `GammaSupportPrior`, which gives the
///   evidence ℓ of every support variable;
/// - Module B: the `SupportDenoiser` turns ℓ into prior odds m given by the others, and learns its law.
///
/// It begins with a few iterations of plain variational Bayes, and ends with a refit on the support q > ½ that leaves the other
/// coefficients out. An iteration is one of these three: a warm-up, a round, a refit. Across rounds no cost falls for certain.
///
/// A dictionary with parameters (`ParameterGradient`) is fitted along the way, one gradient step a round, where
/// `parameterRange` says so; only then does a step allocate.
///
/// With `IndependentSupport` it is three-layer variational Bayes; with `GivenSupport` side information enters. Cost of a
/// posterior: M³ / 3 and two products of M² N.
public struct TurboVBI<Element: Scalar, Denoiser: SupportDenoiser>: Solver where Denoiser.Real == Element.RealPart {
    public typealias Real = Element.RealPart

    /// The law of the support, with the parameters to start from.
    public var support: Denoiser
    public var options: TurboVBIOptions<Real>

    public init(support: Denoiser, options: TurboVBIOptions<Real> = TurboVBIOptions()) {
        self.support = support
        self.options = options
    }

    public var iterationLimit: Int { options.warmStart + options.rounds + options.refitIterations }

    enum Phase: Hashable {
        case warmUp(Int)
        case round(Int)
        /// And why the rounds ended.
        case refit(Int, StopReason)
    }

    public struct State {
        /// What x is counted in; `scales` and `noiseVariance` are in its square.
        public let unit: Real
        /// s² as the problem gives it; nil where it is learnt.
        let givenNoiseVariance: Real?
        var phase: Phase
        var posterior: CovariancePosterior<Element>
        var prior: GammaSupportPrior<Real>
        let plainPrior: GammaPrior<Real>
        var workspace: Denoiser.Workspace
        let previousMean: Buffer<Element>
        let measurementCount: Int
        var fit: DictionaryFit<Element>?
        /// The law of the support as learnt so far.
        public internal(set) var support: Denoiser
        /// Messages between the modules, and P(s_n = 1).
        public internal(set) var belief: SupportBelief<Real>
        /// 1 / ⟨ρ⟩.
        public internal(set) var scales: KroneckerScales<Real>
        public internal(set) var noiseVariance: Real
    }

    public func start(_ problem: LinearModel<Element>) throws -> State {
        try options.validate()
        let count = problem.dictionary.columns
        try support.validate(count: count)
        let unit = problem.activeUnit(activity: options.typicalActivity)
        let model = try problem.measured(in: unit)
        let posterior = try CovariancePosterior(model)
        let learnsNoise = options.learnsNoise ?? (problem.noiseVariance == nil)
        let prior = options.prior(isComplex: Element.isComplex)
        var state = State(
            unit: unit, givenNoiseVariance: learnsNoise ? nil : problem.noiseVariance,
            phase: options.warmStart > 0 ? .warmUp(0) : .round(0), posterior: posterior, prior: prior,
            plainPrior: GammaPrior(isComplex: Element.isComplex), workspace: support.makeWorkspace(count: count),
            previousMean: Buffer(repeating: 0, count: count), measurementCount: model.measurements.count,
            fit: try options.parameterRange.map { try DictionaryFit(model, range: $0) },
            support: support, belief: prior.makeWorkspace(dimensions: [count]),
            scales: KroneckerScales(dimensions: [count]),
            noiseVariance: try initialNoiseVariance(model, unit, learnsNoise: learnsNoise))
        // What the law says before there is evidence.
        support.update(
            state.belief.likelihoodRatio.pointer, into: state.belief.logPriorOdds.pointer, count: count,
            workspace: &state.workspace)
        state.belief.setProbabilities()
        if options.warmStart == 0 {
            for index in 0..<count {
                let q = state.belief.probability[index]
                state.scales.values[0][index] =
                    (q * prior.activeRate + (1 - q) * prior.inactiveRate)
                    / (q * prior.activeShape + (1 - q) * prior.inactiveShape)
            }
        }
        return state
    }

    private func initialNoiseVariance(_ model: LinearModel<Element>, _ unit: Real, learnsNoise: Bool) throws -> Real {
        guard learnsNoise else { return try model.requireNoiseVariance(for: "Turbo-VBI") }
        if let given = options.initialNoiseVariance { return given / unit / unit }
        let squares = model.measurements.reduce(Real.zero) { $0 + $1.squaredModulus }
        return max(squares / Real(model.measurements.count) / 10, Real.leastNormalMagnitude)
    }

    @specialized(where Element == Double, Denoiser == IndependentSupport<Double>)
    @specialized(where Element == Double, Denoiser == GivenSupport<Double>)
    @specialized(where Element == Double, Denoiser == GroupSupport<Double>)
    @specialized(where Element == Double, Denoiser == MarkovSupport<Double>)
    @specialized(where Element == Double, Denoiser == GridSupport<Double>)
    @specialized(where Element == Complex<Double>, Denoiser == IndependentSupport<Double>)
    @specialized(where Element == Complex<Double>, Denoiser == GivenSupport<Double>)
    @specialized(where Element == Complex<Double>, Denoiser == GroupSupport<Double>)
    @specialized(where Element == Complex<Double>, Denoiser == MarkovSupport<Double>)
    @specialized(where Element == Complex<Double>, Denoiser == GridSupport<Double>)
    public func step(_ state: inout State) -> StopReason? {
        switch state.phase {
        case .warmUp(let iteration): return warmUp(iteration, &state)
        case .round(let round): return runRound(round, &state)
        case .refit(let iteration, let reason): return refit(iteration, reason, &state)
        }
    }

    @inline(__always)
    private func warmUp(_ iteration: Int, _ state: inout State) -> StopReason? {
        updatePosterior(&state)
        var nothing: Void = ()
        state.plainPrior.update(&state.scales, secondMoment: state.posterior.secondMoment, workspace: &nothing)
        guard iteration + 1 >= options.warmStart else {
            state.phase = .warmUp(iteration + 1)
            return nil
        }
        // Precisions beyond those of the inactive would be certain already.
        let smallest = state.prior.inactiveRate / state.prior.inactiveShape
        for index in 0..<state.belief.count {
            state.scales.values[0][index] = min(max(state.scales.values[0][index], smallest), 1e3)
        }
        state.phase = .round(0)
        return nil
    }

    @inline(__always)
    private func runRound(_ round: Int, _ state: inout State) -> StopReason? {
        let count = state.belief.count
        state.prior.inactiveRate = options.inactiveRate(round: round)
        for _ in 0..<options.innerIterations {
            updatePosterior(&state)
            state.prior.update(&state.scales, secondMoment: state.posterior.secondMoment, workspace: &state.belief)
        }
        let evidence = state.belief.likelihoodRatio.pointer, odds = state.belief.logPriorOdds.pointer
        state.support.update(evidence, into: odds, count: count, workspace: &state.workspace)
        state.support.learn(evidence, odds, count: count, workspace: &state.workspace)
        state.prior.updateScales(&state.scales, secondMoment: state.posterior.secondMoment, state.belief)
        if state.fit != nil { fitDictionary(&state) }

        var difference = Real.zero, size = Real.zero
        for index in 0..<count {
            let value = state.posterior.mean[index]
            difference += (value - state.previousMean[index]).squaredModulus
            size += value.squaredModulus
            state.previousMean[index] = value
        }
        guard difference.isFinite else { return .diverged }
        let settled = difference.squareRoot() <= options.tolerance * size.squareRoot()
        let isLastRate = state.prior.inactiveRate <= options.inactiveRateEnd
        if settled && isLastRate { return end(.converged, &state) }
        if round + 1 >= options.rounds { return end(.iterationLimit, &state) }
        state.phase = .round(round + 1)
        return nil
    }

    @inline(__always)
    private func end(_ reason: StopReason, _ state: inout State) -> StopReason? {
        guard options.refitIterations > 0 else { return reason }
        for index in 0..<state.belief.count where state.belief.probability[index] <= 0.5 {
            state.scales.values[0][index] = 0
        }
        state.phase = .refit(0, reason)
        return nil
    }

    @inline(__always)
    private func refit(_ iteration: Int, _ reason: StopReason, _ state: inout State) -> StopReason? {
        updatePosterior(&state)
        if state.fit != nil { fitDictionary(&state) }
        // A noise variance that is given leaves nothing to repeat, unless the dictionary moves.
        let isKnown = state.givenNoiseVariance != nil && state.fit == nil
        if isKnown || iteration + 1 >= options.refitIterations { return reason }
        state.phase = .refit(iteration + 1, reason)
        return nil
    }

    /// A step on the parameters of active columns. It makes a new dictionary and posterior, and so allocates.
    private func fitDictionary(_ state: inout State) {
        let belief = state.belief
        let moved = state.fit?.step(
            scales: state.scales.values[0], noiseVariance: state.noiseVariance, active: { belief.probability[$0] > 0.5 }
        )
        guard moved == true, let fit = state.fit, let posterior = try? CovariancePosterior(try fit.model) else {
            return
        }
        state.posterior = posterior
    }

    /// The posterior at the current scales and noise variance, then the noise variance from both.
    @inline(__always)
    private func updatePosterior(_ state: inout State) {
        state.posterior.update(state.scales, noiseVariance: state.noiseVariance)
        guard state.givenNoiseVariance == nil else { return }
        // tr A Σ Aᴴ = s² Σ (1 - var_n / g_n), with the s² and g of this posterior.
        let explained = state.noiseVariance * state.posterior.determinedParameters()
        let h: Real = Element.isComplex ? 1 : 0.5
        let error = h * (state.posterior.squaredResidual() + explained)
        state.noiseVariance = max(
            (error + 1e-6) / (h * Real(state.measurementCount) + 1e-6), Real.leastNormalMagnitude)
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        state.posterior.update(state.scales, noiseVariance: state.noiseVariance)
        let square = state.unit * state.unit
        let count = state.belief.count
        let variances = state.posterior.variances(state.scales)
        return SparseEstimate(
            coefficients: (0..<count).map { state.posterior.mean[$0].scaled(by: state.unit) },
            variances: (0..<count).map { variances[$0] * square },
            scales: [state.scales.values[0].map { $0 * square }],
            noiseVariance: state.givenNoiseVariance ?? state.noiseVariance * square,
            supportProbabilities: state.belief.probability.prefix(count),
            dictionaryParameters: state.fit?.parameters)
    }
}

extension LinearModel {
    /// The unit in which active coefficients have a variance near 1, if the given fraction is active:
    /// ‖y‖ / (‖A‖_F √activity), kept where its square is a number; 1 for y = 0.
    public func activeUnit(activity: Element.RealPart) -> Element.RealPart {
        typealias Real = Element.RealPart
        guard let size = logarithmOfCoefficientSize() else { return 1 }
        let largest = Real.log10(Real.greatestFiniteMagnitude) * 0.45
        return Real.exp10(min(max(size - Real.log10(activity) / 2, -largest), largest))
    }
}
