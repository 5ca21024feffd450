import ArgumentParser
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
    var seed: UInt64 = 1

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
            inputs: inputs?.split(separator: ",").map(String.init) ?? [], step: step, dropsMissing: dropMissing)
    }

    /// - Throws: `LacunaError` where one of them is given to a method that they mean nothing to.
    func refuse(for method: String) throws {
        let given = [
            ("--time-column", timeColumn != nil), ("--step", step != nil),
            ("--trajectory-column", trajectoryColumn != nil),
            ("--inputs", inputs != nil), ("--drop-missing", dropMissing), ("--forecast", forecast != nil),
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
        setBLASThreads(1)
        let table = try TrajectoryFile.read(file, columns: trajectory.columns)
        let model = try method.fit(
            table.trajectories, options: values, random: RandomStream(key: trajectory.seed))
        if let steps = trajectory.forecast, let path = trajectory.forecastTo {
            let text = try forecast(model, after: table.trajectories, steps: steps, method: method.name)
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

    /// `trajectory,time,` and the states of each step after the last sample.
    private func forecast(
        _ model: TrajectoryModel, after trajectories: [Trajectory], steps: Int, method: String
    ) throws -> String {
        guard let forecaster = model.forecaster, !forecaster.usesFuture else {
            throw LacunaError(
                .value, "--forecast", "a model of '\(method)' with these options does not forecast",
                remedy: "Leave it out")
        }
        var text = "trajectory,time," + (trajectories.first?.variables ?? []).joined(separator: ",") + "\n"
        for (index, trajectory) in trajectories.enumerated() {
            guard let step = trajectory.uniformStep else {
                throw LacunaError(.value, "--forecast", "the steps of trajectory \(index + 1) are not equal")
            }
            guard trajectory.count >= forecaster.history else {
                throw LacunaError(
                    .shape, "--forecast",
                    "trajectory \(index + 1) has \(trajectory.count) samples; a forecast starts from \(forecaster.history)"
                )
            }
            let states = try forecaster.states(trajectory.states, trajectory.count - 1, steps)
            for row in 0..<steps {
                let time = trajectory.times[trajectory.count - 1] + Double(row + 1) * step
                text +=
                    "\(index + 1),\(time)," + (0..<states.columns).map { "\(states[row, $0])" }.joined(separator: ",")
                    + "\n"
            }
        }
        return text
    }
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
