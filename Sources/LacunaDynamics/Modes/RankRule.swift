/// How many singular values of an m × n matrix are kept.
public enum RankRule: Hashable, Sendable {
    case all
    case fixed(Int)
    /// The fewest with this share of the sum of squares.
    case energy(Double)
    /// Those above ω(β) times the median, ω = 0.56 β³ - 0.95 β² + 1.82 β + 1.43, β = min(m, n) / max(m, n): optimal for white noise of
    /// unknown size (Gavish & Donoho 2014). On data without noise the median is rounding, and the rank means nothing.
    case optimalThreshold

    /// At least 1. - Throws: `LacunaError` for a rank below 1 or above the number of values, and a share outside 0 ... 1.
    public func rank(of values: [Double], rows: Int, columns: Int) throws -> Int {
        guard let largest = values.first, largest > 0 else {
            throw LacunaError(.value, "rank", "the matrix is zero")
        }
        switch self {
        case .all:
            // What is left of exact zeros takes no part: it would be divided by.
            return values.count { $0 > largest * Double(max(rows, columns)) * Double.ulpOfOne }
        case .fixed(let rank):
            guard (1...values.count).contains(rank) else {
                throw LacunaError(.value, "rank", "\(rank) of \(values.count) singular values")
            }
            return rank
        case .energy(let share):
            guard share > 0, share <= 1 else {
                throw LacunaError(.value, "rank", "a share of \(share); above 0 and at most 1 is expected")
            }
            let total = values.reduce(0) { $0 + $1 * $1 }
            var sum = 0.0
            for (index, value) in values.enumerated() {
                sum += value * value
                if sum >= share * total { return index + 1 }
            }
            return values.count
        case .optimalThreshold:
            let beta = Double(min(rows, columns)) / Double(max(rows, columns))
            let omega = 0.56 * beta * beta * beta - 0.95 * beta * beta + 1.82 * beta + 1.43
            let sorted = values.sorted(), middle = sorted.count / 2
            let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
            return max(1, values.count { $0 > omega * median })
        }
    }
}
