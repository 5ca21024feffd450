/// M x for a Monarch matrix given by its factors (Dao et al. 2022), M[l J + j, k I + i] = Σ_ρ L[j, l, k, ρ] R[k, ρ, j, i].
///
/// Two batches of small products without a permutation: Y_k = R_k X_k, then Z_j = L_j (rows j, j + J, … of Y), which are
/// rows j, j + J, … of M X. Cost per vector: `layout.parameterCount` multiply-adds, 2 n √n of them for a square matrix.
public struct MonarchOperator<Element: Scalar>: ColumnAccess, DenseConvertible {
    public let factors: MonarchFactors<Element>

    public init(_ factors: MonarchFactors<Element>) {
        self.factors = factors
    }

    public var layout: MonarchLayout { factors.layout }
    public var rows: Int { layout.rows }
    public var columns: Int { layout.columns }
    public var workspaceCount: Int {
        isPadded ? workspaceCount(vectors: 1) + layout.blockCount : workspaceCount(vectors: 1)
    }

    /// Padded layouts go by the stages; all others by one kernel.
    private var isPadded: Bool {
        rows < layout.leftBlocks * layout.leftRows || columns < layout.rightBlocks * layout.rightColumns
    }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        guard isPadded else { return apply(x, vectors: 1, into: y, workspace: workspace) }
        let scratch = workspace + workspaceCount(vectors: 1)
        withStages {
            $0.right(x, into: workspace)
            $0.left(workspace, into: y, scratch: scratch)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        guard isPadded else { return applyAdjoint(y, vectors: 1, into: x, workspace: workspace) }
        let scratch = workspace + workspaceCount(vectors: 1)
        let input = BatchProduct.conjugate(y, rows, into: workspace + layout.innerCount)
        withStages {
            $0.leftTransposed(input, into: workspace, scratch: scratch)
            $0.rightTransposed(workspace, into: x)
        }
        BatchProduct.conjugate(x, columns)
    }

    /// The result of the right factor, and the conjugate of a complex input.
    public func workspaceCount(vectors count: Int) -> Int {
        guard isPadded else {
            return withBlockFactors { right, left in
                max(
                    BlockChain.workspaceCount(right, left, columns: count),
                    BlockChain.workspaceCount(left.adjoint, right.adjoint, columns: count))
            }
        }
        return (layout.innerCount + BatchProduct<Element>.workspaceCount(rows)) * count
    }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        guard isPadded else {
            return withBlockFactors { right, left in
                BlockChain.multiply(right, left, x, columns: count, into: y, workspace: workspace)
            }
        }
        withStages {
            $0.right(x, vectors: count, into: workspace)
            $0.left(workspace, vectors: count, into: y)
        }
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        guard isPadded else {
            return withBlockFactors { right, left in
                BlockChain.multiply(
                    left.adjoint, right.adjoint, y, columns: count, into: x, workspace: workspace)
            }
        }
        // Mᴴ y is the conjugate of Mᵀ ȳ, for which the factors are read as they stand.
        let input = BatchProduct.conjugate(y, rows * count, into: workspace + layout.innerCount * count)
        withStages {
            $0.leftTransposed(input, vectors: count, into: workspace)
            $0.rightTransposed(workspace, vectors: count, into: x)
        }
        BatchProduct.conjugate(x, columns * count)
    }

    /// Y ← M X for `count` vectors on as many threads as there are workspaces of `workspaceCount(vectors: count)`, each with
    /// columns of its own; the same bits for any number of them. Padded layouts run on one.
    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspaces: [Buffer<Element>]
    ) {
        let needed = workspaceCount(vectors: count)
        precondition(
            !workspaces.isEmpty && workspaces.allSatisfy { $0.count >= needed },
            "one workspace of \(needed) elements per thread is needed")
        guard !isPadded else { return apply(x, vectors: count, into: y, workspace: workspaces[0].pointer) }
        concurrently(workspaces.count) { thread, threads in
            withBlockFactors { right, left in
                BlockChain.multiply(
                    right, left, x, columns: count, part: (0..<count).part(thread, of: threads, multiple: 8), into: y,
                    workspace: workspaces[thread].pointer)
            }
        }
    }

    /// R as K blocks of (r J)×I, and L as J interleaved blocks of L×(K r).
    private func withBlockFactors<Result>(
        _ body: (_ right: BlockFactor<Element>, _ left: BlockFactor<Element>) -> Result
    ) -> Result {
        let height = layout.innerHeight, width = layout.leftWidth, i = layout.rightColumns
        return withStages {
            body(
                BlockFactor(
                    blocks: layout.rightBlocks, rows: height, depth: i, entries: $0.rightFactor,
                    blockStride: height * i, rowStride: i, depthStride: 1, interleaved: false),
                BlockFactor(
                    blocks: layout.leftBlocks, rows: layout.leftRows, depth: width, entries: $0.leftFactor,
                    blockStride: layout.leftRows * width, rowStride: width, depthStride: 1, interleaved: true))
        }
    }

    func withStages<Result>(_ body: (MonarchStages<Element>) -> Result) -> Result {
        factors.right.storage.withUnsafeBufferPointer { right in
            factors.left.storage.withUnsafeBufferPointer { left in
                // A layout has no empty factor.
                body(
                    MonarchStages(
                        layout, left: left.baseAddress.unsafelyUnwrapped, right: right.baseAddress.unsafelyUnwrapped))
            }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func copyColumn(_ column: Int, into y: UnsafeMutablePointer<Element>) {
        let blocks = layout.leftBlocks, rank = layout.rank
        let k = column / layout.rightColumns, i = column % layout.rightColumns
        for row in 0..<rows {
            let l = row / blocks, j = row % blocks
            let left = ((j * layout.leftRows + l) * layout.rightBlocks + k) * rank
            var sum = Element.zero
            for rho in 0..<rank {
                let right = ((k * rank + rho) * blocks + j) * layout.rightColumns + i
                sum += factors.left.storage[left + rho] * factors.right.storage[right]
            }
            y[row] = sum
        }
    }

    /// Cost: m n r multiply-adds.
    public func squaredColumnNorms() -> [Element.RealPart] {
        (0..<columns).map { index in column(index).reduce(Element.RealPart.zero) { $0 + $1.squaredModulus } }
    }

    public func dense() -> Matrix<Element> { factors.dense() }
}
