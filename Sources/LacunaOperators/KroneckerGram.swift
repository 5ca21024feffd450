/// A diag(g) Aᴴ for a Kronecker dictionary and scales g WITHOUT structure, still at Kronecker cost.
///
/// With Q_i[(a, b), n] = A_i[a, n] conj(A_i[b, n]), of size M_i² × N_i,
///
///     A diag(g) Aᴴ = (Q_1 ⊗ … ⊗ Q_I) g   and   a_nᴴ S a_n = ((Q_1 ⊗ … ⊗ Q_I)ᴴ S)_n,
///
/// up to the order of the indices (a_1 b_1 … a_I b_I against a_1 … a_I b_1 … b_I). Cost: M² N_I for the last mode and
/// less for the others, in place of M² N. Storage: Σ M_i² N_i for the Q_i and 3 M².
public struct KroneckerGramOperator<Element: Scalar>: GramOperator {
    public let base: KroneckerOperator<Element>
    private let squares: KroneckerOperator<Element>
    /// A_iᴴ A_i.
    private let grams: [Matrix<Element>]

    public init(_ base: KroneckerOperator<Element>) throws {
        self.base = base
        squares = try KroneckerOperator(
            base.factors.map { factor in
                Matrix(rows: factor.rows * factor.rows, columns: factor.columns) { row, column in
                    factor[row / factor.rows, column] * factor[row % factor.rows, column].conjugated
                }
            })
        grams = try base.factors.map { try $0.adjoint.multiplied(by: $0) }
    }

    public var rows: Int { base.rows }
    public var columns: Int { base.columns }
    public var workspaceCount: Int { base.workspaceCount }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        base.apply(x, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        base.applyAdjoint(y, into: x, workspace: workspace)
    }

    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        base.copyColumn(column, into: y)
    }

    public func squaredColumnNorms() -> [Element.RealPart] { base.squaredColumnNorms() }

    public func gramWorkspaceCount(active count: Int) -> Int {
        squares.workspaceCount + max(columns, rows * rows) + columns
    }

    public func weightedGram(
        _ weights: UnsafePointer<Element.RealPart>, active: [Int], into k: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        let interleaved = workspace
        let g = workspace + max(columns, rows * rows)
        for index in 0..<columns { g[index] = Element(weights[index]) }
        squares.apply(g, into: interleaved, workspace: g + columns)
        forEachPair { position, row, column in k[row + column * rows] = interleaved[position] }
    }

    public func inverseQuadraticForms(
        _ factor: UnsafeMutablePointer<Element>, active: [Int], into q: UnsafeMutablePointer<Element.RealPart>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        BLAS<Element>.inverseFromCholesky(rows, factor, rows)
        let interleaved = workspace
        let forms = workspace + max(columns, rows * rows)
        forEachPair { position, row, column in
            interleaved[position] =
                row >= column ? factor[row + column * rows] : factor[column + row * rows].conjugated
        }
        squares.applyAdjoint(interleaved, into: forms, workspace: forms + columns)
        for (position, index) in active.enumerated() { q[position] = forms[index].realPart }
    }

    public func gram(
        of active: [Int], into g: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        let n = active.count
        for column in 0..<n {
            for row in column..<n {
                var product: Element = 1
                var left = active[row], right = active[column]
                for gram in grams.reversed() {
                    product *= gram[left % gram.rows, right % gram.rows]
                    left /= gram.rows
                    right /= gram.rows
                }
                g[row + column * n] = product
            }
        }
    }

    /// Calls `body` with the position in the interleaved order (a_1 b_1 a_2 b_2 …) of every (row, column) = (a, b).
    @inline(__always)
    private func forEachPair(_ body: (Int, Int, Int) -> Void) {
        let sizes = base.factors.map(\.rows)
        let last = sizes.count - 1
        let width = sizes[last]
        // Odometer over the pairs (a_i, b_i) of all modes but the last, whose M_I² block is contiguous.
        var digits = Array(repeating: 0, count: 2 * last)
        var position = 0
        while true {
            var row = 0, column = 0
            for mode in 0..<last {
                row = (row + digits[2 * mode]) * sizes[mode + 1]
                column = (column + digits[2 * mode + 1]) * sizes[mode + 1]
            }
            for a in 0..<width {
                for b in 0..<width { body(position + a * width + b, row + a, column + b) }
            }
            position += width * width
            var digit = 2 * last - 1
            while digit >= 0 {
                digits[digit] += 1
                if digits[digit] < sizes[digit / 2] { break }
                digits[digit] = 0
                digit -= 1
            }
            if digit < 0 { return }
        }
    }
}
