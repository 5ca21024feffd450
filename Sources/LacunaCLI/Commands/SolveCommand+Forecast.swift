import LacunaArrays
import LacunaDynamics
import LacunaIO
import LacunaScenarios

extension SolveCommand {
    /// Writes the table that --forecast asks for, if it does: `trajectory,time,` and the states of each step after the last sample of each
    /// trajectory.
    /// - Parameter forecaster: of a trajectory and its number.
    func writeForecast(
        after table: TrajectoryFile, method: String, notes: inout [String],
        with forecaster: (Trajectory, Double) throws -> Forecaster?
    ) throws {
        guard let steps = trajectory.forecast, let path = trajectory.forecastTo else { return }
        let inputNames = table.trajectories.first?.inputNames ?? []
        let future = try futureInputs(inputNames, steps: steps)
        if future == nil, !inputNames.isEmpty {
            notes.append(
                "in the forecast \(inputNames.joined(separator: ", ")) stay at their last values (--forecast-inputs gives others)"
            )
        }
        var text = "trajectory,time," + (table.trajectories.first?.variables ?? []).joined(separator: ",") + "\n"
        for (index, trajectory) in table.trajectories.enumerated() {
            let group = table.groupOf[index]
            // A trajectory that missing numbers have split goes on after its last piece.
            if index + 1 < table.groupOf.count, table.groupOf[index + 1] == group { continue }
            guard trajectory.uniformStep != nil else {
                throw LacunaError(
                    .value, "--forecast", "trajectory \(shortest(group)) has no equal steps to go on with",
                    remedy: "Resample it")
            }
            guard let forecaster = try forecaster(trajectory, group), !forecaster.usesFuture else {
                throw LacunaError(
                    .value, "--forecast", "a model of '\(method)' with these options does not forecast",
                    remedy: "Leave it out")
            }
            let step = try requireStep(of: trajectory, group, to: forecaster, "--forecast")
            guard trajectory.count >= forecaster.history else {
                throw LacunaError(
                    .shape, "--forecast",
                    "trajectory \(shortest(group)) ends with \(trajectory.count) samples; a forecast starts from \(forecaster.history)"
                )
            }
            let last = trajectory.times[trajectory.count - 1]
            let states = try states(forecaster, after: trajectory, inputs: future, steps: steps, step: step)
            for row in 0..<steps {
                let time = last + Double(row + 1) * step, values = (0..<states.columns).map { "\(states[row, $0])" }
                text += "\(shortest(group)),\(time)," + values.joined(separator: ",") + "\n"
            }
        }
        try Array(text.utf8).withUnsafeBytes { try OutputFile.write($0, to: path) }
    }

    /// - Throws: `LacunaError` where the samples are not as far apart as those of the model.
    @discardableResult
    func requireStep(
        of trajectory: Trajectory, _ group: Double, to forecaster: Forecaster, _ option: String
    ) throws -> Double {
        guard let step = trajectory.uniformStep, abs(step - forecaster.step) <= 1e-3 * forecaster.step else {
            throw LacunaError(
                .value, option,
                "the steps of trajectory \(shortest(group)) are not the model's, \(forecaster.step)",
                remedy: "Resample it")
        }
        return step
    }

    /// steps × inputs, of the table that is named for them.
    private func futureInputs(_ names: [String], steps: Int) throws -> Matrix<Double>? {
        guard let path = trajectory.forecastInputs else { return nil }
        guard !names.isEmpty else {
            throw LacunaError(.name, "--forecast-inputs", "the model has no inputs", remedy: "Leave it out")
        }
        let table = try TableFile.read(path), columns = try names.map { try table.column($0) }
        guard table.rowCount >= steps else {
            throw LacunaError(.file, path, "has \(table.rowCount) rows for \(steps) steps of the forecast")
        }
        for (name, column) in zip(names, columns) {
            if let row = column.prefix(steps).firstIndex(where: { !$0.isFinite }) {
                throw LacunaError(.file, "\(path), line \(table.lines[row])", "'\(name)' is \(column[row])")
            }
        }
        return Matrix(rows: steps, columns: names.count) { columns[$1][$0] }
    }

    /// - Throws: `LacunaError` with the time of the table by which the model runs away.
    private func states(
        _ forecaster: Forecaster, after trajectory: Trajectory, inputs: Matrix<Double>?, steps: Int, step: Double
    ) throws -> Matrix<Double> {
        let start = trajectory.count - 1
        let found = forecaster.finiteStates(trajectory.series(withInputs: inputs), start, steps)
        guard found.rows < steps else { return found }
        throw LacunaError(
            .value, "--forecast",
            "the model runs away by t = \(trajectory.times[start] + Double(found.rows + 1) * step)",
            remedy: found.rows > 0 ? "Forecast at most \(found.rows) steps" : nil)
    }

    /// "2" for 2.0.
    func shortest(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }
}
