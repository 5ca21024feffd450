/// One YAML value together with the place where it was written, so that every later message can point at it.
struct SourceNode {
    enum Content {
        case scalar(Scalar)
        case list([SourceNode])
        case map([Entry])
    }

    struct Entry {
        let key: String
        let keyPlace: Place
        var value: SourceNode
    }

    /// A scalar as it is spelt, and what YAML 1.1 makes of it.
    struct Scalar {
        let text: String
        let reading: Reading
    }

    enum Reading: Equatable {
        case text
        case integer(Int)
        case number(Double)
        case flag(Bool)
        /// `~`, `null` or nothing at all.
        case nothing
        /// YAML turns the spelling into something that few writers mean (`on`, `012`, `12:30`, a date): what it becomes.
        case converted(to: String)
    }

    var content: Content
    let place: Place

    var isNothing: Bool {
        if case .scalar(let scalar) = content { scalar.reading == .nothing } else { false }
    }

    /// The keys of a mapping; empty for anything else.
    var keys: [String] {
        if case .map(let entries) = content { entries.map(\.key) } else { [] }
    }

    /// The value under `key`, if this is a mapping that has it.
    subscript(key: String) -> SourceNode? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The spelling of a scalar that is text.
    var textValue: String? {
        guard case .scalar(let scalar) = content, scalar.reading == .text else { return nil }
        return scalar.text
    }

    static func text(_ text: String, at place: Place) -> SourceNode {
        SourceNode(content: .scalar(Scalar(text: text, reading: .text)), place: place)
    }
}

/// Where a value was written.
enum Place: Hashable {
    case file(String, line: Int, column: Int)
    /// An argument of the command line, as typed.
    case argument(String)

    var isArgument: Bool {
        if case .argument = self { true } else { false }
    }
}

extension Place: CustomStringConvertible {
    var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .argument(let text): text
        }
    }
}

extension Place: Comparable {
    /// The order of the file; the command line comes last.
    static func < (first: Place, second: Place) -> Bool {
        switch (first, second) {
        case (.file(_, let line, let column), .file(_, let otherLine, let otherColumn)):
            (line, column) < (otherLine, otherColumn)
        case (.file, .argument): true
        case (.argument, .file): false
        case (.argument(let text), .argument(let other)): text < other
        }
    }
}
