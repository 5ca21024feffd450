/// A Hankel matrix, constant along its anti-diagonals: H[i, j] = h[i + j], m×n, of a sequence of m + n - 1 numbers (the
/// delay matrix of a time series). A Toeplitz matrix on the reversed input: O((m + n) log(m + n)) by FFTW, storage O(m + n).
public struct HankelOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let rows: Int
    public let columns: Int
    public let sequence: [Element]
    private let filter: FastCircularFilter<Element>
    /// Whether the filter is that of the adjoint.
    private let isAdjoint: Bool

    /// The matrix with `rows` rows; its columns are the windows of that length.
    /// - Throws: `LacunaError` unless 1 ≤ rows ≤ the length of the sequence, and for entries that are not finite.
    public init(_ sequence: [Element], rows: Int) throws {
        guard rows >= 1, rows <= sequence.count else {
            throw LacunaError(
                .shape, "Hankel operator",
                "\(rows) rows of \(sequence.count) numbers; 1...\(sequence.count) are possible")
        }
        self.rows = rows
        self.sequence = sequence
        columns = sequence.count - rows + 1
        let length = fastTransformLength(sequence.count)
        let padding = Array(repeating: Element.zero, count: length - sequence.count)
        // T[i, j] = h[i - j + n - 1], column 0 of its circulant matrix.
        filter = try FastCircularFilter(
            Array(sequence[(columns - 1)...]) + padding + sequence[..<(columns - 1)], "Hankel operator")
        isAdjoint = false
    }

    private init(adjointOf other: HankelOperator) {
        rows = other.columns
        columns = other.rows
        sequence = other.sequence.map(\.conjugated)
        filter = other.filter
        isAdjoint = !other.isAdjoint
    }

    public var workspaceCount: Int { filter.workspaceCount }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        multiply(adjoint: isAdjoint, x, count: columns, into: y, count: rows, workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        multiply(adjoint: !isAdjoint, y, count: rows, into: x, count: columns, workspace)
    }

    /// T on the reversed input, or reversed from Tᴴ, for the Toeplitz matrix T of the filter.
    private func multiply(
        adjoint: Bool, _ x: UnsafePointer<Element>, count n: Int, into y: UnsafeMutablePointer<Element>, count m: Int,
        _ workspace: UnsafeMutablePointer<Element>
    ) {
        filter.apply(
            adjoint: adjoint, x, count: n, reversed: !adjoint, into: y, count: m, reversedOutput: adjoint,
            workspace: workspace)
    }

    /// The Hankel matrix of the conjugate sequence, with n rows, sharing the transforms.
    public var adjoint: any LinearOperator<Element> { HankelOperator(adjointOf: self) }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for row in 0..<rows { y[row] = sequence[row + column] }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        squaredWindowSums(sequence, width: rows, count: columns)
    }

    public func dense() -> Matrix<Element> { matrix(ofColumns: Array(0..<columns)) }
}
