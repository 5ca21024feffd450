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
    /// With fewer groups the bootstrap's interval is visibly too narrow; `lacuna compare` asks for as many.
    static let fewestGroups = 20

    func sentences(statistics: StatisticsTable, workers: Int, hasHollow: Bool, hasPublished: Bool) -> [String] {
        var sentences = [AxisLabel.definition(metric), average(statistics)].compactMap { $0 }
        if !specification.at.isEmpty {
            let places = specification.at.sorted { $0.key < $1.key }.map { "\(AxisLabel.words($0.key)) \($0.value)" }
            sentences.append("At \(places.joined(separator: ", ")).")
        }
        if hasHollow { sentences.append("Hollow points: some realisations have no result.") }
        if hasPublished, let published = context.published { sentences.append(self.published(published)) }
        if metric.isTiming, workers > 1 {
            sentences.append("Times were measured beside other workers (\(workers) at once): compare them with care.")
        }
        return sentences
    }

    private func average(_ statistics: StatisticsTable) -> String {
        let isMean = specification.statistic == .mean
        // The mean of ratios differs from the ratio of means; papers mix them, so it is said.
        let noun = isMean ? "Mean" + (specification.scale == .dB ? " of ratios" : "") : "Median"
        let counts = statistics.trialCounts(where: specification.draws)
        let decibels = specification.scale == .dB ? ", then in dB" : ""
        let sentence = "\(noun) over \(counts.text(noun: "realisation"))\(decibels)."
        return sentence + band(counts, noun: isMean ? "mean" : "median")
    }

    private func band(_ counts: TrialCounts, noun: String) -> String {
        switch specification.band {
        case .quartiles: return " Bands: quartiles."
        case .none: return ""
        case .ci95:
            let few = Self.fewestForInterval
            guard counts.entries.contains(where: { $0.trials.upperBound >= few }) else {
                return " Too few realisations for intervals."
            }
            let hasFew = counts.entries.contains { $0.trials.lowerBound < few }
            let reserves =
                (hasFew ? ["no band where there are fewer than \(few) realisations"] : []) + narrowness(counts)
            let reserve = reserves.isEmpty ? "" : " (\(reserves.joined(separator: "; ")))"
            return " Bands: 95 % interval of the \(noun) by bootstrap\(reserve)."
        }
    }

    /// Resampling a few draws cannot show what others would do.
    private func narrowness(_ counts: TrialCounts) -> [String] {
        let banded = counts.entries.filter { $0.trials.upperBound >= Self.fewestForInterval }
        let few = banded.filter { $0.groups < Self.fewestGroups }
        guard !counts.pooledAxes.isEmpty, let least = few.map(\.groups).min(), let most = few.map(\.groups).max() else {
            return []
        }
        let range = least == most ? "" : "\(least) to "
        let whose = few.count == banded.count ? "" : few.map(\.algorithm).joined(separator: ", ") + ": "
        return ["\(whose)too narrow, as only \(range)\(TrialCounts.values(most, of: counts.pooledAxes)) are resampled"]
    }

    private func published(_ published: PublishedCurves) -> String {
        let isMean = specification.statistic == .mean
        let band =
            isMean || specification.band == .none || published.realisations == 1 ? "" : " with quartiles (dotted)"
        return "Faint with open markers: \(published.noun) \(isMean ? "mean" : "median")\(band), "
            + "\(published.realisations) realisation\(published.realisations == 1 ? "" : "s")."
    }
}
