import LacunaArrays
import LacunaExperiment

/// The methods that a figure's `algorithms` may name.
struct FigureLabels {
    /// Named by the file, in any of its profiles.
    let ofFile: [String]
    /// Left by profile and command line, or added there.
    let present: [String]

    var known: [String] { ofFile + present.filter { !ofFile.contains($0) } }

    /// Those of a list that are present; and, as no list can name them, those that only the command line named.
    func drawn(of list: [String]) -> [String] {
        present.filter { list.contains($0) || !ofFile.contains($0) }
    }
}

extension ScenarioReader {
    func readFigures(
        _ node: SourceNode?, title: String, axes: [ResultTable.Axis]?, family: (any ProblemFamily)?,
        parameters: ParameterValues?, metrics: [String]?, history: Bool, hasPublished: Bool, labels: FigureLabels,
        _ reader: inout NodeReader
    ) -> (curves: [Scenario.Figure], estimates: [Scenario.EstimateFigure])? {
        guard let node else { return ([], []) }
        guard let elements = reader.list(node, "figures", of: "figures") else { return nil }
        var figures: [Scenario.Figure] = []
        var estimates: [Scenario.EstimateFigure] = []
        for (index, element) in elements.enumerated() {
            let path = elementName(element).map { "figures.\($0)" } ?? "figures[\(index)]"
            let name: String
            if let kind = element["kind"]?.textValue.flatMap(Scenario.EstimateFigure.Kind.init) {
                guard
                    let figure = readEstimateFigure(
                        kind, element, path, title: title, axes: axes, family: family, parameters: parameters,
                        labels: labels, &reader)
                else { continue }
                estimates.append(figure)
                name = figure.name
            } else {
                guard
                    let figure = readFigure(
                        element, path, title: title, axes: axes, family: family, metrics: metrics, history: history,
                        hasPublished: hasPublished, labels: labels, &reader)
                else { continue }
                figures.append(figure)
                name = figure.name
            }
            if (figures.map(\.name) + estimates.map(\.name)).count(where: { $0 == name }) > 1 {
                reader.refuse(element, path, "the name '\(name)' is used twice")
            }
        }
        // Without any of its methods a figure would be empty.
        return (
            figures.filter { figure in figure.algorithms.isEmpty || labels.present.contains(where: figure.draws) },
            estimates.filter { figure in figure.algorithms.isEmpty || labels.present.contains(where: figure.draws) }
        )
    }

    private func readFigure(
        _ node: SourceNode, _ path: String, title: String, axes: [ResultTable.Axis]?, family: (any ProblemFamily)?,
        metrics: [String]?, history: Bool, hasPublished: Bool, labels: FigureLabels, _ reader: inout NodeReader
    ) -> Scenario.Figure? {
        guard reader.entries(node, path, known: ScenarioSchema.figureKeys, owner: "a figure") != nil else { return nil }
        if let kind = node["kind"] { _ = reader.choice(kind, "\(path).kind", ScenarioSchema.FigureKind.self) }
        for key in ["x", "y"] where node[key] == nil {
            reader.refuse(node, "\(path).\(key)", "missing; a figure has x (an axis or a metric) and y (a metric)")
        }
        let x = node["x"].flatMap { reader.text($0, "\(path).x") }
        let y = node["y"].flatMap { reader.text($0, "\(path).y") }
        let isConvergence = x == "iteration"
        if let x, let axes, let xNode = node["x"] {
            // Against a metric: a front.
            let known = axes.map(\.name) + ["iteration"] + (metrics ?? [])
            if !known.contains(x) {
                reader.refuse(
                    xNode, "\(path).x", "'\(x)' is neither an axis of the sweep nor a metric",
                    remedy: knownNamesRemedy(for: x, among: known),
                    kind: .name)
            }
            if isConvergence && !history {
                reader.refuse(
                    xNode, "\(path).x", "a curve against iterations needs the cost of each",
                    remedy: "Set `history: true`")
            }
        }
        if let y, let metrics, let yNode = node["y"] {
            let known = isConvergence ? ["cost"] : metrics
            if !known.contains(y) {
                reader.refuse(
                    yNode, "\(path).y", "'\(y)' is not a metric of this figure",
                    remedy: knownNamesRemedy(for: y, among: known),
                    kind: .name)
            }
        }
        let name =
            node["name"].map { readName($0, "\(path).name", &reader) } ?? y.flatMap { y in x.map { "\(y)-vs-\($0)" } }
        let ownTitle = node["title"].flatMap { reader.text($0, "\(path).title") }
        let scale = node["scale"].flatMap { reader.choice($0, "\(path).scale", Scenario.Figure.Scale.self) }
        let statistic = node["statistic"].flatMap {
            reader.choice($0, "\(path).statistic", Scenario.Figure.Statistic.self)
        }
        let band = node["band"].flatMap { reader.choice($0, "\(path).band", Scenario.Figure.Band.self) }
        let published = node["published"].flatMap { reader.flag($0, "\(path).published") } ?? false
        if published, !hasPublished, let publishedNode = node["published"] {
            reader.refuse(
                publishedNode, "\(path).published", "the scenario names no published curves",
                remedy: "Give their file under 'published' at the top level")
        }
        let algorithms = node["algorithms"].flatMap { readAlgorithms($0, "\(path).algorithms", labels, &reader) } ?? []
        let at = node["at"].map { readPoint($0, "\(path).at", axes: axes, family: family, &reader) } ?? [:]
        if let x, at[x] != nil, let atNode = node["at"] {
            reader.refuse(atNode, "\(path).at.\(x)", "'\(x)' is the figure's x axis", remedy: "Leave it out")
        }
        guard let name, let x, let y else { return nil }
        return Scenario.Figure(
            name: name, title: ownTitle ?? title, x: x, y: y, scale: scale ?? .linear, statistic: statistic ?? .mean,
            band: band ?? .ci95, published: published, algorithms: algorithms,
            at: at)
    }

    func readAlgorithms(
        _ node: SourceNode, _ path: String, _ labels: FigureLabels, _ reader: inout NodeReader
    ) -> [String]? {
        guard let elements = reader.list(node, path, of: "methods") else { return nil }
        if elements.isEmpty {
            reader.refuse(
                node, path, "the list is empty",
                remedy: "Leave it out to draw all methods. Known: " + labels.known.joined(separator: ", "))
        }
        let names = elements.compactMap { element -> String? in
            guard let name = reader.text(element, path) else { return nil }
            if labels.known.contains(name) { return name }
            reader.refuse(
                element, path, "'\(name)' is not a method of the scenario",
                remedy: knownNamesRemedy(for: name, among: labels.known), kind: .name)
            return nil
        }
        let drawn = labels.drawn(of: names)
        // Nothing left is not the same as nothing said.
        return drawn.isEmpty ? names : drawn
    }

    /// Labels of all methods that a file names, in any of its profiles.
    func methodLabels(_ root: SourceNode) -> [String] {
        let lists = [root["methods"]] + Profile.allCases.map { root["profiles"]?[$0.rawValue]?["methods"] }
        var labels: [String] = []
        for label in lists.flatMap(methodLabels(in:)) where !labels.contains(label) { labels.append(label) }
        return labels
    }

    func methodLabels(in node: SourceNode?) -> [String] {
        guard case .list(let elements) = node?.content else { return [] }
        return elements.compactMap(elementName)
    }
}
