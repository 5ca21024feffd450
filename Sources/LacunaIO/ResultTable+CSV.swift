import LacunaExperiment

extension ResultTable {
    /// `table.csv`: a header, then one line per cell: axes, algorithm, trial, status, metrics.
    ///
    /// Quoting as in RFC 4180, lines end with a line feed. Numbers are the shortest decimals that read back to the same
    /// bits; a metric without a value is an empty field.
    public var csv: String {
        let names = axes.map(\.name) + ["algorithm", "trial", "status"] + metrics.map(\.name)
        var text = Self.csvLine(names)
        // The coordinates of each point are spelt once, not once per cell.
        for point in 0..<pointCount {
            let coordinates = axes.coordinates(of: point).map(\.value.description)
            for (algorithm, label) in algorithms.enumerated() {
                for trial in 0..<trials {
                    let cell = index(point: point, algorithm: algorithm, trial: trial)
                    let numbers = metrics.map { Self.csvNumber(values[$0.name]?[cell] ?? .nan) }
                    text += Self.csvLine(coordinates + [label, "\(trial)", status[cell].description] + numbers)
                }
            }
        }
        return text
    }

    private static func csvLine(_ fields: [String]) -> String {
        fields.map(csvField).joined(separator: ",") + "\n"
    }

    static func csvField(_ field: String) -> String {
        let needsQuotes = field.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
        guard needsQuotes else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    static func csvNumber(_ value: Double) -> String {
        if value.isNaN { return "" }
        if let whole = Int(exactly: value), abs(value) < 1e15, !(value == 0 && value.sign == .minus) {
            return "\(whole)"
        }
        return "\(value)"
    }
}
