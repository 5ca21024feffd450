import LacunaArrays

/// A figure as a gnuplot script that holds its data: users can edit it and run it again.
struct GnuplotScript {
    let figure: Figure
    let layout: FigureLayout

    init(_ figure: Figure) {
        self.figure = figure
        layout = FigureLayout(figure).placingLegend(of: figure)
    }

    /// Draws `<name>.svg` and the like into the folder it is run in.
    func pictures(_ formats: [PictureFormat]) -> String {
        let outputs = formats.enumerated().map { index, format in
            """
            set terminal \(format.terminal(width: Int(layout.width), height: Int(FigureLayout.height)))
            set output \(Self.quoted("\(figure.name).\(format.rawValue)"))
            \(index == 0 ? "plot \(elements.joined(separator: ", \\\n     "))" : "replot")
            set output
            """
        }
        return """
            # Drawn by Lacuna. Edit and draw again: gnuplot \(Self.oneLine(figure.name)).gp
            set encoding utf8
            \(dataBlocks)
            \(settings)
            \(outputs.joined(separator: "\n"))

            """
    }

    /// Panels side by side and below each other: data blocks, what all panels share, and of each its settings and plot.
    static func panels(
        _ name: String, title: String, _ formats: [PictureFormat], across: Int, down: Int, width: Int, height: Int,
        blocks: [String], settings: [String], plots: [String]
    ) -> String {
        let outputs = formats.map { format in
            """
            set terminal \(format.terminal(width: width, height: height))
            set output \(quoted("\(name).\(format.rawValue)"))
            set multiplot layout \(down),\(across) title \(quoted(title)) noenhanced
            \(plots.joined(separator: "\n"))
            unset multiplot
            set output
            """
        }
        return """
            # Drawn by Lacuna. Edit and draw again: gnuplot \(oneLine(name)).gp
            set encoding utf8
            \(blocks.joined(separator: "\n"))
            \(settings.joined(separator: "\n"))
            \(outputs.joined(separator: "\n"))

            """
    }

    // MARK: - Data

    /// One block per curve: x, y, lower, upper, whether all trials have a result. Values as measured; a gap where there
    /// is none.
    var dataBlocks: String {
        figure.curves.enumerated().map { index, curve in
            let rows = curve.points.map { point in
                guard point.x.isFinite, point.y.isFinite else { return "" }
                return "\(point.x) \(point.y) \(point.lower) \(point.upper) \(point.isHollow ? 0 : 1)"
            }
            let comment =
                "# \(Self.oneLine(curve.label))\(curve.isPublished ? ", published" : ""): x y lower upper complete"
            return "$curve\(index) << EOD\n\(comment)\n\(rows.joined(separator: "\n"))\nEOD"
        }.joined(separator: "\n")
    }

    // MARK: - Settings

    private var settings: String {
        var lines = [
            "set xlabel \(Self.quoted(figure.x.label)) noenhanced offset 0,0.3",
            "set ylabel \(Self.quoted(figure.y.label)) noenhanced offset 0.5,0",
            "set border 3 linecolor rgb '#404040'",
            "set tics nomirror textcolor rgb '#202020'",
            "set minussign",
            "set grid xtics ytics linecolor rgb '#d0d0d0' linetype 1 linewidth 0.6",
            "set pointsize 0.9",
            "set bmargin at screen \(layout.bottomMargin)",
            "set tmargin at screen \(layout.topMargin)",
            "set key \(layout.legend.rawValue) Left reverse noenhanced samplen 2.6 spacing 1.15 width -1 font ',13'"
                + (layout.legend == .outside ? "" : " opaque fillcolor rgb '#ffffff' box linecolor rgb '#c0c0c0'"),
            "set xrange [\(layout.xRange.lowerBound):\(layout.xRange.upperBound)]",
            "set yrange [\(layout.yRange.lowerBound):\(layout.yRange.upperBound)]",
        ]
        lines += axisSettings
        // Labels and not `set title`, which has one line.
        for (index, line) in layout.titleLines.enumerated() {
            lines.append(
                "set label \(Self.quoted(line)) at screen \(layout.center), screen \(layout.titleHeight(index)) center"
                    + " noenhanced font ',16'")
        }
        for (index, line) in layout.captionLines.enumerated() {
            lines.append(
                "set label \(Self.quoted(line)) at screen \(layout.center), screen \(layout.captionHeight(index)) center"
                    + " noenhanced font ',11' textcolor rgb '#606060'")
        }
        return lines.joined(separator: "\n")
    }

