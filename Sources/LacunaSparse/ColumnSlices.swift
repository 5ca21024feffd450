/// The blocks of a matrix slice after slice of its columns, for products that finish one slice for all rows before the next:
/// the rows of the operand that a slice reads stay in the first-level cache, and the blocks are read in sequence.
///
/// Cost: a copy of the matrix.
struct ColumnSlices<Element: Scalar>: Sendable {
    let count: Int
    /// Slice s of block row b, of B, is starts[s B + b] ..< starts[s B + b + 1] of `columns` and `values`.
    let starts: [Int32]
    let columns: [Int32]
    let narrowColumns: [UInt16]
    let values: [Element]
    /// The same blocks in the matrix, where they lie row after row: rowStarts[s B + b] ..< rowStarts[(s + 1) B + b].
    let rowStarts: [Int32]

    init(_ matrix: SparseMatrix<Element>, count: Int) {
        self.count = count
        let blockRows = matrix.blockRows, size = matrix.block.rows * matrix.block.columns
        let width = (matrix.columns / matrix.block.columns + count - 1) / count
        var rowStarts = Array(repeating: Int32(0), count: (count + 1) * blockRows)
        for row in 0..<blockRows {
            var position = Int(matrix.starts[row])
            let end = Int(matrix.starts[row + 1])
            for slice in 0...count {
                while position < end && Int(matrix.blockColumns[position]) < slice * width { position += 1 }
                rowStarts[slice * blockRows + row] = Int32(slice == count ? end : position)
            }
        }
        var starts: [Int32] = [0]
        var columns: [Int32] = []
        var values: [Element] = []
        starts.reserveCapacity(count * blockRows + 1)
        columns.reserveCapacity(matrix.blockColumns.count)
        values.reserveCapacity(matrix.values.count)
        for part in 0..<count * blockRows {
            let blocks = Int(rowStarts[part])..<Int(rowStarts[part + blockRows])
            columns.append(contentsOf: matrix.blockColumns[blocks])
            values.append(contentsOf: matrix.values[size * blocks.lowerBound..<size * blocks.upperBound])
            starts.append(Int32(clamping: columns.count))
        }
        self.starts = starts
        self.columns = columns
        narrowColumns = SparsePlan<Element>.narrowed(columns, below: matrix.columns / matrix.block.columns)
        self.values = values
        self.rowStarts = rowStarts
    }
}
