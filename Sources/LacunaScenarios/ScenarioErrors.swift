import LacunaArrays

/// Everything that is wrong with a scenario, one line per error, in the order of the file.
public struct ScenarioErrors: Error, CustomStringConvertible, Sendable {
    public let errors: [LacunaError]

    init(_ errors: [LacunaError]) { self.errors = errors }

    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Collects errors while a file is read, so that its writer sees all of them at once.
struct ErrorList {
    private var found: [(place: Place, error: LacunaError)] = []

    var count: Int { found.count }

    /// `path` is the dotted path of the value, as `--set` takes it.
    mutating func add(
        _ kind: LacunaError.Kind, _ place: Place, _ path: String, _ problem: String, remedy: String? = nil
    ) {
        let full = path.isEmpty ? "\(place)" : "\(place)  \(path)"
        let error = LacunaError(kind, full, problem, remedy: remedy)
        if !found.contains(where: { $0.error == error }) { found.append((place, error)) }
    }

    func throwIfAny() throws {
        guard !found.isEmpty else { return }
        // Stable: two errors at one place stay in the order in which they were found.
        let ordered = found.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
        throw ScenarioErrors(ordered.map(\.element.error))
    }
}
