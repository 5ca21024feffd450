/// Sparse Bayesian learning by expectation maximisation: x ~ N(0, diag(g)), y = A x + n, the scales g (and, if asked,
/// the noise variance) by maximum marginal likelihood.
///
/// Each iteration prunes small scales, updates the posterior (E-step) and lets the prior set new scales from the second
/// moments (M-step). It stops when the scales change by less than `tolerance` in relative 2-norm; the final mean comes
/// from one more E-step. What the scales may look like is the prior's affair, what an E-step costs the posterior's:
///
/// | solver | posterior | prior |
/// |---|---|---|
/// | `SBL` (Tipping 2001; Wipf & Rao 2004) | `CovariancePosterior` | `IndependentPrior` |
/// | `PCSBL` (Fang et al. 2015) | `CovariancePosterior` | `CoupledPrecisionPrior` |
/// | `VBI` (Bishop & Tipping 2000) | `CovariancePosterior` | `GammaPrior` |
/// | `KroneckerSBL` (He & Joseph 2024) | `KroneckerPosterior` | `AlternatingPrior`, `SingularVectorPrior`, `PatternCoupledPrior` |
///
/// The scales start near 1, so x is solved for in multiples of a unit (`SparseBayesianOptions.unit`): data in other units
/// take the same iterations to the same answer.
public struct SparseBayesianLearning<Posterior: GaussianPosterior, Prior: ScalePrior>: Solver
where Prior.Real == Posterior.Element.RealPart {
    public typealias Element = Posterior.Element
    public typealias Real = Element.RealPart

    public var prior: Prior
    public var options: SparseBayesianOptions<Real>

    public init(prior: Prior, options: SparseBayesianOptions<Real> = SparseBayesianOptions()) {
        self.prior = prior
        self.options = options
    }

    public var iterationLimit: Int { options.iterationLimit }

    public struct State {
        /// What x is counted in; `scales` and `noiseVariance` are in its square.
        public let unit: Real
        /// s² as the problem gives it; nil where it is learnt.
        fileprivate let givenNoiseVariance: Real?
        fileprivate let measurementCount: Int
        fileprivate var posterior: Posterior
        fileprivate var workspace: Prior.Workspace
        fileprivate var change: KroneckerChange<Real>
        fileprivate var kept: [Int]
        fileprivate var previousMean: [Element]
        /// g at the end of the last M-step.
        public fileprivate(set) var scales: KroneckerScales<Real>
        public fileprivate(set) var noiseVariance: Real
    }

    public func start(_ problem: LinearModel<Element>) throws -> State {
        try prior.validate()
        try options.validate()
        let unit = options.unit ?? problem.coefficientUnit(typicalSize: options.typicalSize)
        let model = unit == 1 ? problem : try problem.measured(in: unit)
        let posterior = try Posterior(model)
        try options.validate(modes: posterior.dimensions)
        guard prior.allowsPruning || (options.relativePruning.allSatisfy { $0 == 0 } && options.absolutePruning == 0)
        else {
            throw LacunaError(
                .value, "pruning thresholds", "\(Prior.self) couples neighbours: its scales are not pruned",
                remedy: "Give relativePruning: [0].")
        }
        guard options.stopsOn == .scales || posterior.dimensions.count == 1 else {
            throw LacunaError(
                .value, "dictionary", "\(posterior.dimensions.count) modes; stopping on the mean is for one mode")
        }
        var scales = prior.start(dimensions: posterior.dimensions)
        if let warm = options.initialScales {
            scales = try KroneckerScales(warm)
            scales.scale(by: 1 / (unit * unit))
            guard scales.dimensions == posterior.dimensions else {
                throw LacunaError(
                    .shape, "initial scales",
                    "sizes \(describeShape(scales.dimensions)), the problem's modes are \(describeShape(posterior.dimensions))"
                )
            }
        }
        var state = State(
            unit: unit, givenNoiseVariance: options.learnsNoise ? nil : problem.noiseVariance,
            measurementCount: model.measurements.count, posterior: posterior,
            workspace: prior.makeWorkspace(dimensions: posterior.dimensions),
            change: KroneckerChange(scales), kept: [], previousMean: [], scales: scales,
            noiseVariance: try initialNoiseVariance(model, unit))
        state.kept.reserveCapacity(posterior.dimensions.max() ?? 0)
        if options.stopsOn == .mean {
            state.previousMean = Array(repeating: 0, count: posterior.dimensions.reduce(1, *))
        }
        for mode in 0..<scales.modes where scales.active[mode].count < scales.dimensions[mode] {
            state.posterior.restrict(mode: mode, kept: scales.active[mode])
        }
        return state
    }

    private func initialNoiseVariance(_ model: LinearModel<Element>, _ unit: Real) throws -> Real {
        guard options.learnsNoise else { return try model.requireNoiseVariance(for: "sparse Bayesian learning") }
        if let given = options.initialNoiseVariance { return given / unit / unit }
        // 0.1 of the sample variance of y; y = 0 is no error, its answer is x = 0 at any noise level.
        let count = Real(model.measurements.count)
        let mean = model.measurements.reduce(Element.zero, +).scaled(by: 1 / count)
        let squares = model.measurements.reduce(Real.zero) { $0 + ($1 - mean).squaredModulus }
        return max(squares / max(count - 1, 1) / 10, Real.leastNormalMagnitude)
    }

    @specialized(where Posterior == CovariancePosterior<Double>, Prior == IndependentPrior<Double>)
    @specialized(where Posterior == CovariancePosterior<Double>, Prior == CoupledPrecisionPrior<Double>)
    @specialized(where Posterior == CovariancePosterior<Complex<Double>>, Prior == IndependentPrior<Double>)
    @specialized(where Posterior == CovariancePosterior<Complex<Double>>, Prior == CoupledPrecisionPrior<Double>)
    @specialized(where Posterior == CovariancePosterior<Double>, Prior == GammaPrior<Double>)
    @specialized(where Posterior == CovariancePosterior<Complex<Double>>, Prior == GammaPrior<Double>)
    @specialized(where Posterior == KroneckerPosterior<Double>, Prior == SingularVectorPrior<Double>)
    @specialized(where Posterior == KroneckerPosterior<Double>, Prior == AlternatingPrior<Double>)
    @specialized(where Posterior == KroneckerPosterior<Double>, Prior == PatternCoupledPrior<Double>)
    @specialized(where Posterior == KroneckerPosterior<Complex<Double>>, Prior == SingularVectorPrior<Double>)
    @specialized(where Posterior == KroneckerPosterior<Complex<Double>>, Prior == AlternatingPrior<Double>)
    @specialized(where Posterior == KroneckerPosterior<Complex<Double>>, Prior == PatternCoupledPrior<Double>)
    public func step(_ state: inout State) -> StopReason? {
        // The change counts what is pruned now, so it is taken from the scales before pruning.
        state.change.remember(state.scales)
        for mode in 0..<state.scales.modes {
            let dropped = state.scales.prune(
                mode: mode, relative: options.relativePruning(mode), absolute: options.absolutePruning,
                kept: &state.kept)
            if dropped { state.posterior.restrict(mode: mode, kept: state.kept) }
        }
        state.posterior.update(state.scales, noiseVariance: state.noiseVariance)
        if options.stopsOn == .mean {
            let norms = meanChange(&state)
            guard norms.difference.isFinite else { return .diverged }
            // The scales stay as they are: the estimate is the mean that settled.
            if norms.difference <= options.tolerance * norms.previous { return .converged }
        }
        prior.update(&state.scales, secondMoment: state.posterior.secondMoment, workspace: &state.workspace)
        if options.learnsNoise {
            let residual = state.posterior.squaredResidual()
            let explained = state.noiseVariance * state.posterior.determinedParameters()
            let variance = (residual + explained) / Real(state.measurementCount)
            state.noiseVariance = max(variance, Real.leastNormalMagnitude)
        }
        guard options.stopsOn == .scales else { return nil }
        let norms = state.change.norms(of: state.scales)
        guard norms.difference.isFinite else { return .diverged }
        return norms.difference > options.tolerance * norms.previous ? nil : .converged
    }

    /// ‖mean - previous mean‖ and ‖previous mean‖; a prior that stops on the mean does not prune.
    private func meanChange(_ state: inout State) -> (difference: Real, previous: Real) {
        var difference = Real.zero, previous = Real.zero
        for index in 0..<state.scales.values[0].count {
            let column = state.scales.active[0][index]
            let value = state.posterior.mean[index]
            difference += (value - state.previousMean[column]).squaredModulus
            previous += state.previousMean[column].squaredModulus
            state.previousMean[column] = value
        }
        return (difference.squareRoot(), previous.squareRoot())
    }

    /// The negative log evidence, up to a constant: log det Σ_y + yᴴ Σ_y⁻¹ y.
    public func cost(_ state: inout State) -> Double? {
        state.posterior.update(state.scales, noiseVariance: state.noiseVariance)
        var quadratic = state.posterior.squaredResidual() / state.noiseVariance
        for (position, scale) in state.scales.activeValues.enumerated() where scale > 0 {
            quadratic += state.posterior.mean[position].squaredModulus / scale
        }
        let unitDeterminant = 2 * Real(state.measurementCount) * Real.log(state.unit)
        return Double(state.posterior.logDeterminant + quadratic + unitDeterminant)
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        state.posterior.update(state.scales, noiseVariance: state.noiseVariance)
        let count = state.scales.dimensions.reduce(1, *)
        let indices = state.scales.activeIndices
        let square = state.unit * state.unit
        var scales = state.scales
        scales.scale(by: square)
        return SparseEstimate(
            coefficients: scatter(state.posterior.mean, to: indices, of: count, times: state.unit),
            variances: scatter(state.posterior.variances(state.scales), to: indices, of: count, times: square),
            scales: (0..<scales.modes).map { scales.full(mode: $0) },
            noiseVariance: state.givenNoiseVariance ?? state.noiseVariance * square)
    }
}

