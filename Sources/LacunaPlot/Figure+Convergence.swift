import LacunaArrays
import LacunaExperiment

extension Figure {
    /// More curves than this cannot be told apart.
    private static let mostCurves = 10

    /// The median cost after each iteration, one curve per algorithm and sweep point; of many sweep points the last.
    static func convergence(
        _ table: ResultTable, _ specification: Scenario.Figure, _ context: FigureContext
    ) -> Figure {
        let asked = (0..<table.pointCount).filter { table.axes.isPoint($0, at: specification.at) }
        let drawsAll = asked.count * table.algorithms.count { specification.draws($0) } <= mostCurves
        let points = drawsAll ? asked : asked.suffix(1)
        var curves: [Curve] = []
        let styles = CurveStyles(table.algorithms, methods: context.methods)
        for (algorithm, label) in table.algorithms.enumerated() where specification.draws(label) {
            for (variant, point) in points.enumerated() {
                let costs = table.medianCost(point: point, algorithm: algorithm)
                guard !costs.isEmpty else { continue }
                let labels = points.count > 1 ? table.axes.varyingCoordinates(of: point) : []
                curves.append(
                    Curve(
                        label: ([label] + labels).joined(separator: ", "), style: styles[label].variant(variant),
                        points: costs.enumerated().map { Point(x: Double($0.offset + 1), y: $0.element) }))
            }
        }
        // A negative log-likelihood may be negative: no logarithm then.
        let isPositive = curves.allSatisfy { $0.points.allSatisfy { $0.y > 0 } }
        let counts = table.algorithms.enumerated().compactMap { algorithm, label -> TrialCounts.Entry? in
            let counts = points.map { point in
                (0..<table.trials).count {
                    !table.histories[table.index(point: point, algorithm: algorithm, trial: $0)].isEmpty
                }
            }
            guard specification.draws(label), let most = counts.max(), let least = counts.filter({ $0 > 0 }).min()
            else { return nil }
            return TrialCounts.Entry(algorithm: label, trials: least...most)
        }
        let realisations = TrialCounts(counts).text(noun: "realisation")
        var caption = [
            "Median over \(realisations) of the cost after each iteration; a realisation that has stopped keeps its last cost."
        ]
        if !drawsAll, let last = points.last {
            let place = table.axes.varyingCoordinates(of: last).joined(separator: ", ")
            caption.append("At \(place), one of \(asked.count) points.")
        }
        return Figure(
            name: specification.name, title: specification.title, caption: caption,
            x: Axis(label: context.labels["iteration"] ?? "Iteration"),
            y: Axis(
                label: context.labels[specification.y] ?? AxisLabel.capitalised(AxisLabel.words(specification.y)),
                scale: isPositive ? specification.scale : .linear), curves: curves, marksEveryPoint: false)
    }
}

extension [ResultTable.Axis] {
    /// "pilots = 6" for each axis with several values, but not for those excluded.
    func varyingCoordinates(of point: Int, except excluded: [String] = []) -> [String] {
        coordinates(of: point).enumerated()
            .filter { !excluded.contains($0.element.axis) && self[$0.offset].values.count > 1 }
            .map { "\($0.element.axis) = \($0.element.value)" }
    }
}
