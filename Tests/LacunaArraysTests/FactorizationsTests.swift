import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct FactorizationsTests {
    private func checkQR<S: Scalar>(_ type: S.Type, _ m: Int, _ n: Int) throws {
        var stream = RandomStream(key: UInt64(m * 100 + n))
        let a: Matrix<S> = stream.matrix(m, n)
        let tolerance = rounding(100, of: S.self)
        let qr = try QRFactorization(a)
        #expect(relativeDistance(naiveProduct(qr.q, qr.r), a) < tolerance)
        #expect(relativeDistance(naiveProduct(qr.q.adjoint, qr.q), .identity(n)) < tolerance)
        for column in 0..<n { for row in column + 1..<max(n, column + 1) { #expect(qr.r[row, column] == 0) } }
        // The residual of the least-squares solution is orthogonal to the columns.
        let b: [S] = stream.vector(m)
        let x = try qr.leastSquares(b)
        let residual = zip(b, naiveProduct(a, x)).map { $0 - $1 }
        #expect(largestDifference(naiveProduct(a.adjoint, residual), Array(repeating: 0, count: n)) < tolerance * 10)
    }

    @Test(arguments: [(1, 1), (4, 4), (7, 3), (40, 33)])
    func qr(m: Int, n: Int) throws {
        try checkQR(Float.self, m, n)
        try checkQR(Double.self, m, n)
        try checkQR(Complex<Float>.self, m, n)
        try checkQR(Complex<Double>.self, m, n)
    }

    @Test func qrErrorsAndCondition() throws {
        #expect(throws: LacunaError.self) { try QRFactorization(Matrix<Double>(repeating: 1, rows: 2, columns: 3)) }
        #expect(throws: LacunaError.self) { try QRFactorization(Matrix<Double>(repeating: 1, rows: 2, columns: 0)) }
        let qr = try QRFactorization(Matrix<Double>([[1, 1], [1, 1], [1, 1]]))
        #expect(qr.reciprocalConditionEstimate < 1e-15)
        #expect(throws: LacunaError.self) { try qr.leastSquares([1, 2]) }
        #expect(try QRFactorization(Matrix<Double>.identity(3)).reciprocalConditionEstimate == 1)
    }

    private func checkSVD<S: Scalar>(_ type: S.Type, _ m: Int, _ n: Int, rank: Int) throws {
        var stream = RandomStream(key: UInt64(m * 1000 + n * 10 + rank))
        let a = naiveProduct(stream.matrix(m, rank, of: S.self), stream.matrix(rank, n, of: S.self))
        let tolerance = rounding(500, of: S.self)
        let svd = try SingularValueDecomposition(a)
        let k = min(m, n)
        #expect(svd.values.count == k && svd.values.allSatisfy { $0 >= 0 })
        #expect(zip(svd.values, svd.values.dropFirst()).allSatisfy { $0 >= $1 })
        let scaled = Matrix<S>(rows: m, columns: k) { svd.u[$0, $1].scaled(by: svd.values[$1]) }
        #expect(relativeDistance(naiveProduct(scaled, svd.v.adjoint), a) < tolerance)
        #expect(relativeDistance(naiveProduct(svd.u.adjoint, svd.u), .identity(k)) < tolerance)
        #expect(relativeDistance(naiveProduct(svd.v.adjoint, svd.v), .identity(k)) < tolerance)
        #expect(svd.rank == rank)
        // The four Moore-Penrose conditions.
        let inverse = try svd.pseudoInverse()
        let left = naiveProduct(a, inverse), right = naiveProduct(inverse, a)
        #expect(relativeDistance(naiveProduct(left, a), a) < tolerance * 10)
        #expect(relativeDistance(naiveProduct(right, inverse), inverse) < tolerance * 10)
        #expect(relativeDistance(left.adjoint, left) < tolerance * 10)
        #expect(relativeDistance(right.adjoint, right) < tolerance * 10)
    }

    @Test(arguments: [(1, 1, 1), (4, 4, 4), (7, 3, 3), (3, 7, 3), (6, 5, 2), (30, 40, 30)])
    func svd(m: Int, n: Int, rank: Int) throws {
        try checkSVD(Double.self, m, n, rank: rank)
        try checkSVD(Complex<Double>.self, m, n, rank: rank)
        if rank < 30 {
            try checkSVD(Float.self, m, n, rank: rank)
            try checkSVD(Complex<Float>.self, m, n, rank: rank)
        }
    }

    @Test func svdOfZeroAndOfNothing() throws {
        let svd = try SingularValueDecomposition(Matrix<Double>(repeating: 0, rows: 3, columns: 2))
        #expect(svd.values == [0, 0] && svd.rank == 0)
        #expect(try svd.pseudoInverse() == Matrix(repeating: 0, rows: 2, columns: 3))
        #expect(throws: LacunaError.self) {
            try SingularValueDecomposition(Matrix<Double>(repeating: 0, rows: 0, columns: 2))
        }
        #expect(throws: LacunaError.self) { try SingularValueDecomposition(Matrix<Double>([[.nan]])) }
    }

    private func checkCholesky<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 7)
        let b: Matrix<S> = stream.matrix(6, 12)
        let a = naiveProduct(b, b.adjoint)
        let tolerance = rounding(2000, of: S.self)
        let factorization = try CholeskyFactorization(a)
        #expect(relativeDistance(naiveProduct(factorization.l, factorization.l.adjoint), a) < tolerance)
        let y: [S] = stream.vector(6)
        #expect(relativeDistance(naiveProduct(a, try factorization.solve(y)), y) < tolerance)
        // Only the lower triangle is read.
        var dirty = a
        for column in 1..<6 { dirty[0, column] = S(.nan) }
        #expect(try CholeskyFactorization(dirty).l == factorization.l)
    }

    @Test func cholesky() throws {
        try checkCholesky(Float.self)
        try checkCholesky(Double.self)
        try checkCholesky(Complex<Float>.self)
        try checkCholesky(Complex<Double>.self)
        #expect(throws: LacunaError.self) { try CholeskyFactorization(Matrix<Double>([[1, 2], [2, 1]])) }
        #expect(throws: LacunaError.self) { try CholeskyFactorization(Matrix<Double>([[0]])) }
        #expect(throws: LacunaError.self) {
            try CholeskyFactorization(Matrix<Double>(repeating: 1, rows: 2, columns: 3))
        }
        #expect(throws: LacunaError.self) { try CholeskyFactorization(Matrix<Double>.identity(2)).solve([1]) }
    }
}
