import LacunaArrays
import LacunaExperiment

/// Typed reading of nodes: asks for the expected type and refuses silent conversions. A value that is not as expected
/// adds an error and reads as nil, so that reading goes on.
struct NodeReader {
    var errors = ErrorList()

    mutating func refuse(
        _ node: SourceNode, _ path: String, _ problem: String, remedy: String? = nil, kind: LacunaError.Kind = .value
    ) {
        errors.add(kind, node.place, path, problem, remedy: remedy)
    }

    // MARK: Mappings and lists

    /// The entries of a mapping; keys outside `known` are refused. `owner` completes "unknown … of …".
    mutating func entries(
        _ node: SourceNode, _ path: String, known: [String]? = nil, noun: String = "key", owner: String
    ) -> [SourceNode.Entry]? {
        guard case .map(let entries) = node.content else {
            refuse(node, path, "got \(describe(node)); expected a mapping (key: value)")
            return nil
        }
        guard let known else { return entries }
        for entry in entries where !known.contains(entry.key) {
            errors.add(
                .name, entry.keyPlace, join(path, entry.key), "unknown \(noun) of \(owner)",
                remedy: knownNamesRemedy(for: entry.key, among: known))
        }
        return entries.filter { known.contains($0.key) }
    }

    /// Refuses given options that have no effect beside the others.
    mutating func refuseUnused(_ entries: [SourceNode.Entry], _ path: String, in values: ParameterValues) {
        for entry in entries {
            guard let declaration = values.declarations.first(where: { $0.name == entry.key }),
                let reason = values.reasonUnused(declaration), let condition = declaration.condition
            else { continue }
            refuse(
                entry.value, join(path, entry.key), reason,
                remedy: "Leave it out; it applies to \(condition.description)")
        }
    }

    mutating func list(_ node: SourceNode, _ path: String, of what: String) -> [SourceNode]? {
        guard case .list(let elements) = node.content else {
            let remedy = node.place.isArgument ? shellHint : "Write it in brackets or with a dash before each element"
            refuse(node, path, "got \(describe(node)); expected a list of \(what)", remedy: remedy)
            return nil
        }
        return elements
    }

    // MARK: Scalars

    mutating func text(_ node: SourceNode, _ path: String) -> String? {
        guard case .text(let text)? = value(node, path, .text) else { return nil }
        return text
    }

    mutating func integer(_ node: SourceNode, _ path: String, _ range: ClosedRange<Int>) -> Int? {
        guard case .integer(let value)? = value(node, path, .integer(range)) else { return nil }
        return value
    }

    mutating func flag(_ node: SourceNode, _ path: String) -> Bool? {
        guard case .flag(let value)? = value(node, path, .flag) else { return nil }
        return value
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: SourceNode, _ path: String, _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard case .text(let name)? = value(node, path, .choice(type.allCases.map(\.rawValue))) else { return nil }
        return Choice(rawValue: name)
    }

    /// The value of a declared parameter, or nil and an error.
    mutating func value(_ node: SourceNode, _ path: String, _ declaration: ParameterDeclaration) -> ParameterValue? {
        let expected = declaration.expectation
        switch declaration.kind {
        case .integers(let range): return listValue(node, path, .integer(range), expected)
        case .numbers(let range): return listValue(node, path, .number(range), expected)
        case .integer, .number, .flag, .text, .choice: return scalarValue(node, path, declaration.kind, expected)
        }
    }

    mutating func value(_ node: SourceNode, _ path: String, _ kind: ParameterDeclaration.Kind) -> ParameterValue? {
        value(node, path, ParameterDeclaration(path, kind, ""))
    }

    /// A list; a single value stands for a list of one.
    private mutating func listValue(
        _ node: SourceNode, _ path: String, _ kind: ParameterDeclaration.Kind, _ expected: String
    ) -> ParameterValue? {
        switch node.content {
        case .scalar: return scalarValue(node, path, kind, expected).map { .list([$0]) }
        case .map:
            refuse(node, path, "got \(describe(node)); expected \(expected)")
            return nil
        case .list(let elements):
            guard !elements.isEmpty else {
                refuse(node, path, "got an empty list; expected \(expected)")
                return nil
            }
            var values: [ParameterValue] = []
            for (index, element) in elements.enumerated() {
                guard let value = scalarValue(element, "\(path)[\(index)]", kind, expected) else { continue }
                values.append(value)
            }
            return values.count == elements.count ? .list(values) : nil
        }
    }

    private mutating func scalarValue(
        _ node: SourceNode, _ path: String, _ kind: ParameterDeclaration.Kind, _ expected: String
    ) -> ParameterValue? {
        guard case .scalar(let scalar) = node.content else {
            refuse(node, path, "got \(describe(node)); expected \(expected)")
            return nil
        }
        switch (kind, scalar.reading) {
        case (.integer(let range), .integer(let value)) where range.contains(value): return .integer(value)
        case (.number(let range), .integer(let value)) where range.contains(Double(value)):
            return .number(Double(value))
        case (.number(let range), .number(let value)) where range.contains(value): return .number(value)
        case (.flag, .flag(let value)): return .flag(value)
        case (.text, .text): return .text(scalar.text)
        case (.choice(let names), .text) where names.contains(scalar.text): return .text(scalar.text)
        case (.choice(let names), .text):
            refuse(
                node, path, "unknown choice '\(scalar.text)'", remedy: knownNamesRemedy(for: scalar.text, among: names),
                kind: .name)
        default:
            refuse(node, path, "got \(describe(node)); expected \(expected)", remedy: remedy(for: scalar, node, kind))
        }
        return nil
    }

    /// How to write what was probably meant.
    private func remedy(
        for scalar: SourceNode.Scalar, _ node: SourceNode, _ kind: ParameterDeclaration.Kind
    ) -> String? {
        switch (kind, scalar.reading) {
        case (_, .nothing): return "Give a value or remove the key"
        case (.text, _), (.choice, _):
            let quotes = "Put it in quotes: \"\(scalar.text)\""
            return node.place.isArgument ? quotes + ", and the whole argument in single quotes for the shell" : quotes
        case (.flag, _): return "Write true or false, without quotes"
        case (_, .text) where Double(scalar.text) != nil:
            return "Write it without quotes, with a digit before the point"
        case (_, .text) where node.place.isArgument && scalar.text.contains(","): return shellHint
        case (_, .converted): return "Write it as a plain decimal number"
        default: return nil
        }
    }
}

/// Shells take brackets and spaces for themselves.
let shellHint = "Put a list in brackets and the whole argument in quotes: --set 'path=[0, 10, 20]'"

func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

/// "the number 3", "`on`, which YAML reads as a truth value", "a list": what messages say was found.
func describe(_ node: SourceNode) -> String {
    switch node.content {
    case .list: "a list"
    case .map: "a mapping"
    case .scalar(let scalar):
        switch scalar.reading {
        case .text: "the text \"\(scalar.text)\""
        case .integer, .number: "the number \(scalar.text)"
        case .flag: "the truth value \(scalar.text)"
        case .nothing: "no value"
        case .converted(let meaning): "`\(scalar.text)`, which YAML reads as \(meaning)"
        }
    }
}
