import LacunaArrays
import LacunaExperiment

/// Lays a profile or an override over a scenario, as a JSON merge patch (RFC 7386) does: mappings merge key by key,
/// null removes an entry, anything else replaces.
///
/// One addition: the lists `methods` and `figures` take a mapping too, whose keys are the labels of their elements.
func merge(_ base: SourceNode, with patch: SourceNode, path: String = "", errors: inout ErrorList) -> SourceNode {
    guard case .map(let changes) = patch.content else { return patch }
    switch base.content {
    case .map(let entries) where changes.isEmpty && !entries.isEmpty && !path.isEmpty:
        errors.add(
            .value, patch.place, path, "an empty mapping changes nothing", remedy: "null removes an entry of it")
        return base
    case .map(var entries):
        for change in changes {
            let here = join(path, change.key)
            let index = entries.firstIndex { $0.key == change.key }
            if change.value.isNothing {
                if let index {
                    entries.remove(at: index)
                } else {
                    errors.add(
                        .name, change.keyPlace, here, "nothing to remove here",
                        remedy: knownNamesRemedy(for: change.key, among: entries.map(\.key)))
                }
            } else if let index {
                entries[index].value = merge(entries[index].value, with: change.value, path: here, errors: &errors)
            } else {
                entries.append(change)
            }
        }
        return SourceNode(content: .map(entries), place: base.place)
    case .list(let elements) where path == "methods" || path == "figures":
        return merge(elements, at: base.place, with: changes, path: path, errors: &errors)
    case .list, .scalar:
        return patch
    }
}

/// Merges into the elements of a list that the keys of the patch name.
private func merge(
    _ elements: [SourceNode], at place: Place, with changes: [SourceNode.Entry], path: String,
    errors: inout ErrorList
) -> SourceNode {
    var elements = elements
    for change in changes {
        let here = join(path, change.key)
        guard let index = elements.firstIndex(where: { elementName($0) == change.key }) else {
            let names = elements.compactMap(elementName)
            let remedy = knownNamesRemedy(for: change.key, among: names)
            errors.add(.name, change.keyPlace, here, "no element of this name in '\(path)'", remedy: remedy)
            continue
        }
        if change.value.isNothing {
            elements.remove(at: index)
            continue
        }
        var element = elements[index]
        if let kind = element.textValue {
            // `- omp` is short for `- { kind: omp }`.
            let entry = SourceNode.Entry(key: "kind", keyPlace: element.place, value: .text(kind, at: element.place))
            element.content = .map([entry])
        }
        elements[index] = merge(element, with: change.value, path: here, errors: &errors)
    }
    return SourceNode(content: .list(elements), place: place)
}

/// What an element of `methods` or `figures` is addressed by.
func elementName(_ element: SourceNode) -> String? {
    element.textValue ?? (element["label"] ?? element["name"] ?? element["kind"])?.textValue
}
