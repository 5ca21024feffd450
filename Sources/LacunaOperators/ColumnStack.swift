/// A stack of operators that all give their columns, for greedy methods: `StackOperator.columnStack`.
public struct ColumnStackOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let stack: StackOperator<Element>
    private let parts: [any ColumnAccess<Element>]

    init?(_ stack: StackOperator<Element>) {
        let parts = stack.parts.compactMap { columnForm(of: $0) }
        guard parts.count == stack.parts.count else { return nil }
        self.stack = stack
        self.parts = parts
    }

    public var rows: Int { stack.rows }
    public var columns: Int { stack.columns }
    public var workspaceCount: Int { stack.workspaceCount }
    public var adjoint: any LinearOperator<Element> { stack.adjoint }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        stack.apply(x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        stack.applyAdjoint(y, into: x, workspace: workspace)
    }

    public func workspaceCount(vectors count: Int) -> Int { stack.workspaceCount(vectors: count) }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        stack.apply(x, vectors: count, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        stack.applyAdjoint(y, vectors: count, into: x, workspace: workspace)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        var column = column, y = y
        // By index: enumerating existentials allocates.
        for index in parts.indices {
            let part = parts[index]
            if stack.direction == .vertical {
                part.copyColumn(column, into: y)
                y += part.rows
            } else if column < part.columns {
                return part.copyColumn(column, into: y)
            } else {
                column -= part.columns
            }
        }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        let norms = parts.map { $0.squaredColumnNorms() }
        if stack.direction == .horizontal { return norms.flatMap { $0 } }
        return (0..<columns).map { column in norms.reduce(Element.RealPart.zero) { $0 + $1[column] } }
    }

    public func dense() -> Matrix<Element> { matrix(ofColumns: Array(0..<columns)) }
}

extension StackOperator {
    /// The stack with column access; nil unless every part has it.
    public var columnStack: ColumnStackOperator<Element>? { ColumnStackOperator(self) }
}
