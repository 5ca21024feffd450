import LacunaArrays
import LacunaTestSupport
import Testing

/// Every verb against loops over the definition, with leading dimensions larger than the matrices.
@Suite struct BLASTests {
    private static let forms: [BLASForm] = [.plain, .transposed, .adjoint]
    private enum BLASForm { case plain, transposed, adjoint }

    /// A copy of `matrix` in columns of `ld` entries; the gaps hold NaN, which must never be read.
    private func padded<S: Scalar>(_ matrix: Matrix<S>, _ ld: Int) -> [S] {
        (0..<matrix.columns).flatMap { column in
            (0..<ld).map { $0 < matrix.rows ? matrix[$0, column] : S(.nan) }
        }
    }

    private func unpadded<S: Scalar>(_ buffer: [S], _ rows: Int, _ columns: Int, _ ld: Int) -> Matrix<S> {
        Matrix(rows: rows, columns: columns) { buffer[$0 + $1 * ld] }
    }

    private func operand<S: Scalar>(_ form: BLASForm, _ matrix: Matrix<S>) -> (stored: Matrix<S>, form: BLAS<S>.Form) {
        switch form {
        case .plain: (matrix, .plain)
        case .transposed: (matrix.transposed, .transposed)
        case .adjoint: (matrix.adjoint, .adjoint)
        }
    }

    private func lower<S: Scalar>(_ matrix: Matrix<S>) -> [S] {
        (0..<matrix.columns).flatMap { column in (column..<matrix.rows).map { matrix[$0, column] } }
    }

    private func combined<S: Scalar>(_ alpha: Double, _ product: Matrix<S>, _ beta: Double, _ c: Matrix<S>) -> Matrix<S> {
        Matrix(rows: c.rows, columns: c.columns) {
            product[$0, $1].scaled(by: S.RealPart(alpha)) + c[$0, $1].scaled(by: S.RealPart(beta))
        }
    }

    private func checkProducts<S: Scalar>(_ type: S.Type) {
        var stream = RandomStream(key: 2)
        let tolerance = rounding(50, of: S.self)
        let (m, n, k) = (5, 4, 3)
        for formA in Self.forms {
            for formB in Self.forms {
                let a: Matrix<S> = stream.matrix(m, k), b: Matrix<S> = stream.matrix(k, n), c: Matrix<S> = stream.matrix(m, n)
                let left = operand(formA, a), right = operand(formB, b)
                var target = padded(c, 7)
                BLAS<S>.multiply(
                    left.form, right.form, m, n, k, alpha: -0.5, padded(left.stored, 6), 6,
                    padded(right.stored, 8), 8, beta: 2, into: &target, 7)
                let expected = combined(-0.5, naiveProduct(a, b), 2, c)
                #expect(relativeDistance(unpadded(target, m, n, 7), expected) < tolerance, "\(S.self) \(formA) \(formB)")
            }
            let a: Matrix<S> = stream.matrix(m, n)
            let x: [S] = stream.vector(n), y: [S] = stream.vector(m)
            let left = operand(formA, a)
            var target = y
            BLAS<S>.multiply(
                left.form, left.stored.rows, left.stored.columns, alpha: 3, padded(left.stored, 6), 6,
                vector: x, beta: -1, into: &target)
            let expected = zip(naiveProduct(a, x), y).map { $0.scaled(by: 3) - $1 }
            #expect(relativeDistance(target, expected) < tolerance, "\(S.self) \(formA) vector")
        }
    }

    private func checkGrams<S: Scalar>(_ type: S.Type) {
        var stream = RandomStream(key: 3)
        let tolerance = rounding(50, of: S.self)
        let (n, k) = (5, 3)
        let wide: Matrix<S> = stream.matrix(n, k), tall: Matrix<S> = stream.matrix(k, n)
        let c = Matrix<S>(rows: n, columns: n) { $0 == $1 ? S(S.RealPart($0)) : S(S.RealPart($0 - $1)) }
        for isOuter in [true, false] {
            var target = padded(c, 6)
            let product: Matrix<S>
            if isOuter {
                BLAS<S>.outerGram(n, k, alpha: 2, padded(wide, 7), 7, beta: 0.5, into: &target, 6)
                product = naiveProduct(wide, wide.adjoint)
            } else {
                BLAS<S>.innerGram(n, k, alpha: 2, padded(tall, 7), 7, beta: 0.5, into: &target, 6)
                product = naiveProduct(tall.adjoint, tall)
            }
            let result = unpadded(target, n, n, 6)
            #expect(relativeDistance(lower(result), lower(combined(2, product, 0.5, c))) < tolerance, "\(S.self) \(isOuter)")
            // The upper triangle is left alone.
            #expect(result[0, n - 1] == c[0, n - 1])
        }
    }

    private func checkCholesky<S: Scalar>(_ type: S.Type) {
        var stream = RandomStream(key: 4)
        let tolerance = rounding(500, of: S.self)
        let n = 5
        let b: Matrix<S> = stream.matrix(n, 2 * n)
        let a = naiveProduct(b, b.adjoint)
        var factor = padded(a, 7)
        #expect(BLAS<S>.choleskyFactor(n, &factor, 7))
        let l = Matrix<S>(rows: n, columns: n) { $0 >= $1 ? factor[$0 + $1 * 7] : 0 }
        #expect(relativeDistance(naiveProduct(l, l.adjoint), a) < tolerance)

        let right: Matrix<S> = stream.matrix(n, 3)
        for (form, triangle) in [(BLAS<S>.Form.plain, l), (.adjoint, l.adjoint)] {
            var x = padded(right, 6)
            BLAS<S>.solveLower(form, n, columns: 3, factor, 7, into: &x, 6)
            #expect(relativeDistance(naiveProduct(triangle, unpadded(x, n, 3, 6)), right) < tolerance)
        }
        let upper = padded(l.adjoint, 7)
        var x = padded(right, 6)
        BLAS<S>.solveUpper(.plain, n, columns: 3, upper, 7, into: &x, 6)
        #expect(relativeDistance(naiveProduct(l.adjoint, unpadded(x, n, 3, 6)), right) < tolerance)

        BLAS<S>.inverseFromCholesky(n, &factor, 7)
        let inverse = completed(lower: unpadded(factor, n, n, 7))
        #expect(relativeDistance(naiveProduct(a, inverse), .identity(n)) < tolerance * 100)
    }

    @Test func productsOfAllForms() {
        checkProducts(Float.self)
        checkProducts(Double.self)
        checkProducts(Complex<Float>.self)
        checkProducts(Complex<Double>.self)
    }

    @Test func gramMatrices() {
        checkGrams(Float.self)
        checkGrams(Double.self)
        checkGrams(Complex<Float>.self)
        checkGrams(Complex<Double>.self)
    }

    @Test func choleskyAndTriangles() {
        checkCholesky(Float.self)
        checkCholesky(Double.self)
        checkCholesky(Complex<Float>.self)
        checkCholesky(Complex<Double>.self)
    }

    @Test func indefiniteMatrixHasNoCholeskyFactor() {
        var a = [1.0, 2, 2, 1]
        #expect(!BLAS<Double>.choleskyFactor(2, &a, 2))
    }

    @Test func betaZeroOverwritesNaN() {
        var c = [Double.nan]
        BLAS<Double>.multiply(.plain, .plain, 1, 1, 1, [3], 1, [2], 1, into: &c, 1)
        #expect(c[0] == 6)
    }

    @Test func versionsAreNamed() {
        #expect(!blasCoreName.isEmpty && !blasConfiguration.isEmpty)
    }
}
