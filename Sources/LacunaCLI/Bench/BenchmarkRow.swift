import Foundation

/// One measured case.
struct BenchmarkRow: Hashable, Codable, Sendable {
    /// What was timed, and on what: "svd-krosbl, irs-12db".
    let name: String
    let seconds: Timing
    /// Iterations of a whole solve; nil where one iteration (or no solver) was timed.
    var iterations: Int?
    /// The same work done by the group's peer.
    var peer: Timing?
    /// Peer time / our time: median over the rounds, and their smallest and largest.
    var ratio: Double?
    var ratioRange: [Double]?
    /// Nominal flops of what was timed, per second of the best round.
    var flopRate: Double?
    /// `flopRate` as a share of the rate of a 1024×1024 matrix product of the same scalar in the same run.
    var shareOfProduct: Double?
    /// Best time / time of a real 1024×1024 matrix product in the same run: an indirect comparison between machines.
    var productTimes: Double?
    /// Peak resident memory of the process while the case ran.
    var peakBytes: Int?
    /// Best time of the baseline / our best time.
    var baselineRatio: Double?

    init(_ name: String, _ seconds: [Double]) {
        self.name = name
        self.seconds = Timing(seconds)
    }

    /// Adds a peer that was timed in the same rounds.
    mutating func compare(_ ours: [Double], with peer: [Double]) {
        self.peer = Timing(peer)
        let ratios = zip(ours, peer).map { $1 / $0 }.sorted()
        ratio = middle(ofSorted: ratios)
        ratioRange = [ratios[0], ratios[ratios.count - 1]]
    }
}

/// The cases of one group, and what a reader must know about them.
struct BenchmarkGroup: Hashable, Codable, Sendable {
    let name: String
    let title: String
    /// "numpy 2.4.6"; nil: timed alone.
    var peer: String?
    var rows: [BenchmarkRow] = []
    var notes: [String] = []
}

extension BenchmarkGroup {
    /// Title, aligned columns (those in which any row has a value), notes.
    var text: String {
        let columns: [(header: String, cell: (BenchmarkRow) -> String?)] = [
            ("best", { durationText($0.seconds.best) }),
            ("median", { durationText($0.seconds.median) }),
            ("spread", { percentText($0.seconds.spread) }),
            ("iterations", { $0.iterations.map(String.init) }),
            ("peer best", { $0.peer.map { durationText($0.best) } }),
            ("ratio", { $0.ratio.map { readable($0, digits: 3) } }),
            ("from-to", { $0.ratioRange.map { "\(readable($0[0], digits: 3))-\(readable($0[1], digits: 3))" } }),
            ("GFlop/s", { $0.flopRate.map { readable($0 / 1e9, digits: 3) } }),
            ("of product", { $0.shareOfProduct.map { percentText($0) } }),
            ("× dgemm 1024³ (indirect)", { $0.productTimes.map { readable($0, digits: 3) } }),
            ("peak memory", { $0.peakBytes.map { "\(readable(Double($0) / 1e6, digits: 3)) MB" } }),
            ("baseline / now", { $0.baselineRatio.map { readable($0, digits: 3) } }),
        ]
        let shown = columns.filter { column in rows.contains { column.cell($0) != nil } }
        var table = TextTable(["case"] + shown.map(\.header))
        for row in rows { table.append([row.name] + shown.map { $0.cell(row) ?? "-" }) }
        let heading = "\(name): \(title)" + (peer.map { "; peer: \($0)" } ?? "")
        return ([heading, table.text] + notes.map { "note: \($0)" }).joined(separator: "\n")
    }
}

/// "812 µs", "14.2 ms", "1.07 s".
func durationText(_ seconds: Double) -> String {
    switch seconds {
    case ..<1e-3: "\(readable(seconds * 1e6, digits: 3)) µs"
    case ..<1: "\(readable(seconds * 1e3, digits: 3)) ms"
    default: "\(readable(seconds, digits: 3)) s"
    }
}

private func percentText(_ share: Double) -> String { String(format: share < 1 ? "%.1f %%" : "%.0f %%", 100 * share) }
