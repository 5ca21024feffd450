import LacunaSparse
import Testing

@Suite struct SparseMatrixTests {
    static let blocks = [BlockShape.entry, .rows4, .rows8, BlockShape(2, 3), BlockShape(1, 4)]

    @Test(arguments: blocks, [0, 0.1, 0.5, 1])
    func denseRoundTripIsExact(block: BlockShape, density: Double) throws {
        let dense: Matrix<Double> = sparseDense(
            block.rows * 7, block.columns * 11, block: block, density: density, seed: 1)
        let sparse = try SparseMatrix(dense, block: block)
        #expect(sparse.dense() == dense)
        #expect(sparse.storedCount == sparse.blockColumns.count * block.count)
        #expect(sparse.density == Double(sparse.storedCount) / Double(dense.rows * dense.columns))
        let back = try SparseMatrix(
            rows: sparse.rows, columns: sparse.columns, block: block, starts: sparse.starts,
            blockColumns: sparse.blockColumns, values: sparse.values)
        #expect(back == sparse)
    }

    @Test(arguments: blocks)
    func conversionsKeepWhatIsStored(block: BlockShape) throws {
        let dense: Matrix<Complex<Double>> = sparseDense(
            block.rows * 6, block.columns * 5, block: block, density: 0.4, seed: 2)
        let sparse = try SparseMatrix(dense, block: block)
        let entries = try sparse.converted(to: .entry)
        #expect(entries.dense() == dense)
        #expect(entries.storedIndices == sparse.storedIndices)
        #expect(try entries.converted(to: block) == sparse)
        #expect(sparse.transposed().dense() == dense.transposed)
        #expect(sparse.transposed(conjugated: true).dense() == dense.adjoint)
        #expect(sparse.transposed().transposed() == sparse)
    }

    @Test func zerosThatAreStoredStayStored() throws {
        let sparse = try SparseMatrix<Double>(
            rows: 2, columns: 3, starts: [0, 2, 2], blockColumns: [0, 2], values: [0, 5])
        #expect(sparse.storedIndices == [0, 2])
        #expect(sparse.transposed().storedCount == 2)
        #expect(try sparse.converted(to: BlockShape(1, 3), filling: true).values == [0, 0, 5])
        #expect(throws: LacunaError.self) { try sparse.converted(to: BlockShape(1, 3)) }
        #expect(throws: LacunaError.self) { try sparse.converted(to: BlockShape(1, 2), filling: true) }
    }

    @Test func entriesInAnyOrder() throws {
        let sparse = try SparseMatrix<Double>(rows: 3, columns: 4, entries: [(2, 1, 3), (0, 3, 1), (2, 0, 2)])
        #expect(sparse.starts == [0, 1, 1, 3])
        #expect(sparse.blockColumns == [3, 0, 1])
        #expect(sparse.values == [1, 2, 3])
        #expect(throws: LacunaError.self) {
            try SparseMatrix<Double>(rows: 3, columns: 4, entries: [(0, 1, 3), (0, 1, 1)])
        }
        #expect(throws: LacunaError.self) { try SparseMatrix<Double>(rows: 3, columns: 4, entries: [(3, 0, 1)]) }
        #expect(throws: LacunaError.self) { try SparseMatrix<Double>(rows: 3, columns: 4, entries: [(0, -1, 1)]) }
    }

    @Test func emptyMatrices() throws {
        for (rows, columns) in [(0, 0), (0, 5), (4, 0)] {
            let sparse = try SparseMatrix(Matrix<Double>(repeating: 0, rows: rows, columns: columns))
            #expect(sparse.storedCount == 0 && sparse.density == 0)
            #expect(sparse.transposed().shape == [columns, rows])
            #expect(try sparse.converted(to: .entry) == sparse)
        }
    }

    /// Each fault alone, in arrays that are right otherwise: starts [0, 1, 3], columns [1, 0, 2].
    @Test func badArraysAreRefusedInOneLine() throws {
        func matrix(
            rows: Int = 2, columns: Int = 3, block: BlockShape = .entry, starts: [Int32] = [0, 1, 3],
            blockColumns: [Int32] = [1, 0, 2], values: [Double] = [1, 2, 3]
        ) throws -> SparseMatrix<Double> {
            try SparseMatrix(
                rows: rows, columns: columns, block: block, starts: starts, blockColumns: blockColumns, values: values)
        }
        #expect(try matrix().dense() == Matrix([[0, 1, 0], [2, 0, 3]]))
        let faults: [() throws -> SparseMatrix<Double>] = [
            { try matrix(rows: -1) }, { try matrix(rows: 3) }, { try matrix(block: BlockShape(2, 2)) },
            { try matrix(block: BlockShape(0, 1)) },
            { try matrix(rows: 0, columns: 0, block: BlockShape(1 << 40, 1 << 40)) },
            { try matrix(starts: []) }, { try matrix(starts: [1, 1, 3]) },
            { try matrix(starts: [0, 4, 3]) }, { try matrix(starts: [0, -1, 3]) }, { try matrix(starts: [0, 1, 2]) },
            { try matrix(blockColumns: [3, 0, 2]) }, { try matrix(blockColumns: [-1, 0, 2]) },
            { try matrix(blockColumns: [1, 2, 0]) }, { try matrix(blockColumns: [1, 2, 2]) },
            { try matrix(values: [1, 2]) }, { try matrix(values: [1, .nan, 3]) },
            { try matrix(values: [1, .infinity, 3]) },
            { try matrix().replacingValues([1, 2]) }, { try matrix().replacingValues([1, 2, .nan]) },
        ]
        for (index, fault) in faults.enumerated() {
            let error = #expect(throws: LacunaError.self, "fault \(index)") { try fault() }
            #expect(error?.description.contains("\n") == false)
        }
    }
}
