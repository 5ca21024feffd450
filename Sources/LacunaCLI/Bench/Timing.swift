import LacunaSolvers

/// Seconds of one case over several rounds, each round giving the best of its repetitions.
struct Timing: Hashable, Codable, Sendable {
    let best: Double
    let median: Double
    /// (largest - smallest) / smallest of the rounds.
    let spread: Double
    let rounds: Int

    /// - Precondition: at least one round.
    init(_ seconds: [Double]) {
        let sorted = seconds.sorted()
        precondition(!sorted.isEmpty, "a timing of no rounds")
        best = sorted[0]
        median = middle(ofSorted: sorted)
        spread = (sorted[sorted.count - 1] - best) / best
        rounds = sorted.count
    }
}

/// The median of a sorted, non-empty array.
func middle(ofSorted sorted: [Double]) -> Double {
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
