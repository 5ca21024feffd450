import Testing

@testable import LacunaSparse

@Suite struct SparsePlanTests {
    static let sizes = [(1, 1), (3, 5), (6, 21)]
    static let columns = [0, 1, 2, 7, 8, 9, 33]

    private func check<S: Scalar>(_ type: S.Type, block: BlockShape, limit: S.RealPart) throws {
        for (index, size) in Self.sizes.enumerated() {
            for density in [0.0, 0.3, 1] {
                let dense: Matrix<S> = sparseDense(
                    size.0 * block.rows, size.1 * block.columns, block: block, density: density, seed: UInt64(index))
                let plan = SparsePlan(try SparseMatrix(dense, block: block))
                for n in Self.columns {
                    let x: Tensor<S> = randomTensor([dense.columns, n], seed: 7)
                    let y = try plan.multiply(x)
                    #expect(productError(dense, x, y) < limit)
                    #expect(try plan.multiply(x, threads: 2) == y)
                    #expect(try plan.multiply(x, threads: 3) == y)
                    let u: Tensor<S> = randomTensor([dense.rows, n], seed: 8)
                    let transposed = try plan.multiplyTransposed(u)
                    #expect(productError(dense.transposed, u, transposed) < limit)
                    #expect(try plan.multiplyTransposed(u, threads: 2) == transposed)
                }
                let x: Tensor<S> = randomTensor([dense.columns, 1], seed: 9)
                let y = try plan.multiply(x.storage)
                #expect(productError(dense, x, Tensor(dimensions: [dense.rows, 1], storage: y)) < limit)
                #expect(try plan.multiply(x.storage, threads: 2) == y)
            }
        }
    }

    @Test(arguments: SparseMatrixTests.blocks)
    func equalsTheDefinition(block: BlockShape) throws {
        try check(Float.self, block: block, limit: 4)
        try check(Double.self, block: block, limit: 4)
        try check(Complex<Float>.self, block: block, limit: 8)
        try check(Complex<Double>.self, block: block, limit: 8)
    }

    /// Wide and full enough for its columns to be cut into slices.
    @Test func slicedColumns() throws {
        let dense: Matrix<Float> = sparseDense(5, 700, density: 0.3, seed: 3)
        let plan = SparsePlan(try SparseMatrix(dense))
        let slices = try #require(plan.slices)
        #expect(slices.count > 1)
        let x: Tensor<Float> = randomTensor([700, 9], seed: 4)
        #expect(productError(dense, x, try plan.multiply(x)) < 8)
        #expect(try plan.multiply(x, threads: 2) == plan.multiply(x))
        let u: Tensor<Float> = randomTensor([5, 9], seed: 5)
        #expect(productError(dense.transposed, u, try plan.multiplyTransposed(u)) < 8)
        // The entries of U Xᵀ come in the order of the matrix, not of the slices.
        let sampled = try plan.sample(u, x)
        #expect(sampled.storedIndices == plan.matrix.storedIndices)
        let found = sampled.dense()
        for index in plan.matrix.storedIndices {
            let row = index / 700, column = index % 700
            let sum = (0..<9).reduce(Float(0)) { $0 + u[row, $1] * x[column, $1] }
            #expect((found[row, column] - sum).magnitude < 1e-5)
        }
    }

    /// Every block is in one slice once, with its value, and the slices ascend.
    @Test(arguments: [BlockShape.entry, .rows4]) func slicesKeepTheBlocks(block: BlockShape) throws {
        let dense: Matrix<Double> = sparseDense(8, 45, block: block, density: 0.4, seed: 6)
        let matrix = try SparseMatrix(dense, block: block)
        for count in [2, 3, 7, 60] {
            let slices = ColumnSlices(matrix, count: count)
            let width = (45 + count - 1) / count
            var rebuilt = Matrix<Double>(repeating: 0, rows: 8, columns: 45)
            for slice in 0..<count {
                for blockRow in 0..<matrix.blockRows {
                    let part = slice * matrix.blockRows + blockRow
                    for position in Int(slices.starts[part])..<Int(slices.starts[part + 1]) {
                        let column = Int(slices.columns[position])
                        #expect(column / width == slice)
                        for i in 0..<block.rows {
                            rebuilt[blockRow * block.rows + i, column] += slices.values[position * block.rows + i]
                        }
                    }
                }
            }
            #expect(rebuilt == dense)
            #expect(Int(slices.starts.last ?? 0) == matrix.blockColumns.count)
        }
    }

