/// Kronecker orthogonal matching pursuit (Caiafa & Cichocki 2013) for supports that are products of index sets.
///
/// Takes the largest entry of the correlation tensor (⊗ A_iᴴ) r, adds its index to each mode's set (at most
/// `atomsPerMode`), and fits on the product of the sets, x_S = (⊗ A_i,S⁺) y: one small pseudo-inverse per mode, of least
/// norm where a set outgrows the rows. Stops at a relative residual below `tolerance`, or when no set grows.
public struct KroneckerOMP<Element: Scalar>: Solver {
    public typealias Real = Element.RealPart
    public var atomsPerMode: Int
    public var tolerance: Real
    /// Divide correlations by the column norms; the authors of the Kronecker SBL study do not.
    public var normalizesColumns: Bool

    public init(atomsPerMode: Int = 10, tolerance: Real = 1e-2, normalizesColumns: Bool = false) {
        self.atomsPerMode = atomsPerMode
        self.tolerance = tolerance
        self.normalizesColumns = normalizesColumns
    }

    /// Enough for every mode to fill its set one by one.
    public var iterationLimit: Int { .max }

    public struct State {
        let dictionary: KroneckerOperator<Element>
        let measurements: [Element]
        let weights: [Real]?
        var sets: [[Int]]
        /// A_i,S and its pseudo-inverse.
        var selected: [Matrix<Element>]
        var inverses: [Matrix<Element>]
        var residual: [Element]
        var fit: [Element] = []
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        guard let factored = model.dictionary as? any Factored<Element> else {
            throw LacunaError(.value, "dictionary", "Kronecker OMP needs a Kronecker product of matrices")
        }
        guard atomsPerMode > 0, tolerance >= 0 else {
            throw LacunaError(.value, "Kronecker OMP", "atoms per mode must be at least 1, the tolerance ≥ 0")
        }
        let dictionary = try KroneckerOperator(factored.factors)
        return State(
            dictionary: dictionary, measurements: model.measurements,
            weights: normalizesColumns ? dictionary.squaredColumnNorms() : nil, sets: factored.factors.map { _ in [] },
            selected: factored.factors, inverses: factored.factors, residual: model.measurements)
    }

    public func step(_ state: inout State) -> StopReason? {
        if norm(state.residual) < tolerance * norm(state.measurements) || norm(state.residual) == 0 {
            return .converged
        }
        // The sizes agree by construction, so that only a failing singular value decomposition can throw.
        do {
            let correlation = try state.dictionary.applyAdjoint(state.residual)
            guard try grow(&state, with: largest(correlation, state.weights)) else { return .converged }
            state.fit = try KroneckerOperator(state.inverses).apply(state.measurements)
            let fitted = try KroneckerOperator(state.selected).apply(state.fit)
            state.residual = zip(state.measurements, fitted).map { $0 - $1 }
        } catch {
            return .diverged
        }
        return nil
    }

    private func largest(_ correlation: [Element], _ weights: [Real]?) -> Int {
        var best = (index: 0, value: Real.zero)
        for index in correlation.indices {
            var value = correlation[index].squaredModulus
            if let weight = weights?[index] { value = weight > 0 ? value / weight : 0 }
            if value > best.value { best = (index, value) }
        }
        return best.index
    }

    /// Adds an entry's index to the set of each mode; false if no set grew.
    private func grow(_ state: inout State, with entry: Int) throws -> Bool {
        var grew = false
        var remaining = entry
        for mode in stride(from: state.sets.count - 1, through: 0, by: -1) {
            let factor = state.dictionary.factors[mode]
            let index = remaining % factor.columns
            remaining /= factor.columns
            guard state.sets[mode].count < atomsPerMode, !state.sets[mode].contains(index) else { continue }
            state.sets[mode].append(index)
            state.selected[mode] = factor.selectingColumns(state.sets[mode])
            state.inverses[mode] = try SingularValueDecomposition(state.selected[mode]).pseudoInverse()
            grew = true
        }
        return grew
    }

    private func norm(_ x: [Element]) -> Real {
        x.reduce(Real.zero) { $0 + $1.squaredModulus }.squareRoot()
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        var coefficients = Array(repeating: Element.zero, count: state.dictionary.columns)
        for (position, value) in state.fit.enumerated() {
            var remaining = position
            var index = 0, stride = 1
            for mode in Swift.stride(from: state.sets.count - 1, through: 0, by: -1) {
                index += state.sets[mode][remaining % state.sets[mode].count] * stride
                remaining /= state.sets[mode].count
                stride *= state.dictionary.factors[mode].columns
            }
            coefficients[index] = value
        }
        return SparseEstimate(coefficients: coefficients)
    }
}
