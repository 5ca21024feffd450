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
    public var workspaceCount: Int { workspaceCount(vectors: 1) }

    public func apply(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        apply(x, vectors: 1, into: y, workspace: workspace)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) {
        applyAdjoint(y, vectors: 1, into: x, workspace: workspace)
    }

    /// The result of the right factor, and the conjugate of a complex input.
    public func workspaceCount(vectors count: Int) -> Int {
        (stages.innerCount + BatchProduct<Element>.workspaceCount(rows)) * count
    }

    public func apply(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        stages.right(x, vectors: count, into: workspace)
        stages.left(workspace, vectors: count, into: y)
    }

    public func applyAdjoint(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>,
        workspace: UnsafeMutablePointer<Element>
    ) {
        // Mᴴ y is the conjugate of Mᵀ ȳ, for which the factors are read as they stand.
        let input = BatchProduct.conjugate(y, rows * count, into: workspace + stages.innerCount * count)
        stages.leftTransposed(input, vectors: count, into: workspace)
        stages.rightTransposed(workspace, vectors: count, into: x)
        BatchProduct.conjugate(x, columns * count)
    }

    var stages: MonarchStages<Element> { MonarchStages(factors: factors) }

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

/// The four batches of products that make up M X, Mᵀ X and the gradients: the one place for a faster kernel. X and Z are
/// features × vectors, row-major; Y has the rows (k, ρ, j) of the layout.
struct MonarchStages<Element: Scalar> {
    let factors: MonarchFactors<Element>

    private var layout: MonarchLayout { factors.layout }
    /// Rows of Y.
    var innerCount: Int { layout.rightBlocks * layout.rank * layout.leftBlocks }
    /// Rows of one block of Y.
    private var innerHeight: Int { layout.rank * layout.leftBlocks }
    /// K r: columns of a left block.
    private var leftWidth: Int { layout.rightBlocks * layout.rank }

    /// The columns of block k that are not padding.
    func width(_ k: Int) -> Int { min(max(layout.columns - k * layout.rightColumns, 0), layout.rightColumns) }
    /// The rows of block j that are not padding.
    func height(_ j: Int) -> Int { max(layout.rows - j + layout.leftBlocks - 1, 0) / layout.leftBlocks }

    /// Y_k ← R_k X_k.
    func right(_ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>) {
        factors.right.storage.withUnsafeBufferPointer { storage in
            guard let right = storage.baseAddress, count > 0 else { return }
            let i = layout.rightColumns
            for k in 0..<layout.rightBlocks {
                let target = y + k * innerHeight * count, width = width(k)
                guard width > 0 else {
                    for index in 0..<innerHeight * count { target[index] = 0 }
                    continue
                }
                BLAS<Element>.combine(
                    length: count, outputs: innerHeight, depth: width, x + k * i * count, stride: count,
                    coefficients: right + k * innerHeight * i, outputStride: i, depthStride: 1, into: target,
                    stride: count)
            }
        }
    }

    /// Z_j ← L_j Y_j.
    func left(_ y: UnsafePointer<Element>, vectors count: Int, into z: UnsafeMutablePointer<Element>) {
        factors.left.storage.withUnsafeBufferPointer { storage in
            guard let left = storage.baseAddress, count > 0 else { return }
            let stride = layout.leftBlocks * count
            for j in 0..<layout.leftBlocks where height(j) > 0 {
                BLAS<Element>.combine(
                    length: count, outputs: height(j), depth: leftWidth, y + j * count, stride: stride,
                    coefficients: left + j * layout.leftRows * leftWidth, outputStride: leftWidth, depthStride: 1,
                    into: z + j * count, stride: stride)
            }
        }
    }

    /// Y_j ← L_jᵀ Z_j.
    func leftTransposed(_ z: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>) {
        factors.left.storage.withUnsafeBufferPointer { storage in
            guard let left = storage.baseAddress, count > 0 else { return }
            let stride = layout.leftBlocks * count
            for j in 0..<layout.leftBlocks {
                guard height(j) > 0 else {
                    for row in 0..<leftWidth {
                        for vector in 0..<count { y[row * stride + j * count + vector] = 0 }
                    }
                    continue
                }
                BLAS<Element>.combine(
                    length: count, outputs: leftWidth, depth: height(j), z + j * count, stride: stride,
                    coefficients: left + j * layout.leftRows * leftWidth, outputStride: 1, depthStride: leftWidth,
                    into: y + j * count, stride: stride)
            }
        }
    }

    /// X_k ← R_kᵀ Y_k.
    func rightTransposed(_ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>) {
        factors.right.storage.withUnsafeBufferPointer { storage in
            guard let right = storage.baseAddress, count > 0 else { return }
            let i = layout.rightColumns
            for k in 0..<layout.rightBlocks where width(k) > 0 {
                BLAS<Element>.combine(
                    length: count, outputs: width(k), depth: innerHeight, y + k * innerHeight * count, stride: count,
                    coefficients: right + k * innerHeight * i, outputStride: 1, depthStride: i,
                    into: x + k * i * count, stride: count)
            }
        }
    }
}
