/// Kronecker products A ⊗ B of an m_1×n_1 and an m_2×n_2 matrix. Nearest one: the leading singular triple of the rearranged
/// matrix with rows vec A and columns vec B (Van Loan & Pitsianis 1993). Cost: its singular value decomposition.
public struct KroneckerSet<Element: Scalar>: MatrixSet {
    /// [m_1, n_1].
    public let leftShape: [Int]
    /// [m_2, n_2].
    public let rightShape: [Int]

    /// - Throws: `LacunaError` for a size below 1.
    public init(leftRows: Int, leftColumns: Int, rightRows: Int, rightColumns: Int) throws {
        leftShape = [leftRows, leftColumns]
        rightShape = [rightRows, rightColumns]
        guard (leftShape + rightShape).allSatisfy({ $0 >= 1 }) else {
            throw LacunaError(
                .shape, "Kronecker set",
                "factors of \(describeShape(leftShape)) and \(describeShape(rightShape)); no size may be below 1")
        }
        _ = try checkedProduct(leftShape + rightShape, "Kronecker set")
    }

    public func project(_ matrix: Matrix<Element>) throws -> KroneckerFactors<Element> {
        let (m1, n1, m2, n2) = (leftShape[0], leftShape[1], rightShape[0], rightShape[1])
        try requireMatrix(matrix, shape: [m1 * m2, n1 * n2], "Kronecker set")
        let rearranged = Matrix<Element>(rows: m1 * n1, columns: m2 * n2) { left, right in
            matrix[left % m1 * m2 + right % m2, left / m1 * n2 + right / m2]
        }
        let pair = try LowRankSet(rank: 1).project(rearranged)
        return KroneckerFactors(
            left: Matrix(rows: m1, columns: n1, storage: pair.left.storage),
            right: Matrix(rows: m2, columns: n2, storage: pair.right.storage.map(\.conjugated)))
    }
}

/// A ⊗ B by its factors.
public struct KroneckerFactors<Element: Scalar>: StructuredMatrix, Hashable {
    public let left: Matrix<Element>
    public let right: Matrix<Element>

    public init(left: Matrix<Element>, right: Matrix<Element>) {
        self.left = left
        self.right = right
    }

    public var parameterCount: Int { left.storage.count + right.storage.count }

    public func dense() -> Matrix<Element> {
        Matrix(rows: left.rows * right.rows, columns: left.columns * right.columns) { row, column in
            left[row / right.rows, column / right.columns] * right[row % right.rows, column % right.columns]
        }
    }
}