    /// Ticks, logarithms and the height function: what pictures and terminal share.
    var axisSettings: [String] {
        var lines = layout.xIsLogarithmic ? ["set logscale x"] : []
        if !figure.x.categories.isEmpty {
            let names = figure.x.categories.enumerated().map { "\(Self.quoted($1)) \($0)" }
            let turned = layout.turnsNames ? "rotate by 35 right " : ""
            lines.append("set xtics \(turned)noenhanced (\(names.joined(separator: ", ")))")
        } else if let ticks = xTicks {
            lines.append("set xtics (\(ticks.map { "\($0)" }.joined(separator: ", ")))")
        }
        return lines + heightFunction
    }

    /// Ticks at the points, published ones included, if they are few and their places were chosen.
    private var xTicks: [Double]? {
        guard figure.marksEveryPoint else { return nil }
        guard figure.ticksAtPoints else { return figure.x.scale == .log ? roundTicks : nil }
        let values = Set(figure.curves.flatMap { $0.points.map(\.x) }.filter(\.isFinite))
        return (2...12).contains(values.count) ? values.sorted() : nil
    }

    /// 1, 2 and 5 of each decade on the x axis.
    private var roundTicks: [Double]? {
        let values = figure.curves.flatMap { $0.points.map(\.x) }.filter { $0.isFinite && $0 > 0 }
        guard let low = values.min(), let high = values.max() else { return nil }
        let decades = Int(Double.log10(low).rounded(.down))...Int(Double.log10(high).rounded(.up))
        let factors: [Double] = decades.count > 4 ? [1] : [1, 2, 5]
        let ticks = decades.flatMap { decade in factors.map { $0 * Double.pow(10, decade) } }
        return ticks.filter { (low / 2...2 * high).contains($0) }.map { Double(FigureLayout.short($0)) ?? $0 }
    }

    /// `height(v)`: where the value v is drawn; `above(v)`: the same, and nowhere for values of 0 without a logarithm.
    private var heightFunction: [String] {
        switch layout.yScale {
        case .linear:
            ["height(v) = v", "above(v) = v"]
        case .log:
            [
                "set logscale y", yTicks, "floor_value = \(layout.floor)",
                "height(v) = v > floor_value ? v : floor_value", above,
            ]
        case .dB:
            ["floor_value = \(layout.floor)", "height(v) = 10 * log10(v > floor_value ? v : floor_value)", above]
        }
    }

    private var above: String { "above(v) = v > 0 ? height(v) : NaN" }

    /// Decades as powers of ten; 1, 2, 5 of each where there are fewer than two decades.
    private var yTicks: String {
        let (low, high) = (layout.yRange.lowerBound, layout.yRange.upperBound)
        guard high < 100 * low else { return "set format y '10^{%T}'" }
        let decades = Int(Double.log10(low).rounded(.down))...Int(Double.log10(high).rounded(.up))
        let ticks = decades.flatMap { decade in [1, 2, 5].map { $0 * Double.pow(10, decade) } }
        let shown = ticks.filter { (low...high).contains($0) }.map { "\(Double(FigureLayout.short($0)) ?? $0)" }
        return "set format y '%g'; set ytics (\(shown.joined(separator: ", ")))"
    }

    // MARK: - Plot elements, back to front

    private var elements: [String] {
        let curves = Array(figure.curves.enumerated())
        let published = curves.filter { $0.element.isPublished }
        let own = curves.filter { !$0.element.isPublished }
        var elements = (published + own).flatMap { band($0.offset, $0.element) }
        elements += published.map { publishedLine($0.offset, $0.element) }
        elements += own.map { line($0.offset, $0.element) }
        elements += curves.flatMap { zeros($0.offset, $0.element) }
        elements += own.flatMap { hollowPoints($0.offset, $0.element) }
        if !published.isEmpty {
            elements.append(
                "keyentry with linespoints linecolor rgb '#909090' linewidth 1.2 dashtype 2 pointtype 6"
                    + " title \(Self.quoted(figure.publishedLabel))")
        }
        return elements.isEmpty ? ["NaN notitle"] : elements
    }

