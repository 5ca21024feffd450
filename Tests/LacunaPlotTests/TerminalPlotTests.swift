import Foundation
import LacunaArrays
import Testing

@testable import LacunaPlot

@Suite struct TerminalPlotTests {
    @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
    func isPlainASCIIOfTheWidthAsked() throws {
        var figure = try Figure(
            exampleTable(),
            .init(name: "nmse", title: "Schätzfehler", x: "snr_db", y: "nmse", scale: .log, band: .none),
            context: FigureContext(pooling: ["pilot_draw"]))
        figure.caption = ["σ²"]
        let text = try TerminalPlot(width: 70, height: 24).text(figure)
        #expect(text.utf8.allSatisfy { $0 < 128 })
        let lines = text.split(separator: "\n")
        #expect(TerminalPlot.ascii("‖Ĥ - H‖² é") == "||H^ - H||^2 e")
        #expect(lines.allSatisfy { $0.count <= 70 } && lines.count >= 22)
        #expect(text.contains("Schatzfehler") && text.contains("svd_krosbl    a") && text.contains("omp    b"))
        #expect(text.contains("?^2"))
    }

    @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
    func lettersOfEqualPointsStandSideBySide() throws {
        let curves = (0..<30).map { index in
            Figure.Curve(
                label: "toy-\(index)", style: CurveStyles([])["toy"],
                points: [.init(x: 0, y: Double(index / 3)), .init(x: 1, y: Double(index / 3))])
        }
        let figure = Figure(name: "f", title: "", x: .init(label: "x"), y: .init(label: "y"), curves: curves)
        let text = try TerminalPlot(width: 79, height: 40).text(figure)
        for letters in ["abc", "def", "BCD"] { #expect(text.components(separatedBy: letters).count == 3) }
    }

    @Test func withoutGnuplotTheWayIsTold() throws {
        let figure = Figure(name: "f", title: "", x: .init(label: ""), y: .init(label: ""), curves: [])
        let error = #expect(throws: LacunaError.self) { try TerminalPlot().text(figure, gnuplot: nil) }
        #expect(error?.description == "gnuplot: is not installed. Install it with: apt-get install gnuplot-nox")
    }
}
