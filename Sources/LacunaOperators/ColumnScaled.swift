/// c A of an operator that gives its columns: `ScaledOperator.columnScaled`.
public struct ColumnScaledOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let scaled: ScaledOperator<Element>
    private let base: any ColumnAccess<Element>

    init?(_ scaled: ScaledOperator<Element>) {
        guard let base = columnForm(of: scaled.base) else { return nil }
        self.scaled = scaled
        self.base = base
    }

    public var rows: Int { scaled.rows }
    public var columns: Int { scaled.columns }
    public var workspaceCount: Int { scaled.workspaceCount }
    public var adjoint: any LinearOperator<Element> { scaled.adjoint }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        scaled.apply(x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        scaled.applyAdjoint(y, into: x, workspace: workspace)
    }

    public func workspaceCount(vectors count: Int) -> Int { scaled.workspaceCount(vectors: count) }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        scaled.apply(x, vectors: count, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        scaled.applyAdjoint(y, vectors: count, into: x, workspace: workspace)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        base.copyColumn(column, into: y)
        for index in 0..<rows { y[index] *= scaled.factor }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        let square = scaled.factor.squaredModulus
        return base.squaredColumnNorms().map { square * $0 }
    }

    public func dense() -> Matrix<Element> { matrix(ofColumns: Array(0..<columns)) }
}

extension ScaledOperator {
    /// The operator with column access; nil unless A has it.
    public var columnScaled: ColumnScaledOperator<Element>? { ColumnScaledOperator(self) }
}
