import LacunaArrays

extension Scenario {
    /// The metrics of the result table: those named in `metrics`, described by the family or, for `seconds` and
    /// `iterations`, by the runner.
    public var tableMetrics: [ResultTable.Metric] {
        let known = family.metrics + ResultTable.Metric.ofEveryFamily
        return metrics.compactMap { name in known.first { $0.name == name } }
    }

    /// Whether its family is about times: then cells run one after the other unless workers are asked for.
    public var measuresTimes: Bool {
        family.metrics.contains { $0.isTiming && metrics.contains($0.name) }
    }

    /// The family's parameters at every point.
    func points() throws -> [ParameterValues] {
        try (0..<axes.pointCount).map { point in
            try axes.coordinates(of: point).reduce(parameters) { try $0.setting($1.axis, to: $1.value) }
        }
    }

    /// Whether `only` lets the method run at the point. Values compare by their canonical text.
    func runs(_ choice: MethodChoice, at point: Int) -> Bool {
        axes.coordinates(of: point).allSatisfy { axis, value in
            choice.only[axis].map { $0.contains { $0.description == value.description } } ?? true
        }
    }

    /// - Throws: `LacunaError` for what no reader can catch one value at a time: nothing to run, names given twice,
    ///   names that nothing has.
    func check() throws {
        let place = "scenario '\(name)'"
        guard trials >= 1 else {
            throw LacunaError(.value, "trials of \(place)", "got \(trials); expected a whole number of at least 1")
        }
        guard !methods.isEmpty else {
            throw LacunaError(.value, "methods of \(place)", "no method; expected at least one")
        }
        try refuseRepeats(methods.map(\.label), "methods of \(place)", remedy: "Give each its own label")
        try refuseRepeats(axes.map(\.name), "sweep of \(place)", remedy: "Name each axis once")
        for axis in axes {
            guard !axis.values.isEmpty else {
                throw LacunaError(.value, "sweep.\(axis.name) of \(place)", "no values; expected at least one")
            }
            try refuseRepeats(
                axis.values.map(\.description), "sweep.\(axis.name) of \(place)", remedy: "Name each value once")
        }
        for choice in methods {
            if let trials = choice.trials, trials < 1 {
                throw LacunaError(
                    .value, "trials of method '\(choice.label)'", "got \(trials); expected a whole number of at least 1"
                )
            }
            for axis in choice.only.keys.sorted() where !axes.contains(where: { $0.name == axis }) {
                throw LacunaError(
                    .name, "only.\(axis) of method '\(choice.label)'", "not an axis of the sweep",
                    remedy: knownNamesRemedy(for: axis, among: axes.map(\.name)))
            }
        }
        let known = (family.metrics + ResultTable.Metric.ofEveryFamily).map(\.name)
        for metric in metrics where !known.contains(metric) {
            throw LacunaError(
                .name, "metrics of \(place)", "problem '\(family.name)' has no metric '\(metric)'",
                remedy: knownNamesRemedy(for: metric, among: known))
        }
    }

    private func refuseRepeats(_ names: [String], _ place: String, remedy: String) throws {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw LacunaError(.value, place, "'\(name)' is given twice", remedy: remedy)
        }
    }
}

extension ResultTable.Metric {
    /// What the runner adds to every cell from the solver's report.
    public static let ofEveryFamily = [
        ResultTable.Metric(
            name: "seconds", longName: "run time of the solver", unit: "s", better: .lower, isTiming: true),
        ResultTable.Metric(name: "iterations", longName: "iterations of the solver", better: .lower),
    ]
}
