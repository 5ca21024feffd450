/// A list of disjoint, non-empty sets of indices among n: rows, channels, heads, blocks, or any other groups that vanish
/// together. Indices outside every group are in none.
///
/// The entries of a matrix are numbered row by row.
public struct Groups: Hashable, Sendable {
    /// n.
    public let count: Int
    /// The indices group by group.
    @usableFromInline let order: [Int]
    /// Where each group starts in `order`, and the end.
    @usableFromInline let starts: [Int]

    /// - Throws: `LacunaError` for an empty group, an index outside 0..<count, and an index that occurs twice.
    public init(_ groups: [[Int]], of count: Int) throws {
        guard count >= 0 else { throw LacunaError(.value, "groups", "among \(count) indices") }
        try requireMemory(elements: [count], bytesEach: MemoryLayout<Bool>.stride, "groups")
        var seen = Array(repeating: false, count: count)
        for (number, group) in groups.enumerated() {
            guard !group.isEmpty else { throw LacunaError(.value, "groups", "group \(number) is empty") }
            for index in group {
                guard seen.indices.contains(index) else {
                    throw LacunaError(.value, "groups", "index \(index) of group \(number) is outside 0..<\(count)")
                }
                guard !seen[index] else {
                    throw LacunaError(.value, "groups", "index \(index) occurs twice; groups must be disjoint")
                }
                seen[index] = true
            }
        }
        self.init(count: count, order: groups.flatMap { $0 }, sizes: groups.map(\.count))
    }

    /// Contiguous groups of these sizes, one after the other. - Throws: `LacunaError` for a size below 1.
    public init(sizes: [Int]) throws {
        guard sizes.allSatisfy({ $0 >= 1 }) else {
            throw LacunaError(.value, "groups", "sizes \(sizes); each must be at least 1")
        }
        let count = sizes.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
        try requireMemory(elements: [count], bytesEach: MemoryLayout<Int>.stride, "groups")
        self.init(count: count, order: Array(0..<count), sizes: sizes)
    }

    /// Every entry a group of its own.
    /// - Throws: `LacunaError` for a negative count, or one that memory does not hold.
    public init(singlesOf count: Int) throws {
        guard count >= 0 else { throw LacunaError(.value, "groups", "\(count) groups") }
        try requireMemory(elements: [count], bytesEach: 2 * MemoryLayout<Int>.stride, "groups")
        try self.init(sizes: Array(repeating: 1, count: count))
    }

    /// The blockRows×blockColumns tiles of a matrix, tile row by tile row; 1×columns are the rows, rows×1 the columns.
    /// - Throws: `LacunaError` unless the block divides the matrix.
    public init(rows: Int, columns: Int, blockRows: Int, blockColumns: Int) throws {
        try requireTiling(of: [rows, columns], by: [blockRows, blockColumns], "groups")
        try requireMemory(elements: [rows, columns], bytesEach: 2 * MemoryLayout<Int>.stride, "groups")
        var order: [Int] = []
        order.reserveCapacity(rows * columns)
        for top in stride(from: 0, to: rows, by: blockRows) {
            for left in stride(from: 0, to: columns, by: blockColumns) {
                for row in top..<top + blockRows {
                    order.append(contentsOf: row * columns + left..<row * columns + left + blockColumns)
                }
            }
        }
        let size = blockRows * blockColumns
        self.init(
            count: rows * columns, order: order, sizes: Array(repeating: size, count: rows * columns / size))
    }

    private init(count: Int, order: [Int], sizes: [Int]) {
        self.count = count
        self.order = order
        starts = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    public var groupCount: Int { starts.count - 1 }

    /// The indices of a group. Precondition: 0 ≤ group < `groupCount`.
    @inlinable
    public subscript(group: Int) -> ArraySlice<Int> { order[starts[group]..<starts[group + 1]] }

    /// |g| of every group.
    public var sizes: [Int] { zip(starts.dropFirst(), starts).map { $0 - $1 } }

    /// Σ |x_n|² over a group.
    @inlinable
    func squaredNorm<S: Scalar>(_ x: UnsafeBufferPointer<S>, _ group: Int) -> S.RealPart {
        var sum = S.RealPart.zero
        for position in starts[group]..<starts[group + 1] { sum += x[order[position]].squaredModulus }
        return sum
    }

    /// ‖x_g‖, also where squares overflow or underflow.
    @inlinable
    func norm<S: Scalar>(_ x: UnsafeBufferPointer<S>, _ group: Int) -> S.RealPart {
        let sum = squaredNorm(x, group)
        return sum.isNormal || sum.isNaN ? sum.squareRoot() : scaledNorm(x, group)
    }

    /// By the largest part of an entry; infinite or 0 where that is.
    @inlinable
    func scaledNorm<S: Scalar>(_ x: UnsafeBufferPointer<S>, _ group: Int) -> S.RealPart {
        var largest = S.RealPart.zero
        for position in starts[group]..<starts[group + 1] {
            let entry = x[order[position]]
            largest = max(largest, entry.realPart.magnitude, entry.imaginaryPart.magnitude)
        }
        guard largest > 0, largest.isFinite else { return largest }
        var sum = S.RealPart.zero
        for position in starts[group]..<starts[group + 1] {
            let entry = x[order[position]]
            let real = entry.realPart / largest, imaginary = entry.imaginaryPart / largest
            sum += real * real + imaginary * imaginary
        }
        return largest * sum.squareRoot()
    }

    /// Multiplies a group by a number; 0 clears it whatever it held.
    @inlinable
    func scale<S: Scalar>(_ x: UnsafeMutableBufferPointer<S>, _ group: Int, by factor: S.RealPart) {
        for position in starts[group]..<starts[group + 1] {
            let index = order[position]
            x[index] = factor == 0 ? 0 : x[index].scaled(by: factor)
        }
    }
}

/// - Throws: `LacunaError` (shape) unless all sizes are at least 1 and the tile divides the whole, axis by axis.
func requireTiling(of whole: [Int], by tile: [Int], _ name: String) throws {
    guard (whole + tile).allSatisfy({ $0 >= 1 }), zip(whole, tile).allSatisfy({ $0 % $1 == 0 }) else {
        throw LacunaError(
            .shape, name, "tiles of \(describeShape(tile)) do not divide \(describeShape(whole))",
            remedy: "Choose a divisor or pad.")
    }
    _ = try checkedProduct(whole, name)
}
