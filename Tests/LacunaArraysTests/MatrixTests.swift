import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct MatrixTests {
    @Test func columnsAreContiguous() {
        let matrix = Matrix<Double>([[1, 2, 3], [4, 5, 6]])
        #expect(matrix.storage == [1, 4, 2, 5, 3, 6])
        #expect(matrix[1, 2] == 6 && matrix.shape == [2, 3] && Array(matrix.column(1)) == [2, 5])
        #expect(matrix.selectingColumns([2, 0, 2]) == Matrix([[3, 1, 3], [6, 4, 6]]))
        #expect(matrix.transposed == Matrix([[1, 4], [2, 5], [3, 6]]))
    }

    @Test func adjointConjugates() {
        let matrix = Matrix<Complex<Double>>([[Complex(1, 2), Complex(3, 4)]])
        #expect(matrix.adjoint == Matrix([[Complex(1, -2)], [Complex(3, -4)]]))
        #expect(matrix.transposed == Matrix([[Complex(1, 2)], [Complex(3, 4)]]))
    }

    @Test func products() throws {
        var stream = RandomStream(key: 5)
        let a: Matrix<Complex<Double>> = stream.matrix(3, 4), b: Matrix<Complex<Double>> = stream.matrix(4, 2)
        #expect(relativeDistance(try a.multiplied(by: b), naiveProduct(a, b)) < 1e-14)
        #expect(try a.multiplied(by: .identity(4)) == a)
        #expect(throws: LacunaError.self) { try b.multiplied(by: a.multiplied(by: b)) }
        // No inner index: a zero matrix.
        let empty = Matrix<Double>(repeating: 0, rows: 2, columns: 0)
        #expect(try empty.multiplied(by: Matrix(repeating: 0, rows: 0, columns: 3)) == Matrix(repeating: 0, rows: 2, columns: 3))
    }
}
