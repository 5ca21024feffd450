/// min_x ½ ‖y - A x‖² + λ ‖x‖_1 by accelerated proximal gradient steps (Beck & Teboulle 2009, FISTA) with restart of the
/// momentum where it points uphill (O'Donoghue & Candès 2015).
///
/// Default λ = √(2 s² log N) · max ‖a_n‖. Step 1/‖A‖². Two products with A per iteration.
public struct FISTA<Element: Scalar>: Solver {
    public typealias Real = Element.RealPart
    /// λ; nil: from the noise variance.
    public var weight: Real?
    /// Relative change of x at which to stop.
    public var tolerance: Real
    public var iterationLimit: Int

    public init(weight: Real? = nil, tolerance: Real = 1e-6, iterationLimit: Int = 5000) {
        self.weight = weight
        self.tolerance = tolerance
        self.iterationLimit = iterationLimit
    }

    public struct State {
        let dictionary: any LinearOperator<Element>
        let penalty: L1Norm<Element>
        let step: Real
        let measurements: Buffer<Element>
        let workspace: Buffer<Element>
        let x: Buffer<Element>
        /// Extrapolated point, then the new iterate.
        let z: Buffer<Element>
        let next: Buffer<Element>
        let residual: Buffer<Element>
        let gradient: Buffer<Element>
        var momentum: Real = 1
        let noiseVariance: Real?
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        let n = model.dictionary.columns, m = model.dictionary.rows
        let weight = try weight ?? defaultWeight(model)
        guard weight >= 0, weight.isFinite else {
            throw LacunaError(.value, "l1 weight", "\(weight); it must be finite and ≥ 0")
        }
        let norm = try squaredNorm(of: model.dictionary)
        func zeros(_ count: Int) -> Buffer<Element> { Buffer(repeating: 0, count: count) }
        return State(
            dictionary: model.dictionary, penalty: L1Norm(weight: weight), step: 1 / norm,
            measurements: Buffer(model.measurements), workspace: zeros(model.dictionary.workspaceCount), x: zeros(n),
            z: zeros(n), next: zeros(n), residual: zeros(m), gradient: zeros(n), noiseVariance: model.noiseVariance)
    }

    private func defaultWeight(_ model: LinearModel<Element>) throws -> Real {
        let variance = try model.requireNoiseVariance(for: "FISTA without a weight")
        guard let columns = model.dictionary as? any ColumnAccess<Element> else {
            throw LacunaError(
                .value, "dictionary", "the default l1 weight needs its column norms", remedy: "Give the weight.")
        }
        let largest = (columns.squaredColumnNorms().max() ?? 0).squareRoot()
        return (2 * variance * Real.log(Real(max(model.dictionary.columns, 2)))).squareRoot() * largest
    }

    /// ‖A‖²: of the factors for a Kronecker product, otherwise by power iteration on AᴴA with a margin of 1 %.
    private func squaredNorm(of dictionary: any LinearOperator<Element>) throws -> Real {
        if let factored = dictionary as? any Factored<Element> {
            return try factored.factors.reduce(1) { norm, factor in
                let largest = try SingularValueDecomposition(factor).values[0]
                return norm * largest * largest
            }
        }
        // Random, so that no dictionary is orthogonal to it; always the same, so that solves repeat.
        var stream = RandomStream(key: 0)
        var x = (0..<dictionary.columns).map { _ in Element(Real(stream.normal())) }
        var norm = Real.zero
        for _ in 0..<200 {
            x = try dictionary.applyAdjoint(try dictionary.apply(x))
            let next = x.reduce(Real.zero) { $0 + $1.squaredModulus }.squareRoot()
            guard next > 0 else { break }
            x = x.map { $0.scaled(by: 1 / next) }
            let settled = (next - norm).magnitude <= Real(1e-4) * next
            norm = next
            if settled { break }
        }
        guard norm > 0 else { throw LacunaError(.value, "dictionary", "it maps everything to zero") }
        return norm * Real(1.01)
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func step(_ state: inout State) -> StopReason? {
        let n = state.x.count
        let x = state.x.pointer, z = state.z.pointer, next = state.next.pointer
        state.dictionary.apply(z, into: state.residual.pointer, workspace: state.workspace.pointer)
        for index in 0..<state.residual.count { state.residual[index] -= state.measurements[index] }
        state.dictionary.applyAdjoint(
            state.residual.pointer, into: state.gradient.pointer, workspace: state.workspace.pointer)
        for index in 0..<n { next[index] = z[index] - state.gradient[index].scaled(by: state.step) }
        state.penalty.prox(UnsafeMutableBufferPointer(start: next, count: n), step: state.step)
        // The momentum is kept while the step just taken goes along it.
        var uphill = Real.zero, change = Real.zero, size = Real.zero
        for index in 0..<n {
            let moved = next[index] - x[index]
            uphill += ((z[index] - next[index]).conjugated * moved).realPart
            change += moved.squaredModulus
            size += next[index].squaredModulus
        }
        let following = uphill > 0 ? 1 : (1 + (1 + 4 * state.momentum * state.momentum).squareRoot()) / 2
        let extrapolation = uphill > 0 ? 0 : (state.momentum - 1) / following
        for index in 0..<n {
            z[index] = next[index] + (next[index] - x[index]).scaled(by: extrapolation)
            x[index] = next[index]
        }
        state.momentum = following
        guard change.isFinite else { return .diverged }
        return change.squareRoot() > tolerance * size.squareRoot() ? nil : .converged
    }

    /// ½ ‖y - A x‖² + λ ‖x‖_1.
    public func cost(_ state: inout State) -> Double? {
        state.dictionary.apply(state.x.pointer, into: state.residual.pointer, workspace: state.workspace.pointer)
        var squares = Real.zero
        for index in 0..<state.residual.count {
            squares += (state.residual[index] - state.measurements[index]).squaredModulus
        }
        let penalty = state.penalty.value(UnsafeBufferPointer(start: state.x.pointer, count: state.x.count))
        return Double(squares / 2 + penalty)
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        SparseEstimate(coefficients: state.x.prefix(state.x.count), noiseVariance: state.noiseVariance)
    }
}