/// `count` elements: `values` times `scale` at `indices`, zero elsewhere.
@specialized(where Element == Double)
@specialized(where Element == Complex<Double>)
private func scatter<Element: Scalar>(
    _ values: UnsafePointer<Element>, to indices: [Int], of count: Int, times scale: Element.RealPart
) -> [Element] {
    var full = Array(repeating: Element.zero, count: count)
    for (position, index) in indices.enumerated() { full[index] = values[position].scaled(by: scale) }
    return full
}

/// The settings of `SparseBayesianLearning`.
public struct SparseBayesianOptions<Real: RealScalar>: Hashable, Sendable {
    /// What must settle for convergence.
    public enum Convergence: Hashable, Sendable { case scales, mean }

    /// Entries of g_i below this multiple of max g_i are dropped: one number, or one per mode.
    public var relativePruning: [Real]
    /// Entries of g_i below this are dropped; like the tolerances and floors of priors, in the square of `unit`.
    public var absolutePruning: Real
    /// Relative change at which to stop.
    public var tolerance: Real
    public var iterationLimit: Int
    public var stopsOn: Convergence
    /// s² ← (‖y - A mean‖² + s² Σ (1 - var_n / g_n)) / m after each M-step.
    public var learnsNoise: Bool
    /// Where learning starts; nil: 0.1 of the sample variance of y.
    public var initialNoiseVariance: Real?
    /// Warm start: g_1, …, g_I of an earlier solve.
    public var initialScales: [[Real]]?
    /// What x is counted in while it is solved for: scales start near 1 in its square. 1: the published algorithms on
    /// the data as they are; nil: a power of 1000 that suits the data (`LinearModel.coefficientUnit`).
    public var unit: Real?
    /// ‖y‖ / ‖A‖_F of data on which a start at 1 works; a `unit` that is left out brings others near it. With 0.65 it is 1
    /// from 0.02 to 20, where the recorded problems of both studies lie.
    public var typicalSize: Real

