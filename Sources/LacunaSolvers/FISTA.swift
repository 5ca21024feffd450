/// min_x ½ ‖y - A x‖² + λ ‖x‖_1 by accelerated proximal gradient steps (Beck & Teboulle 2009, FISTA) with restart of the
/// momentum where it points uphill (O'Donoghue & Candès 2015).
///
/// Default λ = √(2 s² log N) · max ‖a_n‖. Step 1/L with L = ‖A‖² of a Kronecker product; for other operators an estimate
/// that is doubled (Beck & Teboulle's backtracking) where it does not bound the curvature along a step. Two products with
/// A per iteration.
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
        /// L.
        var curvature: Real
        let measurements: Buffer<Element>
        let workspace: Buffer<Element>
        let x: Buffer<Element>
        /// Extrapolated point, then the new iterate.
        let z: Buffer<Element>
        let next: Buffer<Element>
        /// A x, A z and A next.
        let imageX: Buffer<Element>
        let imageZ: Buffer<Element>
        let imageNext: Buffer<Element>
        let residual: Buffer<Element>
        let gradient: Buffer<Element>
        var momentum: Real = 1
        let noiseVariance: Real?
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        let n = model.dictionary.columns, m = model.dictionary.rows
        guard tolerance >= 0 else { throw LacunaError(.value, "tolerance", "\(tolerance); it must be ≥ 0") }
        let penalty = try L1Norm<Element>(weight: weight ?? defaultWeight(model))
        let norm = try squaredNorm(of: model.dictionary)
        func zeros(_ count: Int) -> Buffer<Element> { Buffer(repeating: 0, count: count) }
        return State(
            dictionary: model.dictionary, penalty: penalty, curvature: norm,
            measurements: Buffer(model.measurements), workspace: zeros(model.dictionary.workspaceCount), x: zeros(n),
            z: zeros(n), next: zeros(n), imageX: zeros(m), imageZ: zeros(m), imageNext: zeros(m), residual: zeros(m),
            gradient: zeros(n), noiseVariance: model.noiseVariance)
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

    /// ‖A‖²: of the factors for a Kronecker product, otherwise an estimate by power iteration on AᴴA, which may be low.
    private func squaredNorm(of dictionary: any LinearOperator<Element>) throws -> Real {
        if let factored = dictionary as? any Factored<Element> {
            let norm: Real = try factored.factors.reduce(1) { norm, factor in
                norm * (try SingularValueDecomposition(factor).values[0])
            }
            return try checked(norm * norm)
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
        return try checked(norm * Real(1.01))
    }

    private func checked(_ squaredNorm: Real) throws -> Real {
        guard squaredNorm > 0 else { throw LacunaError(.value, "dictionary", "it maps everything to zero") }
        guard squaredNorm.isNormal else {
            throw LacunaError(
                .value, "dictionary", "the square of its norm is out of range", remedy: "Scale the dictionary.")
        }
        return squaredNorm
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func step(_ state: inout State) -> StopReason? {
        let n = state.x.count, m = state.residual.count
        let x = state.x.pointer, z = state.z.pointer, next = state.next.pointer
        for index in 0..<m { state.residual[index] = state.imageZ[index] - state.measurements[index] }
        state.dictionary.applyAdjoint(
            state.residual.pointer, into: state.gradient.pointer, workspace: state.workspace.pointer)
        repeat {
            let step = 1 / state.curvature
            for index in 0..<n { next[index] = z[index] - state.gradient[index].scaled(by: step) }
            state.penalty.prox(UnsafeMutableBufferPointer(start: next, count: n), step: step)
            state.dictionary.apply(next, into: state.imageNext.pointer, workspace: state.workspace.pointer)
        } while raisesCurvature(&state)
        guard state.curvature.isFinite else { return .diverged }
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
        for index in 0..<m {
            let image = state.imageNext[index]
            state.imageZ[index] = image + (image - state.imageX[index]).scaled(by: extrapolation)
            state.imageX[index] = image
        }
        state.momentum = following
        guard change.isFinite else { return .diverged }
        return change.squareRoot() > tolerance * size.squareRoot() ? nil : .converged
    }

    /// Doubles L and returns true where ‖A d‖² > L ‖d‖² for the step d = next - z, beyond rounding.
    @inline(__always)
    private func raisesCurvature(_ state: inout State) -> Bool {
        var moved = Real.zero, image = Real.zero, size = Real.zero
        for index in 0..<state.x.count { moved += (state.next[index] - state.z[index]).squaredModulus }
        for index in 0..<state.residual.count {
            image += (state.imageNext[index] - state.imageZ[index]).squaredModulus
            size += state.imageNext[index].squaredModulus + state.imageZ[index].squaredModulus
        }
        let bound = (state.curvature * moved).squareRoot() * (1 + Real.ulpOfOne.squareRoot())
        if image.squareRoot() <= bound + 64 * Real.ulpOfOne * size.squareRoot() { return false }
        state.curvature *= 2
        return state.curvature.isFinite
    }

    /// ½ ‖y - A x‖² + λ ‖x‖_1.
    public func cost(_ state: inout State) -> Double? {
        var squares = Real.zero
        for index in 0..<state.residual.count {
            squares += (state.imageX[index] - state.measurements[index]).squaredModulus
        }
        let penalty = state.penalty.value(UnsafeBufferPointer(start: state.x.pointer, count: state.x.count))
        return Double(squares / 2 + penalty)
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        SparseEstimate(coefficients: state.x.prefix(state.x.count), noiseVariance: state.noiseVariance)
    }
}
