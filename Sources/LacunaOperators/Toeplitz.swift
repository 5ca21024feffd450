/// A Toeplitz matrix, constant along its diagonals: T[i, j] = c[i - j] for i ≥ j and r[j - i] above, m×n, of its first column
/// c and first row r. Products go through a circulant matrix of size at least m + n - 1, by FFTW: O((m + n) log(m + n)).
public struct ToeplitzOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let rows: Int
    public let columns: Int
    /// The diagonals from the upper right to the lower left: T[i, j] = diagonals[i - j + n - 1].
    public let diagonals: [Element]
    private let filter: FastCircularFilter<Element>

    /// - Throws: `LacunaError` for an empty row or column, a corner that differs between them, or entries that are not
    ///   finite.
    public init(firstColumn: [Element], firstRow: [Element]) throws {
        guard let corner = firstColumn.first, let sameCorner = firstRow.first else {
            throw LacunaError(
                .shape, "Toeplitz operator",
                "a first column of \(firstColumn.count) and a first row of \(firstRow.count) entries; both need one")
        }
        guard corner == sameCorner || !corner.isFinite else {
            throw LacunaError(
                .value, "Toeplitz operator", "the first column begins with \(corner), the first row with \(sameCorner)")
        }
        rows = firstColumn.count
        columns = firstRow.count
        diagonals = firstRow.reversed() + firstColumn.dropFirst()
        let length = fastTransformLength(diagonals.count)
        // Column 0 of the circulant matrix: the first column, zeros, and the first row wrapped around.
        let padding = Array(repeating: Element.zero, count: length - diagonals.count)
        filter = try FastCircularFilter(firstColumn + padding + firstRow.dropFirst().reversed(), "Toeplitz operator")
    }

    /// Causal convolution with the kernel on n samples: lower triangular, y_t = Σ_s kernel[t - s] x_s.
    /// - Throws: `LacunaError` for an empty kernel, more taps than samples, or entries that are not finite.
    public init(causalKernel kernel: [Element], length n: Int) throws {
        guard 1...max(n, 1) ~= kernel.count, n >= 1 else {
            throw LacunaError(.shape, "causal convolution", "\(kernel.count) taps for \(n) samples")
        }
        let zeros = Array(repeating: Element.zero, count: n - kernel.count)
        try self.init(firstColumn: kernel + zeros, firstRow: [kernel[0]] + Array(repeating: .zero, count: n - 1))
    }

    private init(adjointOf other: ToeplitzOperator) {
        rows = other.columns
        columns = other.rows
        diagonals = other.diagonals.reversed().map(\.conjugated)
        filter = other.filter.adjoint
    }

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

    /// The Toeplitz matrix with row and column exchanged and conjugated.
    public var adjoint: any LinearOperator<Element> { ToeplitzOperator(adjointOf: self) }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        for row in 0..<rows { y[row] = diagonals[row - column + columns - 1] }
    }

    public func squaredColumnNorms() -> [Element.RealPart] {
        squaredWindowSums(diagonals, width: rows, count: columns).reversed()
    }

    public func dense() -> Matrix<Element> { matrix(ofColumns: Array(0..<columns)) }
}
