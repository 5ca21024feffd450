import LacunaExperiment

/// What `lacuna compare` prints of published curves: the question, a row per point, counts, and the verdict.
struct PublishedComparisonText {
    private let points: [PublishedComparison]
    private let published: PublishedCurves
    private let nuisanceAxis: String?
    private let minimumDraws: Int
    private let choice: SummaryChoice

    init(
        _ points: [PublishedComparison], published: PublishedCurves, nuisanceAxis: String?, minimumDraws: Int,
        choice: SummaryChoice
    ) {
        self.points = points
        self.published = published
        self.nuisanceAxis = nuisanceAxis
        self.minimumDraws = minimumDraws
        self.choice = choice
    }

    var text: String {
        [question, table, "", totals.joined(separator: "\n"), "Published: \(published.source)", verdict]
            .joined(separator: "\n")
    }

    private var question: String {
        if points.allSatisfy({ $0.verdict == .timing }) {
            return "Times and speeds depend on the machine: our median beside \(published.owners)."
        }
        let count = "\(published.realisations) realisation\(published.realisations == 1 ? "" : "s")"
        let (theirs, ours) = nuisanceAxis.map { (", one \($0)", " of one \($0)") } ?? ("", "")
        return "Is \(published.owners) median (\(count)\(theirs)) where our median of \(count)\(ours) would be,"
            + " with 95 % probability?"
    }

    private var table: String {
        let hasTimes = points.contains { $0.verdict == .timing }
        var lines = TextTable(
            ["metric", "algorithm", published.xName, published.noun, "ours"] + (hasTimes ? ["ratio"] : [])
                + ["95 % interval", "draws", "verdict"],
            leftColumns: [0, 1, hasTimes ? 8 : 7])
        for point in points {
            let metric = choice.metrics.first { $0.metric.name == point.metric }
            func text(_ value: Double) -> String { metric?.text(value) ?? readable(value) }
            let unit = metric?.isInDecibels == true ? " [dB]" : ""
            lines.append(
                [
                    point.metric + unit, point.algorithm, readable(point.x), text(point.publishedMedian),
                    text(point.ourMedian),
                ] + (hasTimes ? [readable(point.ourMedian / point.publishedMedian, digits: 3)] : []) + [
                    "\(text(point.interval.lower)) to \(text(point.interval.upper))",
                    "\(point.draws)", point.verdict.text,
                ])
        }
        return lines.text
    }

    /// "svd-krosbl nmse: 5 of 5 inside", "omp ser: 3 of 4 inside; 1 both zero".
    private var totals: [String] {
        var order: [String] = []
        var groups: [String: [PublishedComparison]] = [:]
        for point in points {
            let key = "\(point.algorithm) \(point.metric)"
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(point)
        }
        return order.map { "\($0): \(counts(groups[$0] ?? [], expected: false))" }
    }

    /// "39 of 40 judged points inside (38 expected by chance); 20 not judged (1 draw, 4 asked for)".
    private var verdict: String { counts(points, expected: true) }

    private func counts(_ points: [PublishedComparison], expected: Bool) -> String {
        let inside = points.count { $0.verdict == .inside }
        let judged = inside + points.count { $0.verdict == .outside }
        let zeros = points.count { $0.verdict == .bothZero }
        let few = points.filter { $0.verdict == .tooFewDraws }
        var parts: [String] = []
        if judged > 0 {
            let chance = Int((0.95 * Double(judged)).rounded())
            parts.append(
                expected
                    ? "\(inside) of \(judged) judged points inside (\(chance) expected by chance)"
                    : "\(inside) of \(judged) inside")
        } else if expected, !points.allSatisfy({ $0.verdict == .timing }) {
            parts.append("no point could be judged")
        }
        if zeros > 0 { parts.append("\(zeros) both zero") }
        let times = points.count { $0.verdict == .timing }
        if times > 0 { parts.append("\(times) of a clock, not judged") }
        if let least = few.map(\.draws).min(), let most = few.map(\.draws).max() {
            let draws = least == most ? "\(least)" : "\(least) to \(most)"
            parts.append("\(few.count) not judged (\(draws) draw\(most == 1 ? "" : "s"), \(minimumDraws) asked for)")
        }
        return parts.joined(separator: "; ")
    }
}

extension PublishedComparison.Verdict {
    var text: String {
        switch self {
        case .inside: "inside"
        case .outside: "OUTSIDE"
        case .bothZero: "both zero"
        case .tooFewDraws: "too few draws"
        case .timing: "time"
        }
    }
}
