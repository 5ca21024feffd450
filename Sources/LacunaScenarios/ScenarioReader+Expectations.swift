import LacunaArrays
import LacunaExperiment

extension ScenarioReader {
    /// `expect:`, a list of `{ at, metric, statistic, order }` or `{ at, metric, statistic, methods, at_least, at_most }`.
    ///
    /// - Parameters:
    ///   - labels: of the file's methods: an expectation of one that the profile or `-m` left out is left out too.
    ///   - chosen: labels of the methods that run.
    func readExpectations(
        _ node: SourceNode?, axes: [ResultTable.Axis]?, family: (any ProblemFamily)?, metrics: [String]?,
        labels: [String], chosen: [String], _ reader: inout NodeReader
    ) -> [Scenario.Expectation] {
        guard let node, let elements = reader.list(node, "expect", of: "expectations") else { return [] }
        return elements.enumerated().compactMap { index, element in
            let path = "expect[\(index)]"
            guard reader.entries(element, path, known: ScenarioSchema.expectKeys, owner: "an expectation") != nil
            else { return nil }
            let at = element["at"].map { readPoint($0, "\(path).at", axes: axes, family: family, &reader) } ?? [:]
            let metric = readMetric(element, path, metrics, &reader)
            let statistic = element["statistic"].flatMap {
                reader.choice($0, "\(path).statistic", Scenario.Figure.Statistic.self)
            }
            let claim = readClaim(element, path, labels, &reader)
            guard let metric, let claim else { return nil }
            let expectation = Scenario.Expectation(at: at, metric: metric, statistic: statistic ?? .mean, claim: claim)
            return Set(expectation.algorithms).isSubset(of: chosen) ? expectation : nil
        }
    }

    /// Axes and the value of each.
    func readPoint(
        _ node: SourceNode, _ path: String, axes: [ResultTable.Axis]?, family: (any ProblemFamily)?,
        _ reader: inout NodeReader
    ) -> [String: ParameterValue] {
        // Without axes (the sweep is broken) nothing can be said.
        guard let axes else { return [:] }
        let known = axes.map(\.name)
        let entries = reader.entries(node, path, known: known, noun: "axis", owner: "the sweep") ?? []
        var point: [String: ParameterValue] = [:]
        for entry in entries {
            guard let axis = axes.first(where: { $0.name == entry.key }),
                let declared = family?.parameters.first(where: { $0.name == entry.key }),
                let value = reader.value(entry.value, "\(path).\(entry.key)", declared)
            else { continue }
            if !axis.values.contains(where: { $0.description == value.description }) {
                reader.refuse(
                    entry.value, "\(path).\(entry.key)", "the sweep has no value \(value)",
                    remedy: "It has \(axis.values.map(\.description).joined(separator: ", "))")
            }
            point[entry.key] = value
        }
        return point
    }

    private func readMetric(
        _ node: SourceNode, _ path: String, _ metrics: [String]?, _ reader: inout NodeReader
    ) -> String? {
        guard let element = node["metric"] else {
            reader.refuse(node, "\(path).metric", "missing; an expectation is about a metric")
            return nil
        }
        guard let name = reader.text(element, "\(path).metric"), let metrics else { return nil }
        if metrics.contains(name) { return name }
        reader.refuse(
            element, "\(path).metric", "'\(name)' is not a metric of the scenario",
            remedy: knownNamesRemedy(for: name, among: metrics), kind: .name)
        return nil
    }

    private func readClaim(
        _ node: SourceNode, _ path: String, _ labels: [String], _ reader: inout NodeReader
    ) -> Scenario.Expectation.Claim? {
        let bounds = ["at_least", "at_most"].map { key in
            node[key].flatMap { element -> Double? in
                let huge = Double.greatestFiniteMagnitude
                guard case .number(let bound)? = reader.value(element, "\(path).\(key)", .number(-huge...huge)) else {
                    return nil
                }
                return bound
            }
        }
        let hasBounds = node["at_least"] != nil || node["at_most"] != nil
        let remedy = "Give 'order' (best first), or 'methods' with 'at_least', 'at_most' or both"
        if let order = node["order"], node["methods"] == nil, !hasBounds {
            let names = readLabels(order, "\(path).order", labels, &reader)
            if let names, names.count < 2 { reader.refuse(order, "\(path).order", "an order needs two methods") }
            return names.map(Scenario.Expectation.Claim.order)
        }
        if let methods = node["methods"], node["order"] == nil, hasBounds {
            return readLabels(methods, "\(path).methods", labels, &reader).map {
                .bounds(algorithms: $0, atLeast: bounds[0], atMost: bounds[1])
            }
        }
        reader.refuse(node, path, "expected either an order or bounds", remedy: remedy)
        return nil
    }

    private func readLabels(
        _ node: SourceNode, _ path: String, _ labels: [String], _ reader: inout NodeReader
    ) -> [String]? {
        guard let elements = reader.list(node, path, of: "methods") else { return nil }
        let errorsBefore = reader.errors.count
        if elements.isEmpty { reader.refuse(node, path, "the list is empty") }
        let names = elements.enumerated().compactMap { index, element -> String? in
            guard let label = reader.text(element, "\(path)[\(index)]") else { return nil }
            if !labels.contains(label) {
                reader.refuse(
                    element, "\(path)[\(index)]", "no method of the scenario has the label '\(label)'",
                    remedy: knownNamesRemedy(for: label, among: labels), kind: .name)
            }
            return label
        }
        return reader.errors.count == errorsBefore ? names : nil
    }
}
