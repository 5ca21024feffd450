import LacunaArrays

/// The value of an attribute: text or numbers, one or a list.
public enum HDF5Attribute: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case texts([String])
    case integers([Int64])
    case numbers([Double])
}

extension HDF5Attribute {
    /// One text, if that is what it is.
    public var asText: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// One number, whole or not.
    public var asNumber: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}
