/// The linear minimum mean-square-error estimate for white coefficients: x = v Aᴴ (v A Aᴴ + s² I)⁻¹ y.
///
/// v is the prior variance that explains the power of y: v = (mean |y|² - s²) M / ‖A‖_F², 0 if the noise explains it all.
/// At Kronecker cost on a Kronecker dictionary.
public struct LMMSE<Element: Scalar>: Solver {
    public typealias Real = Element.RealPart
    /// v; nil: from the power of y.
    public var priorVariance: Real?

    public init(priorVariance: Real? = nil) {
        self.priorVariance = priorVariance
    }

    public struct State {
        let model: LinearModel<Element>
        let variance: Real
        let noiseVariance: Real
        var result: SparseEstimate<Element>
        var posterior: any GaussianPosterior<Element>
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        let noiseVariance = try model.requireNoiseVariance(for: "LMMSE")
        guard let columns = model.dictionary as? any ColumnAccess<Element> else {
            throw LacunaError(.value, "dictionary", "LMMSE needs access to its columns")
        }
        if let priorVariance, !(priorVariance >= 0 && priorVariance.isFinite) {
            throw LacunaError(.value, "prior variance", "\(priorVariance); it must be finite and ≥ 0")
        }
        let m = Real(model.measurements.count)
        let power = model.measurements.reduce(Real.zero) { $0 + $1.squaredModulus } / m
        let frobenius = columns.squaredColumnNorms().reduce(0, +)
        let posterior: any GaussianPosterior<Element> =
            model.dictionary is any Factored<Element>
            ? try KroneckerPosterior(model) : try CovariancePosterior(model)
        let count = model.dictionary.columns
        return State(
            model: model, variance: priorVariance ?? max(power - noiseVariance, 0) * m / frobenius,
            noiseVariance: noiseVariance,
            result: SparseEstimate(
                coefficients: Array(repeating: 0, count: count), variances: Array(repeating: 0, count: count),
                noiseVariance: noiseVariance),
            posterior: posterior)
    }

    public func step(_ state: inout State) -> StopReason? {
        guard state.variance > 0 else { return .closedForm }
        var scales = KroneckerScales<Real>(dimensions: state.posterior.dimensions)
        let last = scales.modes - 1
        for index in 0..<scales.values[last].count { scales.values[last][index] = state.variance }
        state.posterior.update(scales, noiseVariance: state.noiseVariance)
        let count = state.result.coefficients.count
        state.result.coefficients = Array(UnsafeBufferPointer(start: state.posterior.mean, count: count))
        state.result.variances = Array(UnsafeBufferPointer(start: state.posterior.variances(scales), count: count))
        return .closedForm
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> { state.result }
}
