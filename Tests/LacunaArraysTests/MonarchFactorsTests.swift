import LacunaArrays
import LacunaTestSupport
import Testing

@Suite struct MonarchFactorsTests {
    private func random<S: Scalar>(_ layout: MonarchLayout, key: UInt64) throws -> MonarchFactors<S> {
        var stream = RandomStream(key: key)
        func tensor(_ dimensions: [Int]) -> Tensor<S> {
            Tensor(dimensions: dimensions, storage: stream.vector(dimensions.reduce(1, *)))
        }
        return try MonarchFactors(
            layout: layout, left: tensor(layout.leftDimensions), right: tensor(layout.rightDimensions))
    }

    private func blockDiagonal<S: Scalar>(_ blocks: [Matrix<S>]) -> Matrix<S> {
        let m = blocks[0].rows, n = blocks[0].columns
        return Matrix(rows: m * blocks.count, columns: n * blocks.count) { row, column in
            row / m == column / n ? blocks[row / m][row % m, column % n] : 0
        }
    }

    @Test(arguments: [
        ([16, 16], 4), ([1024, 1024], 32), ([48, 48], 6), ([47, 47], 6), ([1, 1], 1), ([256, 1024], 16),
    ])
    func theLeanestBlockSizeHasTheFewestParameters(shape: [Int], expected: Int) throws {
        let (m, n) = (shape[0], shape[1])
        #expect(try MonarchLayout.leanestBlockSize(rows: m, columns: n) == expected)
        let counts = try (1...max(m, n)).map { try MonarchLayout(rows: m, columns: n, blockSize: $0).parameterCount }
        #expect(counts.min() == counts[expected - 1])
    }

    /// (fast, leanest): without padding where that is cheap.
    @Test(arguments: [
        ([512, 512], 16, 19), ([8192, 8192], 64, 82), ([1024, 1024], 32, 32), ([1000, 1000], 25, 28), ([97, 97], 9, 9),
        ([784, 300], 25, 25), ([1, 1], 1, 1),
    ])
    func theFastBlockSizeDividesWhereThatCostsLittle(shape: [Int], fast: Int, leanest: Int) throws {
        #expect(try MonarchLayout.fastBlockSize(rows: shape[0], columns: shape[1]) == fast)
        #expect(try MonarchLayout.leanestBlockSize(rows: shape[0], columns: shape[1]) == leanest)
        #expect(throws: LacunaError.self) { try MonarchLayout.fastBlockSize(rows: 0, columns: 4) }
    }

