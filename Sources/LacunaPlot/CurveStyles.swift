import LacunaArrays

/// The look of each algorithm of an experiment. It follows the method, not the position: a method looks the same in
/// every figure of every scenario, and when others are left out.
///
/// Known methods stand in a table. A label that is not in it ("svd-krosbl, noise learnt") has the colour of its method,
/// darker, with a marker and dashes that a hash of the label chooses; a method that is not in it has a colour kept for such,
/// chosen in the same way. Beside others of their kind they get the next look that shares least with them.
struct CurveStyles {
    /// Kept for methods that are not in the table: four hues, none of them blue, lighter than the known of their hue.
    private static let otherColors = ["#bf00ff", "#3dcc74", "#ff0044", "#b2ad59"]

    private let styles: [String: CurveStyle]

    /// - Parameter methods: label -> method, where they differ.
    init(_ algorithms: [String], methods: [String: String] = [:]) {
        var styles: [String: CurveStyle] = [:]
        for label in algorithms { styles[label] = Self.known[label] }
        var others: [CurveStyle] = []
        for label in algorithms where styles[label] == nil {
            let candidates = Self.candidates(for: label, of: methods[label])
            // The first of those that are least like any other; 120 looks before one repeats.
            let style = candidates.min { $0.likeness(to: others) < $1.likeness(to: others) } ?? candidates[0]
            styles[label] = style
            others.append(style)
        }
        self.styles = styles
    }

    subscript(label: String) -> CurveStyle { styles[label] ?? Self.candidates(for: label, of: nil)[0] }

    /// The looks that a label may have, the hash's choice first.
    private static func candidates(for label: String, of method: String?) -> [CurveStyle] {
        var hash = StableHash()
        hash.combine(label)
        let own = method.flatMap { known[$0] }
        let colors = own.map { [$0.darkened.color] } ?? otherColors
        // Dashes say that it is not the method as such.
        let dashes = own.map { own in CurveStyle.Dash.allCases.filter { $0 != own.dash } } ?? CurveStyle.Dash.allCases
        let markers = CurveStyle.Marker.allCases
        let count = colors.count * markers.count * dashes.count
        let start = Int(hash.value % UInt64(count))
        return (start..<start + count).map { place in
            CurveStyle(
                color: colors[place % colors.count], marker: markers[(place / colors.count) % markers.count],
                dash: dashes[(place / (colors.count * markers.count)) % dashes.count])
        }
    }
}

extension CurveStyle {
    /// How much it shares with the most similar of the others: the colour counts most; 5: all.
    fileprivate func likeness(to others: [CurveStyle]) -> Int {
        let shared = others.map { other in
            (color == other.color ? 3 : 0) + (marker == other.marker ? 1 : 0) + (dash == other.dash ? 1 : 0)
        }
        return shared.max() ?? 0
    }
}
