/// Kronecker orthogonal matching pursuit (Caiafa & Cichocki 2013) for supports that are products of index sets.
///
/// Takes the largest entry of the correlation tensor (⊗ A_iᴴ) r, adds its index to each mode's set (at most
/// `atomsPerMode`), and fits on the product of the sets: with A_i,S = Q_i R_i, the residual is y - (⊗ Q_i Q_iᴴ) y.
/// Stops at a relative residual below `tolerance`, or when no set grows.
public struct KroneckerOMP<Element: Scalar>: Solver {
    public typealias Real = Element.RealPart
    public var atomsPerMode: Int
    public var tolerance: Real

    public init(atomsPerMode: Int = 10, tolerance: Real = 1e-2) {
        self.atomsPerMode = atomsPerMode
        self.tolerance = tolerance
    }

    public struct State {
        let dictionary: KroneckerOperator<Element>
        let measurements: [Element]
        let limit: [Int]
        var sets: [[Int]]
        /// Q_i and R_i of the columns taken.
        var factorizations: [QRFactorization<Element>?]
        var residual: [Element]
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        guard let factored = model.dictionary as? any Factored<Element> else {
            throw LacunaError(.value, "dictionary", "Kronecker OMP needs a Kronecker product of matrices")
        }
        guard atomsPerMode > 0, tolerance >= 0 else {
            throw LacunaError(.value, "Kronecker OMP", "atoms per mode must be at least 1, the tolerance ≥ 0")
        }
        let factors = factored.factors
        return State(
            dictionary: try KroneckerOperator(factors), measurements: model.measurements,
            limit: factors.map { min(atomsPerMode, $0.rows, $0.columns) }, sets: factors.map { _ in [] },
            factorizations: factors.map { _ in nil }, residual: model.measurements)
    }

    public func step(_ state: inout State) -> StopReason? {
        let measured = norm(state.measurements)
        if norm(state.residual) <= tolerance * measured { return .converged }
        // The sizes agree by construction.
        guard let correlation = try? state.dictionary.applyAdjoint(state.residual) else { return .diverged }
        var best = 0
        for index in correlation.indices where correlation[index].squaredModulus > correlation[best].squaredModulus {
            best = index
        }
        guard correlation[best] != 0, grow(&state, with: best) else { return .converged }
        guard let fitted = try? projected(state) else { return .diverged }
        state.residual = zip(state.measurements, fitted).map { $0 - $1 }
        return nil
    }

    /// Adds the modes' indices of an entry; false if no set grew.
    private func grow(_ state: inout State, with entry: Int) -> Bool {
        var grew = false
        var remaining = entry
        for mode in stride(from: state.sets.count - 1, through: 0, by: -1) {
            let factor = state.dictionary.factors[mode]
            let index = remaining % factor.columns
            remaining /= factor.columns
            guard state.sets[mode].count < state.limit[mode], !state.sets[mode].contains(index) else { continue }
            let extended = state.sets[mode] + [index]
            let selected = factor.selectingColumns(extended)
            guard let qr = try? QRFactorization(selected),
                qr.conditionEstimate > Real(factor.rows) * Real.ulpOfOne
            else { continue }
            state.sets[mode] = extended
            state.factorizations[mode] = qr
            grew = true
        }
        return grew
    }

    private func projected(_ state: State) throws -> [Element] {
        let bases = try KroneckerOperator(state.factorizations.compactMap { $0?.q })
        return try bases.apply(try bases.applyAdjoint(state.measurements))
    }

    private func norm(_ x: [Element]) -> Real {
        x.reduce(Real.zero) { $0 + $1.squaredModulus }.squareRoot()
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        var coefficients = Array(repeating: Element.zero, count: state.dictionary.columns)
        let factorizations = state.factorizations.compactMap { $0 }
        if factorizations.count == state.sets.count, let fitted = try? solve(state, factorizations) {
            for (position, value) in fitted.enumerated() {
                var remaining = position
                var index = 0, stride = 1
                for mode in Swift.stride(from: state.sets.count - 1, through: 0, by: -1) {
                    index += state.sets[mode][remaining % state.sets[mode].count] * stride
                    remaining /= state.sets[mode].count
                    stride *= state.dictionary.factors[mode].columns
                }
                coefficients[index] = value
            }
        }
        return SparseEstimate(coefficients: coefficients)
    }

    /// (⊗ R_i⁻¹ Q_iᴴ) y.
    private func solve(_ state: State, _ factorizations: [QRFactorization<Element>]) throws -> [Element] {
        let inverses = factorizations.map { qr in
            let n = qr.r.rows
            let inverse = Buffer(qr.q.adjoint.storage)
            let triangle = Buffer(qr.r.storage)
            BLAS<Element>.solveUpper(.plain, n, columns: qr.q.rows, triangle.pointer, n, into: inverse.pointer, n)
            return Matrix(rows: n, columns: qr.q.rows, storage: inverse.prefix(n * qr.q.rows))
        }
        return try KroneckerOperator(inverses).apply(state.measurements)
    }
}
