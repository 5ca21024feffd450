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
            ("--seed", seed != nil),
        ].first(where: \.1)
        if let given {
            throw LacunaError(
                .name, given.0, "'\(method)' does not learn from trajectories", remedy: "Leave it out")
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
        let values = try readOptions(options, of: method)
        for path in [output, trajectory.forecastTo].compactMap({ $0 }) {
            try OutputFile.checkWritable(path)
            if OutputFile.isSame(path, file) {
                throw LacunaError(.value, path, "is the trajectory, which would be lost", remedy: "Choose another name")
            }
        }
        if let output, let path = trajectory.forecastTo, OutputFile.isSame(output, path) || output == path {
            throw LacunaError(.value, path, "is named for the model and for the forecast", remedy: "Choose two names")
        }
        if trajectory.inputs != nil, !method.takesInputs {
            throw LacunaError(
                .name, "--inputs", "'\(method.name)' knows states only",
                remedy: "Leave it out: then they are states too")
        }
        setBLASThreads(1)
        let table = try readTrajectories()
        let model = try method.fit(
            table.trajectories, options: values, random: RandomStream(key: trajectory.seed ?? 1), limits: SolveLimits())
        if let steps = trajectory.forecast, let path = trajectory.forecastTo {
            let text = try forecast(model, after: table, steps: steps, method: method.name)
            try Array(text.utf8).withUnsafeBytes { try OutputFile.write($0, to: path) }
        }
        if let output { try ModelFile.write(model.content, method: method.name, to: output) }
        let notes = table.notes + model.notes
        if json {
            let samples = table.trajectories.reduce(0) { $0 + $1.count }
            try session.console.print(
                jsonText(
                    TrajectoryReport(
                        problem: file, output: output, method: method.name,
                        options: Dictionary(
                            uniqueKeysWithValues: method.options.compactMap { option in
                                values[option.name].map { (option.name, $0) }
                            }),
                        notes: notes, trajectories: table.trajectories.count, samples: samples, lines: model.lines,
                        seconds: model.report.seconds)))
        } else if !quiet {
            for note in notes { session.console.error("note: \(note)") }
            try session.console.print(model.lines.joined(separator: "\n"))
        }
        return .success
    }

    /// Of the table, or of a named system where there is no such file.
    private func readTrajectories() throws -> TrajectoryFile {
        if let system = standardSystems.first(where: { $0.name == file }), !FileManager.default.fileExists(atPath: file)
        {
            let given = [trajectory.timeColumn, trajectory.trajectoryColumn, trajectory.inputs].contains { $0 != nil }
            guard !given, trajectory.step == nil, !trajectory.dropMissing else {
                throw LacunaError(
                    .name, file, "is a named system, which has no columns and a step of its own",
                    remedy: "Leave the options of tables out")
            }
            return try TrajectoryFile(system)
        }
        return try TrajectoryFile.read(file, columns: trajectory.columns)
    }

    /// `trajectory,time,` and the states of each step after the last sample of each trajectory.
    private func forecast(
        _ model: TrajectoryModel, after table: TrajectoryFile, steps: Int, method: String
    ) throws -> String {
        guard let forecaster = model.forecaster, !forecaster.usesFuture else {
            throw LacunaError(
                .value, "--forecast", "a model of '\(method)' with these options does not forecast",
                remedy: "Leave it out")
        }
        var text = "trajectory,time," + (table.trajectories.first?.variables ?? []).joined(separator: ",") + "\n"
        for (index, trajectory) in table.trajectories.enumerated() {
            let group = table.groupOf[index]
            // A trajectory that missing numbers have split goes on after its last piece.
            if index + 1 < table.groupOf.count, table.groupOf[index + 1] == group { continue }
            guard let step = trajectory.uniformStep, abs(step - forecaster.step) <= 1e-3 * forecaster.step else {
                throw LacunaError(
                    .value, "--forecast", "the steps of trajectory \(group) are not the model's, \(forecaster.step)")
            }
            guard trajectory.count >= forecaster.history else {
                throw LacunaError(
                    .shape, "--forecast",
                    "trajectory \(group) ends with \(trajectory.count) samples; a forecast starts from \(forecaster.history)"
                )
            }
            let last = trajectory.times[trajectory.count - 1]
            let states = try states(forecaster, after: trajectory, steps: steps, step: step)
            for row in 0..<steps {
                let time = last + Double(row + 1) * step, values = (0..<states.columns).map { "\(states[row, $0])" }
                text += "\(shortest(group)),\(time)," + values.joined(separator: ",") + "\n"
            }
        }
        return text
    }

    /// - Throws: `LacunaError` with the time of the table by which the model runs away.
    private func states(
        _ forecaster: Forecaster, after trajectory: Trajectory, steps: Int, step: Double
    ) throws -> Matrix<Double> {
        let start = trajectory.count - 1, found = forecaster.finiteStates(trajectory.states, start, steps)
        guard found.rows < steps else { return found }
        throw LacunaError(
            .value, "--forecast",
            "the model runs away by t = \(trajectory.times[start] + Double(found.rows + 1) * step)",
            remedy: "Forecast at most \(found.rows) steps")
    }

    /// "2" for 2.0.
    private func shortest(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }
}

private struct TrajectoryReport: Encodable {
    let problem: String
    let output: String?
    let method: String
    let options: [String: ParameterValue]
    let notes: [String]
    let trajectories: Int
    let samples: Int
    let lines: [String]
    let seconds: Double
}
