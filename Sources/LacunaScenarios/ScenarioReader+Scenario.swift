import LacunaArrays
import LacunaExperiment

extension ScenarioReader {
    /// Reads the merged tree. nil only after an error was added.
    /// - Parameters:
    ///   - file: where data sets that come with Lacuna are looked for first.
    ///   - labelsOfFile: labels of the methods that the file names, before a profile and the command line chose.
    func readScenario(
        _ root: SourceNode, file: String, labelsOfFile: [String], _ reader: inout NodeReader
    ) -> Scenario? {
        let known = ScenarioSchema.topKeys.filter { $0 != "profiles" }
        _ = reader.entries(root, "", known: known, owner: "a scenario")

        readVersion(root, &reader)
        let name = required("name", in: root, &reader).flatMap { readName($0, "name", &reader) }
        let title = root["title"].flatMap { reader.text($0, "title") }
        let paper = root["paper"].map { readPaper($0, &reader) }
        let problem = required("problem", in: root, &reader)
        let family = problem.flatMap { readFamily($0, file: file, &reader) }
        let axes = readSweep(root["sweep"], family: family, &reader)
        let parameters = family.flatMap { family in
            problem.flatMap { readParameters($0, family: family, axes: axes, &reader) }
        }
        if let problem, let family, let axes, let parameters {
            checkPoints(problem, sweep: root["sweep"], family, axes, parameters, &reader)
        }
        let trials = required("trials", in: root, &reader)
            .flatMap { reader.integer($0, "trials", 1...ScenarioSchema.largestCount) }
        let methods = required("methods", in: root, &reader)
            .flatMap { readMethods($0, trials: trials, axes: axes, family: family, &reader) }
        let seed = root["seed"].map { reader.integer($0, "seed", 0...Int.max) } ?? 1
        let history = root["history"].map { reader.flag($0, "history") } ?? false
        let timeLimit = readTimeLimit(root["time_limit"], &reader)
        let metrics = readMetrics(root["metrics"], family: family, &reader)
        let published = root["published"].flatMap { reader.text($0, "published") }
        let methodsOfFile = FigureLabels(ofFile: labelsOfFile, present: methodLabels(in: root["methods"]))
        let figures = readFigures(
            root["figures"], title: title ?? name ?? "", axes: axes, family: family, parameters: parameters,
            metrics: metrics, history: history ?? false,
            hasPublished: root["published"] != nil, labels: methodsOfFile, &reader)
        let expectations = readExpectations(
            root["expect"], axes: axes, family: family, metrics: metrics, labels: methodsOfFile.known,
            chosen: methods?.map(\.label) ?? [], &reader)
        let notes = readNotes(root["notes"], &reader)

        guard reader.errors.count == 0, let name, let family, let axes, let parameters, let trials, let methods,
            let seed,
            let history, let metrics, let figures
        else { return nil }
        var scenario = Scenario(
            name: name, title: title ?? name, citation: paper?.citation, paperFigure: paper?.figure ?? "",
            family: family, parameters: parameters, axes: axes, methods: methods, trials: trials, metrics: metrics,
            seed: UInt64(seed), recordsHistory: history, timeLimit: timeLimit, figures: figures.curves,
            estimateFigures: figures.estimates, expectations: expectations, published: published, notes: notes,
            resolvedText: ""
        )
        scenario.resolvedText = scenario.canonicalText
        return scenario
    }

    private func required(_ key: String, in root: SourceNode, _ reader: inout NodeReader) -> SourceNode? {
        guard let node = root[key] else {
            // An unknown key that was meant to be this one has its message already.
            let unknown = root.keys.filter { !ScenarioSchema.topKeys.contains($0) }
            if unknown.contains(where: { nearestName(to: $0, among: ScenarioSchema.topKeys) == key }) { return nil }
            reader.refuse(root, key, "missing", remedy: "Every scenario has lacuna, name, problem, methods and trials")
            return nil
        }
        return node
    }

