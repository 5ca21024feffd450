extension MonarchFactors: StructuredMatrix {
    public var parameterCount: Int { layout.parameterCount }
}

/// How the leading singular triples of the slices are found.
public enum MonarchProjection: Hashable, Sendable {
    /// By LAPACK, to rounding.
    case singularValues
    /// By subspace iteration from a random start that is the same for every slice, at most this many rounds, ending for a
    /// slice when a round gains less than 1e-6 of its energy.
    case powerIteration(limit: Int)
}

/// Monarch matrices of a layout. Nearest one (Dao et al. 2022, algorithm 1): each slice T[l, i] = A[l J + j, k I + i] at
/// fixed (j, k) by its leading r singular triples, √σ to either factor; the squared error is the sum of the squares of all
/// other singular values. Exact also where the layout pads, since padding adds zeros to a slice.
///
/// Cost: J K singular value decompositions of L×I matrices, or 4 L I r flops per slice and round.
public struct MonarchSet<Element: Scalar>: MatrixSet {
    public let layout: MonarchLayout
    public let method: MonarchProjection

    /// - Throws: `LacunaError` for a limit of rounds below 1, a rank that slices of L×I cannot have, and factors that memory
    ///   does not hold.
    public init(layout: MonarchLayout, method: MonarchProjection = .singularValues) throws {
        if case .powerIteration(let limit) = method, limit < 1 {
            throw LacunaError(.value, "Monarch set", "\(limit) power iterations; at least 1 is needed")
        }
        guard layout.rank <= layout.largestRank else {
            throw LacunaError(
                .value, "Monarch set",
                "rank \(layout.rank) of slices of \(layout.leftRows)×\(layout.rightColumns), which have rank "
                    + "\(layout.largestRank) at most",
                remedy: "Choose a smaller rank, or other blocks.")
        }
        try requireMemory(
            elements: [layout.parameterCount], bytesEach: MemoryLayout<Element>.stride,
            "Monarch set with blocks of \(layout.rightColumns)")
        self.layout = layout
        self.method = method
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func project(_ matrix: Matrix<Element>) throws -> MonarchFactors<Element> {
        try requireMatrix(matrix, shape: [layout.rows, layout.columns], "Monarch set")
        let leftRows = layout.leftRows, leftBlocks = layout.leftBlocks
        let width = layout.rightColumns, rightBlocks = layout.rightBlocks, rank = layout.rank
        var left = Tensor<Element>(repeating: 0, dimensions: layout.leftDimensions)
        var right = Tensor<Element>(repeating: 0, dimensions: layout.rightDimensions)
        let slices = Buffer<Element>(repeating: 0, count: leftBlocks * leftRows * width)
        defer { withExtendedLifetime(slices) {} }
        let finder = SliceDecomposition<Element>(rows: leftRows, columns: width, rank: rank, method: method)
        for k in 0..<rightBlocks {
            gather(matrix, block: k, into: slices)
            for j in 0..<leftBlocks {
                try finder.decompose(slices.pointer + j * leftRows * width)
                for rho in 0..<rank {
                    for l in 0..<leftRows {
                        left.storage[((j * leftRows + l) * rightBlocks + k) * rank + rho] =
                            finder.left[l + rho * leftRows]
                    }
                    let start = ((k * rank + rho) * leftBlocks + j) * width
                    for i in 0..<width { right.storage[start + i] = finder.right[i + rho * width] }
                }
            }
        }
        return try MonarchFactors(layout: layout, left: left, right: right)
    }

    /// The J slices of block column k, each L×I column-major, zero where the layout pads.
    private func gather(_ matrix: Matrix<Element>, block k: Int, into slices: Buffer<Element>) {
        let leftRows = layout.leftRows, leftBlocks = layout.leftBlocks, width = layout.rightColumns
        let size = leftRows * width
        for index in 0..<slices.count { slices[index] = 0 }
        matrix.storage.withUnsafeBufferPointer { storage in
            for i in 0..<min(width, max(matrix.columns - k * width, 0)) {
                let column = (k * width + i) * matrix.rows
                var row = 0
                for l in 0..<leftRows {
                    for j in 0..<min(leftBlocks, matrix.rows - row) {
                        slices[j * size + l + i * leftRows] = storage[column + row + j]
                    }
                    row += leftBlocks
                    if row >= matrix.rows { break }
                }
            }
        }
    }
}
