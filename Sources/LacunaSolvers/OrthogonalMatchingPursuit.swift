/// Orthogonal matching pursuit (Pati, Rezaiifar & Krishnaprasad 1993): takes the column that correlates most with the
/// residual, |a_jᴴ r| / ‖a_j‖ (or |a_jᴴ r|), and projects y on all columns taken.
///
/// Stops at ‖r‖ ≤ √(M s²) or at `atoms` columns (default M / 4). One product with Aᴴ and 2 M k multiply-adds per step.
public struct OrthogonalMatchingPursuit<Element: Scalar>: Solver {
    public typealias Real = Element.RealPart
    /// The most columns to take; nil: M / 4.
    public var atoms: Int?
    /// ‖r‖ at which to stop; nil: √(M s²), or never where s² is unknown.
    public var residualNorm: Real?
    /// Divide correlations by the column norms.
    public var normalizesColumns: Bool

    public init(atoms: Int? = nil, residualNorm: Real? = nil, normalizesColumns: Bool = true) {
        self.atoms = atoms
        self.residualNorm = residualNorm
        self.normalizesColumns = normalizesColumns
    }

    public var iterationLimit: Int { .max }

    public struct State {
        let dictionary: any ColumnAccess<Element>
        let norms: [Real]
        let limit: Int
        let target: Real
        let residual: Buffer<Element>
        let correlation: Buffer<Element>
        let workspace: Buffer<Element>
        /// Orthonormal basis of the columns taken, M×k, and the triangle R that relates them to it.
        let basis: Buffer<Element>
        let triangle: Buffer<Element>
        let projections: Buffer<Element>
        let scratch: Buffer<Element>
        var taken: [Int] = []
        var isTaken: [Bool]
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        guard let dictionary = model.dictionary as? any ColumnAccess<Element> else {
            throw LacunaError(.value, "dictionary", "OMP needs access to its columns")
        }
        let m = dictionary.rows, n = dictionary.columns
        let limit = min(atoms ?? max(m / 4, 1), m, n)
        guard limit > 0 else { throw LacunaError(.value, "atoms", "\(limit); at least 1 is needed") }
        try requireMemory(elements: [m + limit, limit], bytesEach: MemoryLayout<Element>.stride, "atoms")
        let noise = model.noiseVariance.map { (Real(m) * $0).squareRoot() }
        var state = State(
            dictionary: dictionary, norms: dictionary.squaredColumnNorms().map { $0.squareRoot() }, limit: limit,
            target: residualNorm ?? noise ?? 0, residual: Buffer(model.measurements),
            correlation: Buffer(repeating: 0, count: n),
            workspace: Buffer(repeating: 0, count: dictionary.workspaceCount),
            basis: Buffer(repeating: 0, count: m * limit), triangle: Buffer(repeating: 0, count: limit * limit),
            projections: Buffer(repeating: 0, count: limit), scratch: Buffer(repeating: 0, count: limit),
            isTaken: Array(repeating: false, count: n))
        state.taken.reserveCapacity(limit)
        return state
    }

    public func step(_ state: inout State) -> StopReason? {
        let m = state.dictionary.rows
        if norm(state.residual.pointer, m) <= state.target { return .converged }
        state.dictionary.applyAdjoint(
            state.residual.pointer, into: state.correlation.pointer, workspace: state.workspace.pointer)
        guard let best = mostCorrelated(state) else { return .converged }
        let k = state.taken.count
        let q = state.basis.pointer + k * m
        let column = state.triangle.pointer + k * state.limit
        state.dictionary.copyColumn(best, into: q)
        // A column that was refused before may have left its entries here.
        for index in 0..<state.limit { column[index] = 0 }
        // Gram-Schmidt twice is as good as Householder.
        for _ in 0..<2 where k > 0 {
            BLAS<Element>.multiply(.adjoint, m, k, state.basis.pointer, m, vector: q, into: state.scratch.pointer)
            BLAS<Element>.multiply(
                .plain, m, k, alpha: -1, state.basis.pointer, m, vector: state.scratch.pointer, beta: 1, into: q)
            for index in 0..<k { column[index] += state.scratch[index] }
        }
        let length = norm(q, m)
        state.isTaken[best] = true
        // A column in the span of those taken adds nothing.
        guard length > Real(m) * Real.ulpOfOne * state.norms[best] else { return nil }
        column[k] = Element(length)
        var projection = Element.zero
        for row in 0..<m {
            q[row] = q[row].scaled(by: 1 / length)
            projection += q[row].conjugated * state.residual[row]
        }
        for row in 0..<m { state.residual[row] -= projection * q[row] }
        state.projections[k] = projection
        state.taken.append(best)
        return state.taken.count == state.limit ? .iterationLimit : nil
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func norm(_ x: UnsafePointer<Element>, _ count: Int) -> Real {
        var sum = Real.zero
        for index in 0..<count { sum += x[index].squaredModulus }
        return sum.squareRoot()
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func mostCorrelated(_ state: State) -> Int? {
        var best: Int?
        var largest = Real.zero
        for index in 0..<state.correlation.count where !state.isTaken[index] && state.norms[index] > 0 {
            let modulus = state.correlation[index].modulus
            let value = normalizesColumns ? modulus / state.norms[index] : modulus
            if value > largest {
                largest = value
                best = index
            }
        }
        return best
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        let k = state.taken.count
        let solution = Buffer<Element>(repeating: 0, count: max(k, 1))
        for index in 0..<k { solution[index] = state.projections[index] }
        if k > 0 {
            BLAS<Element>.solveUpper(
                .plain, k, columns: 1, state.triangle.pointer, state.limit, into: solution.pointer, k)
        }
        var coefficients = Array(repeating: Element.zero, count: state.dictionary.columns)
        for (index, column) in state.taken.enumerated() { coefficients[column] = solution[index] }
        return SparseEstimate(coefficients: coefficients)
    }
}
