import Foundation
import LacunaExperiment

/// Heat maps side by side, each under its own title: masks of several methods.
public struct HeatMapPanels: Picture, Hashable {
    public let name: String
    public let title: String
    public let panels: [HeatMap]

    public init(name: String, title: String, panels: [HeatMap]) {
        self.name = name
        self.title = title
        self.panels = panels
    }

    /// The masks that a scenario's figure asks for, what stays in black; without panels where no cell has recorded any.
    public init(_ table: ResultTable, _ figure: Scenario.EstimateFigure) {
        // Of a large array a shade is the share that stays of several entries.
        func label(_ side: String, _ count: Int) -> String {
            count <= HeatMap.largest ? side : "\(side), \((count - 1) / HeatMap.largest + 1) to a cell"
        }
        var panels: [HeatMap] = []
        for (position, algorithm) in table.algorithms.enumerated() where figure.draws(algorithm) {
            for point in 0..<table.pointCount where table.axes.isPoint(point, at: figure.at) {
                let cell = table.index(point: point, algorithm: position, trial: 0)
                guard let mask = table.masks[cell].first(where: { $0.array == figure.subject }), mask.rows > 0,
                    mask.columns > 0
                else { continue }
                let places = table.axes.coordinates(of: point).filter { figure.at[$0.axis] == nil }
                let name = ([algorithm] + places.map { "\($0.axis) = \($0.value)" }).joined(separator: ", ")
                panels.append(
                    HeatMap(
                        name: figure.name, title: "\(name): \(String(format: "%.3g", 100 * mask.density)) %",
                        values: mask.kept.map { $0 ? 1 : 0 }, rows: mask.rows, columns: mask.columns,
                        rowLabel: label("output", mask.rows), columnLabel: label("input", mask.columns)))
            }
        }
        let place = figure.at.sorted { $0.key < $1.key }.map { ", \($0.key) = \($0.value)" }.joined()
        self.init(
            name: figure.name, title: "\(figure.title): what stays of \(figure.subject)\(place)", panels: panels)
    }

    /// Pixels of the largest panel: as many for each cell, and more across where the matrix is narrow.
    private var panelSize: (width: Int, height: Int) {
        func side(_ cells: Int) -> Int { cells * min(8, max(1, 300 / max(cells, 1))) }
        let rows = panels.map(\.cells.count).max() ?? 1, columns = panels.map { $0.cells.first?.count ?? 1 }.max() ?? 1
        return (max(side(columns), 120), max(side(rows), 80))
    }

    public func script(_ formats: [PictureFormat]) -> String {
        let size = panelSize, (right, above) = (100, 90)
        let across = max(1, min(panels.count, 1100 / (size.width + right)))
        let down = max(1, (panels.count + across - 1) / across)
        let width = max(420, across * (size.width + right)), height = down * (size.height + above) + 40
        let blocks = panels.enumerated().map { "$panel\($0) << EOD\n\($1.dataRows)\nEOD" }
        let plots = panels.enumerated().map { index, panel in
            """
            set title \(GnuplotScript.quoted(panel.title)) noenhanced
            \(panel.axisSettings)
            plot \(panel.image("$panel\(index)"))
            """
        }
        return GnuplotScript.panels(
            name, title: title, formats, across: across, down: down, width: width, height: height, blocks: blocks,
            settings: ["unset colorbox"], plots: plots)
    }
}
