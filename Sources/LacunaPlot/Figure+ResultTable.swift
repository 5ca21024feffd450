import LacunaArrays
import LacunaExperiment

/// What a figure of a result table needs besides the table.
public struct FigureContext: Sendable {
    /// Axes over which trials are pooled: repeated draws of pilots, say.
    public var pooling: [String]
    public var published: PublishedCurves?
    /// Published label -> our algorithm, where they differ.
    public var publishedLabels: [String: String]
    /// Algorithm -> its method, where they differ ("pc-krosbl(0.8)" -> "pc-krosbl"): it fixes the colour.
    public var methods: [String: String]
    /// Metric -> where values of 0 are drawn on a logarithmic axis (one error in all symbols sent).
    public var floors: [String: Double]
    /// Axis or metric -> label of its axis, where the built one does not please.
    public var labels: [String: String]

    public init(
        pooling: [String] = [], published: PublishedCurves? = nil, publishedLabels: [String: String] = [:],
        methods: [String: String] = [:], floors: [String: Double] = [:], labels: [String: String] = [:]
    ) {
        self.pooling = pooling
        self.published = published
        self.publishedLabels = publishedLabels
        self.methods = methods
        self.floors = floors
        self.labels = labels
    }
}

extension Figure {
    /// The picture that a scenario asks for, of a table with any number of finished cells.
    /// - Throws: `LacunaError` for an axis or a metric that the table does not have.
    public init(
        _ table: ResultTable, _ specification: Scenario.Figure, context: FigureContext = FigureContext()
    ) throws {
        if specification.x == "iteration" {
            self = Self.convergence(table, specification, context)
        } else if table.metrics.contains(where: { $0.name == specification.x }) {
            self = try Self.front(table, specification, context)
        } else {
            self = try Self.sweep(table, specification, context)
        }
    }

    // MARK: - A metric against an axis

    private static func sweep(
        _ table: ResultTable, _ specification: Scenario.Figure, _ context: FigureContext
    ) throws -> Figure {
        let statistics = try table.statistics(of: specification.y, pooling: context.pooling)
        guard let axis = statistics.axes.firstIndex(where: { $0.name == specification.x }) else {
            throw LacunaError(
                .name, "figure '\(specification.name)'",
                "x is '\(specification.x)', which is not an axis of the results",
                remedy: "Axes: \((statistics.axes.map(\.name) + ["iteration"]).joined(separator: ", ")); or a metric")
        }
        let places = XPlaces(statistics.axes[axis])
        var curves: [Curve] = []
        let styles = CurveStyles(table.algorithms, methods: context.methods)
        let fewer = statistics.trialCounts(where: specification.draws).fewer
        for (position, algorithm) in statistics.algorithms.enumerated() where specification.draws(algorithm) {
            // One curve for each combination of the axes that are neither x nor pooled.
            let groups = PointGroups(statistics.axes, alongX: axis, at: specification.at)
            for (variant, group) in groups.groups.enumerated() {
                let points = group.points.enumerated().map { place, point in
                    Point(
                        statistics.entry(point: point, algorithm: position), at: places.positions[place], specification)
                }
                // A method that was run at none of these points has no curve.
                guard points.contains(where: { !$0.y.isNaN }) else { continue }
                curves.append(
                    Curve(
                        label: ([algorithm] + group.labels).joined(separator: ", ") + (fewer[algorithm] ?? ""),
                        style: styles[algorithm].variant(variant),
                        points: points.sorted { $0.x < $1.x }))
            }
        }
        let own = curves
        curves += publishedCurves(table, specification, context)
        let captions = FigureCaption(specification, metric: statistics.metric, context: context)
        return Figure(
            name: specification.name, title: specification.title,
            caption: captions.sentences(
                statistics: statistics, workers: table.workers,
                hasHollow: own.contains { $0.points.contains(where: \.isHollow) },
                hasPublished: curves.contains(where: \.isPublished)),
            x: Axis(
                label: context.labels[specification.x] ?? AxisLabel.text(axis: statistics.axes[axis]),
                scale: places.isLogarithmic ? .log : .linear, categories: places.categories),
            y: Axis(
                label: context.labels[specification.y]
                    ?? AxisLabel.text(metric: statistics.metric, specification.scale),
                scale: specification.scale),
            curves: curves, floor: context.floors[specification.y],
            publishedLabel: context.published?.noun ?? "published")
    }

