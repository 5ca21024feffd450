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
