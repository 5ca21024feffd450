import LacunaArrays
import LacunaExperiment

extension ScenarioReader {
    /// A figure of kind `masks`.
    func readMaskFigure(
        _ node: SourceNode, _ path: String, title: String, axes: [ResultTable.Axis]?, family: (any ProblemFamily)?,
        parameters: ParameterValues?, labels: FigureLabels, _ reader: inout NodeReader
    ) -> Scenario.MaskFigure? {
        let known = ScenarioSchema.maskFigureKeys
        guard reader.entries(node, path, known: known, owner: "a figure of masks") != nil else { return nil }
        if node["array"] == nil {
            reader.refuse(node, "\(path).array", "missing; a figure of masks shows which entries of an array stay")
        }
        let at = node["at"].map { readPoint($0, "\(path).at", axes: axes, family: family, &reader) } ?? [:]
        let array = node["array"].flatMap { element -> String? in
            guard let array = reader.text(element, "\(path).array") else { return nil }
            // Without parameters (some are wrong) nothing can be said.
            guard let family, let axes, let parameters else { return array }
            return check(array, element, "\(path).array", at: at, family, axes, parameters, &reader) ? array : nil
        }
        let name = node["name"].map { readName($0, "\(path).name", &reader) } ?? "masks"
        let ownTitle = node["title"].flatMap { reader.text($0, "\(path).title") }
        let algorithms = node["algorithms"].flatMap { readAlgorithms($0, "\(path).algorithms", labels, &reader) } ?? []
        guard let name, let array else { return nil }
        return Scenario.MaskFigure(
            name: name, title: ownTitle ?? title, array: array, algorithms: algorithms, at: at)
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
