import Foundation
import LacunaExperiment
import LacunaPlot
import Testing

@Suite struct CurvePanelsTests {
    private let figure = Scenario.EstimateFigure(
        .views, name: "orbits", title: "Toy", of: "orbit", algorithms: ["a", "c"], at: ["level": .integer(2)])
    private let view = CurveView("orbit", "a path", x: "position", y: "speed")

    /// Two levels, three methods; the first trials have an orbit beside the true one, and bars.
    private func table() -> ResultTable {
        var table = ResultTable(
            axes: [.init(name: "level", unit: "", values: [.integer(1), .integer(2)])], algorithms: ["a", "b", "c"],
            trials: 2, metrics: [])
        for point in 0..<2 {
            for algorithm in 0..<3 {
                table.curves[table.index(point: point, algorithm: algorithm, trial: 0)] = [
                    RecordedCurve(view: "orbit", label: "true", x: [0, 1, 2], y: [0, 1, 0]),
                    RecordedCurve(view: "orbit", label: "model", x: [0, 1, 2], y: [0, Double(algorithm), .infinity]),
                    RecordedCurve(
                        view: "bars", label: "model", style: .bars, x: [0, 1], y: [3, -4], names: ["it's", "y"]),
                ]
            }
        }
        return table
    }

    @Test func aPanelForEachMethod() {
        let picture = CurvePanels(table(), figure, view: view)
        #expect(picture.panels.map(\.title) == ["a", "c"] && picture.title == "Toy, level = 2")
        #expect(picture.panels[0].curves.map(\.label) == ["true", "model"])
        let script = picture.script([.svg])
        // What is not finite is a gap, and the truth sets the range.
        #expect(script.contains("$panel1_1 << EOD\n0.0 0.0\n1.0 2.0\n\nEOD"))
        #expect(script.contains("set yrange [-0.3:1.3]") && script.contains("set xlabel 'position'"))
        #expect(script.contains("set multiplot layout 1,2 title"))
    }

    @Test func barsHaveNamesAndCellsWithoutCurvesNoPanel() {
        let bars = Scenario.EstimateFigure(.views, name: "bars", title: "Toy", of: "bars")
        let logarithmic = CurveView("bars", "", x: "", y: "size", isLogarithmic: true)
        let script = CurvePanels(table(), bars, view: logarithmic).script([.png])
        #expect(script.contains("with boxes") && script.contains("'it''s' 0.0") && script.contains("set logscale y"))
        #expect(script.contains("set multiplot layout 2,3 title"))
        var empty = table()
        empty.curves = empty.curves.map { _ in [] }
        #expect(CurvePanels(empty, figure, view: view).panels.isEmpty)
    }

    @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
    func gnuplotDrawsTheScript() throws {
        let gnuplot = try #require(Gnuplot.find())
        let folder = NSTemporaryDirectory() + "lacuna-curves-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bars = Scenario.EstimateFigure(.views, name: "bars", title: "Toy", of: "bars")
        let files = try FigureFiles.write(
            [CurvePanels(table(), figure, view: view), CurvePanels(table(), bars, view: view)], to: folder,
            formats: PictureFormat.allCases, gnuplot: gnuplot, redrawCommand: "")
        #expect(files.pictures.count == 6)
    }
}
