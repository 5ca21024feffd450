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
    /// nil: the scenario must give it, a preset decides, or the method works without it.
    public let defaultValue: ParameterValue?
    /// The default under each preset of a method, where these decide; else empty.
    public let presetDefaults: [PresetDefault]
    public let isRequired: Bool
    /// Physical unit ("dB"), empty for none.
    public let unit: String
    public let summary: String
    /// Where the option has an effect; nil: everywhere. Elsewhere a given value is refused, and a default means nothing.
    public let condition: Condition?

    public init(
        _ name: String, _ kind: Kind, default defaultValue: ParameterValue? = nil, required: Bool = false,
        presets: [PresetDefault] = [], unit: String = "", only condition: Condition? = nil, _ summary: String
    ) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.presetDefaults = presets
        self.isRequired = required
        self.unit = unit
        self.summary = summary
        self.condition = condition
    }

    /// That another option, a choice, has one of some values.
    public struct Condition: Hashable, Sendable {
        public let name: String
        public let values: [String]

        public init(_ name: String, _ values: String...) {
            self.name = name
            self.values = values
        }

        /// "support: chain or grid".
        public var description: String { "\(name): \(values.joined(separator: " or "))" }
    }

    /// A named set of settings and the value that it gives.
    public struct PresetDefault: Hashable, Sendable {
        public let preset: String
        public let value: ParameterValue

        public init(preset: String, value: ParameterValue) {
            self.preset = preset
            self.value = value
        }
    }

    /// What it is, and where it has an effect.
    public var meaning: String { condition.map { "\(summary) (only \($0.description))" } ?? summary }

    /// "0.8", "recovery: 0.001, irs: 0", "required" or "none".
    public var defaultDescription: String {
        if let defaultValue { return defaultValue.description }
        guard let first = presetDefaults.first else { return isRequired ? "required" : "none" }
        if presetDefaults.allSatisfy({ $0.value == first.value }) { return first.value.description }
        return presetDefaults.map { "\($0.preset): \($0.value)" }.joined(separator: ", ")
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
