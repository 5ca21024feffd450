import CLacunaKernels

/// A block-sparse matrix in 8 bits: blocks of 4 rows by 1 column, W[i, j] ≈ scale_i · q_ij with q in -127...127 and one
/// scale per row (output channel), as in the inference kernels of Shen et al. (2023).
public struct QuantizedMatrix: Hashable, Sendable {
    public let rows: Int
    public let columns: Int
    /// One per row, 1 for a row of zeros.
    public let scales: [Float]
    /// Blocks of a block row in groups of four, the last filled up with zeros: groups starts[b] ..< starts[b + 1].
    let starts: [Int32]
    /// Four columns per group, as the kernel wants them: times 32, and `LACUNA_INT8_AHEAD` groups of zeros at the end.
    let offsets: [UInt32]
    /// Sixteen numbers per group, row i of the block and member k at 4 i + k.
    let values: [Int8]

    /// Quantises to the nearest, half to even, each row by its largest modulus.
    /// - Throws: `LacunaError` for other blocks than 4×1, more than 65536 blocks in a row, whose sums could
    ///   overflow, and more than 2²⁷ columns.
    public init(_ matrix: SparseMatrix<Float>) throws {
        guard matrix.block == .rows4 else {
            throw LacunaError(
                .shape, "quantised matrix", "blocks of \(matrix.block), not 4×1", remedy: "Convert the matrix first.")
        }
        guard matrix.columns <= 1 << 27 else {
            throw LacunaError(.shape, "quantised matrix", "\(matrix.columns) columns, at most \(1 << 27)")
        }
        rows = matrix.rows
        columns = matrix.columns
        var largest = Array(repeating: Float(0), count: matrix.rows)
        matrix.forEachStored { row, _, position in
            largest[row] = max(largest[row], matrix.values[position].magnitude)
        }
        // A subnormal scale would lose the quotients' precision; such a row counts as zero.
        let scales = largest.map { $0 / 127 >= .leastNormalMagnitude ? $0 / 127 : 1 }
        var starts: [Int32] = [0]
        var offsets: [UInt32] = []
        var values: [Int8] = []
        for blockRow in 0..<matrix.blockRows {
            let blocks = Int(matrix.starts[blockRow])..<Int(matrix.starts[blockRow + 1])
            guard blocks.count <= 65_536 else {
                throw LacunaError(
                    .shape, "quantised matrix",
                    "block row \(blockRow) has \(blocks.count) blocks, at most 65536 are exact")
            }
            for first in stride(from: blocks.lowerBound, to: blocks.upperBound, by: 4) {
                let group = first..<min(first + 4, blocks.upperBound)
                for member in first..<first + 4 {
                    offsets.append(group ~= member ? Self.tile * UInt32(matrix.blockColumns[member]) : 0)
                }
                for i in 0..<4 {
                    for member in first..<first + 4 {
                        let value = group ~= member ? matrix.values[4 * member + i] / scales[4 * blockRow + i] : 0
                        values.append(Int8(value.rounded(.toNearestOrEven)))
                    }
                }
            }
            starts.append(Int32(clamping: offsets.count / 4))
        }
        self.scales = scales
        self.starts = starts
        self.offsets = offsets + Array(repeating: 0, count: 4 * Int(LACUNA_INT8_AHEAD))
        self.values = values
    }

    private static let tile = UInt32(LACUNA_INT8_TILE)

    public var shape: [Int] { [rows, columns] }
    /// Bytes of values, indices and scales.
    public var bytes: Int { values.count + 4 * (offsets.count + starts.count + scales.count) }

    /// The integers q with their zeros.
    public func integers() -> Matrix<Int> {
        var integers = Matrix(repeating: 0, rows: rows, columns: columns)
        for blockRow in 0..<rows / 4 {
            for group in Int(starts[blockRow])..<Int(starts[blockRow + 1]) {
                for i in 0..<4 {
                    for k in 0..<4 where values[16 * group + 4 * i + k] != 0 {
                        integers[4 * blockRow + i, Int(offsets[4 * group + k] / Self.tile)] = Int(
                            values[16 * group + 4 * i + k])
                    }
                }
            }
        }
        return integers
    }

    /// What the integers stand for: scale_i q_ij.
    public func dense() -> Matrix<Float> {
        let integers = integers()
        return Matrix(rows: rows, columns: columns) { scales[$0] * Float(integers[$0, $1]) }
    }
}
