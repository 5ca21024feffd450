/// An N:M matrix as an operator. Products with many vectors expand the packed rows in the cache, at about a dense product's
/// speed; those with one vector, and the adjoint, go by the entries as CSR, kept beside.
public struct NMOperator<Element: RealScalar>: ColumnAccess, DenseConvertible {
    public let matrix: NMMatrix<Element>
    private let entries: SparseOperator<Element>

    /// Cost: O(m n).
    public init(_ matrix: NMMatrix<Element>) {
        self.matrix = matrix
        entries = SparseOperator(matrix.entries())
    }

    public var rows: Int { matrix.rows }
    public var columns: Int { matrix.columns }
    public var adjoint: any LinearOperator<Element> { entries.adjoint }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        entries.apply(x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        entries.applyAdjoint(y, into: x, workspace: workspace)
    }

    public func workspaceCount(vectors count: Int) -> Int {
        max(NMMatrix<Element>.workspaceCount, entries.workspaceCount(vectors: count))
    }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        matrix.product(columns: 0..<count, x, count, false, y, count, workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        entries.applyAdjoint(y, vectors: count, into: x, workspace: workspace)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        entries.copyColumn(column, into: y)
    }

    public func squaredColumnNorms() -> [Element] { entries.squaredColumnNorms() }

    public func dense() -> Matrix<Element> { matrix.dense() }
}
