import ArgumentParser
import LacunaExperiment

enum FigureFormat: String, CaseIterable, ExpressibleByArgument, Sendable { case svg, png, pdf }

struct FigureDrawing {
    let scenario: Scenario
    let folder: OutputFolder
    let session: Session

    func draw(_ table: ResultTable, formats: [FigureFormat]) throws -> [String] { [] }
}

func gnuplotVersion() -> String? { nil }
