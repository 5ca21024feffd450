/// Leading singular triplets of the Hankel matrix of delays, H ≈ U S Vᵀ. Row i d + j of H is variable j delayed by i lags, column k the window
/// that begins at sample k: H[i d + j, k] = x_j[k + i lag], (delays · d) × (samples - (delays - 1) lag).
///
/// Of several series the matrices stand side by side, and no window crosses from one to the next. H is never stored: Hᵀ passes a block of windows at a time, once for the triangle R of its QR (`TallTriangle`), whose SVD gives S
/// and U, once for V = Hᵀ U S⁻¹. Rounding leaves columns of V for small singular values not quite orthogonal, so V is made
/// orthonormal once more, leading columns first. With N = delays · d rows, M windows and rank r: 2 M N² + 2 M N r + 4 M r² flops. Signs are such
/// that the first row of U is positive.
public struct DelayDecomposition: Sendable {
    public let delays: Int
    /// Samples from one row to the next.
    public let lag: Int
    public let variables: Int
    /// U, N × r.
    public let left: Matrix<Double>
    /// All singular values, descending.
    public let values: [Double]
    /// V, M × r: a row per window.
    public let right: Matrix<Double>
    /// Windows of each series, in the order of the rows of V.
    public let windowCounts: [Int]

    public var rank: Int { left.columns }

    /// Rows of V that belong to each series.
    public var windowRanges: [Range<Int>] {
        var first = 0
        return windowCounts.map { count in
            defer { first += count }
            return first..<first + count
        }
    }

    /// One that was kept. - Throws: `LacunaError` for sizes that do not agree.
    public init(
        delays: Int, lag: Int, variables: Int, left: Matrix<Double>, values: [Double], right: Matrix<Double>,
        windowCounts: [Int]? = nil
    ) throws {
        let counts = windowCounts ?? [right.rows]
        guard delays >= 1, variables >= 1, lag >= 1, left.rows / delays == variables, left.rows % delays == 0,
            left.columns == right.columns, values.count >= left.columns, counts.allSatisfy({ $0 >= 1 }),
            counts.reduce(0, +) == right.rows
        else {
            throw LacunaError(
                .shape, "delays",
                "\(left.rows)×\(left.columns) left and \(right.rows)×\(right.columns) right singular vectors with \(values.count) values for \(counts) windows"
            )
        }
        self.delays = delays
        self.lag = lag
        self.variables = variables
        self.left = left
        self.values = values
        self.right = right
        self.windowCounts = counts
    }

    /// - Parameter series: samples × variables.
    /// - Throws: what that of several series throws.
    public init(_ series: Matrix<Double>, delays: Int, lag: Int = 1, rank: RankRule = .all) throws {
        try self.init([series], delays: delays, lag: lag, rank: rank)
    }

    /// - Parameter series: samples × variables each, of equal steps.
    /// - Throws: `LacunaError` for no series, different variables, fewer samples in one than a window has, numbers that are not finite, and a fixed rank that reaches below rounding.
    public init(_ series: [Matrix<Double>], delays: Int, lag: Int = 1, rank: RankRule = .all) throws {
        let columns = series.first?.columns ?? 0
        guard delays >= 1, lag >= 1, columns >= 1,
            series.allSatisfy({ $0.columns == columns && $0.rows > (delays - 1) * lag })
        else {
            throw LacunaError(
                .shape, "delays",
                "\(delays) delays of \(lag) samples from \(series.map(\.rows)) samples of \(series.map(\.columns)) variables",
                remedy: "Take more samples or fewer delays, and equal variables.")
        }
        guard series.allSatisfy({ $0.storage.allSatisfy(\.isFinite) }) else {
            throw LacunaError(.value, "delays", "a sample is not finite")
        }
        self.delays = delays
        self.lag = lag
        variables = columns
        let parts = series.map { DelayWindowBlocks(series: $0, delays: delays, lag: lag) }
        windowCounts = parts.map(\.count)
        let n = parts[0].width, m = windowCounts.reduce(0, +)
        let triangle = TallTriangle<Double>(columns: n, blockRows: min(parts.map(\.count).max() ?? 1, 1024))
        for windows in parts {
            windows.forEachBlock(of: triangle.blockRows, into: triangle.block.pointer) { _, rows in
                triangle.absorb(rows: rows)
            }
        }
        // H = Rᵀ Qᵀ, so the left singular vectors of Rᵀ are those of H.
        let decomposition = try SingularValueDecomposition(triangle.r.transposed)
        values = Array(decomposition.values.prefix(min(n, m)))
        let largest = values[0], meaningful = values.count { $0 > largest * 1e-15 }
        var r = try rank.rank(of: values, rows: n, columns: m)
        if case .fixed = rank, r > meaningful {
            throw LacunaError(
                .value, "rank",
                "singular value \(r) is \(values[r - 1] / largest) of the first: rounding and nothing else",
                remedy: "Take a rank of at most \(meaningful).")
        }
        // A threshold that reaches into rounding, as of a series without noise, is cut there.
        r = min(r, meaningful)
        let u = decomposition.u
        left = Matrix(rows: n, columns: r) { u[0, $1] < 0 ? -u[$0, $1] : u[$0, $1] }
        let (basis, singular) = (left, values)
        let map = Buffer(Matrix(rows: n, columns: r) { basis[$0, $1] / singular[$1] }.storage)
        // Filled in place: V is the largest thing here. One element of room, which OpenBLAS may read.
        let storage = try [Double](unsafeUninitializedCapacity: m * r + 1) { memory, count in
            guard let v = memory.baseAddress else { return }
            adviseLargePages(v, byteCount: memory.count * MemoryLayout<Double>.stride)
            var start = 0
            for windows in parts {
                windows.forEachBlock(of: triangle.blockRows, into: triangle.block.pointer) { first, rows in
                    BLAS<Double>.multiply(
                        .plain, .plain, rows, r, n, triangle.block.pointer, rows, map.pointer, n,
                        into: v + start + first, m)
                }
                start += windows.count
            }
            try Self.orthonormalize(v, m, r)
            count = m * r
        }
        withExtendedLifetime((map, triangle)) {}
        right = Matrix(rows: m, columns: r, storage: storage)
    }

