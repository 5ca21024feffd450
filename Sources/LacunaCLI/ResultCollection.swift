import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO

/// Turns the journals of a folder into `results.h5`, `table.csv`, figures, and the table on the standard output.
struct ResultCollection: Sendable {
    let scenario: Scenario
    let folder: OutputFolder
    let session: Session

    func execute(_ output: OutputOptions, started: Date?) throws -> CommandStatus {
        let console = session.console
        let plan = try Plan(scenario)
        let journal = try Journal(folder: folder.path)
        let table = ResultTable(plan: plan, journal: journal)
        try ResultFile(table: table, provenance: provenance(journal, started: started)).write(to: folder.resultFile)
        try OutputFile.write(table.csv, to: folder.tableFile)
        let drawing = FigureDrawing(scenario: scenario, folder: folder, console: console)
        // A picture that fails costs neither the table nor the summary; its error comes last.
        let drawn = Result { try drawing.draw(table, scenario.figures, estimates: scenario.estimateFigures) }
        let pictures = (try? drawn.get()) ?? []

        let missing = plan.missing(from: journal)
        let failed = table.status.count { $0 == .failed }
        let expectations = try table.check(expectationsOf: plan).map(ExpectationReport.init)
        if output.json {
            let report = try SummaryReport(
                table, of: scenario, output: folder.path, figures: pictures, expectations: expectations)
            try console.print(try jsonText(report))
        } else {
            try console.print(try summaryText(table, of: scenario))
            if !expectations.isEmpty { try console.print("\n" + expectations.text) }
        }
        if !output.quiet {
            console.error(countLine(table))
            console.error("results: \(folder.resultFile), \(folder.tableFile)")
            if !pictures.isEmpty {
                let names = (scenario.figures.map(\.name) + scenario.estimateFigures.map(\.name)).joined(
                    separator: ", ")
                console.error("figures: \(folder.figureFolder)/ \(names) (.svg, .png, .gp)")
            }
        }
        if missing.cellCount > failed {
            console.error(
                "\(missing.cellCount - failed) cells have no result yet; to run them: \(folder.command("resume"))")
        }
        let violated = expectations.violations
        for line in violated { console.error(line) }
        _ = try drawn.get()
        return failed > 0 || !violated.isEmpty ? .someCellsFailed : .success
    }

    /// "120 cells: 117 done, 3 failed".
    private func countLine(_ table: ResultTable) -> String {
        let counts = CellStatus.allCases.compactMap { status -> String? in
            // Cells that the scenario leaves out (`only`, fewer trials) are in the table as not run.
            guard status != .notRun else { return nil }
            let count = table.status.count { $0 == status }
            return count > 0 ? "\(count) \(status)" : nil
        }
        return counts.isEmpty ? "no cell has a result" : "cells: " + counts.joined(separator: ", ")
    }

    private func provenance(_ journal: Journal, started: Date?) -> Provenance {
        var provenance = Provenance.collect(
            name: scenario.name, scenario: scenario.resolvedText, seed: scenario.seed, started: started ?? Date(),
            blas: "\(blasConfiguration), core \(blasCoreName)", lacunaVersion: lacunaVersion)
        // The first run's start, also when several runs or shards made the cells.
        if let first = journal.headers.map(\.started).min() { provenance.started = first }
        return provenance
    }
}
