import LacunaExperiment

/// Parameter values as JSON, in the order given.
public enum JSONText {
    static func object(_ members: [(name: String, value: ParameterValue)]) -> String {
        "{" + members.map { "\(quoted($0.name)): \(value($0.value))" }.joined(separator: ", ") + "}"
    }

    static func value(_ value: ParameterValue) -> String {
        switch value {
        case .integer, .flag: value.description
        // JSON has no word for infinity or NaN.
        case .number(let number): number.isFinite ? value.description : quoted(value.description)
        case .text(let text): quoted(text)
        case .list(let values): "[" + values.map(self.value).joined(separator: ", ") + "]"
        }
    }

    /// The text in double quotes, as JSON and YAML read it; what an editor would not show is escaped.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{FEFF}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
