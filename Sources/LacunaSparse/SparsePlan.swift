import CLacunaKernels

/// A sparse matrix made ready for products: what can be worked out once (slices of columns that stay in the first-level
/// cache, narrow indices, equal shares for threads) is.
///
/// Products of `Float` and `Double` run on the kernels, complex ones on plain loops. Results do not depend on the number of
/// threads. `SparseWorkspace` holds the scratch, so that a product allocates nothing.
public struct SparsePlan<Element: Scalar>: Sendable {
    public let matrix: SparseMatrix<Element>
    /// The matrix cut into slices of its columns, if that pays: a second copy of it.
    let slices: ColumnSlices<Element>?
    /// Block columns in 16 bits, where they fit: half the index traffic of CSR products and of products with one vector.
    let narrowColumns: [UInt16]

    /// Cost: O(stored blocks).
    public init(_ matrix: SparseMatrix<Element>) {
        self.matrix = matrix
        let count = Self.sliceCount(matrix)
        slices = count > 1 ? ColumnSlices(matrix, count: count) : nil
        narrowColumns = Self.narrowed(matrix.blockColumns, below: matrix.columns / matrix.block.columns)
    }

    /// The indices in 16 bits; none if there are larger ones.
    static func narrowed(_ indices: [Int32], below bound: Int) -> [UInt16] {
        bound <= 1 << 16 ? indices.map(UInt16.init) : []
    }

    /// CSR products read x at random: a slice of 256 columns stays in the first-level cache. Below some 30 entries of a
    /// row in each slice, the sums that every slice loads and stores again cost more than that saves (measured on Zen 3,
    /// 1024 x 1024: three slices are best at 90 % zeros, two at 95 %).
    private static func sliceCount(_ matrix: SparseMatrix<Element>) -> Int {
        let onKernels = Element.self == Float.self || Element.self == Double.self
        guard onKernels, matrix.block == .entry, matrix.rows > 0 else { return 1 }
        return max(1, min((matrix.columns + 255) / 256, (matrix.storedCount / matrix.rows + 17) / 34))
    }

    /// Block rows `part` of `count` parts with about as many blocks each.
    func blockRows(_ part: Int, of count: Int) -> Range<Int> {
        func border(_ part: Int) -> Int {
            if part == count { return matrix.blockRows }
            let target = matrix.blockColumns.count * part / count
            var low = 0, high = matrix.blockRows
            while low < high {
                let middle = (low + high) / 2
                if Int(matrix.starts[middle]) < target { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return border(part)..<max(border(part), border(part + 1))
    }
}

/// Scratch of products with a sparse matrix, and the number of threads they run on. Used by one product at a time.
public final class SparseWorkspace<Element: Scalar> {
    public let threads: Int
    let buffers: [Buffer<Element>]

    /// The most columns of a matrix that it serves.
    let depth: Int

    /// - Parameter depth: columns of the matrix, for products with it and with its transpose.
    public init(depth: Int, threads: Int = 1) {
        self.threads = max(threads, 1)
        self.depth = depth
        buffers = (0..<self.threads).map { _ in Buffer(repeating: 0, count: Self.count(depth: depth)) }
    }

    func require(depth: Int) {
        precondition(depth <= self.depth, "a workspace for \(self.depth) columns, the matrix has \(depth)")
    }

    /// LACUNA_PRODUCT_WORKSPACE: a panel of 32 columns of x.
    package static func count(depth: Int) -> Int { 32 * depth + 16 }

    public convenience init(for plan: SparsePlan<Element>, threads: Int = 1) {
        self.init(depth: plan.matrix.columns, threads: threads)
    }
}
