import LacunaArrays
import LacunaExperiment

extension ScenarioReader {
    func readMethods(
        _ node: SourceNode, trials: Int?, axes: [ResultTable.Axis]?, family: (any ProblemFamily)?,
        _ reader: inout NodeReader
    ) -> [Scenario.MethodChoice]? {
        guard let elements = reader.list(node, "methods", of: "methods") else { return nil }
        if elements.isEmpty {
            reader.refuse(
                node, "methods", "the list is empty",
                remedy: "Known: " + catalogue.methods.map(\.name).joined(separator: ", "))
        }
        var choices: [Scenario.MethodChoice] = []
        var labels: Set<String> = []
        for (index, element) in elements.enumerated() {
            let label = elementName(element)
            let path = label.map { "methods.\($0)" } ?? "methods[\(index)]"
            if let choice = readMethod(element, path, trials: trials, axes: axes, family: family, &reader) {
                choices.append(choice)
            }
            if let label, !labels.insert(label).inserted {
                reader.refuse(
                    element, path, "the label '\(label)' is used twice", remedy: "Give one of them another 'label'")
            }
        }
        return choices
    }

    private func readMethod(
        _ node: SourceNode, _ path: String, trials: Int?, axes: [ResultTable.Axis]?, family: (any ProblemFamily)?,
        _ reader: inout NodeReader
    ) -> Scenario.MethodChoice? {
        guard let method = readKind(node, path, &reader) else { return nil }
        guard case .map = node.content else {
            guard let options = readOptions([], of: method, node: node, path, &reader) else { return nil }
            return Scenario.MethodChoice(label: method.name, method: method, options: options)
        }
        let known = ScenarioSchema.methodKeys + method.options.map(\.name)
        let entries = reader.entries(node, path, known: known, noun: "option", owner: "method '\(method.name)'") ?? []
        let label = node["label"].flatMap { reader.text($0, "\(path).label") } ?? method.name
        if label.isEmpty, let labelNode = node["label"] {
            reader.refuse(labelNode, "\(path).label", "the label is empty")
        }
        let ownTrials = node["trials"]
            .flatMap { reader.integer($0, "\(path).trials", 1...ScenarioSchema.largestCount) }
        let only = node["only"].flatMap { readOnly($0, "\(path).only", axes: axes, family: family, &reader) } ?? [:]
        guard let options = readOptions(entries, of: method, node: node, path, &reader) else { return nil }
        // A profile with few trials may lie below a slow method's own number.
        let fewer = ownTrials.flatMap { own in own < (trials ?? .max) ? own : nil }
        return Scenario.MethodChoice(label: label, method: method, options: options, trials: fewer, only: only)
    }

    private func readKind(_ node: SourceNode, _ path: String, _ reader: inout NodeReader) -> (any Method)? {
        let kindNode: SourceNode
        switch node.content {
        case .list:
            reader.refuse(node, path, "got a list; expected a method's name or a mapping with 'kind'")
            return nil
        case .scalar: kindNode = node
        case .map:
            guard let kind = node["kind"] else {
                reader.refuse(
                    node, "\(path).kind", "missing",
                    remedy: "Known: " + catalogue.methods.map(\.name).joined(separator: ", "))
                return nil
            }
            kindNode = kind
        }
        guard let name = reader.text(kindNode, path) else { return nil }
        if let method = catalogue.methods.first(where: { $0.name == name }) { return method }
        reader.refuse(
            kindNode, path, "unknown method '\(name)'",
            remedy: knownNamesRemedy(for: name, among: catalogue.methods.map(\.name)), kind: .name)
        return nil
    }

    private func readOptions(
        _ entries: [SourceNode.Entry], of method: any Method, node: SourceNode, _ path: String,
        _ reader: inout NodeReader
    ) -> ParameterValues? {
        let errorsBefore = reader.errors.count
        var values: [String: ParameterValue] = [:]
        for declaration in method.options {
            if let entry = entries.first(where: { $0.key == declaration.name }) {
                values[declaration.name] = reader.value(entry.value, "\(path).\(declaration.name)", declaration)
            } else if let value = declaration.defaultValue {
                values[declaration.name] = value
            } else if declaration.isRequired {
                reader.refuse(
                    node, "\(path).\(declaration.name)",
                    "missing; method '\(method.name)' needs it: \(declaration.expectation)")
            }
        }
        guard reader.errors.count == errorsBefore else { return nil }
        let checked = checkedValues(values, method.options, "method '\(method.name)'", node, path, &reader)
        if let checked { reader.refuseUnused(entries, path, in: checked) }
        return reader.errors.count == errorsBefore ? checked : nil
    }

    /// `only: { pilot_draw: [1] }`: axes and the values on them at which a method runs.
    private func readOnly(
        _ node: SourceNode, _ path: String, axes: [ResultTable.Axis]?, family: (any ProblemFamily)?,
        _ reader: inout NodeReader
    ) -> [String: [ParameterValue]]? {
        // Without axes (the sweep is broken) nothing can be said.
        guard let axes else { return nil }
        let known = axes.map(\.name)
        guard let entries = reader.entries(node, path, known: known, noun: "axis", owner: "the sweep") else {
            return nil
        }
        var only: [String: [ParameterValue]] = [:]
        for entry in entries {
            guard let axis = axes.first(where: { $0.name == entry.key }),
                let declared = family?.parameters.first(where: { $0.name == entry.key })
            else { continue }
            let elements: [SourceNode] = if case .list(let list) = entry.value.content { list } else { [entry.value] }
            let values = elements.enumerated().compactMap {
                reader.value($0.element, "\(path).\(entry.key)", declared)
            }
            let present = values.filter { value in axis.values.contains { $0.description == value.description } }
            if present.isEmpty, values.count == elements.count {
                let onAxis = axis.values.map(\.description).joined(separator: ", ")
                reader.refuse(
                    entry.value, "\(path).\(entry.key)",
                    "none of these values is on the axis: the method would never run",
                    remedy: "On the axis: \(onAxis)")
            }
            only[axis.name] = present
        }
        return only
    }
}
