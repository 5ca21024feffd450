/// Colour, marker and dashes of a curve. Markers and dashes differ as well as colours, for print without colour.
public struct CurveStyle: Hashable, Sendable {
    public enum Marker: Int, CaseIterable, Hashable, Sendable {
        // gnuplot's numbers of the open forms; the filled form is one more.
        case square = 4
        case circle = 6
        case triangle = 8
        case invertedTriangle = 10
        case diamond = 12
        case pentagon = 14
    }

    public enum Dash: Int, CaseIterable, Hashable, Sendable {
        // gnuplot's numbers.
        case solid = 1
        case dashed = 2
        case dotted = 3
        case dotDashed = 4
        case dotDotDashed = 5
    }

    /// "#0072b2"
    public var color: String
    public var marker: Marker
    public var dash: Dash

    public init(color: String, marker: Marker, dash: Dash = .solid) {
        self.color = color
        self.marker = marker
        self.dash = dash
    }

    var openMarker: Int { marker.rawValue }
    var filledMarker: Int { marker.rawValue + 1 }

    /// The same colour and marker with other dashes, for the n-th of several curves of one algorithm.
    func variant(_ n: Int) -> CurveStyle {
        let dashes = Dash.allCases
        let position = dashes.firstIndex(of: dash) ?? 0
        return CurveStyle(color: color, marker: marker, dash: dashes[(position + n) % dashes.count])
    }

    /// Half as light: dashes of one colour over a line of the same would not be seen.
    var darkened: CurveStyle {
        let parts = stride(from: 1, to: 7, by: 2).map { start -> String in
            let digits = color.dropFirst(start).prefix(2)
            let half = (Int(digits, radix: 16) ?? 0) / 2
            return (half < 16 ? "0" : "") + String(half, radix: 16)
        }
        return CurveStyle(color: "#" + parts.joined(), marker: marker, dash: dash)
    }
}
