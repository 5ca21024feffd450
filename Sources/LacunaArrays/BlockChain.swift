import CLacunaKernels

/// A block-diagonal matrix between two permutations: block g maps `depth` input rows to `rows` output rows,
///
///     out(g, r) = Σ_d entries[g blockStride + r rowStride + d depthStride] · in(g, d),
///
/// where in(g, d) is row g `depth` + d of the input, or row d `blocks` + g if `interleavedInput`; likewise the output.
public struct BlockFactor<S: Scalar> {
    public var blocks: Int
    public var rows: Int
    public var depth: Int
    public var entries: UnsafePointer<S>
    public var blockStride: Int
    public var rowStride: Int
    public var depthStride: Int
    public var interleavedInput: Bool
    public var interleavedOutput: Bool
    /// Whether the entries are conjugated.
    public var conjugate = false

    public init(
        blocks: Int, rows: Int, depth: Int, entries: UnsafePointer<S>, blockStride: Int, rowStride: Int,
        depthStride: Int, interleaved: Bool
    ) {
        self.blocks = blocks
        self.rows = rows
        self.depth = depth
        self.entries = entries
        self.blockStride = blockStride
        self.rowStride = rowStride
        self.depthStride = depthStride
        interleavedInput = interleaved
        interleavedOutput = interleaved
    }

    /// The adjoint, on the same entries.
    public var adjoint: BlockFactor {
        var adjoint = self
        (adjoint.rows, adjoint.depth) = (depth, rows)
        (adjoint.rowStride, adjoint.depthStride) = (depthStride, rowStride)
        (adjoint.interleavedInput, adjoint.interleavedOutput) = (interleavedOutput, interleavedInput)
        adjoint.conjugate.toggle()
        return adjoint
    }

    var kernelFactor: lacuna_block_factor {
        lacuna_block_factor(
            blocks: blocks, rows: rows, depth: depth, entries: UnsafeRawPointer(entries), blockStride: blockStride,
            rowStride: rowStride, depthStride: depthStride, interleavedInput: interleavedInput ? 1 : 0,
            interleavedOutput: interleavedOutput ? 1 : 0, conjugate: conjugate ? 1 : 0)
    }
}

/// Products with two block factors in a row, which is what a Monarch matrix is: the result of the first stays in the
/// cache, a panel of columns at a time.
public enum BlockChain<S: Scalar> {
    /// Scalars of workspace for n columns.
    public static func workspaceCount(_ first: BlockFactor<S>, _ second: BlockFactor<S>, columns n: Int) -> Int {
        withFactors(first, second) { factors in
            let stride = MemoryLayout<S>.stride
            return (lacuna_chain_workspace(factors, 2, n, stride) + stride - 1) / stride
        }
    }

    /// Y ← second (first X), or those columns of Y that are in `part`: X and Y row-major with n columns. first.blocks · first.rows = second.blocks · second.depth.
    /// No overlap, no allocation. Cost: multiply-adds of the entries, times n.
    public static func multiply(
        _ first: BlockFactor<S>, _ second: BlockFactor<S>, _ x: UnsafePointer<S>, columns n: Int,
        part: Range<Int>? = nil, into y: UnsafeMutablePointer<S>, workspace: UnsafeMutablePointer<S>
    ) {
        let part = part ?? 0..<n
        guard !part.isEmpty else { return }
        withFactors(first, second) { factors in
            let set = kernels.pointee
            if S.RealPart.self == Float.self {
                let kernel = S.isComplex ? set.chain_complex_float : set.chain_float
                kernel?(
                    factors, 2, n, part.lowerBound, part.upperBound,
                    UnsafeRawPointer(x).assumingMemoryBound(to: Float.self), n,
                    UnsafeMutableRawPointer(y).assumingMemoryBound(to: Float.self), n, 0, workspace)
            } else {
                let kernel = S.isComplex ? set.chain_complex_double : set.chain_double
                kernel?(
                    factors, 2, n, part.lowerBound, part.upperBound,
                    UnsafeRawPointer(x).assumingMemoryBound(to: Double.self), n,
                    UnsafeMutableRawPointer(y).assumingMemoryBound(to: Double.self), n, 0, workspace)
            }
        }
    }

    private static func withFactors<Result>(
        _ first: BlockFactor<S>, _ second: BlockFactor<S>, _ body: (UnsafePointer<lacuna_block_factor>) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: lacuna_block_factor.self, capacity: 2) { factors in
            factors.initializeElement(at: 0, to: first.kernelFactor)
            factors.initializeElement(at: 1, to: second.kernelFactor)
            // Two elements were just written.
            return body(UnsafePointer(factors.baseAddress.unsafelyUnwrapped))
        }
    }
}
