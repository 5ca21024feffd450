/// A value as a scenario file or the command line gives it: of a parameter, a method's option or a sweep axis.
public enum ParameterValue: Hashable, Sendable {
    case integer(Int)
    case number(Double)
    case text(String)
    case flag(Bool)
    case list([ParameterValue])
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