    @Test(arguments: SparseMatrixTests.blocks)
    func samplesTheOuterProduct(block: BlockShape) throws {
        func check<S: Scalar>(_ type: S.Type) throws {
            let dense: Matrix<S> = sparseDense(
                block.rows * 6, block.columns * 9, block: block, density: 0.4, seed: 5)
            let plan = SparsePlan(try SparseMatrix(dense, block: block))
            for depth in [1, 5, 16, 33] {
                let a: Tensor<S> = randomTensor([dense.rows, depth], seed: 1)
                let b: Tensor<S> = randomTensor([dense.columns, depth], seed: 2)
                let sampled = try plan.sample(a, b)
                #expect(try plan.sample(a, b, threads: 2) == sampled)
                #expect(sampled.storedIndices == plan.matrix.storedIndices)
                let found = sampled.dense()
                for index in plan.matrix.storedIndices {
                    let row = index / dense.columns, column = index % dense.columns
                    var sum = S.zero
                    for d in 0..<depth { sum += a[row, d] * b[column, d] }
                    let error = (found[row, column] - sum).modulus
                    #expect(error < 100 * S.RealPart.ulpOfOne * S.RealPart(depth))
                }
            }
        }
        try check(Float.self)
        try check(Double.self)
        try check(Complex<Double>.self)
    }

    /// ⟨W x, y⟩ = ⟨x, Wᵀ y⟩, and the gradients of ½‖W X‖² by W and by X against differences.
    @Test func gradients() throws {
        let dense: Matrix<Double> = sparseDense(8, 12, block: .rows4, density: 0.6, seed: 6)
        let matrix = try SparseMatrix(dense, block: .rows4)
        let plan = SparsePlan(matrix)
        let x: Tensor<Double> = randomTensor([12, 5], seed: 7)
        func loss(_ matrix: SparseMatrix<Double>, _ x: Tensor<Double>) throws -> Double {
            try SparsePlan(matrix).multiply(x).storage.reduce(0) { $0 + $1 * $1 / 2 }
        }
        let y = try plan.multiply(x)
        let weightGradient = try plan.sample(y, x).values
        let inputGradient = try plan.multiplyTransposed(y).storage
        let step = 1e-5
        for index in matrix.values.indices {
            var up = matrix.values, down = matrix.values
            up[index] += step
            down[index] -= step
            let difference = try loss(matrix.replacingValues(up), x) - loss(matrix.replacingValues(down), x)
            #expect(abs(difference / (2 * step) - weightGradient[index]) < 1e-6)
        }
        for index in x.storage.indices {
            var up = x, down = x
            up.storage[index] += step
            down.storage[index] -= step
            let difference = try loss(matrix, up) - loss(matrix, down)
            #expect(abs(difference / (2 * step) - inputGradient[index]) < 1e-6)
        }
    }

    /// Columns beyond those that 16 bits number, and rows, which the transposed plan has as columns.
    @Test(arguments: [65_535, 65_536, 65_537, 70_000])
    func manyColumns(count: Int) throws {
        func check<S: Scalar>(_ type: S.Type) throws {
            for block in [BlockShape.entry, .rows4, .rows8, BlockShape(2, 1)] {
                let columns = [5, 40_000, count - 1]
                let wide = try SparseMatrix<S>(
                    rows: block.rows, columns: count, block: block, starts: [0, 3],
                    blockColumns: columns.map(Int32.init),
                    values: (1...3 * block.rows).map { S(S.RealPart($0)) })
                var x = Array(repeating: S.zero, count: count)
                for (index, column) in columns.enumerated() { x[column] = [1, 100, 10_000][index] }
                let expected = (0..<block.rows).map { row in
                    S(S.RealPart(row + 1 + 100 * (row + 1 + block.rows) + 10_000 * (row + 1 + 2 * block.rows)))
                }
                for threads in [1, 2] {
                    #expect(try SparsePlan(wide).multiply(x, threads: threads) == expected)
                }
                let tall = wide.transposed()
                #expect(try SparsePlan(tall.transposed()).multiply(x) == expected)
                let column = try SparsePlan(tall).multiply(Array(repeating: 1, count: block.rows))
                #expect(column.indices.filter { column[$0] != 0 } == columns)
            }
        }
        try check(Float.self)
        try check(Double.self)
        try check(Complex<Float>.self)
    }

    /// No thread is one thread.
    @Test(arguments: [0, -1])
    func noThreads(threads: Int) throws {
        let plan = SparsePlan(try SparseMatrix(Matrix<Float>([[1, 2], [3, 4]])))
        let x = Tensor<Float>(dimensions: [2, 1], storage: [1, 1])
        #expect(try plan.multiply([1, 1], threads: threads) == [3, 7])
        #expect(try plan.multiply(x, threads: threads).storage == [3, 7])
        #expect(try plan.multiplyTransposed(x, threads: threads).storage == [4, 6])
        #expect(try plan.sample(x, x, threads: threads).values == [1, 1, 1, 1])
        #expect(SparseWorkspace<Float>(depth: 2, threads: threads).threads == 1)
    }

