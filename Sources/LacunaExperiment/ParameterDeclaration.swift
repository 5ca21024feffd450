/// One parameter of a problem family or one option of a method: what `describe` prints, what the scenario reader checks,
/// and what the default is. Declared once.
public struct ParameterDeclaration: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case flag
        case text
        case choice([String])
        /// A list of whole numbers or of numbers, each in the range; a single value stands for a list of one.
        case integers(ClosedRange<Int>)
        case numbers(ClosedRange<Double>)
    }

    /// snake_case, as in scenario files.
    public let name: String
    public let kind: Kind
    /// nil: the scenario must give it, or the method works without it (`isRequired`).
    public let defaultValue: ParameterValue?
    public let isRequired: Bool
    /// Physical unit ("dB"), empty for none.
    public let unit: String
    public let summary: String

    public init(
        _ name: String, _ kind: Kind, default defaultValue: ParameterValue? = nil, required: Bool = false,
        unit: String = "", _ summary: String
    ) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.isRequired = required
        self.unit = unit
        self.summary = summary
    }
}

/// Where a claim comes from.
public struct Citation: Hashable, Sendable {
    public let authors: String
    public let year: Int
    public let title: String
    /// "arXiv 2307.14719", a DOI, or a journal with its volume.
    public let source: String

    public init(authors: String, year: Int, title: String, source: String) {
        self.authors = authors
        self.year = year
        self.title = title
        self.source = source
    }
}
