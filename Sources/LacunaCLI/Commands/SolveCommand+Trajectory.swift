import ArgumentParser
import Foundation
import LacunaArrays
import LacunaDynamics
import LacunaExperiment
import LacunaIO
import LacunaScenarios

/// How a table is read as trajectories.
struct TrajectoryOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Column of times (default: t or time).", valueName: "name"))
    var timeColumn: String?
    @Option(help: ArgumentHelp("Time between rows, of a table without times.", valueName: "time"))
    var step: Double?
    @Option(help: ArgumentHelp("Column whose numbers tell trajectories apart.", valueName: "name"))
    var trajectoryColumn: String?
    @Option(help: ArgumentHelp("Columns that are inputs, between commas.", valueName: "names"))
    var inputs: String?
    @Flag(help: "Leave out rows with missing numbers; trajectories are split there.")
    var dropMissing = false
    @Option(
        help: ArgumentHelp(
            "Steps to forecast after the end of each trajectory (needs --forecast-to).", valueName: "steps"))
    var forecast: Int?
    @Option(help: ArgumentHelp("Table (CSV) for the forecast.", valueName: "file"))
    var forecastTo: String?
    @Option(
        help: ArgumentHelp(
            "Table (CSV, HDF5) of the inputs during the forecast, a row for each step (default: they stay as they are last).",
            valueName: "file"))
    var forecastInputs: String?
    @Option(
        help: ArgumentHelp(
            "Choose the method's threshold by cross-validation and show the errors of all: numbers between commas, or auto.",
            valueName: "thresholds"))
    var scanThresholds: String?
    @Option(help: "Seed of initial weights and bags.")
    var seed: UInt64?

    func validate() throws {
        if let step, !(step > 0 && step.isFinite) {
            throw ValidationError("--step: got \(step); expected a positive number")
        }
        if let forecast, forecast < 1 { throw ValidationError("--forecast: got \(forecast); expected at least 1") }
        guard (forecast == nil) == (forecastTo == nil) else {
            throw ValidationError("--forecast and --forecast-to belong together: how many steps, and the file for them")
        }
        if let scanThresholds { _ = try ScanChoice(scanThresholds) }
        if forecastInputs != nil, forecast == nil {
            throw ValidationError("--forecast-inputs: there is no forecast (--forecast, --forecast-to)")
        }
    }

    var columns: TrajectoryFile.Columns {
        TrajectoryFile.Columns(
            time: timeColumn, trajectory: trajectoryColumn,
            inputs: inputs?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? [], step: step,
            dropsMissing: dropMissing)
    }

    /// - Throws: `LacunaError` where one of them is given to a method that they mean nothing to.
    func refuse(for method: String) throws {
        let given = [
            ("--time-column", timeColumn != nil), ("--step", step != nil),
            ("--trajectory-column", trajectoryColumn != nil),
            ("--inputs", inputs != nil), ("--drop-missing", dropMissing), ("--forecast", forecast != nil),
            ("--scan-thresholds", scanThresholds != nil), ("--seed", seed != nil),
        ].first(where: \.1)
        if let given {
            throw LacunaError(
                .name, given.0, "'\(method)' does not learn from trajectories", remedy: "Leave it out")
        }
    }
}

/// Which thresholds --scan-thresholds compares.
private struct ScanChoice {
    /// nil: the method chooses them.
    let thresholds: [Double]?

    init(_ text: String) throws {
        let values = text.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) ?? -1 }
        thresholds = text == "auto" ? nil : values
        guard text == "auto" || (!values.isEmpty && values.allSatisfy { $0 >= 0 && $0.isFinite }) else {
            throw ValidationError(
                "--scan-thresholds: got '\(text)'; expected auto, or numbers of at least 0 between commas")
        }
    }
}