    public init(
        relativePruning: [Real] = [1e-3], absolutePruning: Real = 0, tolerance: Real = 1e-4, iterationLimit: Int = 150,
        stopsOn: Convergence = .scales, learnsNoise: Bool = false, initialNoiseVariance: Real? = nil,
        initialScales: [[Real]]? = nil, unit: Real? = nil, typicalSize: Real = 0.65
    ) {
        self.relativePruning = relativePruning
        self.absolutePruning = absolutePruning
        self.tolerance = tolerance
        self.iterationLimit = iterationLimit
        self.stopsOn = stopsOn
        self.learnsNoise = learnsNoise
        self.initialNoiseVariance = initialNoiseVariance
        self.initialScales = initialScales
        self.unit = unit
        self.typicalSize = typicalSize
    }

    func relativePruning(_ mode: Int) -> Real {
        relativePruning.count == 1 ? relativePruning[0] : relativePruning[mode]
    }

    func validate(modes: [Int]) throws {
        guard relativePruning.count == 1 || relativePruning.count == modes.count else {
            throw LacunaError(
                .shape, "pruning thresholds", "\(relativePruning.count) for \(modes.count) modes",
                remedy: "Give one, or one per mode.")
        }
    }

    func validate() throws {
        guard relativePruning.allSatisfy({ $0 >= 0 && $0 < 1 }), absolutePruning >= 0, tolerance >= 0 else {
            throw LacunaError(.value, "pruning and tolerance", "thresholds must be in [0, 1), the others ≥ 0")
        }
        if let start = initialNoiseVariance, !(start > 0 && start.isFinite) {
            throw LacunaError(.value, "initial noise variance", "\(start); it must be positive and finite")
        }
        if let unit, !((unit * unit).isNormal && unit > 0 && unit.isFinite) {
            throw LacunaError(.value, "unit", "\(unit); it and its square must be positive and finite")
        }
        guard typicalSize > 0, typicalSize.isFinite else {
            throw LacunaError(.value, "typical size", "\(typicalSize); it must be positive and finite")
        }
    }
}

/// Classic SBL with one scale per coefficient.
public typealias SBL<Element: Scalar> = SparseBayesianLearning<
    CovariancePosterior<Element>, IndependentPrior<Element.RealPart>
>

/// SBL with neighbour-coupled precisions.
public typealias PCSBL<Element: Scalar> = SparseBayesianLearning<
    CovariancePosterior<Element>, CoupledPrecisionPrior<Element.RealPart>
>

/// Plain variational Bayesian inference: a Gamma prior on every precision.
public typealias VBI<Element: Scalar> = SparseBayesianLearning<
    CovariancePosterior<Element>, GammaPrior<Element.RealPart>
>

/// SBL with Kronecker-structured scales on a Kronecker dictionary.
public typealias KroneckerSBL<Element: Scalar, Prior: ScalePrior> = SparseBayesianLearning<
    KroneckerPosterior<Element>, Prior
> where Prior.Real == Element.RealPart
