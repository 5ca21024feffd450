/// A sparse matrix as an operator: CSR, BSR or constant blocks. Cost of a product: 2 multiply-adds per stored entry and
/// vector. The adjoint is stored too, so that both directions are as fast.
public struct SparseOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let plan: SparsePlan<Element>
    private let adjointPlan: SparsePlan<Element>

    /// Cost: O(stored entries).
    public init(_ matrix: SparseMatrix<Element>) {
        plan = SparsePlan(matrix)
        adjointPlan = SparsePlan(matrix.transposed(conjugated: true))
    }

    private init(_ plan: SparsePlan<Element>, adjoint: SparsePlan<Element>) {
        self.plan = plan
        adjointPlan = adjoint
    }

    public var matrix: SparseMatrix<Element> { plan.matrix }
    public var rows: Int { matrix.rows }
    public var columns: Int { matrix.columns }
    public var adjoint: any LinearOperator<Element> { SparseOperator(adjointPlan, adjoint: plan) }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        plan.multiply(vector: x, into: y)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        adjointPlan.multiply(vector: y, into: x)
    }

    public func workspaceCount(vectors count: Int) -> Int {
        SparseWorkspace<Element>.count(depth: max(rows, columns))
    }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        plan.product(
            blockRows: 0..<matrix.blockRows, columns: 0..<count, x, count, false, y, count, workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        adjointPlan.product(
            blockRows: 0..<adjointPlan.matrix.blockRows, columns: 0..<count, y, count, false, x, count, workspace)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for row in 0..<rows { y[row] = 0 }
        forEachEntry(ofColumn: column) { y[$0] = $1 }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        (0..<columns).map { column in
            var norm = Element.RealPart.zero
            forEachEntry(ofColumn: column) { norm += $1.squaredModulus }
            return norm
        }
    }

    /// The column is a row of the adjoint.
    private func forEachEntry(ofColumn column: Int, _ body: (_ row: Int, _ value: Element) -> Void) {
        let adjoint = adjointPlan.matrix, block = adjoint.block
        let blockRow = column / block.rows, inner = column % block.rows
        for index in Int(adjoint.starts[blockRow])..<Int(adjoint.starts[blockRow + 1]) {
            for j in 0..<block.columns {
                let value = adjoint.values[index * block.count + inner * block.columns + j]
                body(Int(adjoint.blockColumns[index]) * block.columns + j, value.conjugated)
            }
        }
    }

    public func dense() -> Matrix<Element> { matrix.dense() }
}
