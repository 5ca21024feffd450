/// A value as a scenario file or the command line gives it: of a parameter, a method's option or a sweep axis.
public enum ParameterValue: Hashable, Sendable {
    case integer(Int)
    case number(Double)
    case text(String)
    case flag(Bool)
    case list([ParameterValue])
}

extension ParameterValue: Encodable {
    /// As the value itself; JSON has no word for numbers that are not finite, which become texts.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let value): try container.encode(value)
        case .number(let value) where value.isFinite: try container.encode(value)
        case .number: try container.encode(description)
        case .text(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        }
    }
}

extension ParameterValue: CustomStringConvertible {
    /// The canonical spelling: what ids and random streams are keyed by, and what users read. Numbers print as the
    /// shortest decimal that reads back to the same bits; a whole number prints alike whether integer or floating.
    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value):
            if let whole = Int(exactly: value) { "\(whole)" } else { "\(value)" }
        case .text(let value): value
        case .flag(let value): "\(value)"
        case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
        }
    }
}
