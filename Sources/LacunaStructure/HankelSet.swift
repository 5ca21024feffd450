/// m×n Hankel matrices, constant along anti-diagonals. Nearest one: their means. Cost: one pass.
public struct HankelSet<Element: Scalar>: MatrixSet {
    public init() {}

    public func project(_ matrix: Matrix<Element>) throws -> HankelSequence<Element> {
        try requireMatrix(matrix, "Hankel set")
        var sequence = Array(repeating: Element.zero, count: matrix.rows + matrix.columns - 1)
        for column in 0..<matrix.columns {
            for row in 0..<matrix.rows { sequence[row + column] += matrix[row, column] }
        }
        for index in sequence.indices {
            let length = min(index + 1, sequence.count - index, matrix.rows, matrix.columns)
            sequence[index] = sequence[index].scaled(by: 1 / Element.RealPart(length))
        }
        return try HankelSequence(sequence, rows: matrix.rows)
    }
}

/// The Hankel matrix H[i, j] = h_{i + j} by its sequence h.
public struct HankelSequence<Element: Scalar>: StructuredMatrix, Hashable {
    public let sequence: [Element]
    public let rows: Int
    public var columns: Int { sequence.count - rows + 1 }

    /// - Throws: `LacunaError` unless 1 ≤ rows ≤ the length of the sequence.
    public init(_ sequence: [Element], rows: Int) throws {
        guard rows >= 1, rows <= sequence.count else {
            throw LacunaError(.shape, "Hankel matrix", "\(rows) rows from a sequence of \(sequence.count)")
        }
        self.sequence = sequence
        self.rows = rows
    }

    /// m + n - 1.
    public var parameterCount: Int { sequence.count }

    public func dense() -> Matrix<Element> {
        Matrix(rows: rows, columns: columns) { sequence[$0 + $1] }
    }
}
