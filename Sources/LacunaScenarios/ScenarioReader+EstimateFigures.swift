import LacunaArrays
import LacunaExperiment

extension ScenarioReader {
    /// A figure of kind `masks` or `views`.
    func readEstimateFigure(
        _ kind: Scenario.EstimateFigure.Kind, _ node: SourceNode, _ path: String, title: String,
        axes: [ResultTable.Axis]?, family: (any ProblemFamily)?,
        parameters: ParameterValues?, labels: FigureLabels, _ reader: inout NodeReader
    ) -> Scenario.EstimateFigure? {
        let (key, keys, owner, need) =
            switch kind {
            case .masks:
                (
                    "array", ScenarioSchema.maskFigureKeys, "a figure of masks",
                    "a figure of masks shows which entries of an array stay"
                )
            case .views:
                (
                    "view", ScenarioSchema.viewFigureKeys, "a figure of views",
                    "a figure of views shows curves of the estimates"
                )
            }
        guard reader.entries(node, path, known: keys, owner: owner) != nil else { return nil }
        if node[key] == nil { reader.refuse(node, "\(path).\(key)", "missing; \(need)") }
        let at = node["at"].map { readPoint($0, "\(path).at", axes: axes, family: family, &reader) } ?? [:]
        let subject = node[key].flatMap { element -> String? in
            guard let subject = reader.text(element, "\(path).\(key)") else { return nil }
            if kind == .views {
                guard let known = family?.curveViews.map(\.name), !known.contains(subject) else { return subject }
                reader.refuse(
                    element, "\(path).\(key)",
                    known.isEmpty
                        ? "estimates of problem '\(family?.name ?? "")' have no views"
                        : "the estimates have no view '\(subject)'",
                    remedy: known.isEmpty ? nil : knownNamesRemedy(for: subject, among: known), kind: .name)
                return nil
            }
            // Without parameters (some are wrong) nothing can be said.
            guard let family, let axes, let parameters else { return subject }
            return check(subject, element, "\(path).array", at: at, family, axes, parameters, &reader) ? subject : nil
        }
        let name = node["name"].map { readName($0, "\(path).name", &reader) } ?? kind.rawValue
        let ownTitle = node["title"].flatMap { reader.text($0, "\(path).title") }
        let algorithms = node["algorithms"].flatMap { readAlgorithms($0, "\(path).algorithms", labels, &reader) } ?? []
        guard let name, let subject else { return nil }
        return Scenario.EstimateFigure(
            kind, name: name, title: ownTitle ?? title, of: subject, algorithms: algorithms, at: at)
    }

    /// Whether the estimates have the array at all points that the figure shows.
    private func check(
        _ array: String, _ node: SourceNode, _ path: String, at place: [String: ParameterValue],
        _ family: any ProblemFamily, _ axes: [ResultTable.Axis], _ parameters: ParameterValues,
        _ reader: inout NodeReader
    ) -> Bool {
        for point in 0..<axes.pointCount where axes.isPoint(point, at: place) {
            // Parameters that contradict each other are refused elsewhere.
            guard
                let values = try? axes.coordinates(of: point).reduce(
                    parameters, { try $0.setting($1.axis, to: $1.value) }),
                let known = try? family.maskArrays(values)
            else { return true }
            if known.contains(array) { continue }
            reader.refuse(
                node, path,
                known.isEmpty
                    ? "estimates of problem '\(family.name)' have no masks" : "the estimates have no array '\(array)'",
                remedy: known.isEmpty ? nil : knownNamesRemedy(for: array, among: known), kind: .name)
            return false
        }
        return true
    }
}
