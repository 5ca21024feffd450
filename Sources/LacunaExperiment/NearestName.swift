/// The known name that a misspelt one most likely means: least edit distance, ignoring case, at most a third of its
/// length (and at least 1) away; nil if none is near.
public func nearestName(to name: String, among known: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    var best: (name: String, distance: Int)?
    for candidate in known {
        let distance = editDistance(wanted, Array(candidate.lowercased()))
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(1, name.count / 3) else { return nil }
    return best.name
}

/// "Did you mean 'x'? Known: x, y": the remedy for an unknown name.
public func knownNamesRemedy(for name: String, among known: [String]) -> String {
    let list = "Known: " + (known.isEmpty ? "none" : known.joined(separator: ", "))
    guard let nearest = nearestName(to: name, among: known) else { return list }
    return "Did you mean '\(nearest)'? " + list
}

/// Levenshtein distance: insertions, deletions and replacements.
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var previous = Array(0...second.count)
    for (row, character) in first.enumerated() {
        var current = [row + 1]
        for (column, other) in second.enumerated() {
            let replaced = previous[column] + (character == other ? 0 : 1)
            current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
        }
        previous = current
    }
    return previous[second.count]
}
