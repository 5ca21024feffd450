extension SparseMatrix: StructuredMatrix {
    /// Values, not indices.
    public var parameterCount: Int { storedCount }
}

/// Matrices with a support among tiles: the k largest entries or r×c blocks. Nearest one: the tiles with the largest sums
/// of squared moduli, as they are. Not a linear space, yet the laws of matrix sets hold.
public struct SparseSet<Element: Scalar>: MatrixSet {
    public let tiles: TopTiles

    public init(_ tiles: TopTiles) {
        self.tiles = tiles
    }

    /// Cost: O(entries).
    public func project(_ matrix: Matrix<Element>) throws -> SparseMatrix<Element> {
        try requireMatrix(matrix, shape: [tiles.rows, tiles.columns], "sparse set")
        // Entries are numbered row by row.
        let support = try tiles.select(tiles.nearestScores(matrix.transposed.storage))
        var isKept = Array(repeating: false, count: support.count)
        for index in support.indices { isKept[index] = true }
        return try SparseMatrix(matrix, block: BlockShape(tiles.tileRows, tiles.tileColumns)) {
            isKept[$0 * matrix.columns + $1]
        }
    }
}
