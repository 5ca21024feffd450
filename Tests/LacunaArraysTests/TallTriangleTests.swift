import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct TallTriangleTests {
    private func check<S: Scalar>(_ type: S.Type, rows: Int, columns: Int, block: Int) {
        var stream = RandomStream(key: UInt64(rows * 100 + columns))
        let a: Matrix<S> = stream.matrix(rows, columns)
        let tall = TallTriangle<S>(columns: columns, blockRows: block)
        for first in stride(from: 0, to: rows, by: block) {
            let count = min(block, rows - first)
            for column in 0..<columns {
                for row in 0..<count { tall.block[row + column * count] = a[first + row, column] }
            }
            tall.absorb(rows: count)
        }
        let r = tall.r
        #expect(relativeDistance(naiveProduct(r.adjoint, r), naiveProduct(a.adjoint, a)) < rounding(100, of: S.self))
        for column in 0..<columns { for row in column + 1..<max(columns, column + 1) { #expect(r[row, column] == 0) } }
    }

    /// RᴴR = AᴴA, with blocks that are whole, cut at the end, narrower than the matrix, or more than it.
    @Test(arguments: [(40, 5, 7), (40, 20, 8), (3, 5, 8), (100, 33, 50), (9, 1, 2)])
    func isTheTriangleOfTheWhole(rows: Int, columns: Int, block: Int) {
        check(Float.self, rows: rows, columns: columns, block: block)
        check(Double.self, rows: rows, columns: columns, block: block)
        check(Complex<Float>.self, rows: rows, columns: columns, block: block)
        check(Complex<Double>.self, rows: rows, columns: columns, block: block)
    }

    /// What the Gram matrix loses: a singular value of 1e-12 of the first.
    @Test func smallSingularValuesSurvive() throws {
        let tall = TallTriangle<Double>(columns: 2, blockRows: 2)
        for _ in 0..<50 {
            // Rows (1, 1) and (1, 1 + δ).
            for (index, value) in [1, 1, 1, 1 + 1e-12].enumerated() { tall.block[index] = value }
            tall.absorb(rows: 2)
        }
        let values = try SingularValueDecomposition(tall.r).values
        // σ² of 50 times [[2, 2 + δ], [2 + δ, 2 + 2δ]]: the product of both is 50 δ.
        let delta = (1 + 1e-12) - 1.0
        #expect(abs(values[0] * values[1] / (50 * delta) - 1) < 1e-2)
    }
}
