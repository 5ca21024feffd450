/// The four batches of products that make up M X, Mᵀ X and the gradients, on factors that lie anywhere: in `MonarchFactors`,
/// or among a network's parameters. The one place for a faster kernel. X and Z are features × vectors, row-major; Y has the
/// rows (k, ρ, j) of the layout. Nothing allocates.
package struct MonarchStages<Element: Scalar> {
    package let layout: MonarchLayout
    /// L and R, each block row-major, as `MonarchFactors` has them.
    let leftFactor: UnsafePointer<Element>
    let rightFactor: UnsafePointer<Element>

    package init(_ layout: MonarchLayout, left: UnsafePointer<Element>, right: UnsafePointer<Element>) {
        self.layout = layout
        leftFactor = left
        rightFactor = right
    }

    /// Y_k ← R_k X_k.
    package func right(
        _ x: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>
    ) {
        guard count > 0 else { return }
        let i = layout.rightColumns, height = layout.innerHeight
        for k in 0..<layout.rightBlocks {
            let target = y + k * height * count, width = layout.width(k)
            guard width > 0 else {
                BatchProduct.clear(height * count, target)
                continue
            }
            BatchProduct.combine(
                length: count, outputs: height, depth: width, x + k * i * count, stride: count,
                coefficients: rightFactor + k * height * i, outputStride: i, depthStride: 1, into: target,
                stride: count)
        }
    }

    /// Z_j ← L_j Y_j, or Z_j + L_j Y_j if `accumulating`.
    package func left(
        _ y: UnsafePointer<Element>, vectors count: Int, into z: UnsafeMutablePointer<Element>,
        accumulating: Bool = false
    ) {
        guard count > 0 else { return }
        let stride = layout.leftBlocks * count, width = layout.leftWidth
        for j in 0..<layout.leftBlocks where layout.height(j) > 0 {
            BatchProduct.combine(
                length: count, outputs: layout.height(j), depth: width, y + j * count, stride: stride,
                coefficients: leftFactor + j * layout.leftRows * width, outputStride: width, depthStride: 1,
                accumulating: accumulating, into: z + j * count, stride: stride)
        }
    }

    /// Y_j ← L_jᵀ Z_j.
    package func leftTransposed(
        _ z: UnsafePointer<Element>, vectors count: Int, into y: UnsafeMutablePointer<Element>
    ) {
        guard count > 0 else { return }
        let stride = layout.leftBlocks * count, width = layout.leftWidth
        for j in 0..<layout.leftBlocks {
            guard layout.height(j) > 0 else {
                for row in 0..<width { BatchProduct.clear(count, y + row * stride + j * count) }
                continue
            }
            BatchProduct.combine(
                length: count, outputs: width, depth: layout.height(j), z + j * count, stride: stride,
                coefficients: leftFactor + j * layout.leftRows * width, outputStride: 1, depthStride: width,
                into: y + j * count, stride: stride)
        }
    }

    /// X_k ← R_kᵀ Y_k.
    package func rightTransposed(
        _ y: UnsafePointer<Element>, vectors count: Int, into x: UnsafeMutablePointer<Element>
    ) {
        guard count > 0 else { return }
        let i = layout.rightColumns, height = layout.innerHeight
        for k in 0..<layout.rightBlocks where layout.width(k) > 0 {
            BatchProduct.combine(
                length: count, outputs: layout.width(k), depth: height, y + k * height * count, stride: count,
                coefficients: rightFactor + k * height * i, outputStride: 1, depthStride: i, into: x + k * i * count,
                stride: count)
        }
    }
}

/// What gradients at the factors are sums of over the vectors.
extension MonarchStages {
    /// dL_j ← G_j Y_jᴴ (or G_j Y_jᵀ for `form` transposed), added to what is there if `accumulating`. Entries of padding
    /// are not touched.
    package static func leftGradient(
        _ layout: MonarchLayout, _ g: UnsafePointer<Element>, inner y: UnsafePointer<Element>, vectors count: Int,
        form: BLAS<Element>.Form = .adjoint, accumulating: Bool = false, into gradient: UnsafeMutablePointer<Element>
    ) {
        let stride = layout.leftBlocks * count, width = layout.leftWidth
        for j in 0..<layout.leftBlocks where layout.height(j) > 0 && count > 0 {
            BLAS<Element>.multiply(
                form, .plain, width, layout.height(j), count, y + j * count, stride, g + j * count, stride,
                beta: accumulating ? 1 : 0, into: gradient + j * layout.leftRows * width, width)
        }
    }

