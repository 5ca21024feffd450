import LacunaArrays
import LacunaDynamics
import LacunaScenarios

extension SolveCommand {
    /// Puts a kept model to the trajectories of a table: what it is, how well it tells them, and how they go on.
    func applyModel(in session: Session) throws -> CommandStatus {
        guard let model else { return .usage }
        let given = [
            ("--preset", preset != nil), ("--order", order != nil), ("--option", !options.isEmpty),
            ("--output", output != nil), ("--scan-thresholds", trajectory.scanThresholds != nil),
            ("--seed", trajectory.seed != nil),
        ].first(where: \.1)
        if let given {
            throw LacunaError(.name, given.0, "means nothing to a model that is kept", remedy: "Leave it out")
        }
        try checkOutputs(beside: [model])
        setBLASThreads(1)
        let kept = try ModelFile.read(model), content = kept.content
        let table = try readTrajectories(
            inputs: content.inputNames, takesInputs: !content.inputNames.isEmpty
        ).columns(of: content)
        var report = TrajectoryReport(problem: file, method: kept.method, table: table, model: content)
        report.model = model
        report.lines = try content.lines()
        report.scores = []
        func forecaster(_ trajectory: Trajectory, _ group: Double) throws -> Forecaster? {
            guard let step = trajectory.uniformStep else {
                throw LacunaError(
                    .value, "--model", "the times of trajectory \(shortest(group)) are not equally spaced",
                    remedy: "Resample it")
            }
            return try content.forecaster(step: content.fixedStep ?? step, group: group)
        }
        for (trajectory, group) in zip(table.trajectories, table.groupOf) {
            guard let forecaster = try forecaster(trajectory, group) else { continue }
            try requireStep(of: trajectory, group, to: forecaster, "--model")
            do {
                report.scores?.append(try TrajectoryScore(forecaster, on: trajectory, group: group))
            } catch let error as LacunaError {
                report.notes.append("trajectory \(shortest(group)) is not scored: \(error)")
            }
            if forecaster.usesFuture {
                report.notes.append("the forcing is measured, future included: scores are those of a reconstruction")
            }
        }
        let forecast = Result {
            try writeForecast(after: table, method: kept.method, notes: &report.notes, with: forecaster)
        }
        try show(report, in: session)
        try forecast.get()
        return .success
    }
}
