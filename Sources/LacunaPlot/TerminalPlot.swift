import Foundation
import LacunaArrays

/// A figure in plain ASCII, through gnuplot's `dumb` terminal: our curves without bands, a letter at each point.
public struct TerminalPlot: Sendable {
    public var width: Int
    public var height: Int

    public init(width: Int = 79, height: Int = 30) {
        self.width = max(40, width)
        self.height = max(15, height)
    }

    /// The figure as lines of text, the caption under it.
    /// - Throws: `LacunaError` (environment) if gnuplot is missing or fails.
    public func text(_ figure: Figure, gnuplot: Gnuplot? = Gnuplot.find()) throws -> String {
        guard let gnuplot else {
            throw LacunaError(.environment, "gnuplot", "is not installed", remedy: Gnuplot.installation)
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lacuna-plot-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = GnuplotScript(figure).terminal(width: width, height: height)
        try Data(script.utf8).write(to: folder.appendingPathComponent("figure.gp"))
        let drawing = try gnuplot.draw("figure.gp", in: folder)
        let lines = drawing.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " || $0 == "\u{c}" }.reversed())
        }
        let picture = lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed()
        var sentences = GnuplotScript(figure).layout.sentences
        let hasMore = figure.curves.contains {
            $0.isPublished || $0.points.contains { $0.lower != $0.upper || $0.isHollow }
        }
        if hasMore { sentences.append("(Bands, published curves and hollow points are in the pictures only.)") }
        let caption = FigureLayout.wrapped(sentences.map(Self.ascii), at: width)
        return (picture + caption).joined(separator: "\n") + "\n"
    }

    /// Signs of formulas are spelt in ASCII; other letters lose their accents or become a question mark.
    static func ascii(_ text: String) -> String {
        let spelt: [Unicode.Scalar: String] = ["‖": "||", "²": "^2", "\u{302}": "^", "∩": "n", "∪": "u", "×": "x"]
        return text.decomposedStringWithCanonicalMapping.unicodeScalars.map { scalar in
            if scalar.isASCII { return String(scalar) }
            return spelt[scalar] ?? (scalar.properties.isDiacritic ? "" : "?")
        }.joined()
    }
}

extension GnuplotScript {
    /// Prints the curves into the terminal: lines of dots and, on top of all lines, a letter at each simulated point.
    func terminal(width: Int, height: Int) -> String {
        let own = figure.curves.enumerated().filter { !$0.element.isPublished }
        func text(_ text: String) -> String { Self.quoted(TerminalPlot.ascii(text)) }
        var elements = own.enumerated().map { position, curve in
            "$curve\(curve.offset) using 1:(above($2)) with lines linetype \(position % 7 + 1) notitle"
        }
        elements += own.enumerated().map { position, curve in
            let marker = "points pointtype '\(Self.letter(position))' title \(text(curve.element.label))"
            if figure.marksEveryPoint { return "keyentry with \(marker)" }
            let spacing = max(1, curve.element.points.count / 8)
            return "$curve\(curve.offset) every \(spacing) using 1:(height($2)) with \(marker)"
        }
        let columns = width - 10
        let rows = height - 8 - own.count / 3
        let labels = figure.marksEveryPoint ? letters(at: own.map(\.element), columns: columns, rows: rows) : []
        let isLogarithmic = layout.yScale == .log
        return """
            set terminal dumb mono noenhanced size \(width),\(height)
            \(dataBlocks)
            set title \(text(figure.title))
            set xlabel \(text(figure.x.label))
            set ylabel \(text(figure.y.label))
            set key below
            set xrange [\(layout.xRange.lowerBound):\(layout.xRange.upperBound)]
            set yrange [\(layout.yRange.lowerBound):\(layout.yRange.upperBound)]
            \(axisSettings.joined(separator: "\n"))
            \(isLogarithmic ? "set format y '%g'" : "")
            \(labels.joined(separator: "\n"))
            plot \(elements.isEmpty ? "NaN notitle" : elements.joined(separator: ", "))

            """
    }

    /// a, b, … z, A, … Z for the curves in order.
    private static func letter(_ position: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return String(letters[position % letters.count])
    }

    /// A letter at each point; where several fall on one character their letters stand side by side: `bd`.
    private func letters(at curves: [Figure.Curve], columns: Int, rows: Int) -> [String] {
        var cells: [(x: Double, y: Double, letters: String)] = []
        for (index, curve) in curves.enumerated() {
            for point in curve.points where point.x.isFinite && point.y.isFinite {
                let (x, y) = layout.position(point.x, point.y)
                if let cell = cells.firstIndex(where: {
                    abs($0.x - x) * Double(columns) < 1 && abs($0.y - y) * Double(rows) < 0.75
                }) {
                    cells[cell].letters += Self.letter(index)
                } else {
                    cells.append((x, y, Self.letter(index)))
                }
            }
        }
        return cells.map { cell in
            let isAtEdge = cell.letters.count > 1 && cell.x > 0.9
            return
                "set label '\(cell.letters)' at graph \(cell.x), graph \(cell.y) \(isAtEdge ? "right" : "left") front"
        }
    }
}
