/// The sizes of a Monarch matrix: rows t = l J + j and columns s = k I + i, every slice over (l, i) at fixed (j, k) having
/// rank at most r.
///
/// The left factor has J = `leftBlocks` blocks with L = `leftRows` rows, the right one K = `rightBlocks` blocks with
/// I = `rightColumns` columns. `rows` ≤ L J and `columns` ≤ K I: what goes beyond is padding, cut away.
public struct MonarchLayout: Hashable, Sendable {
    public let rows: Int
    public let columns: Int
    public let leftBlocks: Int
    public let leftRows: Int
    public let rightBlocks: Int
    public let rightColumns: Int
    public let rank: Int

    /// - Throws: `LacunaError` for a size below 1, for more rows or columns than the blocks have, and for sizes whose
    ///   products a machine word does not hold.
    public init(
        leftBlocks: Int, leftRows: Int, rightBlocks: Int, rightColumns: Int, rank: Int = 1, rows: Int? = nil,
        columns: Int? = nil
    ) throws {
        let sizes = [leftBlocks, leftRows, rightBlocks, rightColumns, rank]
        guard sizes.allSatisfy({ $0 >= 1 }) else {
            throw LacunaError(
                .shape, "Monarch layout",
                "blocks \(leftBlocks) of \(leftRows) rows, \(rightBlocks) of \(rightColumns) columns, rank \(rank): "
                    + "each must be at least 1")
        }
        _ = try checkedProduct(sizes, "Monarch layout")
        self.rows = rows ?? leftBlocks * leftRows
        self.columns = columns ?? rightBlocks * rightColumns
        guard 1...leftBlocks * leftRows ~= self.rows, 1...rightBlocks * rightColumns ~= self.columns else {
            throw LacunaError(
                .shape, "Monarch layout",
                "a \(self.rows)×\(self.columns) matrix does not fit blocks for "
                    + "\(leftBlocks * leftRows)×\(rightBlocks * rightColumns)")
        }
        self.leftBlocks = leftBlocks
        self.leftRows = leftRows
        self.rightBlocks = rightBlocks
        self.rightColumns = rightColumns
        self.rank = rank
    }

    /// The class M^(b, n) of n×n matrices with right blocks of size b (Dao et al. 2022, definition 6): J = I = b and
    /// L = K = p = n / b; b = √n is the square definition.
    /// - Throws: `LacunaError` unless b ≥ 1 divides n ≥ 1.
    public init(size n: Int, blockSize b: Int, rank: Int = 1) throws {
        guard n >= 1, b >= 1, n % b == 0 else {
            throw LacunaError(.shape, "Monarch layout", "block size \(b) does not divide \(n)")
        }
        try self.init(leftBlocks: b, leftRows: n / b, rightBlocks: n / b, rightColumns: b, rank: rank)
    }

    /// m×n matrices with blocks of size b in both factors, padded where b divides neither: J = I = b, L = ⌈m / b⌉ and
    /// K = ⌈n / b⌉; the class M^(b, n) where m = n = p b.
    /// - Throws: `LacunaError` for a size below 1.
    public init(rows m: Int, columns n: Int, blockSize b: Int, rank: Int = 1) throws {
        guard m >= 1, n >= 1, b >= 1 else {
            throw LacunaError(.shape, "Monarch layout", "a \(m)×\(n) matrix in blocks of \(b): each must be at least 1")
        }
        try self.init(
            leftBlocks: b, leftRows: (m - 1) / b + 1, rightBlocks: (n - 1) / b + 1, rightColumns: b, rank: rank,
            rows: m, columns: n)
    }

