import CLacunaKernels

/// N:M sparsity, packed: of every M consecutive entries of a row N are stored, with their places in 2 bits (M ≤ 4) or 4
/// bits (M ≤ 16). 2:4 is the format of sparse tensor cores: 4 bits per group, places ascending.
///
/// Every row has a pattern of its own. A pattern shared by r rows is a matrix of r×1 blocks, and much faster on a CPU:
/// `SparseMatrix(_:kept:ofEach:sharedRows:)`. Products cost about a dense product's time: this format saves memory here.
public struct NMMatrix<Element: RealScalar>: Hashable, Sendable {
    public let rows: Int
    public let columns: Int
    /// N.
    public let kept: Int
    /// M.
    public let group: Int
    /// rows × (columns / M · N), by row.
    public let values: [Element]
    /// The places, from the lowest bits on, each row beginning on a byte.
    public let places: [UInt8]

    private static func bits(_ group: Int) -> Int { group <= 4 ? 2 : 4 }
    private var bits: Int { Self.bits(group) }
    private var valuesPerRow: Int { columns / group * kept }
    private var bytesPerRow: Int { (valuesPerRow * bits + 7) / 8 }

    public var shape: [Int] { [rows, columns] }
    /// Bytes of values and places.
    public var bytes: Int { values.count * MemoryLayout<Element>.stride + places.count }

    /// Packs a matrix that has at most N non-zeros in every group; groups with fewer store zeros.
    /// - Throws: `LacunaError` for 1 ≤ N ≤ M ≤ 16 violated, an M that does not divide the columns, a group with more
    ///   non-zeros, and entries that are not finite.
    public init(_ dense: Matrix<Element>, kept: Int, ofEach group: Int) throws {
        try checkNM(kept: kept, group: group, columns: dense.columns)
        rows = dense.rows
        columns = dense.columns
        self.kept = kept
        self.group = group
        var values: [Element] = []
        let perRow = dense.columns / group * kept
        let bits = Self.bits(group), stride = (perRow * bits + 7) / 8
        var places = Array(repeating: UInt8(0), count: dense.rows * stride)
        for row in 0..<dense.rows {
            var slot = 0
            for start in Swift.stride(from: 0, to: dense.columns, by: group) {
                for place in try keptPlaces(of: dense, rows: row..<row + 1, start: start, kept: kept, group: group) {
                    values.append(dense[row, start + place])
                    places[row * stride + slot * bits / 8] |= UInt8(place) << UInt8(slot * bits % 8)
                    slot += 1
                }
            }
        }
        self.values = values
        self.places = places
    }

    /// The place in its group of value `slot` of a row.
    func place(_ row: Int, _ slot: Int) -> Int {
        Int(places[row * bytesPerRow + slot * bits / 8] >> UInt8(slot * bits % 8)) & ((1 << bits) - 1)
    }

    /// The matrix with its zeros.
    public func dense() -> Matrix<Element> {
        var dense = Matrix<Element>(repeating: 0, rows: rows, columns: columns)
        for row in 0..<rows {
            for slot in 0..<valuesPerRow {
                dense[row, slot / kept * group + place(row, slot)] = values[row * valuesPerRow + slot]
            }
        }
        return dense
    }

    /// What is stored, stored zeros included, as CSR.
    public func entries() -> SparseMatrix<Element> {
        let columns = (0..<rows).flatMap { row in
            (0..<valuesPerRow).map { Int32($0 / kept * group + place(row, $0)) }
        }
        return SparseMatrix(
            unchecked: rows, self.columns, .entry, starts: (0...rows).map { Int32(clamping: $0 * valuesPerRow) },
            blockColumns: columns, values: values)
    }

    /// Scratch that `multiply` needs for each thread, in elements.
    public static var workspaceCount: Int { 131_072 + 4 * 512 + 16 }

    /// Y ← W X, or Y + W X if `accumulating`, for X of K×n and Y of M×n, row-major. No overlap, no allocation; one
    /// workspace of `workspaceCount` elements per thread. Unlike with other formats, infinities in X meet the zeros of W.
    public func multiply(
        _ x: UnsafePointer<Element>, stride xStride: Int, columns n: Int, into y: UnsafeMutablePointer<Element>,
        stride yStride: Int, accumulating: Bool = false, workspaces: [Buffer<Element>]
    ) {
        precondition(
            !workspaces.isEmpty && workspaces.allSatisfy { $0.count >= Self.workspaceCount },
            "one workspace of \(Self.workspaceCount) elements per thread is needed")
        concurrently(workspaces.count) { thread, threads in
            product(
                columns: (0..<n).part(thread, of: threads, multiple: 8), x, xStride, accumulating, y, yStride,
                workspaces[thread].pointer)
        }
    }

