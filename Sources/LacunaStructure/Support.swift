@_exported import LacunaSparse

/// A set of indices among n: a recovered support, a pruning mask, a list of active terms. Sorted, without repetition.
public struct Support: Hashable, Sendable {
    public let indices: [Int]
    /// n: the number of candidates.
    public let count: Int

    /// Sorts and removes repetitions. - Throws: `LacunaError` (value) for an index outside 0..<count.
    public init(_ indices: some Sequence<Int>, of count: Int) throws {
        let sorted = Set(indices).sorted()
        if let outside = sorted.first(where: { $0 < 0 || $0 >= count }) {
            throw LacunaError(.value, "support", "index \(outside) is not among 0..<\(count)")
        }
        self.indices = sorted
        self.count = count
    }

    /// The entries with |x_n| > threshold · max|x|. The support of the zero vector is empty.
    public init<S: Scalar>(of x: [S], threshold: S.RealPart = 0) {
        let moduli = x.map(\.modulus)
        let largest = moduli.max() ?? 0
        indices = moduli.indices.filter { moduli[$0] > threshold * largest }
        count = x.count
    }

    /// The indices that are marked.
    public init(mask: [Bool]) {
        var indices: [Int] = []
        indices.reserveCapacity(mask.reduce(0) { $1 ? $0 + 1 : $0 })
        for index in 0..<mask.count where mask[index] { indices.append(index) }
        self.indices = indices
        count = mask.count
    }

    /// Which of the n indices are here.
    public var mask: [Bool] {
        var mask = Array(repeating: false, count: count)
        for index in indices { mask[index] = true }
        return mask
    }

    /// The banded pattern of local attention with sinks: of row i the columns i - before … i + after, and the first
    /// `sinks` columns up to i + after. Entries are numbered row by row; `after` 0 is causal.
    /// - Throws: `LacunaError` for a negative size.
    public static func banded(rows: Int, columns: Int, before: Int, after: Int = 0, sinks: Int = 0) throws -> Support {
        guard [rows, columns, before, after, sinks].allSatisfy({ $0 >= 0 }) else {
            throw LacunaError(
                .value, "banded support",
                "\(rows) rows, \(columns) columns, \(before) before, \(after) after, \(sinks) sinks; none may be negative"
            )
        }
        let count = try checkedProduct([rows, columns], "banded support")
        var indices: [Int] = []
        for row in 0..<rows {
            let end = after >= columns - row ? columns : row + after + 1
            let start = min(max(row - before, 0), end), sinkEnd = min(sinks, start)
            indices.append(contentsOf: row * columns..<row * columns + sinkEnd)
            indices.append(contentsOf: row * columns + start..<row * columns + end)
        }
        return Support(sorted: indices, of: count)
    }

    /// Takes indices that are sorted and distinct.
    private init(sorted indices: [Int], of count: Int) {
        self.indices = indices
        self.count = count
    }

    public var density: Double { count == 0 ? 0 : Double(indices.count) / Double(count) }

    /// |S ∩ T| / |S ∪ T|; 1 for two empty sets. The support recovery rate of the Kronecker SBL papers.
    /// - Throws: `LacunaError` (shape) for sets among different numbers of candidates.
    public func jaccard(_ other: Support) throws -> Double {
        guard count == other.count else {
            throw LacunaError(.shape, "support", "one among \(count) candidates against one among \(other.count)")
        }
        let common = intersectionCount(other)
        let union = indices.count + other.indices.count - common
        return union == 0 ? 1 : Double(common) / Double(union)
    }

    /// 2 |S ∩ T| / (|S| + |T|), the harmonic mean of precision and recall; 1 for two empty sets.
    /// - Throws: `LacunaError` (shape) for sets among different numbers of candidates.
    public func f1(_ other: Support) throws -> Double {
        let jaccard = try jaccard(other)
        return 2 * jaccard / (1 + jaccard)
    }

    /// Whether every index is in the other set too, both being among as many candidates.
    public func isSubset(of other: Support) -> Bool {
        count == other.count && intersectionCount(other) == indices.count
    }

    private func intersectionCount(_ other: Support) -> Int {
        var common = 0
        var position = 0
        for index in indices {
            while position < other.indices.count && other.indices[position] < index { position += 1 }
            if position < other.indices.count && other.indices[position] == index { common += 1 }
        }
        return common
    }
}
