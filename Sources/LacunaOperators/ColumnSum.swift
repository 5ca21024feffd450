/// A sum of operators that all give their columns: `SumOperator.columnSum`.
public struct ColumnSumOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let sum: SumOperator<Element>
    private let terms: [any ColumnAccess<Element>]

    init?(_ sum: SumOperator<Element>) {
        let terms = sum.terms.compactMap { columnForm(of: $0) }
        guard terms.count == sum.terms.count else { return nil }
        self.sum = sum
        self.terms = terms
    }

    public var rows: Int { sum.rows }
    public var columns: Int { sum.columns }
    public var workspaceCount: Int { sum.workspaceCount }
    public var adjoint: any LinearOperator<Element> { sum.adjoint }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        sum.apply(x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        sum.applyAdjoint(y, into: x, workspace: workspace)
    }

    public func workspaceCount(vectors count: Int) -> Int { sum.workspaceCount(vectors: count) }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        sum.apply(x, vectors: count, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        sum.applyAdjoint(y, vectors: count, into: x, workspace: workspace)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        terms[0].copyColumn(column, into: y)
        guard terms.count > 1, rows > 0 else { return }
        withUnsafeTemporaryAllocation(of: Element.self, capacity: rows) { scratch in
            guard let other = scratch.baseAddress else { return }
            other.initialize(repeating: .zero, count: rows)
            for term in terms.dropFirst() {
                term.copyColumn(column, into: other)
                BatchProduct.add(rows, other, into: y)
            }
        }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        if terms.count == 1 { return terms[0].squaredColumnNorms() }
        // Columns of the terms are not orthogonal: the sums have to be made.
        let sum = Buffer<Element>(repeating: 0, count: rows)
        return (0..<columns).map { column in
            copyColumn(column, into: sum.pointer)
            return (0..<rows).reduce(Element.RealPart.zero) { $0 + sum[$1].squaredModulus }
        }
    }

    public func dense() -> Matrix<Element> { matrix(ofColumns: Array(0..<columns)) }
}

extension SumOperator {
    /// The sum with column access; nil unless every term has it.
    public var columnSum: ColumnSumOperator<Element>? { ColumnSumOperator(self) }
}

/// The operator as one that gives its columns: itself, or the form of a combination whose parts all do.
func columnForm<Element: Scalar>(of base: any LinearOperator<Element>) -> (any ColumnAccess<Element>)? {
    if let columns = base as? any ColumnAccess<Element> { return columns }
    if let sum = base as? SumOperator<Element> { return sum.columnSum }
    if let scaled = base as? ScaledOperator<Element> { return scaled.columnScaled }
    if let stack = base as? StackOperator<Element> { return stack.columnStack }
    return nil
}
