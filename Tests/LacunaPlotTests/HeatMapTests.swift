import Foundation
import LacunaPlot
import Testing

@Suite struct HeatMapTests {
    private let map = HeatMap(
        name: "it's", title: "A 'mask'", values: [0, 0.25, 1, 1, 0.5, 0], rows: 2, columns: 3)

    /// Rows of the script are rows of the matrix.
    @Test func scriptHoldsTheMatrix() {
        let script = map.script([.svg])
        #expect(script.contains("0.0 0.25 1.0\n1.0 0.5 0.0\n"))
        #expect(script.contains("set xrange [0:3]") && script.contains("set yrange [2:0]"))
    }

    @Test(.enabled(if: Gnuplot.find() != nil, "gnuplot is not installed"))
    func gnuplotDrawsTheScript() throws {
        let gnuplot = try #require(Gnuplot.find())
        let folder = NSTemporaryDirectory() + "lacuna-heat-map-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try FigureFiles.write(
            [map], to: folder, formats: [.svg, .png], gnuplot: gnuplot, redrawCommand: "")
        #expect(files.pictures.count == 2)
    }

    /// Large matrices are drawn as means of cells, all entries counted once.
    @Test func largeMatricesAreAveraged() {
        let (rows, columns) = (3, 2 * HeatMap.largest + 1)
        var values = Array(repeating: Float(0), count: rows * columns)
        for column in 0..<3 { values[columns + column] = 1 }
        values[3 * columns - 1] = 0.5
        let map = HeatMap(name: "wide", title: "", values: values, rows: rows, columns: columns)
        let lines = map.script([.svg]).split(separator: "\n").map(String.init)
        let start = lines.firstIndex { $0.hasPrefix("$matrix << EOD") } ?? 0
        let cells = lines[start + 1...start + 3].map { $0.split(separator: " ").compactMap { Double($0) } }
        #expect(cells.allSatisfy { $0.count == 267 })
        #expect(cells[1][0] == 1 && cells[1].dropFirst().allSatisfy { $0 == 0 } && cells[0].allSatisfy { $0 == 0 })
        // 801 columns are 267 cells of three.
        #expect(abs(cells[2][266] - 0.5 / 3) < 1e-6)
    }
}
