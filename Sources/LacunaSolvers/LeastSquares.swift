/// Least squares by the pseudo-inverse: x = A⁺ y, of minimum norm where A has fewer rows than columns.
///
/// For a Kronecker dictionary (A_1 ⊗ …)⁺ = A_1⁺ ⊗ …: one small singular value decomposition per factor.
public struct LeastSquares<Element: Scalar>: Solver {
    public init() {}

    public struct State {
        let inverse: any LinearOperator<Element>
        let measurements: [Element]
        var coefficients: [Element]
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        let factors: [Matrix<Element>]
        if let factored = model.dictionary as? any Factored<Element> {
            factors = factored.factors
        } else if let dense = model.dictionary as? any DenseConvertible<Element> {
            factors = [dense.dense()]
        } else {
            throw LacunaError(.value, "dictionary", "least squares needs its factors or its dense form")
        }
        let inverses = try factors.map { try SingularValueDecomposition($0).pseudoInverse() }
        return State(
            inverse: try KroneckerOperator(inverses), measurements: model.measurements,
            coefficients: Array(repeating: 0, count: model.dictionary.columns))
    }

    public func step(_ state: inout State) -> StopReason? {
        guard let solution = try? state.inverse.apply(state.measurements) else { return .diverged }
        state.coefficients = solution
        return .closedForm
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        SparseEstimate(coefficients: state.coefficients)
    }
}

/// Least squares on a known support: the bound that no support recovery can beat.
public struct OracleLeastSquares<Element: Scalar>: Solver {
    public let support: Support

    public init(support: Support) {
        self.support = support
    }

    public struct State {
        let columns: Matrix<Element>
        let measurements: [Element]
        var active: [Element] = []
    }

    public func start(_ model: LinearModel<Element>) throws -> State {
        guard support.count == model.dictionary.columns else {
            throw LacunaError(
                .shape, "support",
                "it is over \(support.count) entries, the dictionary has \(model.dictionary.columns) columns")
        }
        guard let dictionary = model.dictionary as? any ColumnAccess<Element> else {
            throw LacunaError(.value, "dictionary", "oracle least squares needs access to its columns")
        }
        return State(columns: dictionary.matrix(ofColumns: support.indices), measurements: model.measurements)
    }

    public func step(_ state: inout State) -> StopReason? {
        // A singular value decomposition that does not converge is an outcome, not an answer of zeros.
        guard let solution = try? Self.solve(state.columns, state.measurements) else { return .diverged }
        state.active = solution
        return .closedForm
    }

    private static func solve(_ a: Matrix<Element>, _ y: [Element]) throws -> [Element] {
        guard a.columns > 0 else { return [] }
        if a.columns <= a.rows {
            let qr = try QRFactorization(a)
            if qr.reciprocalConditionEstimate > Element.RealPart(a.rows) * Element.RealPart.ulpOfOne {
                return try qr.leastSquares(y)
            }
        }
        let inverse = try SingularValueDecomposition(a).pseudoInverse()
        return try DenseOperator(inverse).apply(y)
    }

    public func estimate(_ state: inout State) -> SparseEstimate<Element> {
        var coefficients = Array(repeating: Element.zero, count: support.count)
        for (index, value) in zip(support.indices, state.active) { coefficients[index] = value }
        return SparseEstimate(coefficients: coefficients)
    }
}
