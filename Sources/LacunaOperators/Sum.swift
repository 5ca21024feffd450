/// A_1 + … + A_K. Sums among the terms are flattened by the constructor. `columnSum` is one that gives its
/// columns, where all terms do.
public struct SumOperator<Element: Scalar>: DenseConvertible {
    public let terms: [any LinearOperator<Element>]
    public let rows: Int
    public let columns: Int

    /// - Throws: `LacunaError` if there is no term or the shapes differ.
    public init(_ terms: [any LinearOperator<Element>]) throws {
        guard let first = terms.first else {
            throw LacunaError(.shape, "sum of operators", "no terms were given, at least one is needed")
        }
        if let odd = terms.firstIndex(where: { $0.shape != first.shape }) {
            throw LacunaError(
                .shape, "sum of operators",
                "term \(odd + 1) is \(describeShape(terms[odd].shape)), term 1 is \(describeShape(first.shape))")
        }
        self.init(
            checked: terms.flatMap { ($0 as? SumOperator<Element>)?.terms ?? [$0] }, rows: first.rows,
            columns: first.columns)
    }

    private init(checked terms: [any LinearOperator<Element>], rows: Int, columns: Int) {
        self.terms = terms
        self.rows = rows
        self.columns = columns
    }

    /// One more term's result, and the scratch of the term.
    public var workspaceCount: Int { max(rows, columns) + terms.reduce(0) { max($0, $1.workspaceCount) } }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        terms[0].apply(x, into: y, workspace: workspace)
        for term in terms.dropFirst() {
            term.apply(x, into: workspace, workspace: workspace + rows)
            BatchProduct.add(rows, workspace, into: y)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        terms[0].applyAdjoint(y, into: x, workspace: workspace)
        for term in terms.dropFirst() {
            term.applyAdjoint(y, into: workspace, workspace: workspace + columns)
            BatchProduct.add(columns, workspace, into: x)
        }
    }

    /// A_1ᴴ + … + A_Kᴴ.
    public var adjoint: any LinearOperator<Element> {
        SumOperator(checked: terms.map { $0.adjoint }, rows: columns, columns: rows)
    }

    public func workspaceCount(vectors count: Int) -> Int {
        max(rows, columns) * count + terms.reduce(0) { max($0, $1.workspaceCount(vectors: count)) }
    }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        terms[0].apply(x, vectors: count, into: y, workspace: workspace)
        for term in terms.dropFirst() {
            term.apply(x, vectors: count, into: workspace, workspace: workspace + rows * count)
            BatchProduct.add(rows * count, workspace, into: y)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        terms[0].applyAdjoint(y, vectors: count, into: x, workspace: workspace)
        for term in terms.dropFirst() {
            term.applyAdjoint(y, vectors: count, into: workspace, workspace: workspace + columns * count)
            BatchProduct.add(columns * count, workspace, into: x)
        }
    }
}
