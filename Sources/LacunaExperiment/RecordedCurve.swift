/// A curve of an estimate, as a journal keeps it for a figure: a path, points or bars, beside the truth perhaps.
public struct RecordedCurve: Hashable, Sendable, Codable {
    public enum Style: String, Hashable, Sendable, Codable { case line, points, bars }

    /// One of the family's `curveViews`: "phase-portrait".
    public let view: String
    /// "true", "model".
    public let label: String
    public let style: Style
    public let x: [Double]
    /// As many as x; `gap` in either where there is nothing to draw.
    public let y: [Double]
    /// What stands at the values of x, where these are numbers of things.
    public let names: [String]

    /// Of longer curves every n-th point is kept, so that at most so many are left.
    public static let longest = 2000

    /// Precondition: as many x as y, and as many names or none.
    public init(view: String, label: String, style: Style = .line, x: [Double], y: [Double], names: [String] = []) {
        precondition(x.count == y.count && (names.isEmpty || names.count == x.count), "\(x.count) x and \(y.count) y")
        let stride = max(1, (x.count + Self.longest - 1) / Self.longest)
        let kept = Swift.stride(from: 0, to: x.count, by: stride)
        self.view = view
        self.label = label
        self.style = style
        // A journal holds finite numbers only.
        self.x = kept.map { x[$0].isFinite ? x[$0] : Self.gap }
        self.y = kept.map { y[$0].isFinite ? y[$0] : Self.gap }
        self.names = names.isEmpty ? [] : kept.map { names[$0] }
    }

    /// In place of numbers that are not finite.
    public static let gap = Double.greatestFiniteMagnitude
}

/// A way to look at estimates: what its axes are.
public struct CurveView: Hashable, Sendable {
    /// Lower case with hyphens.
    public let name: String
    public let summary: String
    public let xLabel: String
    public let yLabel: String
    /// y spans decades.
    public let isLogarithmic: Bool

    public init(_ name: String, _ summary: String, x: String, y: String, isLogarithmic: Bool = false) {
        self.name = name
        self.summary = summary
        xLabel = x
        yLabel = y
        self.isLogarithmic = isLogarithmic
    }
}
