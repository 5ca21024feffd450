/// The k best tiles of every pool: a matrix is cut into equal pools, a pool into equal tiles, and a tile is kept or dropped
/// as a whole. Top-k, N:M, block and channel sparsity differ in these sizes only.
///
/// | constructor | tile | pool |
/// |---|---|---|
/// | `entries` | an entry | the matrix |
/// | `entriesPerRow` | an entry | a row |
/// | `nOfM` | r×1 | r×M |
/// | `blocks`, `blocksPerBlockRow` | r×c | the matrix, a row of blocks |
/// | `rows`, `columns` | some whole rows or columns | the matrix |
///
/// Entries are numbered row by row. Cost of a selection: O(entries).
public struct TopTiles: SupportSet, Hashable {
    public let rows: Int
    public let columns: Int
    public let tileRows: Int
    public let tileColumns: Int
    /// In entries.
    public let poolRows: Int
    public let poolColumns: Int
    /// k, of every pool.
    public let kept: Int

    /// - Throws: `LacunaError` unless tiles divide the pools, pools the matrix, and 0 ≤ k ≤ tiles per pool.
    public init(
        _ kept: Int, rows: Int, columns: Int, tileRows: Int, tileColumns: Int, poolRows: Int, poolColumns: Int
    ) throws {
        try requireTiling(of: [rows, columns], by: [poolRows, poolColumns], "pools of a support set")
        try requireTiling(of: [poolRows, poolColumns], by: [tileRows, tileColumns], "support set")
        let tiles = poolRows / tileRows * (poolColumns / tileColumns)
        guard 0...tiles ~= kept else {
            throw LacunaError(.value, "support set", "\(kept) of \(tiles) tiles")
        }
        self.rows = rows
        self.columns = columns
        self.tileRows = tileRows
        self.tileColumns = tileColumns
        self.poolRows = poolRows
        self.poolColumns = poolColumns
        self.kept = kept
    }

    /// The k best of n entries.
    public static func entries(_ kept: Int, of count: Int) throws -> TopTiles {
        try TopTiles(
            kept, rows: 1, columns: count, tileRows: 1, tileColumns: 1, poolRows: 1, poolColumns: count)
    }

    /// The k best entries of a matrix.
    public static func entries(_ kept: Int, rows: Int, columns: Int) throws -> TopTiles {
        try blocks(kept, blockRows: 1, blockColumns: 1, rows: rows, columns: columns)
    }

    /// The k best entries of every row.
    public static func entriesPerRow(_ kept: Int, rows: Int, columns: Int) throws -> TopTiles {
        try TopTiles(
            kept, rows: rows, columns: columns, tileRows: 1, tileColumns: 1, poolRows: 1, poolColumns: columns)
    }

    /// N of every M consecutive entries of a row; with `sharedRows` r > 1 one pattern for r rows (vector-wise N:M).
    public static func nOfM(
        _ kept: Int, of length: Int, rows: Int, columns: Int, sharedRows: Int = 1
    ) throws -> TopTiles {
        try TopTiles(
            kept, rows: rows, columns: columns, tileRows: sharedRows, tileColumns: 1, poolRows: sharedRows,
            poolColumns: length)
    }

    /// The k best r×c blocks.
    public static func blocks(
        _ kept: Int, blockRows: Int, blockColumns: Int, rows: Int, columns: Int
    ) throws -> TopTiles {
        try TopTiles(
            kept, rows: rows, columns: columns, tileRows: blockRows, tileColumns: blockColumns, poolRows: rows,
            poolColumns: columns)
    }

    /// The k best of every row of r×c blocks: the same work for each.
    public static func blocksPerBlockRow(
        _ kept: Int, blockRows: Int, blockColumns: Int, rows: Int, columns: Int
    ) throws -> TopTiles {
        try TopTiles(
            kept, rows: rows, columns: columns, tileRows: blockRows, tileColumns: blockColumns, poolRows: blockRows,
            poolColumns: columns)
    }

    /// The k best rows (output channels), or with `together` runs of rows (attention heads).
    public static func rows(_ kept: Int, rows: Int, columns: Int, together: Int = 1) throws -> TopTiles {
        try blocks(kept, blockRows: together, blockColumns: columns, rows: rows, columns: columns)
    }

    /// The k best columns (input channels), or with `together` runs of columns.
    public static func columns(_ kept: Int, rows: Int, columns: Int, together: Int = 1) throws -> TopTiles {
        try blocks(kept, blockRows: rows, blockColumns: together, rows: rows, columns: columns)
    }

    public var count: Int { rows * columns }

    /// Tiles per pool.
    public var tilesPerPool: Int { poolRows / tileRows * (poolColumns / tileColumns) }

    public func select<Real: RealScalar>(_ scores: [Real]) throws -> Support {
        try requireScores(scores)
        var mask = Array(repeating: false, count: count)
        mask.withUnsafeMutableBufferPointer { mask in
            scores.withUnsafeBufferPointer { select($0, into: mask) }
        }
        return Support(mask: mask)
    }

    @specialized(where Real == Float)
    @specialized(where Real == Double)
    private func select<Real: RealScalar>(
        _ scores: UnsafeBufferPointer<Real>, into mask: UnsafeMutableBufferPointer<Bool>
    ) {
        let tiles = tilesPerPool, tilesAcross = poolColumns / tileColumns
        let sums = Buffer<Real>(repeating: 0, count: tiles), scratch = Buffer<Real>(repeating: 0, count: tiles)
        defer { withExtendedLifetime((sums, scratch)) {} }
        let chosen = Buffer(repeating: false, count: tiles)
        for top in stride(from: 0, to: rows, by: poolRows) {
            for left in stride(from: 0, to: columns, by: poolColumns) {
                for tile in 0..<tiles {
                    let start =
                        (top + tile / tilesAcross * tileRows) * columns + left + tile % tilesAcross * tileColumns
                    var sum = Real.zero
                    for row in 0..<tileRows {
                        for column in 0..<tileColumns { sum += scores[start + row * columns + column] }
                    }
                    // ∞ - ∞: what is forced in comes first.
                    sums[tile] = sum.isNaN ? .infinity : sum
                }
                markLargest(kept, of: sums.pointer, count: tiles, scratch: scratch.pointer, into: chosen.pointer)
                for tile in 0..<tiles where chosen[tile] {
                    let start =
                        (top + tile / tilesAcross * tileRows) * columns + left + tile % tilesAcross * tileColumns
                    for row in 0..<tileRows {
                        for column in 0..<tileColumns { mask[start + row * columns + column] = true }
                    }
                }
            }
        }
    }

    @inlinable
    public func nearestScores<S: Scalar>(_ x: [S]) -> [S.RealPart] {
        tileRows * tileColumns == 1 ? Scores.magnitude(x) : Scores.squaredMagnitude(x)
    }

    public func contains(_ support: Support) -> Bool {
        guard support.count == count else { return false }
        let tilesAcross = columns / tileColumns, poolsAcross = columns / poolColumns
        var touched = Array(repeating: false, count: rows / tileRows * tilesAcross)
        var touchedOfPool = Array(repeating: 0, count: rows / poolRows * poolsAcross)
        for index in support.indices {
            let row = index / columns, column = index % columns
            let tile = row / tileRows * tilesAcross + column / tileColumns
            guard !touched[tile] else { continue }
            touched[tile] = true
            let pool = row / poolRows * poolsAcross + column / poolColumns
            touchedOfPool[pool] += 1
            if touchedOfPool[pool] > kept { return false }
        }
        return true
    }
}
