@_exported import LacunaArrays

/// An m×n matrix of which only some blocks are stored, by block rows: 1×1 blocks are CSR, r×1 blocks the constant-block
/// format of Shen et al. (2023), others BSR.
///
/// The blocks of block row b, which is rows b r ..< (b + 1) r, are those at `starts[b]` ..< `starts[b + 1]`, in ascending
/// `blockColumns`; block p has its r c numbers row-major at `values[p r c]`. Zeros that are stored stay stored: which
/// entries a matrix has is part of it. Entries that are not stored are never touched by products: 0 · ∞ is 0 there.
public struct SparseMatrix<Element: Scalar>: Hashable, Sendable {
    public let rows: Int
    public let columns: Int
    public let block: BlockShape
    /// Count: block rows + 1; begins with 0 and ends with the number of blocks.
    public let starts: [Int32]
    public let blockColumns: [Int32]
    public internal(set) var values: [Element]

    /// A matrix from its arrays, checked.
    ///
    /// - Throws: `LacunaError` where the blocks do not divide the shape, the arrays do not fit together, a column lies
    ///   outside, columns of a block row do not ascend strictly, or a value is not finite. Cost: O(stored entries).
    public init(
        rows: Int, columns: Int, block: BlockShape = .entry, starts: [Int32], blockColumns: [Int32], values: [Element]
    ) throws {
        try Self.checkShape(rows: rows, columns: columns, block: block)
        let blockRows = rows / block.rows
        guard starts.count == blockRows + 1, starts.first == 0, starts.last == Int32(exactly: blockColumns.count) else {
            throw LacunaError(
                .shape, "sparse matrix",
                "\(starts.count) row starts, the last \(starts.last.map(String.init) ?? "missing"), for \(blockRows) "
                    + "block rows and \(blockColumns.count) blocks",
                remedy: "Give one start per block row and the number of blocks at the end, beginning with 0.")
        }
        guard values.count == blockColumns.count * block.count else {
            throw LacunaError(
                .shape, "sparse matrix",
                "\(values.count) values for \(blockColumns.count) blocks of \(block), not \(blockColumns.count * block.count)"
            )
        }
        let limit = Int32(columns / block.columns)
        for row in 0..<blockRows {
            guard starts[row] <= starts[row + 1], starts[row + 1] <= blockColumns.count else {
                throw LacunaError(
                    .value, "sparse matrix", "the starts of block rows \(row) and \(row + 1) do not ascend")
            }
            var previous: Int32 = -1
            for position in Int(starts[row])..<Int(starts[row + 1]) {
                let column = blockColumns[position]
                guard column >= 0, column < limit else {
                    throw LacunaError(
                        .value, "sparse matrix", "block row \(row) has block column \(column), outside 0..<\(limit)")
                }
                guard column > previous else {
                    throw LacunaError(
                        .value, "sparse matrix",
                        "block row \(row) has block column \(column) after \(previous)"
                            + (column == previous ? ", twice" : ""),
                        remedy: "Sort the columns of a row and sum what occurs twice.")
                }
                previous = column
            }
        }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "sparse matrix", "value \(index) is not finite")
        }
        self.init(
            unchecked: rows, columns, block, starts: starts, blockColumns: blockColumns, values: values)
    }

    init(
        unchecked rows: Int, _ columns: Int, _ block: BlockShape, starts: [Int32], blockColumns: [Int32],
        values: [Element]
    ) {
        self.rows = rows
        self.columns = columns
        self.block = block
        self.starts = starts
        self.blockColumns = blockColumns
        self.values = values
    }

    static func checkShape(rows: Int, columns: Int, block: BlockShape) throws {
        guard rows >= 0, columns >= 0, rows < Int(Int32.max), columns < Int(Int32.max) else {
            throw LacunaError(
                .shape, "sparse matrix", "\(rows)×\(columns): sizes must lie between 0 and \(Int32.max - 1)")
        }
        _ = try checkedProduct([block.rows, block.columns], "blocks of a sparse matrix")
        guard block.rows >= 1, block.columns >= 1, rows % block.rows == 0, columns % block.columns == 0 else {
            throw LacunaError(
                .shape, "sparse matrix", "blocks of \(block) do not divide a \(rows)×\(columns) matrix",
                remedy: "Pad the matrix, or choose another block.")
        }
    }

    public var shape: [Int] { [rows, columns] }
    public var blockRows: Int { rows / block.rows }
    /// Stored numbers, zeros among them included.
    public var storedCount: Int { values.count }
    /// Stored numbers over m n; 0 for an empty matrix.
    public var density: Double {
        rows == 0 || columns == 0 ? 0 : Double(values.count) / (Double(rows) * Double(columns))
    }
    /// Bytes of values and indices.
    public var bytes: Int {
        values.count * MemoryLayout<Element>.stride + (blockColumns.count + starts.count) * MemoryLayout<Int32>.stride
    }

    /// The same pattern with other values, in the order of `values`.
    /// - Throws: `LacunaError` for another number of values, or one that is not finite.
    public func replacingValues(_ values: [Element]) throws -> SparseMatrix {
        guard values.count == self.values.count else {
            throw LacunaError(.shape, "sparse matrix", "\(values.count) values for \(self.values.count) places")
        }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "sparse matrix", "value \(index) is not finite")
        }
        return SparseMatrix(
            unchecked: rows, columns, block, starts: starts, blockColumns: blockColumns, values: values)
    }
}

/// Rows and columns of the blocks of a sparse matrix.
public struct BlockShape: Hashable, Sendable, CustomStringConvertible {
    public let rows: Int
    public let columns: Int

    public init(_ rows: Int, _ columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// 1×1: CSR.
    public static let entry = BlockShape(1, 1)
    /// 4×1: the fast format for products with many columns.
    public static let rows4 = BlockShape(4, 1)
    /// 8×1: the fast format for products with one vector.
    public static let rows8 = BlockShape(8, 1)

    public var count: Int { rows * columns }
    public var description: String { "\(rows)×\(columns)" }
}
