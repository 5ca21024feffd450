/// The known name that a misspelt one most likely means: least edit distance, ignoring case, at most a third of its
/// length (and at least 1) away; else the only one that begins with it (`snr` for `snr_db`); nil if none is near.
public func nearestName(to name: String, among known: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    var best: (name: String, distance: Int)?
    for candidate in known {
        let distance = editDistance(wanted, Array(candidate.lowercased()))
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    if let best, best.distance <= max(1, name.count / 3) { return best.name }
    let longer = known.filter { !wanted.isEmpty && $0.lowercased().hasPrefix(name.lowercased()) }
    return longer.count == 1 ? longer.first : nil
}

/// "Did you mean 'x'? Known: x, y": the remedy for an unknown name.
public func knownNamesRemedy(for name: String, among known: [String]) -> String {
    let list = "Known: " + (known.isEmpty ? "none" : known.joined(separator: ", "))
    guard let nearest = nearestName(to: name, among: known) else { return list }
    return "Did you mean '\(nearest)'? " + list
}

/// Insertions, deletions, replacements and swaps of neighbours (Damerau's distance, no letter edited twice).
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for (row, character) in first.enumerated() {
        var current = [row + 1]
        for (column, other) in second.enumerated() {
            let replaced = previous[column] + (character == other ? 0 : 1)
            var distance = min(replaced, previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, character == second[column - 1], first[row - 1] == other {
                distance = min(distance, beforePrevious[column - 1] + 1)
            }
            current.append(distance)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[second.count]
}
