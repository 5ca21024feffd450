/// min_x ½ ‖y - A x‖² + λ/2 ‖x‖² by conjugate gradients on the normal equations (Hestenes & Stiefel 1952), from x = 0; as CG-SENSE in
/// Pruessmann et al. 2001. Fewer iterations regularise, too. One product with A and one with Aᴴ per iteration.
public struct ConjugateGradients<Element: Scalar>: Solver {
    public typealias Real = Element.RealPart
    /// λ.
    public var weight: Real
    /// ‖Aᴴ(y - A x) - λ x‖ over its value at 0 at which to stop.
    public var tolerance: Real
    public var iterationLimit: Int

    public init(weight: Real = 0, tolerance: Real = 1e-6, iterationLimit: Int = 100) {
        self.weight = weight
        self.tolerance = tolerance
        self.iterationLimit = iterationLimit
    }

    public struct State {
        let dictionary: any LinearOperator<Element>
        let workspace: Buffer<Element>
        let x: Buffer<Element>
        /// y - A x, and the negative gradient.
        let residual: Buffer<Element>
        let gradient: Buffer<Element>
        let direction: Buffer<Element>
        /// A times the direction.
        let image: Buffer<Element>
        var squaredGradient: Real
        let firstSquaredGradient: Real
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        guard weight >= 0, weight.isFinite else {
            throw LacunaError(.value, "weight", "\(weight); it must be finite and ≥ 0")
        }
        guard tolerance >= 0 else { throw LacunaError(.value, "tolerance", "\(tolerance); it must be ≥ 0") }
        let n = model.dictionary.columns,
            workspace = Buffer<Element>(
                repeating: 0, count: model.dictionary.workspaceCount)
        let residual = Buffer(model.measurements), gradient = Buffer<Element>(repeating: 0, count: n)
        model.dictionary.applyAdjoint(residual.pointer, into: gradient.pointer, workspace: workspace.pointer)
        let size = squaredNorm(gradient)
        return State(
            dictionary: model.dictionary, workspace: workspace, x: Buffer(repeating: 0, count: n), residual: residual,
            gradient: gradient, direction: Buffer(gradient.prefix(n)),
            image: Buffer(repeating: 0, count: model.dictionary.rows), squaredGradient: size,
            firstSquaredGradient: size)
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func step(_ state: inout State) -> StopReason? {
        let n = state.x.count, m = state.residual.count
        guard state.squaredGradient > 0 else { return .converged }
        state.dictionary.apply(
            state.direction.pointer, into: state.image.pointer, workspace: state.workspace.pointer)
        let curvature = squaredNorm(state.image) + weight * squaredNorm(state.direction)
        guard curvature > 0, curvature.isFinite else { return .diverged }
        let length = state.squaredGradient / curvature
        for index in 0..<n { state.x[index] += state.direction[index].scaled(by: length) }
        for index in 0..<m { state.residual[index] -= state.image[index].scaled(by: length) }
        state.dictionary.applyAdjoint(
            state.residual.pointer, into: state.gradient.pointer, workspace: state.workspace.pointer)
        for index in 0..<n { state.gradient[index] -= state.x[index].scaled(by: weight) }
        let size = squaredNorm(state.gradient)
        guard size.isFinite else { return .diverged }
        let conjugation = size / state.squaredGradient
        for index in 0..<n {
            state.direction[index] = state.gradient[index] + state.direction[index].scaled(by: conjugation)
        }
        state.squaredGradient = size
        return size <= tolerance * tolerance * state.firstSquaredGradient ? .converged : nil
    }

    public func cost(_ state: inout State) -> Double? {
        Double((squaredNorm(state.residual) + weight * squaredNorm(state.x)) / 2)
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        SparseEstimate(coefficients: state.x.prefix(state.x.count))
    }
}

@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func squaredNorm<S: Scalar>(_ x: Buffer<S>) -> S.RealPart {
    var sum = S.RealPart.zero
    for index in 0..<x.count { sum += x[index].squaredModulus }
    return sum
}