    static func publishedCurves(
        _ table: ResultTable, _ specification: Scenario.Figure, _ context: FigureContext
    ) -> [Curve] {
        guard specification.published, let published = context.published, published.xName == specification.x else {
            return []
        }
        // Of an axis with several values the figure must show the one that the numbers hold for.
        let isShown = table.axes.allSatisfy { axis in
            guard axis.name != specification.x, axis.values.count > 1, let value = published.parameters[axis.name]
            else { return true }
            return specification.at[axis.name]?.description == value.description
        }
        guard isShown else { return [] }
        let styles = CurveStyles(table.algorithms, methods: context.methods)
        return published.methods.keys.sorted().compactMap { label in
            let algorithm = context.publishedLabels[label] ?? label
            guard let curve = published.methods[label]?[specification.y], table.algorithms.contains(algorithm),
                specification.draws(algorithm)
            else { return nil }
            let center = specification.statistic == .mean ? curve.mean : curve.median
            // Quartiles lie around the median only; a mean of heavy tails can be outside them.
            let hasBand =
                specification.statistic == .median && specification.band != .none && published.realisations > 1
            let points = published.xValues.indices.filter { !center[$0].isNaN }.map { index in
                Point(
                    x: published.xValues[index], y: center[index], lower: hasBand ? curve.q25[index] : nil,
                    upper: hasBand ? curve.q75[index] : nil)
            }
            return Curve(label: label, style: styles[algorithm], isPublished: true, points: points)
        }
    }
}

extension Figure.Point {
    init(_ statistics: Statistics, at x: Double, _ specification: Scenario.Figure) {
        let isMean = specification.statistic == .mean
        let bounds: (lower: Double?, upper: Double?)
        switch specification.band {
        case .ci95 where statistics.count < FigureCaption.fewestForInterval: bounds = (nil, nil)
        case .ci95:
            let interval = isMean ? statistics.meanInterval : statistics.medianInterval
            bounds = (interval.lower, interval.upper)
        case .quartiles: bounds = (statistics.lowerQuartile, statistics.upperQuartile)
        case .none: bounds = (nil, nil)
        }
        self.init(
            x: x, y: isMean ? statistics.mean : statistics.median, lower: bounds.lower, upper: bounds.upper,
            isHollow: statistics.missing > 0)
    }
}

/// Where the values of the x axis lie.
private struct XPlaces {
    let positions: [Double]
    /// Names of values that are not numbers; empty for numbers.
    let categories: [String]
    let isLogarithmic: Bool

    init(_ axis: ResultTable.Axis) {
        let numbers = axis.values.compactMap { value -> Double? in
            switch value {
            case .integer(let value): Double(value)
            case .number(let value): value
            case .text, .flag, .list: nil
            }
        }
        guard numbers.count == axis.values.count else {
            positions = axis.values.indices.map(Double.init)
            categories = axis.values.map(\.description)
            isLogarithmic = false
            return
        }
        positions = numbers
        categories = []
        // Two decades or more of positive values in three or more points were chosen by ratio, not by difference; so were
        // values of a constant ratio.
        let sorted = numbers.sorted(), low = sorted.first ?? 0, high = sorted.last ?? 0
        let isGeometric =
            high >= 8 * low && zip(sorted, sorted.dropFirst()).allSatisfy { abs($1 / $0 - sorted[1] / low) < 0.01 }
        isLogarithmic = numbers.count > 2 && low > 0 && (high >= 100 * low || isGeometric)
    }
}

/// The points of a sweep, sorted into curves along one axis.
private struct PointGroups {
    struct Group {
        /// "pilots = 6" for each other axis with several values.
        let labels: [String]
        var points: [Int]
    }

    private(set) var groups: [Group] = []

    init(_ axes: [ResultTable.Axis], alongX x: Int, at place: [String: ParameterValue]) {
        var position: [[String]: Int] = [:]
        for point in 0..<axes.pointCount where axes.isPoint(point, at: place) {
            let labels = axes.varyingCoordinates(of: point, except: [axes[x].name] + place.keys)
            if let group = position[labels] {
                groups[group].points.append(point)
            } else {
                position[labels] = groups.count
                groups.append(Group(labels: labels, points: [point]))
            }
        }
    }
}