    /// `multiply` for some of the columns, on this thread.
    package func product(
        columns part: Range<Int>, _ x: UnsafePointer<Element>, _ xStride: Int, _ accumulating: Bool,
        _ y: UnsafeMutablePointer<Element>, _ yStride: Int, _ workspace: UnsafeMutablePointer<Element>
    ) {
        guard rows > 0, !part.isEmpty else { return }
        let accumulate: Int32 = accumulating ? 1 : 0
        values.withUnsafeBufferPointer { values in
            places.withUnsafeBufferPointer { places in
                if Element.self == Float.self {
                    var weights = lacuna_grouped_float(
                        kept: kept, group: group, bits: bits, depth: columns, positionStride: bytesPerRow,
                        values: values.baseAddress.map { rebound($0) }, positions: places.baseAddress)
                    kernels.pointee.sparse_float.grouped_product(
                        &weights, 0, rows, part.lowerBound, part.upperBound, rebound(x), xStride, accumulate,
                        rebound(y), yStride, rebound(workspace))
                } else {
                    var weights = lacuna_grouped_double(
                        kept: kept, group: group, bits: bits, depth: columns, positionStride: bytesPerRow,
                        values: values.baseAddress.map { rebound($0) }, positions: places.baseAddress)
                    kernels.pointee.sparse_double.grouped_product(
                        &weights, 0, rows, part.lowerBound, part.upperBound, rebound(x), xStride, accumulate,
                        rebound(y), yStride, rebound(workspace))
                }
            }
        }
    }

    /// W X. - Throws: `LacunaError` unless X is columns × n.
    public func multiply(_ x: Tensor<Element>, threads: Int = 1) throws -> Tensor<Element> {
        guard x.dimensions.count == 2, x.dimensions[0] == columns else {
            throw LacunaError(
                .shape, "W X",
                "the matrix is \(describeShape(shape)), the operand \(describeShape(x.dimensions)), not \(columns)×N")
        }
        let n = x.dimensions[1]
        let source = Buffer(x.storage), target = Buffer<Element>(repeating: 0, count: rows * n)
        defer { withExtendedLifetime(source) {} }
        let workspaces = (0..<max(threads, 1)).map { _ in Buffer<Element>(repeating: 0, count: Self.workspaceCount) }
        multiply(source.pointer, stride: n, columns: n, into: target.pointer, stride: n, workspaces: workspaces)
        return Tensor(dimensions: [rows, n], storage: target.prefix(rows * n))
    }
}

extension SparseMatrix {
    /// N:M with a pattern shared by r consecutive rows (vector-wise), as r×1 blocks: N of every M consecutive columns.
    /// Groups with fewer non-zero columns store zeros, so that every block row has the same number of blocks.
    /// - Throws: `LacunaError` as for `NMMatrix`, and for an r that does not divide the rows.
    public init(_ dense: Matrix<Element>, kept: Int, ofEach group: Int, sharedRows: Int) throws {
        try checkNM(kept: kept, group: group, columns: dense.columns)
        let block = BlockShape(sharedRows, 1)
        try Self.checkShape(rows: dense.rows, columns: dense.columns, block: block)
        var blockColumns: [Int32] = []
        var values: [Element] = []
        for first in stride(from: 0, to: dense.rows, by: sharedRows) {
            let rows = first..<first + sharedRows
            for start in stride(from: 0, to: dense.columns, by: group) {
                for place in try keptPlaces(of: dense, rows: rows, start: start, kept: kept, group: group) {
                    blockColumns.append(Int32(start + place))
                    for row in rows { values.append(dense[row, start + place]) }
                }
            }
        }
        let perRow = dense.columns / group * kept
        try self.init(
            rows: dense.rows, columns: dense.columns, block: block,
            starts: (0...dense.rows / sharedRows).map { Int32($0 * perRow) }, blockColumns: blockColumns, values: values
        )
    }
}

private func checkNM(kept: Int, group: Int, columns: Int) throws {
    guard 1...16 ~= group, 1...group ~= kept else {
        throw LacunaError(.value, "N:M matrix", "\(kept) of each \(group): 1 ≤ N ≤ M ≤ 16 is needed")
    }
    guard columns % group == 0 else {
        throw LacunaError(
            .shape, "N:M matrix", "groups of \(group) do not divide \(columns) columns", remedy: "Pad the matrix.")
    }
}

/// The places of the group at column `start` that hold a non-zero in any of the rows, filled up to `kept`, ascending.
private func keptPlaces<Element: Scalar>(
    of dense: Matrix<Element>, rows: Range<Int>, start: Int, kept: Int, group: Int
) throws -> [Int] {
    var isKept = (0..<group).map { place in rows.contains { dense[$0, start + place] != 0 } }
    var count = isKept.count { $0 }
    guard count <= kept else {
        throw LacunaError(
            .value, "N:M matrix",
            "row \(rows.lowerBound) has \(count) non-zeros in columns \(start)..<\(start + group), not at most \(kept)",
            remedy: "Project the matrix onto the pattern first.")
    }
    for place in 0..<group where count < kept && !isKept[place] {
        isKept[place] = true
        count += 1
    }
    let places = (0..<group).filter { isKept[$0] }
    for place in places {
        for row in rows where !dense[row, start + place].isFinite {
            throw LacunaError(.value, "N:M matrix", "entry (\(row), \(start + place)) is not finite")
        }
    }
    return places
}
