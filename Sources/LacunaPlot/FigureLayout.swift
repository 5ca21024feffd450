import Foundation

/// Where things go on the canvas: ranges of the axes, margins, and a corner for the legend that no curve passes.
struct FigureLayout {
    /// Pixels of the SVG picture; the PNG has twice as many. A legend beside the curves takes no room from them.
    var width: Double { legend == .outside ? Self.plainWidth + legendWidth - 20 : Self.plainWidth }
    private let legendWidth: Double
    static let plainWidth = 800.0
    static let height = 600.0

    let xRange: ClosedRange<Double>
    /// In the axis' own numbers: dB on a dB axis.
    let yRange: ClosedRange<Double>
    let xIsLogarithmic: Bool
    /// Linear where a logarithmic axis has nothing positive to show.
    let yScale: Figure.Scale
    /// The smallest value that is drawn at its own height; 0 and below are drawn here.
    let floor: Double
    let hasZeros: Bool
    /// The caption with what the layout adds to it.
    let sentences: [String]
    let legend: Legend

    /// The middle of the axes, as a fraction: title and caption are centred there, also beside a legend.
    var center: Double { 425 / width }
    var captionLines: [String] { Self.balanced(sentences, at: 96) }
    let title: String
    var titleLines: [String] { Self.balanced([title], at: 70) }

    /// Names on the x axis are too long to stand side by side.
    let turnsNames: Bool
    private let nameHeight: Double

    /// In gnuplot's words.
    enum Legend: String {
        case topRight = "inside right top"
        case bottomLeft = "inside left bottom"
        case topLeft = "inside left top"
        case bottomRight = "inside right bottom"
        case outside = "outside right top"
    }

    init(_ figure: Figure) {
        let points = figure.curves.flatMap(\.points).filter { $0.y.isFinite && $0.x.isFinite }
        xIsLogarithmic = figure.x.scale == .log && points.allSatisfy { $0.x > 0 }
        let positive = points.map(\.y).filter { $0 > 0 }
        let scale: Figure.Scale = positive.isEmpty ? .linear : figure.y.scale
        yScale = scale
        hasZeros = scale != .linear && points.contains { $0.y <= 0 }
        let range = Self.yRange(points, scale, figure.floor)
        yRange = range
        switch scale {
        case .linear: floor = -.infinity
        case .log: floor = figure.floor ?? range.lowerBound
        case .dB: floor = figure.floor ?? pow(10, range.lowerBound / 10)
        }
        xRange = Self.xRange(points.map(\.x), figure.x, xIsLogarithmic)
        var sentences = figure.caption
        if hasZeros {
            sentences.append(
                figure.floor.map { "Values of 0 are drawn at \(Self.short($0))." }
                    ?? "Values of 0 are drawn at the lower edge.")
        }
        self.sentences = sentences
        title = figure.title
        let longest = Double(figure.x.categories.map(\.count).max() ?? 0)
        turnsNames = (longest + 1) * 8.5 * Double(figure.x.categories.count) > Self.plainWidth - 125
        nameHeight = turnsNames ? longest * 5 : 0
        legendWidth = Double(figure.legendLabels.map(\.count).max() ?? 0) * 8.8 + 95
        legend = .outside
    }

    private init(_ layout: FigureLayout, legend: Legend) {
        xRange = layout.xRange
        yRange = layout.yRange
        xIsLogarithmic = layout.xIsLogarithmic
        yScale = layout.yScale
        floor = layout.floor
        hasZeros = layout.hasZeros
        sentences = layout.sentences
        title = layout.title
        turnsNames = layout.turnsNames
        nameHeight = layout.nameHeight
        legendWidth = layout.legendWidth
        self.legend = legend
    }

    /// The layout with its legend in the first corner that is free, or outside.
    func placingLegend(of figure: Figure) -> FigureLayout {
        FigureLayout(self, legend: freeCorner(figure))
    }

    // MARK: - Heights on the canvas, as fractions

    var bottomMargin: Double { (74 + nameHeight + 16 * Double(captionLines.count)) / Self.height }
    var topMargin: Double { 1 - (22 + 22 * Double(titleLines.count)) / Self.height }

    func captionHeight(_ line: Int) -> Double { (16 * Double(captionLines.count - line) - 3) / Self.height }
    func titleHeight(_ line: Int) -> Double { 1 - (20 + 22 * Double(line)) / Self.height }

    // MARK: - Ranges

    private static func xRange(_ values: [Double], _ axis: Figure.Axis, _ isLogarithmic: Bool) -> ClosedRange<Double> {
        if !axis.categories.isEmpty { return -0.5...Double(axis.categories.count) - 0.5 }
        guard let low = values.min(), let high = values.max() else { return 0...1 }
        if isLogarithmic {
            let margin = low == high ? 2 : pow(high / low, 0.03)
            return low / margin...high * margin
        }
        let margin = low == high ? max(1, abs(low) * 0.1) : (high - low) * 0.03
        return low - margin...high + margin
    }

