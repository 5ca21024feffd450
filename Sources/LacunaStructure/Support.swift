@_exported import LacunaSparse

/// A set of indices among n: a recovered support, a pruning mask, a list of active terms. Sorted, without repetition.
public struct Support: Hashable, Sendable {
    public let indices: [Int]
    /// n: the number of candidates.
    public let count: Int

    /// Sorts and removes repetitions. Precondition: indices lie in 0..<count.
    public init(_ indices: some Sequence<Int>, of count: Int) {
        let sorted = Set(indices).sorted()
        precondition((sorted.first ?? 0) >= 0 && (sorted.last ?? -1) < count, "an index lies outside 0..<\(count)")
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
    public func jaccard(_ other: Support) -> Double {
        let common = intersectionCount(other)
        let union = indices.count + other.indices.count - common
        return union == 0 ? 1 : Double(common) / Double(union)
    }

    /// Indices of the truth that are not here.
    public func missed(of truth: Support) -> Int { truth.indices.count - intersectionCount(truth) }

    /// Indices here that are not in the truth.
    public func falseAlarms(against truth: Support) -> Int { indices.count - intersectionCount(truth) }

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
