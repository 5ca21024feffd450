import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct MatrixExponentialTests {
    @Test func rotationsAndShears() throws {
        for angle in [0.0, 0.1, 1, 40] {
            let e = try Matrix<Double>([[0, angle], [-angle, 0]]).exponential()
            let exact = Matrix<Double>([
                [Double.cos(angle), Double.sin(angle)], [-Double.sin(angle), Double.cos(angle)],
            ])
            #expect(relativeDistance(e, exact) < 1e-13 * max(1, angle))
        }
        #expect(try Matrix<Double>([[0, 3], [0, 0]]).exponential() == Matrix([[1, 3], [0, 1]]))
    }

    @Test func sumsOfCommutingMatrices() throws {
        var stream = RandomStream(key: 5)
        let a: Matrix<Complex<Double>> = stream.matrix(6, 6)
        let double = Matrix(rows: 6, columns: 6, storage: a.storage.map { $0 + $0 })
        let e = try a.exponential()
        #expect(relativeDistance(try double.exponential(), naiveProduct(e, e)) < 1e-12)
        // e^A e^-A = 1.
        let inverse = try Matrix(rows: 6, columns: 6, storage: a.storage.map { -$0 }).exponential()
        #expect(relativeDistance(naiveProduct(e, inverse), .identity(6)) < 1e-11)
    }

    @Test func badInputIsRefused() {
        #expect(throws: LacunaError.self) { try Matrix<Double>(repeating: 1, rows: 2, columns: 3).exponential() }
        #expect(throws: LacunaError.self) { try Matrix<Double>([[.nan]]).exponential() }
    }
}
