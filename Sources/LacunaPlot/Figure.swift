import LacunaExperiment

/// One picture of curves: what is drawn, apart from how.
public struct Figure: Hashable, Sendable {
    public typealias Scale = Scenario.Figure.Scale

    public struct Axis: Hashable, Sendable {
        /// With its unit: "SNR (dB)".
        public var label: String
        public var scale: Scale
        /// For values that are not numbers: one name per position 0, 1, …; empty for numbers.
        public var categories: [String]

        public init(label: String, scale: Scale = .linear, categories: [String] = []) {
            self.label = label
            self.scale = scale
            self.categories = categories
        }
    }

    /// One value with the band around it. Values are as measured: decibels are taken when drawing.
    public struct Point: Hashable, Sendable {
        public var x: Double
        public var y: Double
        public var lower: Double
        public var upper: Double
        /// Some trials have no result here.
        public var isHollow: Bool

        public init(x: Double, y: Double, lower: Double? = nil, upper: Double? = nil, isHollow: Bool = false) {
            self.x = x
            self.y = y
            self.lower = lower.flatMap { $0.isNaN ? nil : $0 } ?? y
            self.upper = upper.flatMap { $0.isNaN ? nil : $0 } ?? y
            self.isHollow = isHollow
        }
    }

    public struct Curve: Hashable, Sendable {
        public var label: String
        public var style: CurveStyle
        /// Somebody else's: faint, with open markers, without a line in the legend.
        public var isPublished: Bool
        public var points: [Point]

        public init(label: String, style: CurveStyle, isPublished: Bool = false, points: [Point]) {
            self.label = label
            self.style = style
            self.isPublished = isPublished
            self.points = points
        }
    }

    /// The stem of its files.
    public var name: String
    public var title: String
    /// Sentences under the picture: what is averaged, what the band is, what is missing.
    public var caption: [String]
    public var x: Axis
    public var y: Axis
    public var curves: [Curve]
    /// What the legend calls curves that are somebody else's.
    public var publishedLabel: String
    /// Where values of 0 are drawn on a logarithmic or dB axis (one error in all symbols, say); nil: at its lower edge.
    public var floor: Double?
    /// Markers at simulated points; false for curves with a point per iteration, which get a few.
    public var marksEveryPoint: Bool
    /// The x axis is marked at the points, if they are few; false where nobody chose their places.
    public var ticksAtPoints: Bool

    public init(
        name: String, title: String, caption: [String] = [], x: Axis, y: Axis, curves: [Curve], floor: Double? = nil,
        marksEveryPoint: Bool = true, ticksAtPoints: Bool = true, publishedLabel: String = "published"
    ) {
        self.name = name
        self.title = title
        self.caption = caption
        self.x = x
        self.y = y
        self.curves = curves
        self.floor = floor
        self.marksEveryPoint = marksEveryPoint
        self.ticksAtPoints = ticksAtPoints
        self.publishedLabel = publishedLabel
    }
}