    @Test func blocksOfOneSizeAreTheDefinitionsWhereTheyDivide() throws {
        #expect(
            try MonarchLayout(rows: 48, columns: 48, blockSize: 8, rank: 2)
                == MonarchLayout(size: 48, blockSize: 8, rank: 2))
        #expect(throws: LacunaError.self) { try MonarchLayout(rows: 4, columns: 0, blockSize: 1) }
        #expect(throws: LacunaError.self) { try MonarchLayout.leanestBlockSize(rows: 0, columns: 4) }
    }

    /// Definition 6 of the paper: M = P_(b)ᵀ blkdiag(L_j) P_(b) blkdiag(R_k), (P_(b) x) = reshape(x, (p, b)).T.flatten().
    @Test(arguments: [(16, 4), (64, 8), (48, 6), (48, 8), (12, 12), (12, 1)])
    func isTheProductOfTheDefinition(n: Int, b: Int) throws {
        let p = n / b
        let factors: MonarchFactors<Complex<Double>> = try random(MonarchLayout(size: n, blockSize: b), key: 1)
        let left = (0..<b).map { j in Matrix(rows: p, columns: p) { factors.left[j, $0, $1, 0] } }
        let right = (0..<p).map { k in Matrix(rows: b, columns: b) { factors.right[k, 0, $0, $1] } }
        let permutation = Matrix<Complex<Double>>(rows: n, columns: n) { row, column in
            row == (column % b) * p + column / b ? 1 : 0
        }
        let expected = [blockDiagonal(left), permutation, blockDiagonal(right)]
            .reduce(permutation.transposed, naiveProduct)
        #expect(relativeDistance(factors.dense(), expected) < 1e-14)
        #expect(factors.layout.parameterCount == n * (b + p))
        #expect(factors.layout.parameterCount == factors.left.storage.count + factors.right.storage.count)
        #expect(factors.layout.flops(Double.self) == 2 * n * (b + p))
    }

    /// The forward pass of `MonarchLinear` as released, on unit vectors; also where the blocks do not divide the sizes.
    @Test(arguments: [(16, 16, 4), (24, 48, 4), (48, 24, 4), (10, 7, 3), (7, 30, 4), (5, 5, 1), (3, 3, 4)])
    func isTheReleasedLayer(rows: Int, columns: Int, blocks: Int) throws {
        let outer = (rows + blocks - 1) / blocks, inner = (columns + blocks - 1) / blocks, q = min(outer, inner)
        var stream = RandomStream(key: 2)
        let w1 = Tensor<Double>(
            dimensions: [blocks, q, inner], storage: stream.vector(blocks * q * inner))
        let w2 = Tensor<Double>(
            dimensions: [blocks, outer, q], storage: stream.vector(blocks * outer * q))
        let expected = Matrix<Double>(rows: rows, columns: columns) { row, column in
            let k = column / inner, l = row % blocks
            return (0..<q).reduce(0) { sum, inside in
                let position = k * q + inside
                guard position % blocks == l else { return sum }
                return sum + w2[l, row / blocks, position / blocks] * w1[k, inside, column % inner]
            }
        }
        let factors = try MonarchFactors(layerW1: w1, w2: w2, rows: rows, columns: columns)
        #expect(relativeDistance(factors.dense(), expected) < 1e-14)
        #expect(try factors.layout == MonarchLayout(rows: rows, columns: columns, blocks: blocks))
        if q % blocks == 0 {
            #expect(factors.layout.parameterCount == w1.storage.count + w2.storage.count)
        }
    }

    @Test func kroneckerProductsAreMonarch() throws {
        var stream = RandomStream(key: 3)
        let a: Matrix<Double> = stream.matrix(3, 5), b: Matrix<Double> = stream.matrix(4, 2)
        let layout = try MonarchLayout(leftBlocks: 4, leftRows: 3, rightBlocks: 5, rightColumns: 2)
        let left = (0..<4).flatMap { _ in a.transposed.storage }
        let right = (0..<5).flatMap { _ in b.transposed.storage }
        let factors = try MonarchFactors(
            layout: layout, left: Tensor(dimensions: layout.leftDimensions, storage: left),
            right: Tensor(dimensions: layout.rightDimensions, storage: right))
        #expect(relativeDistance(factors.dense(), naiveKronecker([a, b])) == 0)
    }

    @Test func badInput() throws {
        #expect(throws: LacunaError.self) { try MonarchLayout(size: 12, blockSize: 5) }
        #expect(throws: LacunaError.self) { try MonarchLayout(size: 0, blockSize: 1) }
        #expect(throws: LacunaError.self) { try MonarchLayout(size: 4, blockSize: 2, rank: 0) }
        #expect(throws: LacunaError.self) { try MonarchLayout(rows: 4, columns: 4, blocks: 0) }
        #expect(throws: LacunaError.self) {
            try MonarchLayout(leftBlocks: 2, leftRows: 2, rightBlocks: 2, rightColumns: 2, rows: 5)
        }
        #expect(throws: LacunaError.self) {
            try MonarchLayout(leftBlocks: .max, leftRows: 2, rightBlocks: 2, rightColumns: 2)
        }
        let layout = try MonarchLayout(size: 4, blockSize: 2)
        let right = Tensor<Float>(repeating: 1, dimensions: [2, 1, 2, 2])
        #expect(throws: LacunaError.self) {
            try MonarchFactors(layout: layout, left: Tensor(repeating: 1, dimensions: [2, 2, 2]), right: right)
        }
        #expect(throws: LacunaError.self) { try MonarchFactors(layerW1: right, w2: right) }
        #expect(throws: LacunaError.self) {
            try MonarchFactors(
                layerW1: Tensor<Float>(repeating: 1, dimensions: [2, 3, 2]),
                w2: Tensor(repeating: 1, dimensions: [4, 2, 2]))
        }
    }
}
