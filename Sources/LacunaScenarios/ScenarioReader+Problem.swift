import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO

extension ScenarioReader {
    func readFamily(_ node: SourceNode, file: String, _ reader: inout NodeReader) -> (any ProblemFamily)? {
        guard reader.entries(node, "problem", owner: "'problem'") != nil else { return nil }
        guard let kind = node["kind"] else {
            reader.refuse(
                node, "problem.kind", "missing",
                remedy: "Known: " + catalogue.families.map(\.name).joined(separator: ", "))
            return nil
        }
        guard let name = reader.text(kind, "problem.kind") else { return nil }
        if let family = catalogue.family(name) {
            guard var family = family as? any DataSetFamily else { return family }
            family.dataFolder = DataFolder(option: data, scenarioFile: file)
            return family
        }
        reader.refuse(
            kind, "problem.kind", "unknown problem '\(name)'",
            remedy: knownNamesRemedy(for: name, among: catalogue.families.map(\.name)), kind: .name)
        return nil
    }

    /// The family's parameters that are not swept: given, or by default.
    func readParameters(
        _ node: SourceNode, family: any ProblemFamily, axes: [ResultTable.Axis]?,
        _ reader: inout NodeReader
    ) -> ParameterValues? {
        let names = family.parameters.map(\.name)
        let entries =
            reader.entries(
                node, "problem", known: ["kind"] + names, noun: "parameter", owner: "problem '\(family.name)'") ?? []
        let errorsBefore = reader.errors.count
        let swept = Set((axes ?? []).map(\.name))
        var values: [String: ParameterValue] = [:]
        for declaration in family.parameters {
            let isSwept = swept.contains(declaration.name)
            if let entry = entries.first(where: { $0.key == declaration.name }) {
                let value = reader.value(entry.value, "problem.\(declaration.name)", declaration)
                // A profile may sweep what the file fixes: the sweep wins. On the command line that would be a slip.
                if !isSwept {
                    values[declaration.name] = value
                } else if entry.value.place.isArgument {
                    reader.refuse(
                        entry.value, "problem.\(declaration.name)",
                        "the scenario sweeps it: a value here has no effect",
                        remedy: "Set sweep.\(declaration.name)=[…] instead")
                }
            } else if isSwept {
                continue
            } else if let value = declaration.defaultValue {
                values[declaration.name] = value
            } else if declaration.isRequired, axes != nil {
                reader.refuse(
                    node, "problem.\(declaration.name)",
                    "missing; problem '\(family.name)' needs it: \(declaration.expectation)",
                    remedy: "Give it here or as an axis under 'sweep'")
            }
        }
        guard axes != nil, reader.errors.count == errorsBefore else { return nil }
        return checkedValues(
            values, family.parameters, "problem '\(family.name)'", swept: swept, node, "problem", &reader)
    }

    /// Parameters that contradict each other, at the first point of the sweep where they do.
    func checkPoints(
        _ problem: SourceNode, sweep: SourceNode?, _ family: any ProblemFamily, _ axes: [ResultTable.Axis],
        _ parameters: ParameterValues, _ reader: inout NodeReader
    ) {
        for point in 0..<axes.pointCount {
            do {
                let values = try axes.coordinates(of: point).reduce(parameters) {
                    try $0.setting($1.axis, to: $1.value)
                }
                try family.check(values)
            } catch {
                let error = error as? LacunaError ?? LacunaError(.value, "", "\(error)")
                if let swept = sweep?[error.place] {
                    reader.refuse(swept, "sweep.\(error.place)", error.problem, remedy: error.remedy, kind: error.kind)
                } else if let given = problem[error.place] {
                    reader.refuse(
                        given, "problem.\(error.place)", error.problem, remedy: error.remedy, kind: error.kind)
                } else {
                    let text = error.place.isEmpty ? error.problem : "\(error.place): \(error.problem)"
                    reader.refuse(problem, "problem", text, remedy: error.remedy, kind: error.kind)
                }
                return
            }
        }
    }

    /// The values as the engine takes them.
    func checkedValues(
        _ values: [String: ParameterValue], _ declarations: [ParameterDeclaration], _ owner: String,
        swept: Set<String> = [], _ node: SourceNode, _ path: String, _ reader: inout NodeReader
    ) -> ParameterValues? {
        do {
            return try ParameterValues(values, declarations: declarations, owner: owner, swept: swept)
        } catch let error as LacunaError {
            reader.refuse(node, path, error.problem, remedy: error.remedy, kind: error.kind)
        } catch {
            reader.refuse(node, path, "\(error)")
        }
        return nil
    }