    private func readVersion(_ root: SourceNode, _ reader: inout NodeReader) {
        guard let node = required("lacuna", in: root, &reader),
            let version = reader.integer(node, "lacuna", 0...Int.max)
        else { return }
        if version != ScenarioSchema.version {
            reader.refuse(
                node, "lacuna", "schema version \(version); this lacuna reads version \(ScenarioSchema.version)",
                remedy: version > ScenarioSchema.version ? "Update lacuna" : "Write `lacuna: \(ScenarioSchema.version)`"
            )
        }
    }

    /// Seconds that one solve may take.
    private func readTimeLimit(_ node: SourceNode?, _ reader: inout NodeReader) -> Double? {
        guard let node else { return nil }
        let declaration = ParameterDeclaration("time_limit", .number(1e-3...1e9), unit: "s", "")
        guard case .number(let seconds)? = reader.value(node, "time_limit", declaration) else { return nil }
        return seconds
    }

    /// Names become file names.
    func readName(_ node: SourceNode, _ path: String, _ reader: inout NodeReader) -> String? {
        guard let name = reader.text(node, path) else { return nil }
        let isPlain = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
        }
        guard isPlain, let first = name.utf8.first, first != 0x2D else {
            reader.refuse(
                node, path, "got \"\(name)\"; expected lower-case letters, digits, hyphens and underscores",
                remedy: "It names files; put the wording for readers under 'title'")
            return nil
        }
        return name
    }

    private func readPaper(_ node: SourceNode, _ reader: inout NodeReader) -> (citation: Citation?, figure: String) {
        guard reader.entries(node, "paper", known: ScenarioSchema.paperKeys, owner: "'paper'") != nil else {
            return (nil, "")
        }
        let texts = ["title", "authors", "source", "arxiv", "figure"].map { key in
            (key, node[key].flatMap { reader.text($0, "paper.\(key)") })
        }
        let text = Dictionary(uniqueKeysWithValues: texts)
        let year = node["year"].flatMap { reader.integer($0, "paper.year", 1500...2500) }
        for key in ["title", "authors", "year"] where node[key] == nil {
            reader.refuse(
                node, "paper.\(key)", "missing", remedy: "A paper has title, authors, year, and source or arxiv")
        }
        if (node["source"] == nil) == (node["arxiv"] == nil) {
            reader.refuse(node, "paper", "expected either 'source' or 'arxiv'")
        }
        let figure = text["figure"].flatMap { $0 } ?? ""
        let source = text["source"].flatMap { $0 } ?? text["arxiv"].flatMap { $0 }.map { "arXiv \($0)" }
        guard let title = text["title"].flatMap({ $0 }), let authors = text["authors"].flatMap({ $0 }), let year,
            let source
        else { return (nil, figure) }
        return (Citation(authors: authors, year: year, title: title, source: source), figure)
    }

    private func readMetrics(
        _ node: SourceNode?, family: (any ProblemFamily)?, _ reader: inout NodeReader
    ) -> [String]? {
        guard let family else { return nil }
        let known = family.metrics.map(\.name) + ResultTable.Metric.ofEveryFamily.map(\.name)
        guard let node else { return known }
        guard let elements = reader.list(node, "metrics", of: "metric names") else { return nil }
        if elements.isEmpty {
            reader.refuse(node, "metrics", "the list is empty", remedy: "Known: " + known.joined(separator: ", "))
        }
        let errorsBefore = reader.errors.count
        var names: [String] = []
        for (index, element) in elements.enumerated() {
            let path = "metrics[\(index)]"
            guard let name = reader.text(element, path) else { continue }
            if !known.contains(name) {
                reader.refuse(
                    element, path, "unknown metric '\(name)' of problem '\(family.name)'",
                    remedy: knownNamesRemedy(for: name, among: known), kind: .name)
            } else if names.contains(name) {
                reader.refuse(element, path, "the metric '\(name)' is listed twice")
            } else {
                names.append(name)
            }
        }
        return reader.errors.count == errorsBefore ? names : nil
    }

    private func readNotes(_ node: SourceNode?, _ reader: inout NodeReader) -> [String] {
        guard let node else { return [] }
        if case .scalar = node.content { return reader.text(node, "notes").map { [$0] } ?? [] }
        let elements = reader.list(node, "notes", of: "texts") ?? []
        return elements.enumerated().compactMap { reader.text($0.element, "notes[\($0.offset)]") }
    }
}
