import LacunaArrays

/// Reads `path=value` of `--set` as a patch: `sweep.snr_db=[0, 10]` is `{sweep: {snr_db: [0, 10]}}`.
///
/// The path is dotted as in the file; a part that holds dots or `=` is put in double quotes. The value is YAML.
/// - Throws: `ScenarioErrors` with the argument as the place.
func readOverride(_ argument: String, option: String = "--set") throws -> SourceNode {
    let place = Place.argument("\(option) \(argument)")
    func fail(_ problem: String, _ remedy: String? = nil) -> ScenarioErrors {
        ScenarioErrors([LacunaError(.value, "\(place)", problem, remedy: remedy)])
    }

    guard let (path, text) = splitOverride(argument), path.allSatisfy({ !$0.isEmpty }) else {
        let isPath = option == "--set"
        throw fail(
            "expected \(isPath ? "path" : "key")=value",
            isPath
                ? "For example --set trials=10 or --set 'sweep.snr_db=[0, 10, 20]'"
                : "For example \(option) tolerance=1e-6")
    }
    let value: SourceNode
    do {
        guard let parsed = try parseYAML(text, place: { _, _ in place }) else {
            throw fail("no value after '='", "To remove the entry write \(path.joined(separator: "."))=null")
        }
        value = parsed
    } catch let error as ScenarioErrors {
        let open = text.filter { "[{".contains($0) }.count
        let closed = text.filter { "]}".contains($0) }.count
        if open != closed { throw fail("the value '\(text)' has unbalanced brackets", shellHint) }
        throw error
    }
    return path.reversed().reduce(value) { inner, key in
        SourceNode(content: .map([.init(key: key, keyPlace: place, value: inner)]), place: place)
    }
}

/// Path parts and the text after the first `=` outside double quotes; nil where there is none.
private func splitOverride(_ argument: String) -> (path: [String], value: String)? {
    var path = [""]
    var isQuoted = false
    for index in argument.indices {
        let character = argument[index]
        if character == "\"" {
            isQuoted.toggle()
        } else if isQuoted || (character != "." && character != "=") {
            path[path.count - 1].append(character)
        } else if character == "." {
            path.append("")
        } else {
            return (path, String(argument[argument.index(after: index)...]))
        }
    }
    return nil
}
