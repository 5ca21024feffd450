/// Sums of at most R Kronecker products A ⊗ B of an m_1×n_1 and an m_2×n_2 matrix; R is 1 unless said. Nearest one: the R
/// leading singular triples of the rearranged matrix with rows vec A and columns vec B (Van Loan & Pitsianis 1993).
/// Cost: its singular value decomposition.
public struct KroneckerSet<Element: Scalar>: MatrixSet {
    /// [m_1, n_1].
    public let leftShape: [Int]
    /// [m_2, n_2].
    public let rightShape: [Int]
    /// R.
    public let terms: Int

    /// - Throws: `LacunaError` for a size or a number of terms below 1.
    public init(leftRows: Int, leftColumns: Int, rightRows: Int, rightColumns: Int, terms: Int = 1) throws {
        leftShape = [leftRows, leftColumns]
        rightShape = [rightRows, rightColumns]
        self.terms = terms
        guard (leftShape + rightShape + [terms]).allSatisfy({ $0 >= 1 }) else {
            throw LacunaError(
                .shape, "Kronecker set",
                "\(terms) terms with factors of \(describeShape(leftShape)) and \(describeShape(rightShape)); none may be "
                    + "below 1")
        }
        _ = try checkedProduct(leftShape + rightShape, "Kronecker set")
    }

    public func project(_ matrix: Matrix<Element>) throws -> KroneckerSum<Element> {
        let (m1, n1, m2, n2) = (leftShape[0], leftShape[1], rightShape[0], rightShape[1])
        try requireMatrix(matrix, shape: [m1 * m2, n1 * n2], "Kronecker set")
        let rearranged = Matrix<Element>(rows: m1 * n1, columns: m2 * n2) { left, right in
            matrix[left % m1 * m2 + right % m2, left / m1 * n2 + right / m2]
        }
        let pairs = try LowRankSet(rank: terms).project(rearranged)
        return KroneckerSum(
            (0..<pairs.left.columns).map { term in
                KroneckerFactors(
                    left: Matrix(rows: m1, columns: n1, storage: Array(pairs.left.column(term))),
                    right: Matrix(rows: m2, columns: n2, storage: pairs.right.column(term).map(\.conjugated)))
            })
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

/// Σ_r A_r ⊗ B_r by its factors.
public struct KroneckerSum<Element: Scalar>: StructuredMatrix, Hashable {
    public let terms: [KroneckerFactors<Element>]

    /// - Precondition: at least one term, all of one shape.
    public init(_ terms: [KroneckerFactors<Element>]) {
        self.terms = terms
    }

    public var parameterCount: Int { terms.reduce(0) { $0 + $1.parameterCount } }

    public func dense() -> Matrix<Element> {
        var sum = terms[0].dense()
        for term in terms.dropFirst() {
            let next = term.dense()
            for index in sum.storage.indices { sum.storage[index] += next.storage[index] }
        }
        return sum
    }
}
