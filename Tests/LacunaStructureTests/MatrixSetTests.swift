import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct MatrixSetTests {
    private func inner<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> S.RealPart {
        zip(a.storage, b.storage).reduce(S.RealPart.zero) { $0 + ($1.0.conjugated * $1.1).realPart }
    }

    private func difference<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> Matrix<S> {
        Matrix(rows: a.rows, columns: a.columns, storage: zip(a.storage, b.storage).map { $0 - $1 })
    }

    /// Idempotent, orthogonal to what is left, equivariant under scaling, and no farther than the given members.
    private func checkLaws<Set: MatrixSet>(
        _ set: Set, _ a: Matrix<Set.Element>, members: [Matrix<Set.Element>], parameters: Int
    ) throws {
        typealias S = Set.Element
        let member = try set.project(a), p = member.dense()
        let size = inner(a, a)
        #expect(member.parameterCount == parameters)
        #expect(relativeDistance(try set.project(p).dense(), p) <= rounding(100, of: S.self))
        #expect(inner(difference(a, p), p).magnitude <= rounding(100, of: S.self) * size)
        #expect(try set.contains(p, tolerance: rounding(100, of: S.self)))
        #expect(try !set.contains(a, tolerance: rounding(1000, of: S.self)))
        let tripled = Matrix(rows: a.rows, columns: a.columns, storage: a.storage.map { $0 * -3 })
        let expected = Matrix(rows: a.rows, columns: a.columns, storage: p.storage.map { $0 * -3 })
        #expect(relativeDistance(try set.project(tripled).dense(), expected) <= rounding(100, of: S.self))
        let rest = difference(a, p), least = inner(rest, rest)
        for other in members {
            // Nearest in the direction of the member, and near p.
            let along = inner(other, a) / inner(other, other)
            let scaled = Matrix(rows: a.rows, columns: a.columns, storage: other.storage.map { $0.scaled(by: along) })
            let far = difference(a, scaled)
            #expect(inner(far, far) >= least - rounding(100, of: S.self) * size)
        }
        #expect(throws: LacunaError.self) {
            try set.project(Matrix(repeating: S(.nan), rows: a.rows, columns: a.columns))
        }
        #expect(throws: LacunaError.self) { try set.project(Matrix<S>(repeating: 0, rows: 0, columns: 3)) }
        let nothing = Matrix<S>(repeating: 0, rows: a.rows, columns: a.columns)
        #expect(try set.project(nothing).dense() == nothing)
    }

    private func check<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 1)
        let a: Matrix<S> = stream.matrix(6, 8)
        let low = try LowRankSet<S>(rank: 2)
        let factors = try low.project(a)
        func moved(_ matrix: Matrix<S>, by size: S.RealPart, _ stream: inout RandomStream) -> Matrix<S> {
            let step: Matrix<S> = stream.matrix(matrix.rows, matrix.columns)
            return Matrix(
                rows: matrix.rows, columns: matrix.columns,
                storage: zip(matrix.storage, step.storage).map { $0 + $1.scaled(by: size) })
        }
        let sizes: [S.RealPart] = [1e-3, 1e-2, 0.1, 1]
        try checkLaws(
            low, a,
            members: sizes.map {
                try LowRankFactors(
                    left: moved(factors.left, by: $0, &stream), right: moved(factors.right, by: $0, &stream)
                )
                .dense()
            }, parameters: 2 * 14)
        // The error is the rest of the singular values.
        let values = try SingularValueDecomposition(a).values
        let rest = difference(a, factors.dense())
        let tail = values.dropFirst(2).reduce(S.RealPart.zero) { $0 + $1 * $1 }
        #expect((inner(rest, rest) - tail).magnitude <= rounding(200, of: S.self) * tail)

        let sequence = try HankelSet<S>().project(a)
        try checkLaws(
            HankelSet<S>(), a,
            members: sizes.map { size in
                try HankelSequence(sequence.sequence.map { $0 + (stream.scalar() as S).scaled(by: size) }, rows: 6)
                    .dense()
            }, parameters: 13)

        let kronecker = try KroneckerSet<S>(leftRows: 2, leftColumns: 4, rightRows: 3, rightColumns: 2)
        let pair = try #require(kronecker.project(a).terms.first)
        #expect(relativeDistance(pair.dense(), naiveKronecker([pair.left, pair.right])) == 0)
        try checkLaws(
            kronecker, a,
            members: sizes.map {
                KroneckerFactors(left: moved(pair.left, by: $0, &stream), right: moved(pair.right, by: $0, &stream))
                    .dense()
            }, parameters: 8 + 6)
        let two = try KroneckerSet<S>(leftRows: 2, leftColumns: 4, rightRows: 3, rightColumns: 2, terms: 2)
        try checkLaws(
            two, a,
            members: sizes.map { size in
                try KroneckerSum(
                    two.project(a).terms.map {
                        KroneckerFactors(
                            left: moved($0.left, by: size, &stream), right: moved($0.right, by: size, &stream))
                    }
                ).dense()
            }, parameters: 2 * (8 + 6))

        for tiles in [
            try TopTiles.entries(12, rows: 6, columns: 8),
            try TopTiles.blocks(4, blockRows: 3, blockColumns: 1, rows: 6, columns: 8),
        ] {
            let sparse = try SparseSet<S>(tiles).project(a)
            #expect(sparse.storedIndices.count == 12)
            try checkLaws(
                SparseSet<S>(tiles), a,
                members: sizes.map { size in
                    try sparse.replacingValues(sparse.values.map { $0 + (stream.scalar() as S).scaled(by: size) })
                        .dense()
                }, parameters: 12)
        }
    }

    @Test func laws() throws {
        try check(Float.self)
        try check(Double.self)
        try check(Complex<Double>.self)
    }

    @Test func membersAreRecovered() throws {
        var stream = RandomStream(key: 2)
        let a: Matrix<Complex<Double>> = stream.matrix(3, 2), b: Matrix<Complex<Double>> = stream.matrix(2, 4)
        let product = naiveKronecker([a, b])
        let set = try KroneckerSet<Complex<Double>>(leftRows: 3, leftColumns: 2, rightRows: 2, rightColumns: 4)
        #expect(relativeDistance(try set.project(product).dense(), product) < 1e-14)
        let hankel = try HankelSequence([1.0, 2, 3, 4, 5], rows: 2)
        #expect(try HankelSet().project(hankel.dense()) == hankel)
        #expect(try HankelSet().project(Matrix([[1.0, 2], [4, 8]])).sequence == [1, 3, 8])
        // More than full rank is the matrix itself.
        #expect(relativeDistance(try LowRankSet(rank: 9).project(product).dense(), product) < 1e-14)
    }

    @Test func badInput() throws {
        #expect(throws: LacunaError.self) { try LowRankSet<Double>(rank: 0) }
        #expect(throws: LacunaError.self) {
            try KroneckerSet<Double>(leftRows: 0, leftColumns: 1, rightRows: 1, rightColumns: 1)
        }
        let set = try KroneckerSet<Double>(leftRows: 2, leftColumns: 2, rightRows: 2, rightColumns: 2)
        #expect(throws: LacunaError.self) { try set.project(Matrix(repeating: 1, rows: 4, columns: 2)) }
        #expect(throws: LacunaError.self) { try HankelSequence([1.0], rows: 2) }
        #expect(throws: LacunaError.self) {
            try LowRankFactors(left: Matrix<Double>(repeating: 1, rows: 2, columns: 1), right: .identity(2))
        }
    }
}