    @Test func workspacesOfSmallerMatricesAreRefused() async {
        await #expect(processExitsWith: .failure) {
            let small = SparsePlan(try SparseMatrix(Matrix<Float>(repeating: 1, rows: 4, columns: 4)))
            let large = SparsePlan(try SparseMatrix(Matrix<Float>(repeating: 1, rows: 4, columns: 40)))
            let x = Buffer<Float>(repeating: 1, count: 40), y = Buffer<Float>(repeating: 0, count: 4)
            large.multiply(
                x.pointer, stride: 1, columns: 1, into: y.pointer, stride: 1, workspace: SparseWorkspace(for: small))
        }
        await #expect(processExitsWith: .failure) {
            let packed = try NMMatrix(Matrix<Float>([[1, 0]]), kept: 1, ofEach: 2)
            let x = Buffer<Float>(repeating: 1, count: 2), y = Buffer<Float>(repeating: 0, count: 1)
            packed.multiply(x.pointer, stride: 1, columns: 1, into: y.pointer, stride: 1, workspaces: [])
        }
    }

    @Test func accumulatesAndKeepsToItsColumns() throws {
        let dense: Matrix<Float> = sparseDense(8, 20, block: .rows4, density: 0.5, seed: 8)
        let plan = SparsePlan(try SparseMatrix(dense, block: .rows4))
        let x: Tensor<Float> = randomTensor([20, 9], seed: 9)
        let product = try plan.multiply(x)
        let source = Buffer(x.storage), target = Buffer<Float>(repeating: 1, count: 8 * 12)
        let workspace = SparseWorkspace(for: plan)
        plan.multiply(
            source.pointer, stride: 9, columns: 9, into: target.pointer, stride: 12, accumulating: true,
            workspace: workspace)
        for row in 0..<8 {
            for column in 0..<12 {
                let expected = column < 9 ? 1 + product[row, column] : 1
                #expect(abs(target[row * 12 + column] - expected) < 1e-5)
            }
        }
    }

    /// The plain loops of complex numbers: accumulation into a vector, and into the transposed product.
    @Test func complexAccumulation() throws {
        typealias C = Complex<Float>
        let dense: Matrix<C> = sparseDense(8, 21, block: BlockShape(4, 3), density: 0.5, seed: 18)
        let plan = SparsePlan(try SparseMatrix(dense, block: BlockShape(4, 3)))
        let x: Tensor<C> = randomTensor([21, 1], seed: 19), y: Tensor<C> = randomTensor([8, 1], seed: 20)
        let product = try plan.multiply(x.storage), transposed = try plan.multiplyTransposed(y).storage
        let source = Buffer(x.storage), target = Buffer(y.storage)
        plan.multiply(vector: source.pointer, into: target.pointer, accumulating: true)
        for row in 0..<8 { #expect((target[row] - y.storage[row] - product[row]).modulus < 1e-5) }
        let start = Buffer(y.storage), sum = Buffer(x.storage)
        plan.multiplyTransposed(
            start.pointer, stride: 1, columns: 1, into: sum.pointer, stride: 1, accumulating: true,
            workspace: SparseWorkspace(for: plan))
        for row in 0..<21 { #expect((sum[row] - x.storage[row] - transposed[row]).modulus < 1e-5) }
    }

    @Test func whatIsNotStoredIsNotTouched() throws {
        let plan = SparsePlan(try SparseMatrix(Matrix<Float>([[1, 0], [0, 0]])))
        #expect(try plan.multiply(Tensor(dimensions: [2, 1], storage: [2, .infinity])).storage == [2, 0])
        #expect(try plan.multiply([2, .nan]) == [2, 0])
    }

    @Test func wrongShapesAreRefused() throws {
        let plan = SparsePlan(try SparseMatrix(Matrix<Double>([[1, 0, 2]])))
        #expect(throws: LacunaError.self) { try plan.multiply([1, 2]) }
        #expect(throws: LacunaError.self) { try plan.multiply(randomTensor([2, 4], seed: 1)) }
        #expect(throws: LacunaError.self) { try plan.multiply(randomTensor([3], seed: 1)) }
        #expect(throws: LacunaError.self) { try plan.multiplyTransposed(randomTensor([3, 1], seed: 1)) }
        #expect(throws: LacunaError.self) {
            try plan.sample(randomTensor([1, 2], seed: 1), randomTensor([3, 4], seed: 1))
        }
    }
}
