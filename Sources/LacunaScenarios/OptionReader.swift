import LacunaArrays
import LacunaExperiment

/// Reads `key=value` arguments of the command line (`--option prune=1e-3`) against the options of a method, with the
/// rules of a scenario file; defaults fill the rest.
/// - Throws: `ScenarioErrors` with one line per wrong argument.
public func readOptions(_ arguments: [String], of method: any Method) throws -> ParameterValues {
    var reader = NodeReader()
    var values: [String: ParameterValue] = [:]
    var given: [SourceNode.Entry] = []
    for argument in arguments {
        let patch: SourceNode
        do {
            patch = try readOverride(bracketed(argument, method.options), option: "--option")
        } catch let error as ScenarioErrors {
            for error in error.errors {
                reader.errors.add(error.kind, .argument(error.place), "", error.problem, remedy: error.remedy)
            }
            continue
        }
        let known = method.options.map(\.name)
        let entries = reader.entries(patch, "", known: known, noun: "option", owner: "method '\(method.name)'") ?? []
        for entry in entries {
            guard let declaration = method.options.first(where: { $0.name == entry.key }) else { continue }
            if values[entry.key] != nil {
                reader.refuse(entry.value, entry.key, "the option is given twice", remedy: "Keep one of them")
            }
            values[entry.key] = reader.value(entry.value, entry.key, declaration)
            given.append(entry)
        }
    }
    try reader.errors.throwIfAny()
    let checked = try ParameterValues(values, declarations: method.options, owner: "method '\(method.name)'")
    reader.refuseUnused(given, "", in: checked)
    try reader.errors.throwIfAny()
    return checked
}

/// `prune=0.01,0.1` for a list option is `prune=[0.01,0.1]`, whose brackets would need quotes in a shell.
private func bracketed(_ argument: String, _ options: [ParameterDeclaration]) -> String {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, parts[1].contains(","), !parts[1].contains("["),
        let option = options.first(where: { $0.name == parts[0] })
    else { return argument }
    switch option.kind {
    case .integers, .numbers: return "\(parts[0])=[\(parts[1])]"
    default: return argument
    }
}