    private func band(_ index: Int, _ curve: Figure.Curve) -> [String] {
        let drawn = curve.points.filter { $0.y.isFinite }
        guard drawn.contains(where: { $0.lower != $0.upper }) else { return [] }
        let color = curve.style.color
        if drawn.count == 1 {
            // A single point has no area.
            return [
                "$curve\(index) using 1:(height($2)):(height($3)):(height($4)) with yerrorbars linecolor rgb '\(color)'"
                    + " linewidth 1.2 pointtype 0 notitle"
            ]
        }
        // Many bands over each other turn to mud: they get lighter, and thin edges keep them apart.
        let alike = figure.curves.count { $0.isPublished == curve.isPublished }
        let opacity = (curve.isPublished ? 0.08 : 0.18) * min(1, 4 / Double(alike)).squareRoot()
        let area =
            "$curve\(index) using 1:(height($3)):(height($4)) with filledcurves fillstyle transparent solid"
            + " \(FigureLayout.short(opacity)) noborder fillcolor rgb '\(color)' notitle"
        let edge =
            "with lines linecolor rgb '#\(curve.isPublished ? "50" : "90")\(color.dropFirst())' linewidth \(curve.isPublished ? "1 dashtype 3" : "0.6") notitle"
        // Of many published bands the edges say enough.
        let areas = curve.isPublished && alike > 2 ? [] : [area]
        return areas + [3, 4].map { "$curve\(index) using 1:(height($\($0))) \(edge)" }
    }

    private func publishedLine(_ index: Int, _ curve: Figure.Curve) -> String {
        let style = curve.style
        // "#80rrggbb" is a colour half transparent.
        let faint = "#80" + style.color.dropFirst()
        return "$curve\(index) using 1:(above($2)) with linespoints linecolor rgb '\(faint)' linewidth 1.2 dashtype 2"
            + " pointtype \(style.openMarker) notitle"
    }

    private func line(_ index: Int, _ curve: Figure.Curve) -> String {
        let style = curve.style
        let spacing = figure.marksEveryPoint ? "" : " pointinterval \(markerInterval(curve))"
        return
            "$curve\(index) using 1:(above($2)) with \(figure.x.categories.isEmpty ? "linespoints" : "points") linecolor rgb '\(style.color)' linewidth \(FigureLayout.short(1.4 * markerSize(index) + 0.6))"
            + " dashtype \(style.dash.rawValue) pointtype \(style.filledMarker) pointsize \(FigureLayout.short(markerSize(index)))\(spacing)"
            + " title \(Self.quoted(curve.label))"
    }

    /// Later curves are drawn over earlier ones: with smaller markers, so that equal curves show both.
    private func markerSize(_ index: Int) -> Double {
        1.3 - 0.5 * Double(index) / Double(max(1, figure.curves.count { !$0.isPublished } - 1))
    }

    /// About eight markers on a curve with a point per iteration.
    private func markerInterval(_ curve: Figure.Curve) -> Int { max(1, curve.points.count / 8) }

    /// Values of 0 on a logarithmic axis: markers alone, as a line down to them would show values that there are not.
    private func zeros(_ index: Int, _ curve: Figure.Curve) -> [String] {
        guard layout.yScale != .linear, curve.points.contains(where: { $0.y <= 0 }) else { return [] }
        let style = curve.style
        let color = (curve.isPublished ? "#80" : "#") + style.color.dropFirst()
        return [
            "$curve\(index) using 1:($2 > 0 ? NaN : height($2)) with points linecolor rgb '\(color)' linewidth 1.5"
                + " pointtype \(curve.isPublished ? style.openMarker : style.filledMarker)"
                + " pointsize \(FigureLayout.short(curve.isPublished ? 0.9 : markerSize(index))) notitle"
        ]
    }

    private func hollowPoints(_ index: Int, _ curve: Figure.Curve) -> [String] {
        guard curve.points.contains(where: { $0.isHollow && $0.y.isFinite }) else { return [] }
        let style = curve.style
        let points = "$curve\(index) using 1:($5 == 0 ? height($2) : NaN) with points"
        return [
            "\(points) linecolor rgb '#ffffff' pointtype \(style.filledMarker) notitle",
            "\(points) linecolor rgb '\(style.color)' linewidth 1.5 pointtype \(style.openMarker) notitle",
        ]
    }

    // MARK: - Text

    /// In single quotes gnuplot expands nothing; a quote is doubled.
    static func quoted(_ text: String) -> String {
        "'" + oneLine(text).split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    static func oneLine(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ")
    }
}
