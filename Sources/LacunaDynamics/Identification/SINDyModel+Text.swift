extension SINDyModel {
    /// "x' = -10.000 x + 10.000 y", one line per variable, coefficients with so many decimals.
    public func equationLines(decimals: Int = 3) -> [String] {
        lines(decimals: decimals, left: { kind == .map ? "\($0)[k+1]" : "\($0)'" }, separator: " ", name: { $0 })
    }

    /// "\dot{x} = -10.000 \, x + 10.000 \, y" for LaTeX's mathematics, one line per variable.
    public func latexLines(decimals: Int = 3) -> [String] {
        lines(
            decimals: decimals,
            left: { name in
                let symbol = Self.latex(variable: name)
                guard kind == .map else { return "\\dot{\(symbol)}" }
                return symbol.contains("_") ? "{\(symbol)}^{(k+1)}" : "\(symbol)_{k+1}"
            }, separator: " \\, ", name: latex(term:))
    }

    /// Ξ as text: a line of names, then one of every term that some equation has, columns aligned.
    public func coefficientTable(decimals: Int = 3) -> String {
        let head = ["term"] + stateNames.map { kind == .map ? "\($0)[k+1]" : "\($0)'" }
        let body = (0..<coefficients.columns).compactMap { column -> [String]? in
            let values = (0..<coefficients.rows).map { coefficients[$0, column] }
            guard values.contains(where: { $0 != 0 }) else { return nil }
            return [features.names[column]]
                + values.map { $0 == 0 ? "" : ($0 < 0 ? "-" : "") + Self.number($0, decimals) }
        }
        let rows = [head] + body
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + space : space + text
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    private func lines(
        decimals: Int, left: (String) -> String, separator: String, name: (String) -> String
    ) -> [String] {
        stateNames.indices.map { row in
            let left = left(stateNames[row])
            let parts = (0..<coefficients.columns).filter { coefficients[row, $0] != 0 }.map { column in
                let value = coefficients[row, column], term = features.names[column]
                return (
                    isNegative: value < 0,
                    text: Self.number(value, decimals) + (term == "1" ? "" : separator + name(term))
                )
            }
            guard let first = parts.first else { return "\(left) = 0" }
            let head = (first.isNegative ? "-" : "") + first.text
            return "\(left) = \(head)" + parts.dropFirst().map { ($0.isNegative ? " - " : " + ") + $0.text }.joined()
        }
    }

    /// |value| with so many decimals, or four digits where they would show nothing.
    private static func number(_ value: Double, _ decimals: Int) -> String {
        let scale = Double.pow(10, decimals)
        let rounded = (value.magnitude * scale).rounded() / scale
        guard rounded > 0, rounded < 1e15 else { return significantDigits(value.magnitude) }
        let text = "\(rounded)", parts = text.split(separator: ".")
        guard parts.count == 2, !text.contains("e") else { return text }
        let digits = String(parts[1].prefix(decimals))
        return parts[0] + "." + digits + String(repeating: "0", count: max(0, decimals - digits.count))
    }

    /// Powers in braces, indices below the line, sin and cos upright; other words of a term as they are.
    private func latex(term: String) -> String {
        let names = stateNames + inputNames
        func word(_ text: String) -> String {
            if names.contains(text) { return Self.latex(variable: text) }
            let parts = text.split(separator: "^", maxSplits: 1).map(String.init)
            if parts.count == 2, names.contains(parts[0]) { return "\(Self.latex(variable: parts[0]))^{\(parts[1])}" }
            for function in ["sin", "cos"] where text.hasPrefix(function + "(") {
                return "\\\(function)(" + word(String(text.dropFirst(4)))
            }
            return text.hasSuffix(")") ? word(String(text.dropLast())) + ")" : text
        }
        return term.split(separator: " ").map { word(String($0)) }.joined(separator: " \\, ")
    }

    /// x12 is x_{12}.
    private static func latex(variable: String) -> String {
        let digits = variable.reversed().prefix { $0.isNumber }.count
        guard digits > 0, digits < variable.count else { return variable }
        return "\(variable.dropLast(digits))_{\(variable.suffix(digits))}"
    }
}

/// The number with four significant digits: "7.014e-17".
func significantDigits(_ value: Double) -> String { "\(roundedToFourDigits(value))" }

/// The number rounded to four significant digits.
package func roundedToFourDigits(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let scale = Double.pow(10, 3 - Double.log10(abs(value)).rounded(.down))
    return scale.isFinite ? (value * scale).rounded() / scale : value
}
