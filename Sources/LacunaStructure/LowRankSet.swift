/// Matrices of rank at most r. Nearest one: the r leading singular triples (Eckart & Young 1936).
public struct LowRankSet<Element: Scalar>: MatrixSet {
    public let rank: Int

    /// - Throws: `LacunaError` for a rank below 1.
    public init(rank: Int) throws {
        guard rank >= 1 else { throw LacunaError(.value, "low-rank set", "rank \(rank); at least 1 is needed") }
        self.rank = rank
    }

    /// Cost: one singular value decomposition.
    public func project(_ matrix: Matrix<Element>) throws -> LowRankFactors<Element> {
        try requireMatrix(matrix, "low-rank set")
        let svd = try SingularValueDecomposition(matrix)
        let kept = min(rank, svd.values.count)
        let roots = svd.values.map { $0.squareRoot() }
        return try LowRankFactors(
            left: Matrix(rows: matrix.rows, columns: kept) { svd.u[$0, $1].scaled(by: roots[$1]) },
            right: Matrix(rows: matrix.columns, columns: kept) { svd.v[$0, $1].scaled(by: roots[$1]) })
    }
}

/// U Vᴴ with U m×r and V n×r.
public struct LowRankFactors<Element: Scalar>: StructuredMatrix, Hashable {
    /// U.
    public let left: Matrix<Element>
    /// V.
    public let right: Matrix<Element>

    /// - Throws: `LacunaError` for different numbers of columns.
    public init(left: Matrix<Element>, right: Matrix<Element>) throws {
        guard left.columns == right.columns else {
            throw LacunaError(
                .shape, "low-rank factors",
                "\(describeShape(left.shape)) and \(describeShape(right.shape)): ranks differ")
        }
        self.left = left
        self.right = right
    }

    /// r (m + n).
    public var parameterCount: Int { left.storage.count + right.storage.count }

    public func dense() -> Matrix<Element> {
        var product = Matrix<Element>(repeating: 0, rows: left.rows, columns: right.rows)
        left.storage.withUnsafeBufferPointer { u in
            right.storage.withUnsafeBufferPointer { v in
                product.storage.withUnsafeMutableBufferPointer { out in
                    guard let u = u.baseAddress, let v = v.baseAddress, let out = out.baseAddress else { return }
                    BLAS<Element>.multiply(
                        .plain, .adjoint, left.rows, right.rows, left.columns, u, left.rows, v, right.rows, into: out,
                        left.rows)
                }
            }
        }
        return product
    }
}
