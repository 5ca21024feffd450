import LacunaOperators
import LacunaTestSupport
import Testing

/// The result of a product whose output and workspace hold no numbers beforehand.
private func product<S: Scalar>(
    _ count: Int, _ workspaceCount: Int, _ body: (UnsafeMutablePointer<S>, UnsafeMutablePointer<S>) -> Void
) -> [S] {
    let output = Buffer<S>(repeating: S(.nan), count: count)
    let workspace = Buffer<S>(repeating: S(.nan), count: workspaceCount)
    body(output.pointer, workspace.pointer)
    return output.prefix(count)
}

/// What every kind of operator must fulfil, against a matrix written down from the kind's definition.
/// - Parameter givesColumns: whether the kind has column access: said by the test, so that a kind does not lose it unseen.
func expectLaws<A: LinearOperator>(
    of a: A, equals matrix: Matrix<A.Element>, givesColumns: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var stream = RandomStream(key: 17)
    let tolerance = rounding(300, of: A.Element.self)
    #expect(a.shape == matrix.shape, sourceLocation: sourceLocation)
    let check = checkAdjoint(a, using: &stream)
    #expect(check.passed, "adjoint off by \(check.discrepancy)", sourceLocation: sourceLocation)
    let x: [A.Element] = stream.vector(a.columns), y: [A.Element] = stream.vector(a.rows)
    #expect(relativeDistance(try a.apply(x), naiveProduct(matrix, x)) < tolerance, sourceLocation: sourceLocation)
    #expect(
        relativeDistance(try a.applyAdjoint(y), naiveProduct(matrix.adjoint, y)) < tolerance,
        sourceLocation: sourceLocation)
    #expect(throws: LacunaError.self, sourceLocation: sourceLocation) { try a.apply(x + [1]) }
    #expect(throws: LacunaError.self, sourceLocation: sourceLocation) { try a.applyAdjoint(Array(y.dropLast())) }
    if let dense = a as? any DenseConvertible<A.Element> {
        #expect(relativeDistance(dense.dense(), matrix) < tolerance, sourceLocation: sourceLocation)
    }
    #expect((a is any ColumnAccess<A.Element>) == givesColumns, "column access", sourceLocation: sourceLocation)
    if let columns = a as? any ColumnAccess<A.Element> {
        for column in 0..<a.columns {
            #expect(
                largestDifference(columns.column(column), Array(matrix.column(column))) < tolerance,
                sourceLocation: sourceLocation)
        }
        let norms = (0..<a.columns).map { matrix.column($0).reduce(A.Element.RealPart.zero) { $0 + $1.squaredModulus } }
        #expect(relativeDistance(columns.squaredColumnNorms(), norms) < tolerance, sourceLocation: sourceLocation)
        let picked = [a.columns - 1, 0]
        #expect(
            largestDifference(columns.matrix(ofColumns: picked), matrix.selectingColumns(picked)) < tolerance,
            sourceLocation: sourceLocation)
    }
    // Many vectors at once, in memory that holds no zeros.
    for count in [0, 1, 3] {
        let many: Matrix<A.Element> = stream.matrix(count, a.columns),
            back: Matrix<A.Element> = stream.matrix(count, a.rows)
        #expect(
            relativeDistance(
                product(a.rows * count, a.workspaceCount(vectors: count)) {
                    a.apply(many.storage, vectors: count, into: $0, workspace: $1)
                }, naiveProduct(many, matrix.transposed).storage) < tolerance,
            "\(count) vectors", sourceLocation: sourceLocation)
        #expect(
            relativeDistance(
                product(a.columns * count, a.workspaceCount(vectors: count)) {
                    a.applyAdjoint(back.storage, vectors: count, into: $0, workspace: $1)
                }, naiveProduct(back, matrix.adjoint.transposed).storage) < tolerance,
            "\(count) vectors, adjoint", sourceLocation: sourceLocation)
    }
    #expect(
        relativeDistance(
            product(a.rows, a.workspaceCount) { a.apply(x, into: $0, workspace: $1) }, naiveProduct(matrix, x))
            < tolerance, sourceLocation: sourceLocation)
    #expect(throws: LacunaError.self, sourceLocation: sourceLocation) {
        try a.apply(Tensor(repeating: 0, dimensions: [a.columns + 1, 2]))
    }
    // The adjoint as an operator of its own, and back.
    let adjoint = a.adjoint
    #expect(adjoint.shape == [a.columns, a.rows], sourceLocation: sourceLocation)
    #expect(
        relativeDistance(try adjoint.apply(y), naiveProduct(matrix.adjoint, y)) < tolerance,
        sourceLocation: sourceLocation)
    #expect(
        relativeDistance(try adjoint.adjoint.apply(x), naiveProduct(matrix, x)) < tolerance,
        sourceLocation: sourceLocation)
}
