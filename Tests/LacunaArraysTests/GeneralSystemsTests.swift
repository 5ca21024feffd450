import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct GeneralSystemsTests {
    private func checkSolve<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 61)
        for n in [1, 2, 5, 33] {
            let a: Matrix<S> = stream.matrix(n, n), b: Matrix<S> = stream.matrix(n, 3)
            let x = try a.solve(b)
            let residual = relativeDistance(naiveProduct(a, x), b)
            #expect(residual < rounding(1000 * Double(n), of: S.self), "n = \(n)")
        }
        #expect(try Matrix<S>.identity(3).solve(Matrix(repeating: 2, rows: 3, columns: 0)).shape == [3, 0])
        #expect(throws: LacunaError.self) { try Matrix<S>(repeating: 1, rows: 2, columns: 2).solve(.identity(2)) }
        #expect(throws: LacunaError.self) { try Matrix<S>(repeating: 1, rows: 2, columns: 3).solve(.identity(2)) }
        #expect(throws: LacunaError.self) { try Matrix<S>.identity(3).solve(.identity(2)) }
    }

    @Test func systems() throws {
        try checkSolve(Float.self)
        try checkSolve(Double.self)
        try checkSolve(Complex<Float>.self)
        try checkSolve(Complex<Double>.self)
    }

    private func checkEigen<R: RealScalar>(_ type: R.Type) throws {
        var stream = RandomStream(key: 62)
        for n in [0, 1, 4, 20] {
            let a: Matrix<Complex<R>> = stream.matrix(n, n)
            let eigen = try GeneralEigen(a)
            let scaled = Matrix<Complex<R>>(rows: n, columns: n) { eigen.vectors[$0, $1] * eigen.values[$1] }
            #expect(largestDifference(naiveProduct(a, eigen.vectors), scaled) < rounding(1000, of: R.self), "n = \(n)")
            let trace = (0..<n).reduce(Complex<R>.zero) { $0 + a[$1, $1] }
            #expect((trace - eigen.values.reduce(.zero, +)).modulus < rounding(1000, of: R.self))
        }
        #expect(throws: LacunaError.self) { try GeneralEigen(Matrix<Complex<R>>(repeating: 1, rows: 2, columns: 3)) }
        let nan = Complex<R>(R.nan, 0)
        #expect(throws: LacunaError.self) { try GeneralEigen(Matrix(repeating: nan, rows: 2, columns: 2)) }
    }

    @Test func eigenpairs() throws {
        try checkEigen(Float.self)
        try checkEigen(Double.self)
        // A rotation: real, with eigenvalues ±i.
        let rotation = Matrix<Complex<Double>>([[0, -1], [1, 0]])
        let values = try GeneralEigen(rotation).values.sorted { $0.imaginary < $1.imaginary }
        #expect(largestDifference(values, [Complex(0, -1), Complex(0, 1)]) < 1e-15)
    }
}
