import LacunaOperators
import LacunaTestSupport
import Testing

@Suite struct StructuredOperatorsTests {
    private func checkAll<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 41)
        // Permutation and block diagonal.
        let order = stream.permutation(7)
        try expectLaws(
            of: PermutationOperator<S>(order), equals: Matrix(rows: 7, columns: 7) { order[$0] == $1 ? 1 : 0 })
        for sizes in [[(2, 3)], [(2, 3), (1, 1), (4, 2)], [(3, 3), (3, 3)]] {
            let blocks: [Matrix<S>] = sizes.map { stream.matrix($0.0, $0.1) }
            try expectLaws(of: BlockDiagonalOperator(blocks), equals: blockDiagonal(blocks))
        }
        // Shift structure; lengths that are prime, even, 1, and shapes of all kinds.
        for n in [1, 2, 7, 12] {
            let c: [S] = stream.vector(n)
            try expectLaws(
                of: CirculantOperator(firstColumn: c), equals: Matrix(rows: n, columns: n) { c[($0 - $1 + n) % n] })
        }
        for (m, n) in [(1, 1), (1, 5), (5, 1), (4, 7), (7, 4), (6, 6)] {
            let sequence: [S] = stream.vector(m + n - 1)
            let column = Array(sequence[..<m]), row = [sequence[0]] + sequence[m...]
            try expectLaws(
                of: ToeplitzOperator(firstColumn: column, firstRow: row),
                equals: Matrix(rows: m, columns: n) { $0 >= $1 ? column[$0 - $1] : row[$1 - $0] })
            try expectLaws(
                of: HankelOperator(sequence, rows: m), equals: Matrix(rows: m, columns: n) { sequence[$0 + $1] })
        }
        let kernel: [S] = stream.vector(3)
        try expectLaws(
            of: ToeplitzOperator(causalKernel: kernel, length: 5),
            equals: Matrix(rows: 5, columns: 5) { $0 - $1 >= 0 && $0 - $1 < 3 ? kernel[$0 - $1] : 0 })
        let nodes: [S] = stream.vector(4).map { ($0 as S).scaled(by: 0.7) }
        try expectLaws(
            of: VandermondeOperator(nodes: nodes, rows: 5),
            equals: Matrix(rows: 5, columns: 4) { row, column in
                (0..<row).reduce(S(1)) { power, _ in power * nodes[column] }
            })
        // Combinations.
        let a: Matrix<S> = stream.matrix(4, 6), b: Matrix<S> = stream.matrix(4, 6), c: Matrix<S> = stream.matrix(3, 6)
        let mask = Matrix(rows: 4, columns: 6) { _, _ in stream.sign() > 0 }
        try expectLaws(
            of: MaskedOperator(a, mask: mask), equals: Matrix(rows: 4, columns: 6) { mask[$0, $1] ? a[$0, $1] : 0 })
        let sum = try SumOperator<S>([DenseOperator(a), MaskedOperator(b, mask: mask), DenseOperator(a)])
        let added = Matrix(rows: 4, columns: 6) { a[$0, $1] + a[$0, $1] + (mask[$0, $1] ? b[$0, $1] : 0) }
        try expectLaws(of: sum, equals: added, givesColumns: false)
        try expectLaws(of: #require(sum.columnSum), equals: added)
        let single = try SumOperator<S>([DenseOperator(a)])
        try expectLaws(of: single, equals: a, givesColumns: false)
        try expectLaws(of: #require(single.columnSum), equals: a)
        // Terms that are combinations themselves.
        let twice = try SumOperator<S>([
            ScaledOperator(2, DenseOperator(a)), StackOperator(.vertical, [DenseOperator(b)]),
        ])
        try expectLaws(
            of: #require(twice.columnSum), equals: Matrix(rows: 4, columns: 6) { 2 * a[$0, $1] + b[$0, $1] })
        let stack = try StackOperator<S>(.vertical, [DenseOperator(a), DenseOperator(c), DenseOperator(b)])
        let stacked = Matrix(rows: 11, columns: 6) { $0 < 4 ? a[$0, $1] : $0 < 7 ? c[$0 - 4, $1] : b[$0 - 7, $1] }
        try expectLaws(of: stack, equals: stacked, givesColumns: false)
        // Sparse: entries, blocks of rows and of both; the second row of blocks empty.
        for block in [BlockShape.entry, .rows4, BlockShape(2, 3)] {
            let sparse: Matrix<S> = Matrix(rows: 12, columns: 6) { row, column in
                (row / block.rows + column / block.columns) % 2 == 0 && row / block.rows != 1 ? a[row % 4, column] : 0
            }
            try expectLaws(of: SparseOperator(SparseMatrix(sparse, block: block)), equals: sparse)
        }
        let row = try StackOperator<S>(
            .horizontal, [DenseOperator(a.adjoint), DenseOperator(c.adjoint), DenseOperator(b.adjoint)])
        try expectLaws(of: row, equals: stacked.adjoint, givesColumns: false)
        for (stack, dense) in [(stack, stacked), (row, stacked.adjoint)] {
            let columns = try #require(stack.columnStack)
            try expectLaws(of: columns, equals: dense)
        }
        let opaque = AdjointOperator(DenseOperator(b.adjoint))
        #expect(try StackOperator<S>(.vertical, [DenseOperator(a), opaque]).columnStack == nil)
        #expect(try SumOperator<S>([DenseOperator(a), opaque]).columnSum == nil)
    }

    @Test func fewOfMany() throws {
        var stream = RandomStream(key: 43)
        let dense: Matrix<Double> = Matrix(rows: 5, columns: 12) {
            $1 % 4 == $0 % 4 || $1 % 4 == 3 ? stream.normal() : 0
        }
        try expectLaws(of: NMOperator(NMMatrix(dense, kept: 2, ofEach: 4)), equals: dense)
        let single = Matrix(rows: 5, columns: 12) { Float(dense[$0, $1]) }
        try expectLaws(of: NMOperator(NMMatrix(single, kept: 2, ofEach: 4)), equals: single)
    }

    /// Rows and columns beyond those that 16 bits number, in both directions.
    @Test(arguments: [65_535, 65_536, 65_537, 70_000])
    func manyRowsAndColumns(count: Int) throws {
        func check<S: Scalar>(_ type: S.Type) throws {
            let last = Int32(count - 1)
            let wide = try SparseMatrix<S>(
                rows: 2, columns: count, starts: [0, 2, 4], blockColumns: [5, last, 40_000, last], values: [1, 2, 3, 4])
            var x = Array(repeating: S.zero, count: count)
            for (column, value) in [(5, 1), (40_000, 10), (count - 1, 100)] { x[column] = S(S.RealPart(value)) }
            let product: [S] = [201, 430]
            var adjointProduct = Array(repeating: S.zero, count: count)
            for (column, value) in [(5, 1), (40_000, 6), (count - 1, 10)] {
                adjointProduct[column] = S(S.RealPart(value))
            }
            let across = SparseOperator(wide), down = SparseOperator(wide.transposed())
            #expect(try across.apply(x) == product && down.applyAdjoint(x) == product)
            #expect(try across.applyAdjoint([1, 2]) == adjointProduct && down.apply([1, 2]) == adjointProduct)
            #expect(try across.adjoint.applyAdjoint(x) == product)
        }
        try check(Float.self)
        try check(Double.self)
        try check(Complex<Double>.self)
    }

    @Test func columnsOutOfRangeAreRefused() async {
        await #expect(processExitsWith: .failure) {
            _ = DenseOperator(Matrix<Double>([[1, 2], [3, 4]])).matrix(ofColumns: [100_000])
        }
        await #expect(processExitsWith: .failure) {
            _ = DenseOperator(Matrix<Double>([[1, 2], [3, 4]])).matrix(ofColumns: [-1])
        }
    }

    private func blockDiagonal<S: Scalar>(_ blocks: [Matrix<S>]) -> Matrix<S> {
        let rows = blocks.reduce(0) { $0 + $1.rows }, columns = blocks.reduce(0) { $0 + $1.columns }
        var whole = Matrix<S>(repeating: 0, rows: rows, columns: columns)
        var top = 0, left = 0
        for block in blocks {
            for row in 0..<block.rows {
                for column in 0..<block.columns { whole[top + row, left + column] = block[row, column] }
            }
            top += block.rows
            left += block.columns
        }
        return whole
    }

    @Test func floats() throws { try checkAll(Float.self) }
    @Test func doubles() throws { try checkAll(Double.self) }
    @Test func complexFloats() throws { try checkAll(Complex<Float>.self) }
    @Test func complexDoubles() throws { try checkAll(Complex<Double>.self) }

    @Test func anglesGiveSteeringVectors() throws {
        let angles = [-1.3, 0, 0.4, 3.0]
        let steering = try VandermondeOperator(angles: angles, rows: 6)
        try expectLaws(
            of: steering,
            equals: Matrix(rows: 6, columns: 4) { row, column in
                Complex(Double.cos(angles[column] * Double(row)), Double.sin(angles[column] * Double(row)))
            })
        #expect(largestDifference(steering.squaredColumnNorms(), [6, 6, 6, 6]) < 1e-13)
    }

    @Test func transpositionIsThePermutationOfThePapers() throws {
        // reshape(x, (2, 3)).T.flatten()
        let permutation = try PermutationOperator<Double>.transposition(rows: 2, columns: 3)
        #expect(try permutation.apply([0, 1, 2, 3, 4, 5]) == [0, 3, 1, 4, 2, 5])
        // P_bᵀ = P_{n/b}
        let other = try PermutationOperator<Double>.transposition(rows: 3, columns: 2)
        #expect((permutation.adjoint as? PermutationOperator<Double>)?.order == other.order)
    }

    /// Column norms without cancellation: a loud start must not hide the quiet end.
    @Test func columnNormsOfSequencesOfGreatRange() throws {
        let sequence = (0..<40).map { Double.pow(10, 8 - Double($0) / 2) }
        let hankel = try HankelOperator(sequence, rows: 7)
        let toeplitz = try ToeplitzOperator(firstColumn: sequence, firstRow: [sequence[0], 3, 1e-9])
        for (norms, matrix) in [
            (hankel.squaredColumnNorms(), hankel.dense()), (toeplitz.squaredColumnNorms(), toeplitz.dense()),
        ] {
            for (column, norm) in norms.enumerated() {
                let exact = matrix.column(column).reduce(0) { $0 + $1 * $1 }
                #expect(abs(norm - exact) <= 1e-14 * exact)
            }
        }
    }

    @Test func entriesOutsideAMaskDoNotMatter() throws {
        let values = Matrix<Double>([[1, .nan], [.infinity, 2]])
        let masked = try MaskedOperator(values, mask: Matrix([[true, false], [false, true]]))
        #expect(try masked.apply([3, 4]) == [3, 8] && masked.density == 0.5)
    }

    @Test func adjointsKeepTheirKind() throws {
        typealias C = Complex<Double>
        var stream = RandomStream(key: 42)
        let h: [C] = stream.vector(9)
        #expect(try CirculantOperator(firstColumn: h).adjoint is CirculantOperator<C>)
        #expect(try ToeplitzOperator(firstColumn: h, firstRow: h).adjoint is ToeplitzOperator<C>)
        let hankel = try #require(try HankelOperator(h, rows: 3).adjoint as? HankelOperator<C>)
        #expect(hankel.sequence == h.map(\.conjugated) && hankel.rows == 7)
        try expectLaws(of: hankel, equals: HankelOperator(h, rows: 3).dense().adjoint)
        try expectLaws(of: #require(hankel.adjoint as? HankelOperator<C>), equals: HankelOperator(h, rows: 3).dense())
        #expect(try BlockDiagonalOperator<C>([stream.matrix(2, 3)]).adjoint is BlockDiagonalOperator<C>)
        let a = DenseOperator<C>(stream.matrix(3, 3))
        let sum = try #require(try SumOperator<C>([a, a.adjoint]).adjoint as? SumOperator<C>)
        #expect(sum.terms[0] is AdjointOperator<C> && sum.terms[1] is DenseOperator<C>)
        let stack = try #require(try StackOperator<C>(.vertical, [a, a.adjoint]).adjoint as? StackOperator<C>)
        #expect(stack.direction == .horizontal && stack.parts[1] is DenseOperator<C>)
    }

    @Test func combinationsFlatten() throws {
        let a = DenseOperator<Double>(.identity(2))
        #expect(try SumOperator<Double>([a, SumOperator<Double>([a, a])]).terms.count == 3)
        let inner = try StackOperator<Double>(.vertical, [a, a])
        #expect(try StackOperator<Double>(.vertical, [inner, a]).parts.count == 3)
        #expect(try StackOperator<Double>(.horizontal, [inner, inner]).parts.count == 2)
    }

    @Test func badInputIsAnError() throws {
        let a = DenseOperator(Matrix<Double>(repeating: 1, rows: 2, columns: 3))
        let b = DenseOperator(Matrix<Double>(repeating: 1, rows: 3, columns: 2))
        let wrong: [() throws -> Any] = [
            { try PermutationOperator<Double>([0, 2]) }, { try PermutationOperator<Double>([1, 1]) },
            { try PermutationOperator<Double>([0, -1]) },
            { try PermutationOperator<Double>.transposition(rows: -2, columns: -3) },
            { try BlockDiagonalOperator<Double>([]) },
            { try BlockDiagonalOperator([Matrix<Double>(repeating: 1, rows: 0, columns: 2)]) },
            { try CirculantOperator<Double>(firstColumn: []) }, { try CirculantOperator(firstColumn: [1, .nan]) },
            { try ToeplitzOperator<Double>(firstColumn: [], firstRow: [1]) },
            { try ToeplitzOperator<Double>(firstColumn: [1], firstRow: []) },
            { try ToeplitzOperator<Double>(firstColumn: [1, 2], firstRow: [2, 1]) },
            { try ToeplitzOperator<Double>(firstColumn: [.nan], firstRow: [.nan]) },
            { try ToeplitzOperator<Double>(causalKernel: [], length: 3) },
            { try ToeplitzOperator<Double>(causalKernel: [1, 2], length: 1) },
            { try ToeplitzOperator<Double>(causalKernel: [1], length: 0) },
            { try HankelOperator<Double>([1, 2], rows: 0) }, { try HankelOperator<Double>([1, 2], rows: 3) },
            { try HankelOperator<Double>([1, .infinity], rows: 1) }, { try HankelOperator<Double>([], rows: 1) },
            { try VandermondeOperator<Double>(nodes: [], rows: 2) },
            { try VandermondeOperator<Double>(nodes: [1], rows: 0) },
            { try VandermondeOperator<Double>(nodes: [.nan], rows: 2) },
            { try MaskedOperator(Matrix<Double>([[1]]), mask: Matrix([[true, false]])) },
            { try SumOperator<Double>([]) }, { try SumOperator<Double>([a, b]) },
            { try StackOperator<Double>(.vertical, []) }, { try StackOperator<Double>(.vertical, [a, b]) },
            { try StackOperator<Double>(.horizontal, [a, b]) },
        ]
        for (index, make) in wrong.enumerated() {
            #expect(throws: LacunaError.self, "case \(index)") { try make() }
        }
    }

    @Test func concurrentProductsGiveTheSameBits() async throws {
        var stream = RandomStream(key: 43)
        let sequence: [Double] = stream.vector(300), x: [Double] = stream.vector(201)
        let hankel = try HankelOperator(sequence, rows: 100)
        let expected = try hankel.apply(x)
        let results = try await withThrowingTaskGroup(of: [Double].self) { group in
            for task in 0..<16 {
                group.addTask { try (task % 2 == 0 ? hankel : HankelOperator(sequence, rows: 100)).apply(x) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 16 && results.allSatisfy { $0 == expected })
    }
}