extension SolveCommand {
    /// Fits a model to the trajectories of a table, says what it is, and keeps it.
    func solveTrajectory(_ method: any TrajectoryMethod, in session: Session) throws -> CommandStatus {
        if preset != nil || order != nil {
            throw LacunaError(
                .name, preset != nil ? "--preset" : "--order", "means nothing to '\(method.name)'",
                remedy: "Leave it out")
        }
        var values = try readOptions(options, of: method)
        try checkOutputs(beside: [])
        if trajectory.inputs != nil, !method.takesInputs {
            throw LacunaError(
                .name, "--inputs", "'\(method.name)' knows states only",
                remedy: "Leave it out: then they are states too")
        }
        setBLASThreads(1)
        let table = try readTrajectories(inputs: [], takesInputs: method.takesInputs)
        let scan = try scanThresholds(of: method, table.trajectories, values: &values)
        let model = try method.fit(
            table.trajectories, options: values, random: RandomStream(key: trajectory.seed ?? 1), limits: SolveLimits())
        var report = TrajectoryReport(problem: file, method: method.name, table: table, model: model.content)
        report.output = output
        report.options = Dictionary(
            uniqueKeysWithValues: method.options.compactMap { option in
                values[option.name].map { (option.name, $0) }
            })
        report.notes += model.notes
        report.lines = model.lines
        report.thresholdScan = scan
        report.seconds = model.report.seconds
        // The model is kept and shown whatever becomes of its forecast.
        if let output { try ModelFile.write(model.content, method: method.name, to: output) }
        let forecast = Result {
            try writeForecast(after: table, method: method.name, notes: &report.notes) { _, _ in model.forecaster }
        }
        try show(report, in: session)
        try forecast.get()
        return .success
    }

    /// The errors that --scan-thresholds asks for, the chosen threshold put into the options; nil where it does not.
    private func scanThresholds(
        of method: any TrajectoryMethod, _ trajectories: [Trajectory], values: inout ParameterValues
    ) throws -> [ScannedThreshold]? {
        guard let choice = try trajectory.scanThresholds.map(ScanChoice.init) else { return nil }
        guard let method = method as? any ThresholdScanning else {
            throw LacunaError(
                .name, "--scan-thresholds", "'\(method.name)' has no threshold", remedy: "Leave it out")
        }
        guard !options.contains(where: { $0.hasPrefix("threshold=") }) else {
            throw LacunaError(
                .value, "--scan-thresholds", "the threshold is given by --option", remedy: "Leave one of them out")
        }
        let points = try method.scan(trajectories, options: values, thresholds: choice.thresholds)
        guard let chosen = points.choice() else { return nil }
        values = try values.setting("threshold", to: .number(chosen.threshold))
        return points.map { ScannedThreshold($0, isChosen: $0.threshold == chosen.threshold) }
    }

    /// That the files of a model and of a forecast can be written, and are not the same or those that are read.
    func checkOutputs(beside others: [String]) throws {
        for path in [output, trajectory.forecastTo].compactMap({ $0 }) {
            try OutputFile.checkWritable(path)
            for input in [file, trajectory.forecastInputs].compactMap({ $0 }) + others
            where OutputFile.isSame(path, input) {
                throw LacunaError(
                    .value, path, "is \(input == file ? "the trajectory" : "a file to read"), which would be lost",
                    remedy: "Choose another name")
            }
        }
        if let output, let path = trajectory.forecastTo, OutputFile.isSame(output, path) || output == path {
            throw LacunaError(.value, path, "is named for the model and for the forecast", remedy: "Choose two names")
        }
    }

    func show(_ report: TrajectoryReport, in session: Session) throws {
        if json {
            try session.console.print(jsonText(report))
        } else if !quiet {
            for note in report.notes { session.console.error("note: \(note)") }
            try session.console.print(report.text)
        }
    }

    /// Of the table, or of a named system where there is no such file.
    /// - Parameters:
    ///   - inputs: columns that are inputs, where the command line names none.
    ///   - takesInputs: whether what pushes a named system is of use.
    func readTrajectories(inputs: [String], takesInputs: Bool) throws -> TrajectoryFile {
        if let system = standardSystems.first(where: { $0.name == file }), !FileManager.default.fileExists(atPath: file)
        {
            let given = [trajectory.timeColumn, trajectory.trajectoryColumn, trajectory.inputs].contains { $0 != nil }
            guard !given, trajectory.step == nil, !trajectory.dropMissing else {
                throw LacunaError(
                    .name, file, "is a named system, which has no columns and a step of its own",
                    remedy: "Leave the options of tables out")
            }
            return try TrajectoryFile(system, withInputs: takesInputs)
        }
        var columns = trajectory.columns
        if trajectory.inputs == nil { columns.inputs = inputs }
        return try TrajectoryFile.read(file, columns: columns)
    }
}
