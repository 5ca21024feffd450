import Foundation
import LacunaExperiment

/// Curves of estimates, a panel for each method and point: paths, series, bars, beside the truth.
public struct CurvePanels: Picture, Hashable {
    public struct Panel: Hashable, Sendable {
        public let title: String
        public let curves: [RecordedCurve]
    }

    public let name: String
    public let title: String
    public let view: CurveView
    public let panels: [Panel]

    /// What the cells have recorded of the figure's view; without panels where none has.
    public init(_ table: ResultTable, _ figure: Scenario.EstimateFigure, view: CurveView) {
        var panels: [Panel] = []
        for (position, algorithm) in table.algorithms.enumerated() where figure.draws(algorithm) {
            for point in 0..<table.pointCount where table.axes.isPoint(point, at: figure.at) {
                let cell = table.index(point: point, algorithm: position, trial: 0)
                let curves = table.curves[cell].filter { $0.view == figure.subject && !$0.x.isEmpty }
                guard !curves.isEmpty else { continue }
                let places = table.axes.coordinates(of: point).filter { figure.at[$0.axis] == nil }
                panels.append(
                    Panel(
                        title: ([algorithm] + places.map { "\($0.axis) = \($0.value)" }).joined(separator: ", "),
                        curves: curves))
            }
        }
        let place = figure.at.sorted { $0.key < $1.key }.map { ", \($0.key) = \($0.value)" }.joined()
        name = figure.name
        title = "\(figure.title)\(place)"
        self.view = view
        self.panels = panels
    }

    /// The range of all curves, so that panels compare; nil for one without finite numbers.
    private func range(_ values: (RecordedCurve) -> [Double]) -> (low: Double, high: Double)? {
        // What runs away would hide the rest: the truth sets the range, if there is one, and half of it around.
        let all = panels.flatMap(\.curves), reference = all.filter { $0.label == "true" }
        let finite = (reference.isEmpty ? all : reference).flatMap(values).filter { $0 != RecordedCurve.gap }
        guard let low = finite.min(), let high = finite.max(), low < high else { return nil }
        let margin = (reference.isEmpty ? 0.05 : 0.3) * (high - low)
        return (low - margin, high + margin)
    }

    public func script(_ formats: [PictureFormat]) -> String {
        let across = max(1, min(panels.count, 3)), down = max(1, (panels.count + across - 1) / across)
        let width = across * 360, height = down * 300 + 40
        var blocks: [String] = [], plots: [String] = []
        for (number, panel) in panels.enumerated() {
            var elements: [String] = []
            for (index, curve) in panel.curves.enumerated() {
                let rows = zip(curve.x, curve.y).map { max($0, $1) == RecordedCurve.gap ? "" : "\($0) \($1)" }
                blocks.append("$panel\(number)_\(index) << EOD\n\(rows.joined(separator: "\n"))\nEOD")
                elements.append(element("$panel\(number)_\(index)", curve, index, of: panel.curves.count))
            }
            let names = panel.curves.first { !$0.names.isEmpty }
            let ticks = names.map { curve in
                zip(curve.names, curve.x).map { "\(GnuplotScript.quoted($0)) \($1)" }.joined(separator: ", ")
            }
            plots.append(
                """
                set title \(GnuplotScript.quoted(panel.title)) noenhanced
                \(ticks.map { "set xtics rotate by -60 noenhanced (\($0))" } ?? "set xtics norotate \(tickStep)")
                plot \(elements.joined(separator: ", \\\n     "))
                """)
        }
        return GnuplotScript.panels(
            name, title: title, formats, across: across, down: down, width: width, height: height, blocks: blocks,
            settings: settings, plots: plots)
    }

    /// Some five numbers fit below a panel.
    private var tickStep: String {
        guard let (low, high) = range(\.x) else { return "autofreq" }
        let least = (high - low) / 5, unit = pow(10, log10(least).rounded(.down))
        return "\(unit * ([1, 2, 5].first { $0 * unit >= least } ?? 10))"
    }

    private var settings: [String] {
        var lines = [
            "set border 3 linecolor rgb '#404040'", "set tics nomirror textcolor rgb '#202020'",
            "set grid linecolor rgb '#e0e0e0'", "set key below center horizontal samplen 1.5",
            "set xlabel \(GnuplotScript.quoted(view.xLabel)) noenhanced",
            "set ylabel \(GnuplotScript.quoted(view.yLabel)) noenhanced",
        ]
        if view.isLogarithmic {
            lines += ["set logscale y", "set format y '10^{%T}'"]
        } else if let (low, high) = range(\.y) {
            lines.append("set yrange [\(low):\(high)]")
        }
        if !panels.contains(where: { $0.curves.contains { !$0.names.isEmpty } }), let (low, high) = range(\.x) {
            lines.append("set xrange [\(low):\(high)]")
        }
        return lines
    }

    private func element(_ block: String, _ curve: RecordedCurve, _ index: Int, of count: Int) -> String {
        // The truth in grey beneath, models in colours that tell apart without them too.
        let colours = ["#d55e00", "#0072b2", "#009e73", "#cc79a7"]
        let colour = curve.label == "true" ? "#909090" : colours[index % colours.count]
        let title = GnuplotScript.quoted(curve.label)
        switch curve.style {
        case .line:
            return
                "\(block) using 1:2 with lines linewidth \(curve.label == "true" ? 2 : 1.2) linecolor rgb '\(colour)' title \(title) noenhanced"
        case .points:
            return
                "\(block) using 1:2 with points pointtype 7 pointsize 0.4 linecolor rgb '\(colour)' title \(title) noenhanced"
        case .bars:
            // Bars of one place stand side by side.
            let width = 0.8 / Double(count), shift = (Double(index) - Double(count - 1) / 2) * width
            return
                "\(block) using ($1+\(shift)):2:(\(width)) with boxes fill solid 0.8 linecolor rgb '\(colour)' title \(title) noenhanced"
        }
    }
}
