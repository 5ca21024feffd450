import Testing

@testable import LacunaPlot

@Suite struct GnuplotScriptTests {
    private let figure = Figure(
        name: "nmse", title: "It's 100 % `safe` @here", caption: ["Median over 5."], x: .init(label: "snr_db {x}"),
        y: .init(label: "Error (dB)", scale: .dB),
        curves: [
            .init(
                label: "pc_krosbl(0.8)\nsystem", style: CurveStyles(["am-krosbl"])["am-krosbl"],
                points: [
                    .init(x: 0, y: 0.1, lower: 0.05, upper: 0.30000000000000004), .init(x: 5, y: .nan),
                    .init(x: 10, y: 0, isHollow: true),
                ]),
            .init(
                label: "theirs", style: CurveStyles(["am-krosbl"])["am-krosbl"], isPublished: true,
                points: [.init(x: 0, y: 0.2), .init(x: 10, y: 0.01)]),
        ])

    @Test func dataAreCompleteAndUnrounded() {
        let script = GnuplotScript(figure).pictures(PictureFormat.standard)
        let block = """
            $curve0 << EOD
            # pc_krosbl(0.8) system: x y lower upper complete
            0.0 0.1 0.05 0.30000000000000004 1

            10.0 0.0 0.0 0.0 0
            EOD
            """
        #expect(script.contains(block))
        #expect(
            script.contains("# theirs, published: x y lower upper complete\n0.0 0.2 0.2 0.2 1\n10.0 0.01 0.01 0.01 1\n")
        )
    }

    @Test func textIsNotInterpreted() {
        let script = GnuplotScript(figure).pictures(PictureFormat.standard)
        #expect(script.contains("'It''s 100 % `safe` @here'"))
        #expect(script.contains("set xlabel 'snr_db {x}' noenhanced"))
        #expect(script.contains("title 'pc_krosbl(0.8) system'"))
        #expect(script.contains("noenhanced samplen"))
        #expect(GnuplotScript.quoted("''") == "''''''" && GnuplotScript.quoted("a\r\nb") == "'a b'")
    }

    @Test func drawsBandsBeneathLines() throws {
        let script = GnuplotScript(figure).pictures(PictureFormat.standard)
        let plot = try #require(script.range(of: "plot $curve0").map { script[$0.lowerBound...] })
        let band = try #require(plot.range(of: "filledcurves"))
        let line = try #require(plot.range(of: "dashtype 1 pointtype 5"))
        let hollow = try #require(plot.range(of: "pointtype 4 notitle"))
        #expect(band.lowerBound < line.lowerBound)
        #expect(line.lowerBound < plot.range(of: "linewidth 1.5 pointtype 4")!.lowerBound)
        #expect(plot[hollow.lowerBound...].contains("keyentry") && plot.contains("title 'published'"))
        #expect(script.contains("set output 'nmse.svg'") && script.contains("set output 'nmse.png'"))
        #expect(script.contains("height(v) = 10 * log10("))
    }

    @Test func aSinglePointHasAnErrorBar() {
        var single = figure
        single.curves = [
            .init(
                label: "a", style: CurveStyles(["am-krosbl"])["am-krosbl"],
                points: [.init(x: 1, y: 2, lower: 1, upper: 3)])
        ]
        let script = GnuplotScript(single).pictures(PictureFormat.standard)
        #expect(script.contains("with yerrorbars") && !script.contains("filledcurves"))
    }
}
