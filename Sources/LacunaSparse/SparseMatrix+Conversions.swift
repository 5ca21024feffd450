extension SparseMatrix {
    /// The blocks of a dense matrix that hold a non-zero.
    /// - Throws: `LacunaError` where the blocks do not divide the shape or an entry is not finite.
    public init(_ dense: Matrix<Element>, block: BlockShape = .entry) throws {
        try self.init(dense, block: block) { dense[$0, $1] != 0 }
    }

    /// The blocks of a dense matrix that hold an entry (row, column) of the pattern; where a block is kept, all of it is.
    /// - Throws: `LacunaError` where the blocks do not divide the shape or an entry kept is not finite.
    public init(
        _ dense: Matrix<Element>, block: BlockShape = .entry, keeping isKept: (_ row: Int, _ column: Int) -> Bool
    ) throws {
        try Self.checkShape(rows: dense.rows, columns: dense.columns, block: block)
        var starts: [Int32] = [0]
        var blockColumns: [Int32] = []
        var values: [Element] = []
        for blockRow in 0..<dense.rows / block.rows {
            for blockColumn in 0..<dense.columns / block.columns {
                let rows = blockRow * block.rows..<(blockRow + 1) * block.rows
                let columns = blockColumn * block.columns..<(blockColumn + 1) * block.columns
                guard rows.contains(where: { row in columns.contains { isKept(row, $0) } }) else { continue }
                blockColumns.append(Int32(clamping: blockColumn))
                for row in rows {
                    for column in columns { values.append(dense[row, column]) }
                }
            }
            starts.append(Int32(clamping: blockColumns.count))
        }
        try self.init(
            rows: dense.rows, columns: dense.columns, block: block, starts: starts, blockColumns: blockColumns,
            values: values)
    }

    /// A CSR matrix from entries in any order.
    /// - Throws: `LacunaError` for an entry outside the shape, one given twice, and values that are not finite.
    public init(rows: Int, columns: Int, entries: [(row: Int, column: Int, value: Element)]) throws {
        try Self.checkShape(rows: rows, columns: columns, block: .entry)
        if let outside = entries.first(where: { !(0..<rows ~= $0.row && 0..<columns ~= $0.column) }) {
            throw LacunaError(
                .value, "sparse matrix", "entry (\(outside.row), \(outside.column)) lies outside \(rows)×\(columns)")
        }
        let sorted = entries.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
        var starts = Array(repeating: Int32(0), count: rows + 1)
        for entry in sorted { starts[entry.row + 1] += 1 }
        for row in 0..<rows { starts[row + 1] += starts[row] }
        try self.init(
            rows: rows, columns: columns, starts: starts, blockColumns: sorted.map { Int32($0.column) },
            values: sorted.map(\.value))
    }

    /// Calls `body` with row, column and position in `values` of everything stored, block by block.
    @inline(__always)
    func forEachStored(_ body: (_ row: Int, _ column: Int, _ position: Int) -> Void) {
        var position = 0
        for blockRow in 0..<blockRows {
            for index in Int(starts[blockRow])..<Int(starts[blockRow + 1]) {
                let column = Int(blockColumns[index]) * block.columns
                for i in 0..<block.rows {
                    for j in 0..<block.columns {
                        body(blockRow * block.rows + i, column + j, position)
                        position += 1
                    }
                }
            }
        }
    }

    /// The matrix with its zeros. Cost: m n elements.
    public func dense() -> Matrix<Element> {
        var dense = Matrix<Element>(repeating: 0, rows: rows, columns: columns)
        forEachStored { dense[$0, $1] = values[$2] }
        return dense
    }

    /// Which entries are stored, by row: entry (i, j) is index i n + j.
    public var storedIndices: [Int] {
        var indices: [Int] = []
        indices.reserveCapacity(values.count)
        forEachStored { row, column, _ in indices.append(row * columns + column) }
        return indices.sorted()
    }

    /// Aᵀ, or Aᴴ if `conjugated`, with blocks c×r. Cost: O(stored entries + n).
    public func transposed(conjugated: Bool = false) -> SparseMatrix {
        let flipped = BlockShape(block.columns, block.rows)
        let flippedRows = columns / block.columns
        var starts = Array(repeating: Int32(0), count: flippedRows + 1)
        for column in blockColumns { starts[Int(column) + 1] += 1 }
        for row in 0..<flippedRows { starts[row + 1] += starts[row] }
        var next = starts
        var columns = Array(repeating: Int32(0), count: blockColumns.count)
        var transposed = Array(repeating: Element.zero, count: values.count)
        for blockRow in 0..<blockRows {
            for index in Int(self.starts[blockRow])..<Int(self.starts[blockRow + 1]) {
                let target = Int(next[Int(blockColumns[index])])
                next[Int(blockColumns[index])] += 1
                columns[target] = Int32(blockRow)
                for i in 0..<block.rows {
                    for j in 0..<block.columns {
                        let value = values[index * block.count + i * block.columns + j]
                        transposed[target * block.count + j * block.rows + i] = conjugated ? value.conjugated : value
                    }
                }
            }
        }
        return SparseMatrix(
            unchecked: self.columns, rows, flipped, starts: starts, blockColumns: columns, values: transposed)
    }

    /// The same entries in other blocks. A block that is stored in part is refused, or filled with zeros if `filling`.
    /// - Throws: `LacunaError` where blocks do not divide the shape, or one is incomplete and not to be filled.
    public func converted(to target: BlockShape, filling: Bool = false) throws -> SparseMatrix {
        try Self.checkShape(rows: rows, columns: columns, block: target)
        let width = columns / target.columns
        var places: [Int: Int] = [:]
        forEachStored { row, column, _ in
            places[row / target.rows * width + column / target.columns, default: 0] += 1
        }
        let keys = places.keys.sorted()
        if !filling, let partial = keys.first(where: { places[$0] != target.count }) {
            throw LacunaError(
                .value, "sparse matrix",
                "block (\(partial / width), \(partial % width)) of \(target) holds \(places[partial] ?? 0) stored entries",
                remedy: "Allow filling with zeros, or project the matrix onto the pattern first.")
        }
        var starts = Array(repeating: Int32(0), count: rows / target.rows + 1)
        for (index, key) in keys.enumerated() {
            places[key] = index
            starts[key / width + 1] = Int32(index + 1)
        }
        for row in 1..<max(starts.count, 1) { starts[row] = max(starts[row], starts[row - 1]) }
        var converted = Array(repeating: Element.zero, count: keys.count * target.count)
        forEachStored { row, column, position in
            let place = places[row / target.rows * width + column / target.columns] ?? 0
            converted[place * target.count + row % target.rows * target.columns + column % target.columns] =
                values[position]
        }
        return SparseMatrix(
            unchecked: rows, columns, target, starts: starts,
            blockColumns: keys.map { Int32(width == 0 ? 0 : $0 % width) }, values: converted)
    }
}
