import LacunaExperiment

/// The sentences under a picture: what is averaged over how many trials, what the bands and hollow points are.
struct FigureCaption {
    let specification: Scenario.Figure
    let metric: ResultTable.Metric
    let context: FigureContext

    init(_ specification: Scenario.Figure, metric: ResultTable.Metric, context: FigureContext) {
        self.specification = specification
        self.metric = metric
        self.context = context
    }

    /// The smallest and the largest of fewer values enclose the median with less than 95 % probability (1 - 2^(1-n)).
    static let fewestForInterval = 6

    func sentences(statistics: StatisticsTable, workers: Int, hasHollow: Bool, hasPublished: Bool) -> [String] {
        var sentences = [AxisLabel.definition(metric), average(statistics)].compactMap { $0 }
        if hasHollow { sentences.append("Hollow points: some realisations have no result.") }
        if hasPublished, let published = context.published { sentences.append(self.published(published)) }
        if metric.name == "seconds", workers > 1 {
            sentences.append("Times were measured beside other workers (\(workers) at once): compare them with care.")
        }
        return sentences
    }

    private func average(_ statistics: StatisticsTable) -> String {
        let isMean = specification.statistic == .mean
        // The mean of ratios differs from the ratio of means; papers mix them, so it is said.
        let noun = isMean ? "Mean" + (specification.scale == .dB ? " of ratios" : "") : "Median"
        let pooled = context.pooling.isEmpty ? "" : ", pooled over \(context.pooling.joined(separator: ", "))"
        let decibels = specification.scale == .dB ? ", then in dB" : ""
        return "\(noun) over \(realisations(statistics))\(pooled)\(decibels)\(band(statistics))."
    }

    /// "200 realisations (sbl: 5)", or "49 to 50 realisations" where they differ along a curve.
    private func realisations(_ statistics: StatisticsTable) -> String {
        let counts = statistics.entries.map(\.count).filter { $0 > 0 }
        let least = counts.min() ?? 0, most = counts.max() ?? 0
        let noun = "realisation\(most == 1 ? "" : "s")"
        let ofAlgorithms = statistics.algorithms.indices.map { algorithm in
            Set((0..<statistics.axes.pointCount).map { statistics.entry(point: $0, algorithm: algorithm).count })
                .subtracting([0])
        }
        guard least < most, ofAlgorithms.allSatisfy({ $0.count < 2 }) else {
            return least == most ? "\(most) \(noun)" : "\(least) to \(most) \(noun)"
        }
        var fewer: [Int: [String]] = [:]
        for (algorithm, counts) in zip(statistics.algorithms, ofAlgorithms) {
            if let count = counts.first, count < most { fewer[count, default: []].append(algorithm) }
        }
        let exceptions = fewer.sorted { $0.key < $1.key }.map { "\($0.value.joined(separator: ", ")): \($0.key)" }
        return "\(most) \(noun) (\(exceptions.joined(separator: "; ")))"
    }

    private func band(_ statistics: StatisticsTable) -> String {
        switch specification.band {
        case .quartiles: return "; bands: quartiles"
        case .none: return ""
        case .ci95:
            let counts = statistics.entries.map(\.count).filter { $0 > 0 }
            let few = Self.fewestForInterval
            guard counts.contains(where: { $0 >= few }) else { return "; too few for intervals" }
            let exception = counts.contains { $0 < few } ? ", from \(few) realisations on" : ""
            return "; bands: its 95 % interval (bootstrap)\(exception)"
        }
    }

    private func published(_ published: PublishedCurves) -> String {
        let isMean = specification.statistic == .mean
        let band = isMean || specification.band == .none ? "" : " with quartiles"
        return "Faint with open markers: published \(isMean ? "mean" : "median")\(band), "
            + "\(published.realisations) realisations."
    }
}
