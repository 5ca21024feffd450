import COpenBLAS

/// The triangle R of A = Q R for a matrix of many rows that comes a block of rows at a time (Golub, Plemmons & Sameh 1988; TSQR of
/// Demmel et al. 2012, one after the other): only R and a block are ever stored.
///
/// As stable as Householder's QR of the whole: the singular values of R are those of A to rounding, which those of AᴴA are not.
public final class TallTriangle<S: Scalar> {
    public let columns: Int
    /// Rows of a block at most.
    public let blockRows: Int
    /// Where the next block goes: rows × columns by column without gaps. `absorb` destroys it.
    public let block: Buffer<S>
    private let triangle: Buffer<S>
    private let reflectors: Buffer<S>
    private let work: Buffer<S>
    /// Columns that are reflected together.
    private let width: Int

    /// Precondition: columns and blockRows ≥ 1.
    public init(columns: Int, blockRows: Int) {
        precondition(columns >= 1 && blockRows >= 1, "a tall triangle of \(columns) columns in blocks of \(blockRows)")
        self.columns = columns
        self.blockRows = blockRows
        width = min(16, columns)
        block = Buffer(repeating: 0, count: blockRows * columns)
        triangle = Buffer(repeating: 0, count: columns * columns)
        reflectors = Buffer(repeating: 0, count: width * columns)
        work = Buffer(repeating: 0, count: width * columns)
    }

    /// Adds the first `rows` rows of `block`. Cost: 2 rows columns² flops (complex: 8), no allocation of ours.
    public func absorb(rows: Int) {
        precondition(rows <= blockRows, "\(rows) rows in a block of \(blockRows)")
        defer { withExtendedLifetime((block, triangle, reflectors, work)) {} }
        guard rows > 0 else { return }
        _ = lacuna_tpqrt(
            S.blasKind.code, Int32(rows), Int32(columns), Int32(width), triangle.pointer, Int32(columns), block.pointer,
            Int32(rows), reflectors.pointer, work.pointer)
    }

    /// R, n×n, upper: RᴴR = AᴴA. The signs of its rows are arbitrary.
    public var r: Matrix<S> {
        Matrix(rows: columns, columns: columns) { $0 <= $1 ? triangle[$0 + $1 * columns] : 0 }
    }
}
