import LacunaOperators
import LacunaTestSupport
import Testing

@Suite struct OperatorKindsTests {
    private func checkAll<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 21)
        let matrix: Matrix<S> = stream.matrix(4, 6)
        try expectLaws(of: DenseOperator(matrix), equals: matrix)

        let diagonal: [S] = stream.vector(5)
        try expectLaws(
            of: DiagonalOperator(diagonal), equals: Matrix(rows: 5, columns: 5) { $0 == $1 ? diagonal[$0] : 0 })

        let kept = [4, 0, 3]
        try expectLaws(
            of: RestrictionOperator<S>(kept, of: 6), equals: Matrix(rows: 3, columns: 6) { kept[$0] == $1 ? 1 : 0 })

        // 1 to 4 factors, wide, tall and square.
        for sizes in [[(3, 5)], [(3, 5), (4, 2)], [(2, 3), (3, 3), (4, 2)], [(2, 3), (3, 2), (1, 2), (2, 2)]] {
            let factors: [Matrix<S>] = sizes.map { stream.matrix($0.0, $0.1) }
            try expectLaws(of: KroneckerOperator(factors), equals: naiveKronecker(factors))
            try expectLaws(of: KroneckerGramOperator(KroneckerOperator(factors)), equals: naiveKronecker(factors))
        }

        for sizes in [[3], [3, 4], [2, 3, 4], [4, 1, 2]] {
            let factors: [Matrix<S>] = sizes.map { stream.matrix($0, 5) }
            let columns = (0..<5).flatMap { column in
                factors.reduce([S(1)]) { naiveKronecker($0, Array($1.column(column))) }
            }
            let expected = Matrix(rows: sizes.reduce(1, *), columns: 5, storage: columns)
            try expectLaws(of: KhatriRaoOperator(factors), equals: expected)
        }

        let inner: Matrix<S> = stream.matrix(6, 3)
        try expectLaws(
            of: CompositionOperator(DenseOperator(matrix), DenseOperator(inner)), equals: naiveProduct(matrix, inner),
            givesColumns: false)
        let nested = try CompositionOperator(
            DenseOperator(matrix),
            CompositionOperator(KroneckerOperator([inner]), DiagonalOperator(Array(diagonal[..<3]))))
        let scaledInner = Matrix(rows: 6, columns: 3) { inner[$0, $1] * diagonal[$1] }
        try expectLaws(of: nested, equals: naiveProduct(matrix, scaledInner), givesColumns: false)

        let factor: S = stream.scalar()
        let scaled = ScaledOperator(factor, DenseOperator(matrix))
        let product = Matrix(rows: 4, columns: 6) { factor * matrix[$0, $1] }
        try expectLaws(of: scaled, equals: product, givesColumns: false)
        try expectLaws(of: #require(scaled.columnScaled), equals: product)
        #expect(ScaledOperator(factor, AdjointOperator(DenseOperator(matrix))).columnScaled == nil)
        try expectLaws(of: AdjointOperator(DenseOperator(matrix)), equals: matrix.adjoint, givesColumns: false)
    }

    @Test func allKindsInAllPrecisions() throws {
        try checkAll(Float.self)
        try checkAll(Double.self)
        try checkAll(Complex<Float>.self)
        try checkAll(Complex<Double>.self)
    }

    @Test(arguments: [1, 5, 8, 12])
    func fourier(size: Int) throws {
        let matrix = Matrix<Complex<Double>>(rows: size, columns: size) { k, n in
            let angle = -2 * Double.pi * Double(k * n) / Double(size)
            return Complex(Double.cos(angle), Double.sin(angle)).scaled(by: 1 / Double(size).squareRoot())
        }
        let operation = try FourierOperator(size: size)
        try expectLaws(of: operation, equals: matrix)
        // Unitary.
        #expect(relativeDistance(naiveProduct(matrix.adjoint, operation.dense()), .identity(size)) < 1e-13)
    }

    @Test func constructorsRefuseShapesThatDoNotFit() throws {
        let a = Matrix<Double>(repeating: 1, rows: 2, columns: 3), b = Matrix<Double>(repeating: 1, rows: 4, columns: 4)
        #expect(throws: LacunaError.self) { try KroneckerOperator<Double>([Matrix<Double>]()) }
        #expect(throws: LacunaError.self) { try KroneckerOperator([a, Matrix(repeating: 1, rows: 0, columns: 3)]) }
        #expect(throws: LacunaError.self) { try KhatriRaoOperator<Double>([]) }
        #expect(throws: LacunaError.self) { try KhatriRaoOperator([a, b]) }
        #expect(throws: LacunaError.self) { try CompositionOperator(DenseOperator(a), DenseOperator(b)) }
        #expect(throws: LacunaError.self) { try RestrictionOperator<Double>([0, 3], of: 3) }
        #expect(throws: LacunaError.self) { try RestrictionOperator<Double>([-1], of: 3) }
        #expect(throws: LacunaError.self) { try RestrictionOperator<Double>([1, 1], of: 3) }
        #expect(throws: LacunaError.self) { try FourierOperator(size: 0) }
        let message = (try? DenseOperator(a).apply([1])) == nil ? describe { try DenseOperator(a).apply([1]) } : ""
        #expect(message.contains("2×3") && message.contains("1 elements") && !message.contains("\n"))
    }

    private func describe(_ body: () throws -> [Double]) -> String {
        do {
            _ = try body()
            return ""
        } catch { return "\(error)" }
    }
}
