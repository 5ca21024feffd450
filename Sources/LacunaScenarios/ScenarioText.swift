import LacunaExperiment
import LacunaIO

extension Scenario {
    /// The scenario as YAML that needs no profile, no override and no default: reading it gives the same scenario, and
    /// its canonical text is itself. What `resolvedText` is set to when a scenario is read or changed.
    public var canonicalText: String { LacunaScenarios.canonicalText(of: self) }
}

private func canonicalText(of scenario: Scenario) -> String {
    var lines = [
        "lacuna: \(ScenarioSchema.version)", "name: \(quoted(scenario.name))", "title: \(quoted(scenario.title))",
    ]
    if let citation = scenario.citation {
        lines += [
            "paper:", "  title: \(quoted(citation.title))", "  authors: \(quoted(citation.authors))",
            "  year: \(citation.year)", "  source: \(quoted(citation.source))",
        ]
        if !scenario.paperFigure.isEmpty { lines.append("  figure: \(quoted(scenario.paperFigure))") }
    }
    lines += ["problem:", "  kind: \(quoted(scenario.family.name))"]
    lines += entries(of: scenario.parameters, declared: scenario.family.parameters).map { "  \($0)" }
    if !scenario.axes.isEmpty { lines.append("sweep:") }
    for axis in scenario.axes { lines.append("  \(axis.name): \(spelling(.list(axis.values)))") }
    lines.append("methods:")
    for choice in scenario.methods {
        lines += ["  - kind: \(quoted(choice.method.name))", "    label: \(quoted(choice.label))"]
        if let trials = choice.trials { lines.append("    trials: \(trials)") }
        if !choice.only.isEmpty {
            let axes = choice.only.sorted { $0.key < $1.key }.map { "\($0.key): \(spelling(.list($0.value)))" }
            lines.append("    only: { \(axes.joined(separator: ", ")) }")
        }
        lines += entries(of: choice.options, declared: choice.method.options).map { "    \($0)" }
    }
    lines += [
        "trials: \(scenario.trials)", "metrics: [\(scenario.metrics.map(quoted).joined(separator: ", "))]",
        "seed: \(scenario.seed)", "history: \(scenario.recordsHistory)",
    ]
    if let limit = scenario.timeLimit { lines.append("time_limit: \(ParameterValue.number(limit))") }
    if !scenario.figures.isEmpty || !scenario.estimateFigures.isEmpty { lines.append("figures:") }
    for figure in scenario.figures {
        lines += [
            "  - name: \(quoted(figure.name))", "    title: \(quoted(figure.title))", "    x: \(quoted(figure.x))",
            "    y: \(quoted(figure.y))", "    scale: \(figure.scale.rawValue)",
            "    statistic: \(figure.statistic.rawValue)", "    band: \(figure.band.rawValue)",
            "    published: \(figure.published)",
        ]
        lines += places(figure.algorithms, figure.at)
    }
    for figure in scenario.estimateFigures {
        lines += [
            "  - kind: \(figure.kind.rawValue)", "    name: \(quoted(figure.name))",
            "    title: \(quoted(figure.title))",
            "    \(figure.kind == .masks ? "array" : "view"): \(quoted(figure.subject))",
        ]
        lines += places(figure.algorithms, figure.at)
    }
    if !scenario.expectations.isEmpty { lines.append("expect:") }
    lines += scenario.expectations.map { "  - \(spelling($0))" }
    if let published = scenario.published { lines.append("published: \(quoted(published))") }
    if !scenario.notes.isEmpty { lines.append("notes:") }
    lines += scenario.notes.map { "  - \(quoted($0))" }
    return lines.joined(separator: "\n") + "\n"
}

/// The methods and the point of a figure.
private func places(_ algorithms: [String], _ at: [String: ParameterValue]) -> [String] {
    let methods = algorithms.isEmpty ? [] : ["    algorithms: [\(algorithms.map(quoted).joined(separator: ", "))]"]
    return methods + (at.isEmpty ? [] : ["    \(spelling(at: at))"])
}

/// `name: value` of every parameter that has a value with an effect, in the order of the declarations.
private func entries(of values: ParameterValues, declared: [ParameterDeclaration]) -> [String] {
    declared.filter { values.reasonUnused($0) == nil }.compactMap { declaration in
        values[declaration.name].map { "\(declaration.name): \(spelling($0))" }
    }
}

private func spelling(_ expectation: Scenario.Expectation) -> String {
    func list(_ labels: [String]) -> String { spelling(.list(labels.map(ParameterValue.text))) }
    var entries = expectation.at.isEmpty ? [] : [spelling(at: expectation.at)]
    entries += ["metric: \(quoted(expectation.metric))", "statistic: \(expectation.statistic.rawValue)"]
    switch expectation.claim {
    case .order(let labels): entries.append("order: \(list(labels))")
    case .bounds(let labels, let atLeast, let atMost):
        entries.append("methods: \(list(labels))")
        if let atLeast { entries.append("at_least: \(ParameterValue.number(atLeast))") }
        if let atMost { entries.append("at_most: \(ParameterValue.number(atMost))") }
    }
    return "{ \(entries.joined(separator: ", ")) }"
}

private func spelling(at place: [String: ParameterValue]) -> String {
    let axes = place.sorted { $0.key < $1.key }.map { "\($0.key): \(spelling($0.value))" }
    return "at: { \(axes.joined(separator: ", ")) }"
}

private func spelling(_ value: ParameterValue) -> String {
    switch value {
    case .text(let text): quoted(text)
    case .list(let values): "[" + values.map(spelling).joined(separator: ", ") + "]"
    case .integer, .number, .flag: value.description
    }
}

/// Plain where nothing but text can be read in it, else in double quotes.
func quoted(_ text: String) -> String {
    let words = ["true", "false", "yes", "no", "on", "off", "null"]
    let isPlain = text.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
            || byte == 0x2D || byte == 0x5F
    }
    let startsWithLetter = text.unicodeScalars.first?.properties.isAlphabetic ?? false
    return isPlain && startsWithLetter && !words.contains(text.lowercased()) ? text : JSONText.quoted(text)
}
