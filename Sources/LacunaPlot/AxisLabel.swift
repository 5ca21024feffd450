import LacunaExperiment

/// Names of parameters and metrics as a reader of a paper expects them on an axis: "SNR (dB)" for `snr_db`.
enum AxisLabel {
    private static let acronyms: Set = [
        "ber", "bs", "irs", "mimo", "ms", "nll", "nmse", "psnr", "ser", "snr", "srr", "ssim",
    ]

    static func text(axis: ResultTable.Axis) -> String {
        var words = axis.name.split(separator: "_").map(String.init)
        // A name that ends in its unit says it once.
        if !axis.unit.isEmpty, words.count > 1, words.last == axis.unit.lowercased() { words.removeLast() }
        return withUnit(capitalised(self.words(words.joined(separator: "_"))), axis.unit)
    }

    static func text(metric: ResultTable.Metric, _ scale: Figure.Scale) -> String {
        let name = name(metric)
        if scale == .dB { return "\(name) (dB)" }
        return withUnit(name, metric.unit == "1" ? "" : metric.unit)
    }

    /// What the axis cannot hold: "NMSE: normalised squared error ‖x̂ - x‖² / ‖x‖²." for the caption; nil if it holds all.
    static func definition(_ metric: ResultTable.Metric) -> String? {
        fits(metric) ? nil : "\(name(metric)): \(metric.longName)."
    }

    private static func name(_ metric: ResultTable.Metric) -> String {
        capitalised(fits(metric) ? metric.longName : words(metric.name))
    }

    private static func fits(_ metric: ResultTable.Metric) -> Bool { metric.longName.count <= 32 }

    /// "irs_patterns" -> "IRS patterns".
    static func words(_ name: String) -> String {
        name.split(separator: "_").map { acronyms.contains(String($0)) ? $0.uppercased() : String($0) }
            .joined(separator: " ")
    }

    static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private static func withUnit(_ text: String, _ unit: String) -> String { unit.isEmpty ? text : "\(text) (\(unit))" }
}