    /// The sweep's axes in the file's order; no sweep, no axes: one point. nil if anything in it is wrong: what names an
    /// axis elsewhere is then not checked, so that one slip gives one message.
    func readSweep(
        _ node: SourceNode?, family: (any ProblemFamily)?, _ reader: inout NodeReader
    ) -> [ResultTable.Axis]? {
        guard let node else { return [] }
        guard let family else { return nil }
        let errorsBefore = reader.errors.count
        let entries = reader.entries(
            node, "sweep", known: family.parameters.map(\.name), noun: "parameter",
            owner: "problem '\(family.name)'")
        guard let entries else { return nil }
        var axes: [ResultTable.Axis] = []
        for entry in entries {
            guard let declaration = family.parameters.first(where: { $0.name == entry.key }),
                let values = readAxis(entry.value, "sweep.\(entry.key)", declaration, &reader)
            else { continue }
            axes.append(ResultTable.Axis(name: declaration.name, unit: declaration.unit, values: values))
        }
        return reader.errors.count == errorsBefore ? axes : nil
    }

    private func readAxis(
        _ node: SourceNode, _ path: String, _ declaration: ParameterDeclaration, _ reader: inout NodeReader
    ) -> [ParameterValue]? {
        let elements: [(node: SourceNode, path: String)]
        switch node.content {
        case .map:
            guard let range = readRange(node, path, declaration, &reader) else { return nil }
            elements = range.map { ($0, path) }
        case .scalar: elements = [(node, path)]
        case .list(let list): elements = list.enumerated().map { ($0.element, "\(path)[\($0.offset)]") }
        }
        if elements.isEmpty {
            reader.refuse(
                node, path, "the list is empty: the sweep would have no points", remedy: "Give at least one value")
            return nil
        }
        var values: [ParameterValue] = []
        for element in elements {
            guard let value = reader.value(element.node, element.path, declaration) else { return nil }
            if values.contains(where: { $0.description == value.description }) {
                reader.refuse(element.node, element.path, "the value \(value) appears twice on this axis")
                return nil
            }
            values.append(value)
        }
        return values
    }

    /// `{from, to, step}`, both ends included.
    private func readRange(
        _ node: SourceNode, _ path: String, _ declaration: ParameterDeclaration, _ reader: inout NodeReader
    ) -> [SourceNode]? {
        let isWhole: Bool
        switch declaration.kind {
        case .integer, .integers: isWhole = true
        case .number, .numbers: isWhole = false
        case .flag, .text, .choice:
            reader.refuse(node, path, "got a range; expected a list, because this is \(declaration.expectation)")
            return nil
        }
        guard reader.entries(node, path, known: ScenarioSchema.rangeKeys, owner: "a range") != nil else { return nil }
        var bounds: [Double] = []
        for key in ScenarioSchema.rangeKeys {
            guard let bound = node[key] else {
                reader.refuse(node, "\(path).\(key)", "missing; a range has from, to and step")
                continue
            }
            let huge = Double.greatestFiniteMagnitude
            let kind: ParameterDeclaration.Kind = isWhole ? .integer(Int.min...Int.max) : .number(-huge...huge)
            switch reader.value(bound, "\(path).\(key)", kind) {
            case .integer(let value): bounds.append(Double(value))
            case .number(let value): bounds.append(value)
            default: break
            }
        }
        guard bounds.count == 3 else { return nil }
        let (from, to, step) = (bounds[0], bounds[1], bounds[2])
        guard step != 0, (to - from) / step >= 0 else {
            let ends = "from \(ParameterValue.number(from)) to \(ParameterValue.number(to))"
            reader.refuse(node, path, "a step of \(ParameterValue.number(step)) never leads \(ends)")
            return nil
        }
        let last = ((to - from) / step + 1e-9).rounded(.down)
        guard last < Double(ScenarioSchema.longestAxis) else {
            reader.refuse(node, path, "the range has more than \(ScenarioSchema.longestAxis) values")
            return nil
        }
        return (0...Int(last)).map { index in
            // Twelve digits: 0.1 * 3 is meant to be 0.3, and values key random streams.
            let spelling = String(format: "%.12g", from + Double(index) * step)
            let value = Double(spelling) ?? from
            let reading: SourceNode.Reading = isWhole ? .integer(Int(value)) : .number(value)
            return SourceNode(content: .scalar(.init(text: spelling, reading: reading)), place: node.place)
        }
    }
}
