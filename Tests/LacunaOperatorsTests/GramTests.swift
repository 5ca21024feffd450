import LacunaOperators
import LacunaTestSupport
import Testing

/// A diag(g) Aᴴ, a_nᴴ S⁻¹ a_n and A_Sᴴ A_S against their formulas.
@Suite struct GramTests {
    private func check<A: GramOperator>(
        _ a: A, _ matrix: Matrix<A.Element>, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        typealias S = A.Element
        var stream = RandomStream(key: 31)
        let m = a.rows, n = a.columns
        let tolerance = rounding(3000, of: S.self)
        for active in [Array(0..<n), Array(Swift.stride(from: 1, to: n, by: 2)), [n - 1]] {
            let given: [S.RealPart] = stream.positives(active.count, in: 0.1...2)
            var weights = Array(repeating: S.RealPart.zero, count: n)
            for (index, weight) in zip(active, given) { weights[index] = weight }
            var workspace = Array(repeating: S(.nan), count: a.gramWorkspaceCount(active: active.count))
            var k = Array(repeating: S.zero, count: m * m)
            a.weightedGram(weights, active: active, into: &k, workspace: &workspace)
            let weighted = Matrix<S>(rows: m, columns: n) { matrix[$0, $1].scaled(by: weights[$1]) }
            var expected = naiveProduct(weighted, matrix.adjoint)
            let got = completed(lower: Matrix(rows: m, columns: m, storage: k))
            #expect(relativeDistance(got, expected) < tolerance, sourceLocation: sourceLocation)

            for row in 0..<m { expected[row, row] += S(0.5) }
            var factor = try CholeskyFactorization(expected).l.storage
            var q = Array(repeating: S.RealPart.zero, count: active.count)
            a.inverseQuadraticForms(&factor, active: active, into: &q, workspace: &workspace)
            let columns = matrix.selectingColumns(active)
            let solved = naiveSolve(expected, columns).solution
            let forms = (0..<active.count).map { j in
                (0..<m).reduce(S.RealPart.zero) { $0 + (columns[$1, j].conjugated * solved[$1, j]).realPart }
            }
            #expect(relativeDistance(q, forms) < tolerance, sourceLocation: sourceLocation)

            var g = Array(repeating: S.zero, count: active.count * active.count)
            a.gram(of: active, into: &g, workspace: &workspace)
            let gram = completed(lower: Matrix(rows: active.count, columns: active.count, storage: g))
            #expect(
                relativeDistance(gram, naiveProduct(columns.adjoint, columns)) < tolerance,
                sourceLocation: sourceLocation)
        }
    }

    private func checkAll<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 32)
        let matrix: Matrix<S> = stream.matrix(4, 7)
        try check(DenseOperator(matrix), matrix)
        for sizes in [[(3, 5)], [(3, 5), (4, 2)], [(2, 3), (3, 4), (2, 2)], [(2, 3), (1, 2), (3, 2), (2, 2)]] {
            let factors: [Matrix<S>] = sizes.map { stream.matrix($0.0, $0.1) }
            let kronecker = try KroneckerOperator(factors)
            try check(KroneckerGramOperator(kronecker), naiveKronecker(factors))
        }
        let khatriRao = try KhatriRaoOperator<S>([stream.matrix(2, 6), stream.matrix(3, 6)])
        try check(khatriRao, khatriRao.dense())
        let diagonal = DiagonalOperator<S>(stream.vector(5))
        try check(diagonal, diagonal.dense())
        let restriction = try RestrictionOperator<S>([3, 0, 4], of: 6)
        try check(restriction, restriction.dense())
        let sequence: [S] = stream.vector(10)
        let hankel = try HankelOperator(sequence, rows: 4)
        try check(hankel, hankel.dense())
        let blocks = try BlockDiagonalOperator<S>([stream.matrix(2, 3), stream.matrix(3, 3)])
        try check(blocks, blocks.dense())
        let monarch = try MonarchOperator(MonarchFactors<S>(kronecker: stream.matrix(2, 3), stream.matrix(2, 2)))
        try check(monarch, monarch.dense())
    }

    @Test func formulas() throws {
        try checkAll(Float.self)
        try checkAll(Double.self)
        try checkAll(Complex<Float>.self)
        try checkAll(Complex<Double>.self)
        let fourier = try FourierOperator(size: 6)
        try check(fourier, fourier.dense())
    }
}
