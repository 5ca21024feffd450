import LacunaOperators
import Testing

/// Forgets the conjugate in its adjoint: right for real matrices, wrong for complex ones.
private struct TransposingOperator<Element: Scalar>: LinearOperator {
    let matrix: Matrix<Element>
    var rows: Int { matrix.rows }
    var columns: Int { matrix.columns }

    func apply(_ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>) {
        for row in 0..<rows { y[row] = (0..<columns).reduce(Element.zero) { $0 + matrix[row, $1] * x[$1] } }
    }

    func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        for column in 0..<columns { x[column] = (0..<rows).reduce(Element.zero) { $0 + matrix[$1, column] * y[$1] } }
    }
}

@Suite struct CheckAdjointTests {
    @Test func findsAMissingConjugate() {
        var stream = RandomStream(key: 3)
        let complex = Matrix(rows: 5, columns: 4) { _, _ in stream.complexNormal() }
        let check = checkAdjoint(TransposingOperator(matrix: complex), using: &stream)
        #expect(!check.passed && check.discrepancy > 0.01)
        let real = Matrix(rows: 5, columns: 4) { _, _ in stream.normal() }
        #expect(checkAdjoint(TransposingOperator(matrix: real), using: &stream).passed)
    }

    @Test func findsAWrongEntryAndPassesZero() {
        var stream = RandomStream(key: 4)
        #expect(checkAdjoint(DenseOperator(Matrix<Double>(repeating: 0, rows: 3, columns: 2)), using: &stream).passed)
        let nan = checkAdjoint(DenseOperator(Matrix<Double>(repeating: .nan, rows: 3, columns: 2)), using: &stream)
        #expect(!nan.passed)
    }
}
