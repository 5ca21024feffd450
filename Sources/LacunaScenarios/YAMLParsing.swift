import LacunaArrays
import Yams

/// Parses YAML text into nodes with places. `place` maps line and column (from 1) to the place of a node.
/// - Returns: nil for a document without content.
/// - Throws: `ScenarioErrors` where the text is not YAML or a mapping has a key twice.
func parseYAML(_ text: String, place: (_ line: Int, _ column: Int) -> Place) throws -> SourceNode? {
    do {
        guard let root = try Yams.compose(yaml: text, .default, .default, .utf8) else { return nil }
        var errors = ErrorList()
        var budget = nodeLimit
        let node = sourceNode(root, place: place, budget: &budget, errors: &errors)
        if budget <= 0 {
            errors.add(
                .value, place(1, 1), "", "more than \(nodeLimit) values, with those that aliases repeat",
                remedy: "Write the file without nested aliases")
        }
        try errors.throwIfAny()
        return node
    } catch let error as YamlError {
        throw ScenarioErrors([describe(error, place: place)])
    }
}

/// Aliases within aliases multiply: a file of a few lines can stand for more than memory holds.
private let nodeLimit = 1_000_000

private func sourceNode(
    _ node: Node, place: (Int, Int) -> Place, budget: inout Int, errors: inout ErrorList
) -> SourceNode {
    budget -= 1
    let here = place(node.mark?.line ?? 1, node.mark?.column ?? 1)
    switch node {
    case .scalar(let scalar):
        let reading = reading(of: scalar.string, tag: Tag.Name(rawValue: node.tag.rawValue))
        return SourceNode(content: .scalar(.init(text: scalar.string, reading: reading)), place: here)
    case .sequence(let sequence):
        var list: [SourceNode] = []
        for element in sequence where budget > 0 {
            list.append(sourceNode(element, place: place, budget: &budget, errors: &errors))
        }
        return SourceNode(content: .list(list), place: here)
    case .mapping(let mapping):
        var entries: [SourceNode.Entry] = []
        for (key, value) in mapping where budget > 0 {
            guard case .scalar(let name) = key else {
                let keyPlace = place(key.mark?.line ?? 1, key.mark?.column ?? 1)
                errors.add(.value, keyPlace, "", "a key is a list or a mapping; expected a name")
                continue
            }
            let keyPlace = place(name.mark?.line ?? 1, name.mark?.column ?? 1)
            let node = sourceNode(value, place: place, budget: &budget, errors: &errors)
            entries.append(.init(key: name.string, keyPlace: keyPlace, value: node))
        }
        return SourceNode(content: .map(entries), place: here)
    case .alias:
        errors.add(.value, here, "", "an alias without its anchor")
        return SourceNode(content: .list([]), place: here)
    }
}

/// What YAML 1.1 reads in a scalar; spellings that it converts to something else than they look like are kept apart.
private func reading(of text: String, tag: Tag.Name) -> SourceNode.Reading {
    switch tag {
    case .null: return .nothing
    case .bool:
        if text == "true" { return .flag(true) }
        if text == "false" { return .flag(false) }
        return .converted(to: "a truth value")
    case .int:
        if text.contains(":") { return .converted(to: "a number in base 60") }
        if text.contains("_") { return .converted(to: "a number with digit separators") }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        if digits.count > 1, digits.first == "0" { return .converted(to: "an octal, binary or hexadecimal number") }
        return Int(text).map { .integer($0) } ?? .converted(to: "a number beyond 64 bits")
    case .float:
        if text.contains(":") { return .converted(to: "a number in base 60") }
        if text.contains("_") { return .converted(to: "a number with digit separators") }
        if text.lowercased().hasSuffix("nan") { return .converted(to: "not-a-number") }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        if digits.first == "0", digits.dropFirst().first?.isNumber == true {
            return .converted(to: "a number with leading zeros")
        }
        let spelling = text.hasSuffix(".") ? text + "0" : text
        guard let value = Double(spelling), value.isFinite else { return .converted(to: "infinity") }
        return .number(value)
    case .timestamp: return .converted(to: "a date")
    case .merge, .value: return .converted(to: "a YAML directive")
    default: return .text
    }
}

private func describe(_ error: YamlError, place: (Int, Int) -> Place) -> LacunaError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
        .composer(let context, let problem, let mark, _):
        let setting = context.map { "\($0.text), " } ?? ""
        return LacunaError(
            .value, "\(place(mark.line, mark.column))", "not valid YAML: \(setting)\(problem)",
            remedy: "Indent with spaces and put text with special characters in quotes")
    case .duplicatedKeysInMapping(let keys, let context):
        let names = keys.map { "'\($0)'" }.joined(separator: ", ")
        return LacunaError(
            .value, "\(place(context.mark.line, context.mark.column))",
            "the key \(names) is given more than once in one mapping", remedy: "Keep one of them")
    case .reader(let problem, _, _, _):
        return LacunaError(.file, "\(place(1, 1))", "cannot be read as text: \(problem)", remedy: "Save it as UTF-8")
    default:
        return LacunaError(.value, "\(place(1, 1))", "not valid YAML: \(error)")
    }
}