    /// V ← V L⁻ᵀ with VᵀV = L Lᵀ (Cholesky QR), as often as needed: columns keep the span of those before them. Near the identity once is enough.
    private static func orthonormalize(_ v: UnsafeMutablePointer<Double>, _ m: Int, _ r: Int) throws {
        let gram = Buffer<Double>(repeating: 0, count: r * r)
        defer { withExtendedLifetime(gram) {} }
        var isDone = false
        for _ in 0..<3 where !isDone {
            BLAS<Double>.innerGram(r, m, v, m, into: gram.pointer, r)
            var deviation = 0.0
            for column in 0..<r {
                for row in column..<r {
                    deviation = max(deviation, abs(gram[row + column * r] - (row == column ? 1 : 0)))
                }
            }
            if deviation < 1e-14 { break }
            guard BLAS<Double>.choleskyFactor(r, gram.pointer, r) else {
                throw LacunaError(
                    .value, "rank", "right singular vectors up to \(r) depend on each other: rounding and nothing else",
                    remedy: "Take a smaller rank.")
            }
            BLAS<Double>.solveLowerFromRight(rows: m, r, gram.pointer, r, into: v, m)
            isDone = deviation < 1e-2
        }
    }

    /// The one series whose windows are U S cᵀ for coordinates c (windows × rank, like rows of V): each sample is the mean of all windows' values for
    /// it.
    public func series(from coordinates: Matrix<Double>) throws -> Matrix<Double> {
        guard coordinates.columns == rank else {
            throw LacunaError(.shape, "coordinates", "\(coordinates.columns) columns for rank \(rank)")
        }
        let scaled = Matrix(rows: left.rows, columns: rank) { left[$0, $1] * values[$1] }
        let back = scaled.transposed
        let count = coordinates.rows + (delays - 1) * lag
        var sums = Matrix<Double>(repeating: 0, rows: count, columns: variables)
        var counts = Array(repeating: 0.0, count: count)
        for first in stride(from: 0, to: coordinates.rows, by: 1024) {
            let rows = min(1024, coordinates.rows - first)
            let part = Matrix(rows: rows, columns: rank) { coordinates[first + $0, $1] }
            let windows = try part.multiplied(by: back)
            for delay in 0..<delays {
                for window in 0..<rows {
                    let sample = first + window + delay * lag
                    counts[sample] += 1
                    for variable in 0..<variables {
                        sums[sample, variable] += windows[window, delay * variables + variable]
                    }
                }
            }
        }
        return Matrix(rows: count, columns: variables) { sums[$0, $1] / max(counts[$0], 1) }
    }
}

/// Windows of a series as rows, a block at a time.
struct DelayWindowBlocks {
    let series: Matrix<Double>
    let delays: Int
    let lag: Int

    var width: Int { delays * series.columns }
    var count: Int { series.rows - (delays - 1) * lag }

    /// Writes rows first ..< first + rows to `block` (by column, without gaps) and calls `body` with both numbers.
    func forEachBlock(
        of size: Int, into block: UnsafeMutablePointer<Double>, _ body: (_ first: Int, _ rows: Int) -> Void
    ) {
        series.storage.withUnsafeBufferPointer { samples in
            guard let samples = samples.baseAddress else { return }
            for first in stride(from: 0, to: count, by: size) {
                let rows = min(size, count - first)
                for delay in 0..<delays {
                    for variable in 0..<series.columns {
                        let source = samples + variable * series.rows + first + delay * lag
                        (block + (delay * series.columns + variable) * rows).update(from: source, count: rows)
                    }
                }
                body(first, rows)
            }
        }
    }
}
