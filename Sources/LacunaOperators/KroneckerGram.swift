/// A diag(g) Aᴴ for a Kronecker dictionary and scales g WITHOUT structure, still at Kronecker cost.
///
/// With Q_i[(a, b), n] = A_i[a, n] conj(A_i[b, n]), of size M_i² × N_i,
///
///     A diag(g) Aᴴ = (Q_1 ⊗ … ⊗ Q_I) g   and   a_nᴴ S a_n = ((Q_1 ⊗ … ⊗ Q_I)ᴴ S)_n,
///
/// up to the order of the indices (a_1 b_1 … a_I b_I against a_1 … a_I b_1 … b_I). Cost: M² N_I for the last mode and
/// less for the others, in place of M² N. Storage: Σ M_i² N_i for the Q_i and 4 M².
public struct KroneckerGramOperator<Element: Scalar>: GramOperator {
    public let base: KroneckerOperator<Element>
    private let squares: KroneckerOperator<Element>
    /// A_iᴴ A_i.
    private let grams: [Matrix<Element>]
    /// For every position of the order (a_1 b_1 a_2 b_2 …): where (a, b) stands in a column-major M×M matrix.
    private let order: [Int]

    /// - Throws: `LacunaError` if M×M matrices do not fit into memory.
    public init(_ base: KroneckerOperator<Element>) throws {
        try requireMemory(
            elements: [4, base.rows, base.rows], bytesEach: MemoryLayout<Element>.stride,
            "covariance of the measurements")
        self.base = base
        squares = try KroneckerOperator(
            base.factors.map { factor in
                Matrix(rows: factor.rows * factor.rows, columns: factor.columns) { row, column in
                    factor[row / factor.rows, column] * factor[row % factor.rows, column].conjugated
                }
            })
        grams = try base.factors.map { try $0.adjoint.multiplied(by: $0) }
        let rows = base.rows
        // (a, b) of the modes so far, one mode after the other.
        let pairs = base.factors.reduce([(0, 0)]) { pairs, factor in
            pairs.flatMap { pair in
                (0..<factor.rows * factor.rows).map { index in
                    (pair.0 * factor.rows + index / factor.rows, pair.1 * factor.rows + index % factor.rows)
                }
            }
        }
        order = pairs.map { $0.0 + $0.1 * rows }
    }

    public var rows: Int { base.rows }
    public var columns: Int { base.columns }
    public var workspaceCount: Int { base.workspaceCount }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        base.apply(x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        base.applyAdjoint(y, into: x, workspace: workspace)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        base.copyColumn(column, into: y)
    }

    public func squaredColumnNorms() -> [Element.RealPart] { base.squaredColumnNorms() }

    public func gramWorkspaceCount(active count: Int) -> Int {
        squares.workspaceCount + max(columns, rows * rows) + columns
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func weightedGram(
        _ weights: UnsafePointer<Element.RealPart>, active: [Int], into k: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let interleaved = workspace
        let g = workspace + max(columns, rows * rows)
        for index in 0..<columns { g[index] = Element(weights[index]) }
        squares.apply(g, into: interleaved, workspace: g + columns)
        for position in 0..<order.count { k[order[position]] = interleaved[position] }
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func inverseQuadraticForms(
        _ factor: UnsafeMutablePointer<Element>, active: [Int], into q: UnsafeMutablePointer<Element.RealPart>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let m = rows
        BLAS<Element>.inverseFromCholesky(m, factor, m)
        for column in 1..<max(m, 1) {
            for row in 0..<column { factor[row + column * m] = factor[column + row * m].conjugated }
        }
        let interleaved = workspace
        let forms = workspace + max(columns, m * m)
        for position in 0..<order.count { interleaved[position] = factor[order[position]] }
        squares.applyAdjoint(interleaved, into: forms, workspace: forms + columns)
        for (position, index) in active.enumerated() { q[position] = forms[index].realPart }
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func gram(
        of active: [Int], into g: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let n = active.count
        for column in 0..<n {
            for row in column..<n {
                var product: Element = 1
                var left = active[row], right = active[column]
                for gram in grams.reversed() {
                    product *= gram[left % gram.rows, right % gram.rows]
                    left /= gram.rows
                    right /= gram.rows
                }
                g[row + column * n] = product
            }
        }
    }
}
