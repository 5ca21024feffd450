import Foundation
import LacunaExperiment
import LacunaPlot

/// Draws a scenario's figures into the output folder.
struct FigureDrawing: Sendable {
    let scenario: Scenario
    let folder: OutputFolder
    let console: Console

    /// Scripts and pictures of the figures; without gnuplot a line says how to draw them later.
    /// - Returns: the paths of the pictures.
    func draw(
        _ table: ResultTable, _ specifications: [Scenario.Figure], estimates: [Scenario.EstimateFigure] = [],
        pooling: [String]? = nil, formats: [PictureFormat] = PictureFormat.standard
    ) throws -> [String] {
        let figures: [any Picture] =
            try figures(table, specifications, pooling: pooling) + self.estimates(table, estimates)
        if figures.isEmpty { return [] }
        try folder.createFigureFolder()
        let files = try FigureFiles.write(
            figures, to: folder.figureFolder, formats: formats, redrawCommand: folder.command("plot"))
        if let notice = files.notice { console.error(notice) }
        return files.pictures
    }

    /// Masks and curves as pictures; a line names those of which no cell has recorded any.
    private func estimates(_ table: ResultTable, _ specifications: [Scenario.EstimateFigure]) -> [any Picture] {
        specifications.compactMap { specification in
            let picture: any Picture, isEmpty: Bool
            switch specification.kind {
            case .masks:
                let panels = HeatMapPanels(table, specification)
                (picture, isEmpty) = (panels, panels.panels.isEmpty)
            case .views:
                let view = scenario.family.curveViews.first { $0.name == specification.subject }
                let panels = CurvePanels(
                    table, specification, view: view ?? CurveView(specification.subject, "", x: "", y: ""))
                (picture, isEmpty) = (panels, panels.panels.isEmpty)
            }
            if isEmpty {
                console.error(
                    "figure '\(specification.name)' is not drawn: no cell that it shows has recorded its \(specification.kind.rawValue) (cells do when they run)"
                )
            }
            return isEmpty ? nil : picture
        }
    }

    /// The figures as data.
    /// - Parameter pooling: axes whose values count as further trials; nil: those that no figure of the scenario shows.
    func figures(
        _ table: ResultTable, _ specifications: [Scenario.Figure], pooling: [String]? = nil
    ) throws -> [Figure] {
        var published = try specifications.contains(where: \.published) ? folder.readPublished(scenario) : nil
        if let differing = published?.differences(from: scenario), !differing.isEmpty {
            console.error(
                "the published curves are not drawn: they hold for another problem: \(differing.joined(separator: ", "))"
            )
            published = nil
        }
        let pooled = pooling ?? SummaryChoice(scenario).pooledAxes
        let methods = Dictionary(uniqueKeysWithValues: scenario.methods.map { ($0.label, $0.method.name) })
        return try specifications.map { specification in
            let context = FigureContext(
                pooling: pooled.filter { $0 != specification.x }, published: specification.published ? published : nil,
                methods: methods)
            return try Figure(table, specification, context: context)
        }
    }
}
