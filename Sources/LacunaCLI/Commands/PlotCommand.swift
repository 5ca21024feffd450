import ArgumentParser
import LacunaArrays
import LacunaExperiment
import LacunaPlot

struct PlotCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw the figures of a run with their gnuplot scripts, or one of your own; complete or not.")

    @Argument(help: "Output folder of `lacuna run`.")
    var folder: String
    @Option(help: "Axis of the sweep, iteration, or a metric: draw this figure instead of the scenario's.")
    var x: String?
    @Option(help: "Metric on the y axis; with x = iteration: cost.")
    var y: String?
    @Option(
        help: "One curve per value of: method, or method and the axes named here (repeatable); other axes are pooled.")
    var by: [String] = []
    @Option(help: "Scale of the y axis.")
    var scale: Scenario.Figure.Scale?
    @Option(help: "What of the trials is drawn.")
    var statistic: Scenario.Figure.Statistic?
    @Option(help: "What the band shows.")
    var band: Scenario.Figure.Band?
    @Option(
        name: .customLong("format"),
        help: "File type of the pictures: svg, png or pdf (repeatable; default: svg and png).")
    var formats: [PictureFormat] = []
    @Flag(help: "Draw in the terminal, with letters.")
    var terminal = false

    func validate() throws {
        if (x == nil) != (y == nil) { throw ValidationError("--x and --y belong together") }
        if terminal, !formats.isEmpty { throw ValidationError("--format is for picture files, not for --terminal") }
        if x == nil, scale != nil || statistic != nil || band != nil || !by.isEmpty {
            throw ValidationError("--by, --scale, --statistic and --band need --x and --y")
        }
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let folder = OutputFolder(path: folder)
        let scenario = try folder.readScenario(catalogue: session.catalogue)
        let table = ResultTable(plan: try Plan(scenario), journal: try Journal(folder: folder.path))
        guard table.status.contains(where: { $0 != .notRun }) else {
            throw LacunaError(
                .value, folder.path, "no cell has a result yet", remedy: "Run them: \(folder.command("resume"))")
        }
        let own = try own(scenario)
        let specifications = own.map { [$0] } ?? scenario.figures
        // Estimates are pictures only: a terminal has too few letters.
        let estimates = own == nil && !terminal ? scenario.estimateFigures : []
        if specifications.isEmpty, estimates.isEmpty {
            throw LacunaError(
                .value, folder.path, "the scenario has no figures",
                remedy: "Name one: --x AXIS --y METRIC; axes: \(scenario.axes.map(\.name).joined(separator: ", "))")
        }
        let drawing = FigureDrawing(scenario: scenario, folder: folder, console: session.console)
        let pooled = try x == nil ? nil : pooledAxes(scenario)
        if terminal {
            for figure in try drawing.figures(table, specifications, pooling: pooled) {
                try session.console.print(try TerminalPlot().text(figure))
            }
        } else {
            // Each once, in the order of their declaration.
            let chosen = formats.isEmpty ? PictureFormat.standard : PictureFormat.allCases.filter(formats.contains)
            for picture in try drawing.draw(
                table, specifications, estimates: estimates, pooling: pooled, formats: chosen)
            {
                try session.console.print(picture)
            }
        }
        return .success
    }

    /// The figure of the command line.
    private func own(_ scenario: Scenario) throws -> Scenario.Figure? {
        guard let x, let y else { return nil }
        let metrics = x == "iteration" ? ["cost"] : scenario.metrics
        guard metrics.contains(y) else {
            throw LacunaError(
                .name, "--y \(y)", "not a metric of the run", remedy: knownNamesRemedy(for: y, among: metrics))
        }
        let axes = scenario.axes.map(\.name) + (scenario.recordsHistory ? ["iteration"] : []) + scenario.metrics
        guard axes.contains(x) else {
            throw LacunaError(
                .name, "--x \(x)", "neither an axis of the run nor a metric",
                remedy: knownNamesRemedy(for: x, among: axes))
        }
        return Scenario.Figure(
            name: "\(y)-vs-\(x)", title: scenario.title, x: x, y: y, scale: scale ?? .linear,
            statistic: statistic ?? .mean, band: band ?? .ci95)
    }

    private func pooledAxes(_ scenario: Scenario) throws -> [String] {
        let known = ["method"] + scenario.axes.map(\.name)
        for name in by where !known.contains(name) {
            throw LacunaError(
                .name, "--by \(name)", "not an axis of the run",
                remedy: knownNamesRemedy(for: name, among: known))
        }
        return scenario.axes.map(\.name).filter { $0 != x && !by.contains($0) }
    }
}

extension Scenario.Figure.Scale: ExpressibleByArgument {}
extension Scenario.Figure.Statistic: ExpressibleByArgument {}
extension Scenario.Figure.Band: ExpressibleByArgument {}
extension PictureFormat: ExpressibleByArgument {}
