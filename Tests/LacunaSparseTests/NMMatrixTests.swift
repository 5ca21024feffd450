import LacunaSparse
import Testing

@Suite struct NMMatrixTests {
    static let patterns = [(1, 2), (2, 4), (1, 4), (4, 8), (3, 5), (2, 16), (3, 3)]

    /// A matrix with at most `kept` non-zeros in each group, shared by `shared` rows.
    private func dense<S: RealScalar>(
        _ rows: Int, _ groups: Int, kept: Int, group: Int, shared: Int = 1, of: S.Type = S.self
    ) -> Matrix<S> {
        var stream = RandomStream(key: UInt64(rows + 100 * kept + 10_000 * group))
        var dense = Matrix<S>(repeating: 0, rows: rows, columns: groups * group)
        for first in stride(from: 0, to: rows, by: shared) {
            for start in stride(from: 0, to: dense.columns, by: group) {
                for place in stream.choose(first % 3 == 0 ? kept : kept - 1, of: group) {
                    for row in first..<first + shared { dense[row, start + place] = S(stream.normal()) }
                }
            }
        }
        return dense
    }

    @Test(arguments: patterns)
    func roundTripAndProduct(kept: Int, group: Int) throws {
        func check<S: RealScalar>(_ type: S.Type) throws {
            for rows in [0, 1, 5] {
                let dense: Matrix<S> = dense(rows, 5, kept: kept, group: group)
                let packed = try NMMatrix(dense, kept: kept, ofEach: group)
                #expect(packed.dense() == dense)
                #expect(packed.values.count == rows * 5 * kept)
                for n in [0, 1, 9, 17] {
                    let x: Tensor<S> = randomTensor([dense.columns, n], seed: 3)
                    let y = try packed.multiply(x)
                    #expect(productError(dense, x, y) < 4)
                    #expect(try packed.multiply(x, threads: 2) == y)
                }
            }
        }
        try check(Float.self)
        try check(Double.self)
    }

    /// Two bits a place: a 2:4 row of 8 columns takes one byte.
    @Test func placesArePackedFromTheLowestBits() throws {
        let packed = try NMMatrix(Matrix<Float>([[0, 5, 0, 6, 7, 0, 8, 0]]), kept: 2, ofEach: 4)
        #expect(packed.places == [0b10_00_11_01])
        #expect(packed.values == [5, 6, 7, 8])
        #expect(packed.bytes == 17)
    }

    @Test(arguments: patterns)
    func sharedPatternsAreBlocks(kept: Int, group: Int) throws {
        let dense: Matrix<Float> = dense(12, 6, kept: kept, group: group, shared: 4)
        let blocks = try SparseMatrix(dense, kept: kept, ofEach: group, sharedRows: 4)
        #expect(blocks.dense() == dense)
        #expect(blocks.block == .rows4)
        let starts = (0...3).map { Int32($0 * 6 * kept) }
        #expect(blocks.starts == starts)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let full = Matrix<Double>([[1, 2, 3, 0], [0, 0, 1, 2]])
        #expect(throws: LacunaError.self) { try NMMatrix(full, kept: 2, ofEach: 4) }
        #expect(throws: LacunaError.self) { try NMMatrix(full, kept: 1, ofEach: 3) }
        #expect(throws: LacunaError.self) { try NMMatrix(full, kept: 0, ofEach: 4) }
        #expect(throws: LacunaError.self) { try NMMatrix(full, kept: 3, ofEach: 2) }
        #expect(throws: LacunaError.self) { try NMMatrix(full, kept: 2, ofEach: 32) }
        #expect(throws: LacunaError.self) { try SparseMatrix(full, kept: 3, ofEach: 4, sharedRows: 2) }
        #expect(throws: LacunaError.self) { try SparseMatrix(full, kept: 4, ofEach: 4, sharedRows: 4) }
        #expect(throws: LacunaError.self) {
            try NMMatrix(Matrix<Double>([[1, .nan]]), kept: 2, ofEach: 2)
        }
    }
}