    private static func yRange(
        _ points: [Figure.Point], _ scale: Figure.Scale, _ floor: Double?
    ) -> ClosedRange<Double> {
        let positive = points.map(\.y).filter { $0 > 0 }
        let upper = points.map { max($0.y, $0.upper.isFinite ? $0.upper : $0.y) }.max() ?? 1
        switch scale {
        case .linear:
            let lower = points.map { min($0.y, $0.lower.isFinite ? $0.lower : $0.y) }.min() ?? 0
            let margin = lower == upper ? max(1, abs(lower) * 0.1) : (upper - lower) * 0.05
            // Quantities that cannot be negative start at 0 where that costs little.
            let low = lower >= 0 && lower < 0.4 * upper ? 0 : lower - margin
            return low...upper + margin
        case .log:
            let low = log10(smallest(points, positive, floor))
            let high = log10(upper)
            // Up to a whole decade over several of them, else a little air, so that narrow ranges are not lost in wide ones.
            let isWide = high - low > 1.5
            return pow(10, low - 0.15)...pow(10, isWide ? (high + 0.02).rounded(.up) : high + 0.15)
        case .dB:
            let low = 10 * log10(smallest(points, positive, floor))
            let high = 10 * log10(upper)
            let step = high - low > 12 ? 5.0 : high - low > 4 ? 2.0 : 1.0
            let bottom = ((low - 0.1 * step) / step).rounded(.down) * step
            return bottom...max(bottom + step, ((high + 0.1 * step) / step).rounded(.up) * step)
        }
    }

    /// The smallest value that must be seen: of a curve, or of a band that ends close to one. A band may end at 0: the
    /// rest of it is cut off.
    private static func smallest(_ points: [Figure.Point], _ positive: [Double], _ floor: Double?) -> Double {
        let center = positive.min() ?? 1
        let low = points.map(\.lower).filter { $0 >= center / 3 }.min().map { min(center, $0) } ?? center
        let hasZeros = points.contains { $0.y <= 0 }
        if let floor, floor > 0, hasZeros { return min(low, floor) }
        return low
    }

    // MARK: - Legend

    /// Position in the plot area, both from 0 to 1.
    func position(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        func fraction(_ value: Double, _ range: ClosedRange<Double>) -> Double {
            let size = range.upperBound - range.lowerBound
            return size > 0 ? (value - range.lowerBound) / size : 0.5
        }
        let horizontal =
            xIsLogarithmic
            ? fraction(log(x), log(xRange.lowerBound)...log(xRange.upperBound)) : fraction(x, xRange)
        let value = max(y, floor)
        let vertical: Double
        switch yScale {
        case .linear: vertical = fraction(y, yRange)
        case .log: vertical = fraction(log(value), log(yRange.lowerBound)...log(yRange.upperBound))
        case .dB: vertical = fraction(10 * log10(value), yRange)
        }
        return (horizontal, min(1, max(0, vertical)))
    }

    private func freeCorner(_ figure: Figure) -> Legend {
        let labels = figure.legendLabels
        let plotWidth = Self.plainWidth - 125
        let plotHeight = Self.height * (topMargin - bottomMargin)
        let width = legendWidth / plotWidth
        let height = (Double(labels.count) * 22 + 16) / plotHeight
        guard width < 0.6, height < 0.6 else { return .outside }
        let marker = 0.02
        let corners: [(Legend, ClosedRange<Double>, ClosedRange<Double>)] = [
            (.topRight, 1 - width - marker...1.1, 1 - height - marker...1.1),
            (.bottomLeft, -0.1...width + marker, -0.1...height + marker),
            (.topLeft, -0.1...width + marker, 1 - height - marker...1.1),
            (.bottomRight, 1 - width - marker...1.1, -0.1...height + marker),
        ]
        for (legend, xs, ys) in corners where !figure.curves.contains(where: { passes($0, xs, ys) }) { return legend }
        return .outside
    }

    /// Whether a curve or its band enters a rectangle of the plot area.
    private func passes(_ curve: Figure.Curve, _ xs: ClosedRange<Double>, _ ys: ClosedRange<Double>) -> Bool {
        let points = curve.points.filter { $0.y.isFinite && $0.x.isFinite }
        let places = points.map { point in
            let center = position(point.x, point.y)
            let bounds = [point.lower, point.upper].map { position(point.x, $0).y } + [center.y]
            return (x: center.x, low: bounds.min() ?? center.y, high: bounds.max() ?? center.y)
        }
        func overlaps(_ x: Double, _ low: Double, _ high: Double) -> Bool {
            xs.contains(x) && low <= ys.upperBound && high >= ys.lowerBound
        }
        if places.contains(where: { overlaps($0.x, $0.low, $0.high) }) { return true }
        return zip(places, places.dropFirst()).contains { start, end in
            (1..<32).contains { step in
                let t = Double(step) / 32
                return overlaps(
                    start.x + t * (end.x - start.x), start.low + t * (end.low - start.low),
                    start.high + t * (end.high - start.high))
            }
        }
    }

    // MARK: - Text

    /// Sentences joined and broken into lines of at most `limit` characters, words kept whole.
    static func wrapped(_ sentences: [String], at limit: Int) -> [String] {
        var lines: [String] = []
        for word in sentences.joined(separator: " ").split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= limit {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// The same with lines of about equal length, so that no word stands alone in the last.
    static func balanced(_ sentences: [String], at limit: Int) -> [String] {
        let count = wrapped(sentences, at: limit).count
        return (max(1, limit / 2)..<max(2, limit)).lazy.map { wrapped(sentences, at: $0) }.first { $0.count == count }
            ?? wrapped(sentences, at: limit)
    }

    /// Two digits, for captions.
    static func short(_ value: Double) -> String { String(format: "%.2g", value) }
}

extension Figure {
    /// What the legend names: our curves, and one entry for all published ones.
    var legendLabels: [String] {
        let own = curves.filter { !$0.isPublished }.map(\.label)
        return curves.contains(where: \.isPublished) ? own + [publishedLabel] : own
    }
}
