/// Colour, marker and dashes of a curve, fixed by the algorithm's position: the same in every figure of a scenario.
///
/// Colours are those of Okabe and Ito, "Color Universal Design" (2008), which colour-blind readers tell apart, without
/// the yellow that is lost on white, then brown and two of Tol's "muted" scheme. Markers differ as well, for print
/// without colour.
struct CurveStyle: Hashable, Sendable {
    /// "#0072b2"
    let color: String
    /// gnuplot's point types.
    let filledMarker: Int
    let openMarker: Int
    /// gnuplot's dash type; 1 is solid.
    let dash: Int

    private static let colors = [
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#7f6a4f", "#882255", "#999933",
    ]
    /// Circle, square, triangle, inverted triangle, diamond, pentagon: open, and one more for filled.
    private static let openMarkers = [6, 4, 8, 10, 12, 14]
    private static let dashes = [1, 2, 4, 5, 3]

    /// 30 pairs of colour and marker before one repeats.
    init(style: Int, variant: Int = 0) {
        color = Self.colors[style % Self.colors.count]
        openMarker = Self.openMarkers[style % Self.openMarkers.count]
        filledMarker = openMarker + 1
        dash = Self.dashes[(style / 30 + variant) % Self.dashes.count]
    }
}
