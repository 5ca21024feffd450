/// A = A_1 ⊗ A_2 ⊗ … ⊗ A_I with factors of sizes M_i × N_i; the first index of a vector's tensor varies slowest.
///
/// (A_1 ⊗ … ⊗ A_I) vec(X) is the mode-wise product of the tensor X with every factor: the matrix itself, of M N
/// elements, is never formed. Cost of a product: Σ_i N_i ∏_{j<i} M_j ∏_{j>i} N_j M_i at most.
/// Kronecker products of Kronecker products are flattened by the constructor.
public struct KroneckerOperator<Element: Scalar>: ColumnAccess, DenseConvertible, Factored {
    public let factors: [Matrix<Element>]
    public let rows: Int
    public let columns: Int
    public let workspaceCount: Int

    /// - Throws: `LacunaError` if there is no factor or an empty one.
    public init(_ factors: [Matrix<Element>]) throws {
        guard !factors.isEmpty else {
            throw LacunaError(.shape, "Kronecker product", "no factors were given, at least one is needed")
        }
        for (index, factor) in factors.enumerated() where factor.rows == 0 || factor.columns == 0 {
            throw LacunaError(
                .shape, "Kronecker product", "factor \(index + 1) is \(describeShape(factor.shape)), an empty matrix")
        }
        self.factors = factors
        rows = try checkedProduct(factors.map(\.rows), "Kronecker product")
        columns = try checkedProduct(factors.map(\.columns), "Kronecker product")
        _ = try checkedProduct(factors.map { max($0.rows, $0.columns) } + [2], "Kronecker product")
        // Two tensors in turn; no intermediate result is larger than with every axis at its larger size.
        workspaceCount = 2 * factors.reduce(1) { $0 * max($1.rows, $1.columns) }
    }

    /// The adjoint, factor by factor.
    private init(adjointOf other: KroneckerOperator) {
        factors = other.factors.map(\.adjoint)
        rows = other.columns
        columns = other.rows
        workspaceCount = other.workspaceCount
    }

    /// Flattens Kronecker products among the operators.
    public init(_ operators: [any Factored<Element>]) throws {
        try self.init(operators.flatMap { $0.factors })
    }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        pass(.plain, x, count: columns, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        pass(.adjoint, y, count: rows, into: x, workspace: workspace)
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func pass(
        _ form: BLAS<Element>.Form, _ input: UnsafePointer<Element>, count: Int,
        into output: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        var source = input
        var count = count
        for (index, factor) in factors.enumerated() {
            let q = form == .plain ? factor.columns : factor.rows
            let r = form == .plain ? factor.rows : factor.columns
            let scratch = index % 2 == 0 ? workspace : workspace + workspaceCount / 2
            let target = index == factors.count - 1 ? output : scratch
            factor.storage.withUnsafeBufferPointer { storage in
                guard let e = storage.baseAddress else { return }
                ModeProduct.first(form, e, factor.rows, r: r, q: q, rest: count / q, source, into: target)
            }
            count = count / q * r
            source = UnsafePointer(target)
        }
    }

    /// A_1ᴴ ⊗ … ⊗ A_Iᴴ.
    public var adjoint: any LinearOperator<Element> { KroneckerOperator(adjointOf: self) }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        // The Kronecker product of one column per factor, built from the last factor outwards.
        var remaining = column
        var count = 1
        y[0] = 1
        for factor in factors.reversed() {
            let index = remaining % factor.columns
            remaining /= factor.columns
            for row in stride(from: factor.rows - 1, through: 0, by: -1) {
                let scale = factor[row, index]
                for k in stride(from: count - 1, through: 0, by: -1) { y[row * count + k] = scale * y[k] }
            }
            count *= factor.rows
        }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        factors.reduce([1]) { norms, factor in
            let own = DenseOperator(factor).squaredColumnNorms()
            return norms.flatMap { outer in own.map { outer * $0 } }
        }
    }

    /// The matrix, for tests and small problems. Cost: M N elements.
    public func dense() -> Matrix<Element> {
        matrix(ofColumns: Array(0..<columns))
    }
}
