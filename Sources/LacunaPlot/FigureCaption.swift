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

    func sentences(statistics: StatisticsTable, workers: Int, hasHollow: Bool, hasPublished: Bool) -> [String] {
        var sentences = [average(statistics)]
        if hasHollow { sentences.append("Hollow points: some realisations have no result.") }
        if hasPublished, let published = context.published { sentences.append(self.published(published)) }
        if metric.name == "seconds", workers > 1 {
            sentences.append("Times were measured beside other workers (\(workers) at once): compare them with care.")
        }
        return sentences
    }

    private func average(_ statistics: StatisticsTable) -> String {
        let counts = statistics.entries.map(\.count).filter { $0 > 0 }
        let least = counts.min() ?? 0
        let most = counts.max() ?? 0
        let number = least == most ? "\(most)" : "\(least) to \(most)"
        let over = "\(number) realisation\(most == 1 ? "" : "s")"
        let isMean = specification.statistic == .mean
        // The mean of ratios differs from the ratio of means; papers mix them, so it is said.
        let noun = isMean ? "Mean" + (specification.scale == .dB ? " of ratios" : "") : "Median"
        let pooled = context.pooling.isEmpty ? "" : ", pooled over \(context.pooling.joined(separator: ", "))"
        let decibels = specification.scale == .dB ? ", then in dB" : ""
        let band =
            switch specification.band {
            case .ci95: "; bands: its 95 % interval (bootstrap)."
            case .quartiles: "; bands: quartiles."
            case .none: "."
            }
        return "\(noun) over \(over)\(pooled)\(decibels)\(band)"
    }

    private func published(_ published: PublishedCurves) -> String {
        let isMean = specification.statistic == .mean
        let band = isMean || specification.band == .none ? "" : " with quartiles"
        return "Faint with open markers: published \(isMean ? "mean" : "median")\(band), "
            + "\(published.realisations) realisations."
    }
}
