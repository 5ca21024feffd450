import COpenBLAS

/// Memory for thin singular value decompositions A = U diag(s) Vᴴ of m×n matrices, one after the other.
public final class SingularValueWorkspace<S: Scalar> {
    public let rows: Int
    public let columns: Int
    /// U, m×k with k = min(m, n).
    public let left: Buffer<S>
    /// s, k values descending.
    public let values: Buffer<S.RealPart>
    /// Vᴴ, k×n.
    public let right: Buffer<S>
    private let copy: Buffer<S>
    private let work: Buffer<S>
    private let realWork: Buffer<S.RealPart>
    private let integerWork: Buffer<Int32>

    /// Precondition: rows, columns ≥ 1.
    public init(rows: Int, columns: Int) {
        precondition(rows >= 1 && columns >= 1, "singular values of a \(describeShape([rows, columns])) matrix")
        let k = min(rows, columns), longest = max(rows, columns)
        self.rows = rows
        self.columns = columns
        left = Buffer(repeating: 0, count: rows * k)
        values = Buffer(repeating: 0, count: k)
        right = Buffer(repeating: 0, count: k * columns)
        // OpenBLAS (0.3.21) reads one element past the end of x in complex A x, a row of the matrix in LAPACK's reduction.
        copy = Buffer(repeating: 0, count: rows * (columns + 1))
        // Generous upper bounds of LAPACK's documented sizes.
        work = Buffer(repeating: 0, count: 4 * k * k + 8 * k + longest * 66 + k * 64)
        realWork = Buffer(repeating: 0, count: max(5 * k * k + 7 * k, 2 * longest * k + 2 * k * k + k))
        integerWork = Buffer(repeating: 0, count: 8 * k)
    }

    /// Decomposes the m×n matrix, column-major without gaps. False, and nothing to be read, if an entry is not finite or
    /// LAPACK does not converge. Allocates nothing here (LAPACK's own buffers aside). Cost: O(m n k).
    public func decompose(_ matrix: UnsafePointer<S>) -> Bool {
        // This call may be the last use of the workspace, and so of what it owns.
        defer { withExtendedLifetime((left, values, right, copy, work, realWork, integerWork)) {} }
        for index in 0..<rows * columns {
            guard matrix[index].isFinite else { return false }
            copy[index] = matrix[index]
        }
        return lacuna_gesdd(
            S.blasKind.code, Int32(rows), Int32(columns), copy.pointer, Int32(rows), values.pointer, left.pointer,
            Int32(rows), right.pointer, Int32(values.count), work.pointer, Int32(work.count), realWork.pointer,
            integerWork.pointer) == 0
    }
}
