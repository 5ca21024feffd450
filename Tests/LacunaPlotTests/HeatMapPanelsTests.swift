import Foundation
import LacunaExperiment
import LacunaPlot
import Testing

@Suite struct HeatMapPanelsTests {
    private let figure = Scenario.EstimateFigure(
        .masks, name: "masks", title: "Toy", of: "fc.weight", algorithms: ["a", "c"], at: ["level": .integer(2)])

    /// Two levels, two rates, three methods, two trials; each first trial has a mask.
    private func table() -> ResultTable {
        var table = ResultTable(
            axes: [
                .init(name: "level", unit: "", values: [.integer(1), .integer(2)]),
                .init(name: "rate", unit: "", values: [.number(0.5), .number(1)]),
            ], algorithms: ["a", "b", "c"], trials: 2, metrics: [])
        for point in 0..<4 {
            for algorithm in 0..<3 {
                let kept = (0..<6).map { $0 == point || $0 == algorithm + 3 }
                table.masks[table.index(point: point, algorithm: algorithm, trial: 0)] = [
                    RecordedMask(array: "other", rows: 1, columns: 1, kept: [true]),
                    RecordedMask(array: "fc.weight", rows: 2, columns: 3, kept: kept),
                ]
            }
        }
        return table
    }

    @Test func aPanelForEachMethodAndPoint() {
        let picture = HeatMapPanels(table(), figure)
        #expect(
            picture.panels.map(\.title) == [
                "a, rate = 0.5: 33.3 %", "a, rate = 1: 16.7 %", "c, rate = 0.5: 33.3 %", "c, rate = 1: 33.3 %",
            ])
        #expect(picture.title == "Toy: what stays of fc.weight, level = 2")
        let script = picture.script([.svg])
        // Method a at level 2, rate 0.5: entries 2 and 3 of 2×3.
        #expect(script.contains("$panel0 << EOD\n0.0 0.0 1.0\n1.0 0.0 0.0\nEOD"))
        #expect(script.contains("$panel2 << EOD\n0.0 0.0 1.0\n0.0 0.0 1.0\nEOD"))
        #expect(script.contains("set multiplot layout 1,4 title"))
    }

    /// What one cell stands for is said where it is more than one entry.
    @Test func largeMasksAreAveraged() {
        var table = table()
        let kept = (0..<2 * 801).map { $0 % 3 == 0 }
        for cell in table.masks.indices {
            table.masks[cell] = [RecordedMask(array: "fc.weight", rows: 2, columns: 801, kept: kept)]
        }
        let panel = HeatMapPanels(table, figure).panels[0]
        #expect(panel.rowLabel == "output" && panel.columnLabel == "input, 3 to a cell")
        #expect(panel.title.hasSuffix(": 33.3 %"))
    }

    @Test func cellsWithoutMasksHaveNoPanel() {
        var table = table()
        table.masks[table.index(point: 2, algorithm: 0, trial: 0)] = []
        #expect(HeatMapPanels(table, figure).panels.count == 3)
        table.masks = table.masks.map { _ in [] }
        #expect(HeatMapPanels(table, figure).panels.isEmpty)
    }

    /// Wide panels stand below one another.
    @Test func rowsOfPanels() {
        let wide = HeatMap(
            name: "", title: "it's", values: Array(repeating: 1, count: 400 * 400), rows: 400, columns: 400)
        let script = HeatMapPanels(name: "wide", title: "", panels: Array(repeating: wide, count: 5)).script([.png])
        #expect(script.contains("set multiplot layout 3,2 title"))
    }

    @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
    func gnuplotDrawsTheScript() throws {
        let gnuplot = try #require(Gnuplot.find())
        let folder = NSTemporaryDirectory() + "lacuna-panels-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try FigureFiles.write(
            [HeatMapPanels(table(), figure)], to: folder, formats: PictureFormat.allCases, gnuplot: gnuplot,
            redrawCommand: "")
        #expect(files.pictures.count == 3)
    }
}