    /// dR_k ← dY_k X_kᴴ, likewise.
    package static func rightGradient(
        _ layout: MonarchLayout, _ dy: UnsafePointer<Element>, input x: UnsafePointer<Element>, vectors count: Int,
        form: BLAS<Element>.Form = .adjoint, accumulating: Bool = false, into gradient: UnsafeMutablePointer<Element>
    ) {
        let i = layout.rightColumns, height = layout.innerHeight
        for k in 0..<layout.rightBlocks where layout.width(k) > 0 && count > 0 {
            BLAS<Element>.multiply(
                form, .plain, layout.width(k), height, count, x + k * i * count, count, dy + k * height * count, count,
                beta: accumulating ? 1 : 0, into: gradient + k * height * i, i)
        }
    }
}

/// The same for one vector, by matrix-vector products; the left blocks' strided parts are gathered in `scratch`.
extension MonarchStages {
    func right(_ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>) {
        let i = layout.rightColumns, height = layout.innerHeight
        for k in 0..<layout.rightBlocks {
            let target = y + k * height, block = rightFactor + k * height * i, width = layout.width(k)
            if width == i {
                BLAS<Element>.rowProducts(rows: height, length: i, block, vector: x + k * i, into: target)
            } else if width > 0 {
                BLAS<Element>.multiply(.transposed, width, height, block, i, vector: x + k * i, into: target)
            } else {
                BatchProduct.clear(height, target)
            }
        }
    }

    func left(
        _ y: UnsafePointer<Element>, into z: UnsafeMutablePointer<Element>, scratch: UnsafeMutablePointer<Element>
    ) {
        let blocks = layout.leftBlocks, width = layout.leftWidth, output = scratch + width
        for j in 0..<blocks where layout.height(j) > 0 {
            BatchProduct.copy(width, y + j, stride: blocks, into: scratch, stride: 1)
            BLAS<Element>.rowProducts(
                rows: layout.height(j), length: width, leftFactor + j * layout.leftRows * width, vector: scratch,
                into: output)
            BatchProduct.copy(layout.height(j), output, stride: 1, into: z + j, stride: blocks)
        }
    }

    func leftTransposed(
        _ z: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, scratch: UnsafeMutablePointer<Element>
    ) {
        let blocks = layout.leftBlocks, width = layout.leftWidth, input = scratch + width
        for j in 0..<blocks {
            let height = layout.height(j)
            BatchProduct.copy(height, z + j, stride: blocks, into: input, stride: 1)
            if height > 0 {
                BLAS<Element>.multiply(
                    .plain, width, height, leftFactor + j * layout.leftRows * width, width, vector: input,
                    into: scratch)
            } else {
                BatchProduct.clear(width, scratch)
            }
            BatchProduct.copy(width, scratch, stride: 1, into: y + j, stride: blocks)
        }
    }

    func rightTransposed(_ y: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>) {
        let i = layout.rightColumns, height = layout.innerHeight
        for k in 0..<layout.rightBlocks where layout.width(k) > 0 {
            BLAS<Element>.multiply(
                .plain, layout.width(k), height, rightFactor + k * height * i, i, vector: y + k * height,
                into: x + k * i)
        }
    }
}

/// Sizes that the stages work with.
extension MonarchLayout {
    /// Rows of Y, K r J.
    package var innerCount: Int { rightBlocks * rank * leftBlocks }
    /// Rows of one block of Y, r J.
    package var innerHeight: Int { rank * leftBlocks }
    /// K r: columns of a left block.
    package var leftWidth: Int { rightBlocks * rank }
    /// The longest input and output of a left block.
    var blockCount: Int { leftWidth + leftRows }
    /// The columns of block k that are not padding.
    func width(_ k: Int) -> Int { min(max(columns - k * rightColumns, 0), rightColumns) }
    /// The rows of block j that are not padding.
    func height(_ j: Int) -> Int { max(rows - j + leftBlocks - 1, 0) / leftBlocks }
}