    /// The block size with the fewest parameters, the smaller of equals: √n for n×n matrices where that is whole.
    /// - Throws: `LacunaError` for a size below 1.
    public static func leanestBlockSize(rows m: Int, columns n: Int) throws -> Int {
        // Beyond √m, b J alone is more than both factors have at √m.
        let largest = max(Int(Double(max(m, 1)).squareRoot()) + 1, 1)
        let sizes = try (1...2 * largest).map { b in
            (b, try MonarchLayout(rows: m, columns: n, blockSize: b).parameterCount)
        }
        return sizes.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0 ?? 1
    }

    /// The block size for fast products: the one with the fewest parameters among those that divide both sides, if it costs
    /// at most a tenth more than `leanestBlockSize`, else that. Odd sizes and padding slow products down: 16 instead of 19
    /// for n = 512 is twice as fast, with 4 % more parameters.
    /// - Throws: `LacunaError` for a size below 1.
    public static func fastBlockSize(rows m: Int, columns n: Int) throws -> Int {
        func count(_ b: Int) throws -> Int { try MonarchLayout(rows: m, columns: n, blockSize: b).parameterCount }
        let leanest = try leanestBlockSize(rows: m, columns: n)
        let limit = try count(leanest) + count(leanest) / 10
        let even = try (1...2 * leanest).filter { m % $0 == 0 && n % $0 == 0 }.map { ($0, try count($0)) }
        return even.filter { $0.1 <= limit }.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0 ?? leanest
    }

    /// The released linear layer (repository HazyResearch/fly, `MonarchLinear`): both factors have the same number of
    /// blocks, sizes are rounded up to multiples of it, and the slices have rank min(rows, columns) / blocks², rounded up.
    /// - Throws: `LacunaError` for a size or number of blocks below 1.
    public init(rows: Int, columns: Int, blocks: Int) throws {
        guard rows >= 1, columns >= 1, blocks >= 1 else {
            throw LacunaError(
                .shape, "Monarch layout", "a \(rows)×\(columns) layer in \(blocks) blocks: each must be at least 1")
        }
        func blockSize(_ size: Int) -> Int { (size - 1) / blocks + 1 }
        let inner = min(blockSize(rows), blockSize(columns))
        try self.init(
            leftBlocks: blocks, leftRows: blockSize(rows), rightBlocks: blocks, rightColumns: blockSize(columns),
            rank: (inner - 1) / blocks + 1, rows: rows, columns: columns)
    }

    /// min(L, I): a slice of this rank is any matrix, and more would store zeros.
    public var largestRank: Int { min(leftRows, rightColumns) }

    /// [J, L, K, r].
    public var leftDimensions: [Int] { [leftBlocks, leftRows, rightBlocks, rank] }
    /// [K, r, J, I].
    public var rightDimensions: [Int] { [rightBlocks, rank, leftBlocks, rightColumns] }

    /// Numbers stored in both factors, padding included: J K r (L + I); n (p + b) in the class M^(b, n).
    public var parameterCount: Int { leftBlocks * rightBlocks * rank * (leftRows + rightColumns) }

    /// Real operations of a product with one vector: 2 per parameter, 8 of complex type.
    public func flops<S: Scalar>(_ type: S.Type) -> Int { parameterCount * (S.isComplex ? 8 : 2) }
}

/// A Monarch matrix by its factors (Dao et al. 2022): M[l J + j, k I + i] = Σ_ρ L[j, l, k, ρ] R[k, ρ, j, i].
///
/// `left` is J blocks, each an L×(K r) row-major matrix; `right` is K blocks, each an (r J)×I row-major matrix. So M x is
/// two batches of small products without a permutation: y = R_k x_k stacked over k, then z_j = L_j (rows j, j + J, … of
/// y), which are rows j, j + J, … of M x. For L = w2 and R = w1 it is the released layer.
public struct MonarchFactors<Element: Scalar>: Hashable, Sendable {
    public let layout: MonarchLayout
    /// L, of `layout.leftDimensions`.
    public let left: Tensor<Element>
    /// R, of `layout.rightDimensions`.
    public let right: Tensor<Element>

