/// The Khatri-Rao (column-wise Kronecker) product A_1 ∗ … ∗ A_I of factors with the same number N of columns:
/// column n is a_1n ⊗ a_2n ⊗ … ⊗ a_In.
///
/// With the factors gathered in two groups L and R, A x = vec(L diag(x) Rᵀ): one matrix product, N M multiply-adds,
/// storage N (M_L + M_R) instead of N M_L M_R.
public struct KhatriRaoOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    /// Khatri-Rao product of the leading factors and of the trailing ones.
    private let left: Matrix<Element>
    private let right: Matrix<Element>
    public let rows: Int
    public let columns: Int

    /// - Throws: `LacunaError` if there is no factor or their numbers of columns differ.
    public init(_ factors: [Matrix<Element>]) throws {
        guard let first = factors.first, first.columns > 0, factors.allSatisfy({ $0.rows > 0 }) else {
            throw LacunaError(.shape, "Khatri-Rao product", "no factors, or an empty one")
        }
        if let odd = factors.firstIndex(where: { $0.columns != first.columns }) {
            throw LacunaError(
                .shape, "Khatri-Rao product",
                "factor \(odd + 1) has \(factors[odd].columns) columns, factor 1 has \(first.columns)")
        }
        let split = Self.balancedSplit(factors.map(\.rows))
        left = Self.columnwise(factors[..<split], columns: first.columns)
        right = Self.columnwise(factors[split...], columns: first.columns)
        rows = left.rows * right.rows
        columns = first.columns
    }

    /// Where to cut so that M_L + M_R is least.
    private static func balancedSplit(_ sizes: [Int]) -> Int {
        let total = sizes.reduce(1, *)
        var prefix = 1
        var best = (cut: 1, cost: Int.max)
        for cut in 1...sizes.count {
            prefix *= sizes[cut - 1]
            let cost = prefix + total / prefix
            if cost < best.cost { best = (cut, cost) }
        }
        return best.cut
    }

    private static func columnwise(_ factors: ArraySlice<Matrix<Element>>, columns: Int) -> Matrix<Element> {
        factors.reduce(Matrix(repeating: 1, rows: 1, columns: columns)) { product, factor in
            Matrix(rows: product.rows * factor.rows, columns: columns) { row, column in
                product[row / factor.rows, column] * factor[row % factor.rows, column]
            }
        }
    }

    public var workspaceCount: Int { columns * left.rows }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        left.storage.withUnsafeBufferPointer { l in
            for column in 0..<columns {
                for row in 0..<left.rows {
                    workspace[row + column * left.rows] = l[row + column * left.rows] * x[column]
                }
            }
        }
        right.storage.withUnsafeBufferPointer { r in
            guard let r = r.baseAddress else { return }
            BLAS<Element>.multiply(
                .plain, .transposed, right.rows, left.rows, columns, r, right.rows, workspace, left.rows, into: y,
                right.rows)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        right.storage.withUnsafeBufferPointer { r in
            guard let r = r.baseAddress else { return }
            BLAS<Element>.multiply(
                .adjoint, .plain, columns, left.rows, right.rows, r, right.rows, y, right.rows, into: workspace, columns
            )
        }
        left.storage.withUnsafeBufferPointer { l in
            for column in 0..<columns {
                var sum = Element.zero
                for row in 0..<left.rows {
                    sum += l[row + column * left.rows].conjugated * workspace[column + row * columns]
                }
                x[column] = sum
            }
        }
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for row in 0..<left.rows {
            for inner in 0..<right.rows { y[row * right.rows + inner] = left[row, column] * right[inner, column] }
        }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        zip(DenseOperator(left).squaredColumnNorms(), DenseOperator(right).squaredColumnNorms()).map { $0 * $1 }
    }

    public func dense() -> Matrix<Element> { matrix(ofColumns: Array(0..<columns)) }
}
