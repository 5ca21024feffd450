import LacunaExperiment

extension Figure {
    /// A metric against another one: what is paid for what, one curve per method through all its points in the order of x. Accuracy against
    /// remaining weights, recall against density.
    static func front(
        _ table: ResultTable, _ specification: Scenario.Figure, _ context: FigureContext
    ) throws -> Figure {
        let paid = try table.statistics(of: specification.x, pooling: context.pooling)
        let gained = try table.statistics(of: specification.y, pooling: context.pooling)
        let styles = CurveStyles(table.algorithms, methods: context.methods)
        let fewer = gained.trialCounts(where: specification.draws).fewer
        let isMean = specification.statistic == .mean
        var curves: [Curve] = []
        for (position, algorithm) in gained.algorithms.enumerated() where specification.draws(algorithm) {
            let points = (0..<gained.axes.pointCount).compactMap { point -> Point? in
                guard gained.axes.isPoint(point, at: specification.at) else { return nil }
                let x = paid.entry(point: point, algorithm: position)
                let center = isMean ? x.mean : x.median
                let y = Point(gained.entry(point: point, algorithm: position), at: center, specification)
                return center.isNaN || y.y.isNaN ? nil : y
            }
            guard !points.isEmpty else { continue }
            curves.append(
                Curve(
                    label: algorithm + (fewer[algorithm] ?? ""), style: styles[algorithm],
                    points: points.sorted { $0.x < $1.x }))
        }
        let own = curves
        curves += publishedCurves(table, specification, context)
        let xs = curves.flatMap { $0.points.map(\.x) }.filter { !$0.isNaN }
        // A decade of positive values is a matter of ratios.
        let isLogarithmic = (xs.min() ?? 0) > 0 && (xs.max() ?? 0) >= 10 * (xs.min() ?? 1)
        let captions = FigureCaption(specification, metric: gained.metric, context: context)
        return Figure(
            name: specification.name, title: specification.title,
            caption: [AxisLabel.definition(paid.metric)].compactMap { $0 }
                + captions.sentences(
                    statistics: gained, workers: table.workers,
                    hasHollow: own.contains { $0.points.contains(where: \.isHollow) },
                    hasPublished: curves.contains(where: \.isPublished)),
            x: Axis(
                label: context.labels[specification.x] ?? AxisLabel.text(metric: paid.metric, .linear),
                scale: isLogarithmic ? .log : .linear),
            y: Axis(
                label: context.labels[specification.y] ?? AxisLabel.text(metric: gained.metric, specification.scale),
                scale: specification.scale),
            curves: curves, floor: context.floors[specification.y], ticksAtPoints: false,
            publishedLabel: context.published?.noun ?? "published")
    }
}