    /// - Throws: `LacunaError` if the tensors do not have the dimensions of the layout.
    public init(layout: MonarchLayout, left: Tensor<Element>, right: Tensor<Element>) throws {
        guard left.dimensions == layout.leftDimensions else {
            throw LacunaError(
                .shape, "left Monarch factor",
                "\(describeShape(left.dimensions)), not \(describeShape(layout.leftDimensions))")
        }
        guard right.dimensions == layout.rightDimensions else {
            throw LacunaError(
                .shape, "right Monarch factor",
                "\(describeShape(right.dimensions)), not \(describeShape(layout.rightDimensions))")
        }
        self.layout = layout
        self.left = left
        self.right = right
    }

    /// From the tensors of the released layer, w1 (K×q×I) and w2 (J×L×r') with K q = J r'; where J does not divide q, the
    /// ranks of the slices differ and are filled up with zeros. Inputs are padded to K I, outputs cut to `rows`.
    /// - Throws: `LacunaError` for tensors that are not of this form.
    public init(layerW1 w1: Tensor<Element>, w2: Tensor<Element>, rows: Int? = nil, columns: Int? = nil) throws {
        guard w1.dimensions.count == 3, w2.dimensions.count == 3,
            w1.dimensions[0] * w1.dimensions[1] == w2.dimensions[0] * w2.dimensions[2],
            (w1.dimensions + w2.dimensions).allSatisfy({ $0 >= 1 })
        else {
            throw LacunaError(
                .shape, "Monarch layer",
                "w1 is \(describeShape(w1.dimensions)) and w2 \(describeShape(w2.dimensions)), not K×q×I and J×L×r "
                    + "with K q = J r")
        }
        let inner = w1.dimensions[1], leftBlocks = w2.dimensions[0], leftRows = w2.dimensions[1]
        let layout = try MonarchLayout(
            leftBlocks: leftBlocks, leftRows: leftRows, rightBlocks: w1.dimensions[0], rightColumns: w1.dimensions[2],
            rank: (inner - 1) / leftBlocks + 1, rows: rows, columns: columns)
        var left = Tensor<Element>(repeating: 0, dimensions: layout.leftDimensions)
        var right = Tensor<Element>(repeating: 0, dimensions: layout.rightDimensions)
        for k in 0..<layout.rightBlocks {
            var used = Array(repeating: 0, count: leftBlocks)
            for q in 0..<inner {
                let position = k * inner + q
                let j = position % leftBlocks, rho = used[j]
                used[j] += 1
                for l in 0..<leftRows { left[j, l, k, rho] = w2[j, l, position / leftBlocks] }
                for i in 0..<layout.rightColumns { right[k, rho, j, i] = w1[k, q, i] }
            }
        }
        try self.init(layout: layout, left: left, right: right)
    }

    /// The matrix, rows × columns. Cost: rank multiply-adds per entry.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func dense() -> Matrix<Element> {
        var matrix = Matrix<Element>(repeating: 0, rows: layout.rows, columns: layout.columns)
        let leftBlocks = layout.leftBlocks, width = layout.rightColumns, rank = layout.rank, rows = layout.rows
        let rowStride = layout.rightBlocks * rank
        matrix.storage.withUnsafeMutableBufferPointer { out in
            left.storage.withUnsafeBufferPointer { left in
                right.storage.withUnsafeBufferPointer { right in
                    for column in 0..<layout.columns {
                        let k = column / width, i = column % width
                        for rho in 0..<rank {
                            for j in 0..<min(leftBlocks, rows) {
                                let factor = right[((k * rank + rho) * leftBlocks + j) * width + i]
                                var position = j * layout.leftRows * rowStride + k * rank + rho
                                for row in stride(from: j, to: rows, by: leftBlocks) {
                                    out[row + column * rows] += left[position] * factor
                                    position += rowStride
                                }
                            }
                        }
                    }
                }
            }
        }
        return matrix
    }
}
