/// The four batches of products that make up M X, Mᵀ X and the gradients: the one place for a faster kernel. X and Z are
/// features × vectors, row-major; Y has the rows (k, ρ, j) of the layout.
struct MonarchStages<Element: Scalar> {
    let factors: MonarchFactors<Element>

    var layout: MonarchLayout { factors.layout }
    /// Rows of Y.
    var innerCount: Int { layout.rightBlocks * layout.rank * layout.leftBlocks }
    /// Rows of one block of Y.
    var innerHeight: Int { layout.rank * layout.leftBlocks }
    /// K r: columns of a left block.
    var leftWidth: Int { layout.rightBlocks * layout.rank }

    /// The longest input and output of a left block.
    var blockCount: Int { leftWidth + layout.leftRows }

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
                BatchProduct.combine(
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
                BatchProduct.combine(
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
                BatchProduct.combine(
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
                BatchProduct.combine(
                    length: count, outputs: width(k), depth: innerHeight, y + k * innerHeight * count, stride: count,
                    coefficients: right + k * innerHeight * i, outputStride: 1, depthStride: i,
                    into: x + k * i * count, stride: count)
            }
        }
    }
}

/// The same for one vector, by matrix-vector products; the left blocks' strided parts are gathered in `scratch`.
extension MonarchStages {
    func right(_ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>) {
        factors.right.storage.withUnsafeBufferPointer { storage in
            guard let right = storage.baseAddress else { return }
            let i = layout.rightColumns
            for k in 0..<layout.rightBlocks {
                let target = y + k * innerHeight, block = right + k * innerHeight * i, width = width(k)
                if width == i {
                    BLAS<Element>.rowProducts(rows: innerHeight, length: i, block, vector: x + k * i, into: target)
                } else if width > 0 {
                    BLAS<Element>.multiply(.transposed, width, innerHeight, block, i, vector: x + k * i, into: target)
                } else {
                    for index in 0..<innerHeight { target[index] = 0 }
                }
            }
        }
    }

    func left(
        _ y: UnsafePointer<Element>, into z: UnsafeMutablePointer<Element>, scratch: UnsafeMutablePointer<Element>
    ) {
        factors.left.storage.withUnsafeBufferPointer { storage in
            guard let left = storage.baseAddress else { return }
            let blocks = layout.leftBlocks, output = scratch + leftWidth
            for j in 0..<blocks where height(j) > 0 {
                BatchProduct.copy(leftWidth, y + j, stride: blocks, into: scratch, stride: 1)
                BLAS<Element>.rowProducts(
                    rows: height(j), length: leftWidth, left + j * layout.leftRows * leftWidth, vector: scratch,
                    into: output)
                BatchProduct.copy(height(j), output, stride: 1, into: z + j, stride: blocks)
            }
        }
    }

    func leftTransposed(
        _ z: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, scratch: UnsafeMutablePointer<Element>
    ) {
        factors.left.storage.withUnsafeBufferPointer { storage in
            guard let left = storage.baseAddress else { return }
            let blocks = layout.leftBlocks, input = scratch + leftWidth
            for j in 0..<blocks {
                BatchProduct.copy(height(j), z + j, stride: blocks, into: input, stride: 1)
                if height(j) > 0 {
                    BLAS<Element>.multiply(
                        .plain, leftWidth, height(j), left + j * layout.leftRows * leftWidth, leftWidth, vector: input,
                        into: scratch)
                } else {
                    for index in 0..<leftWidth { scratch[index] = 0 }
                }
                BatchProduct.copy(leftWidth, scratch, stride: 1, into: y + j, stride: blocks)
            }
        }
    }

    func rightTransposed(_ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>) {
        factors.right.storage.withUnsafeBufferPointer { storage in
            guard let right = storage.baseAddress else { return }
            let i = layout.rightColumns
            for k in 0..<layout.rightBlocks where width(k) > 0 {
                BLAS<Element>.multiply(
                    .plain, width(k), innerHeight, right + k * innerHeight * i, i, vector: y + k * innerHeight,
                    into: x + k * i)
            }
        }
    }
}
