/// The circulant matrix C[i, j] = c[(i - j) mod n] of its first column c: circular convolution, by FFTW (real transforms where
/// the numbers are real). The eigenvalues are the discrete Fourier transform of c. Cost of a product: O(n log n), storage
/// O(n); the plan is made once and may be used by any number of threads.
public struct CirculantOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let firstColumn: [Element]
    private let filter: FastCircularFilter<Element>

    /// - Throws: `LacunaError` for an empty column or entries that are not finite.
    public init(firstColumn: [Element]) throws {
        guard !firstColumn.isEmpty else {
            throw LacunaError(.shape, "circulant operator", "the first column is empty")
        }
        self.firstColumn = firstColumn
        filter = try FastCircularFilter(firstColumn, "circulant operator")
    }

    private init(adjointOf other: CirculantOperator) {
        let n = other.rows
        firstColumn = (0..<n).map { other.firstColumn[(n - $0) % n].conjugated }
        filter = other.filter.adjoint
    }

    public var rows: Int { firstColumn.count }
    public var columns: Int { firstColumn.count }
    public var workspaceCount: Int { filter.workspaceCount }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        filter.apply(adjoint: false, x, count: columns, into: y, count: rows, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        filter.apply(adjoint: true, y, count: rows, into: x, count: columns, workspace: workspace)
    }

    /// The circulant matrix of c̄ read backwards.
    public var adjoint: any LinearOperator<Element> { CirculantOperator(adjointOf: self) }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for row in 0..<rows { y[row] = firstColumn[row >= column ? row - column : row - column + rows] }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        let norm = firstColumn.reduce(Element.RealPart.zero) { $0 + $1.squaredModulus }
        return Array(repeating: norm, count: columns)
    }

    public func dense() -> Matrix<Element> { matrix(ofColumns: Array(0..<columns)) }
}
