import Foundation

/// A number with `digits` significant digits, for people: "0.01234", "1.2e-06"; "-" for none.
func readable(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return value.isNaN ? "-" : "\(value)" }
    return String(format: "%.\(digits)g", value)
}

/// A number of decibels, to a hundredth: "-21.05", "0.00"; "-" for none.
func decibelText(_ value: Double) -> String {
    guard value.isFinite else { return readable(value) }
    let text = String(format: "%.2f", value)
    return text == "-0.00" ? "0.00" : text
}

/// Hours, minutes and seconds: "02:10", "1:02:10".
func clockText(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e7 else { return "--:--" }
    let whole = Int(seconds.rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    let tail = String(format: "%02d:%02d", minutes, rest)
    return hours > 0 ? "\(hours):\(tail)" : tail
}
