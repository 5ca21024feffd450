import LacunaDynamics
import LacunaExperiment

struct LEADSMethod: Method {
    let name = "leads"
    let summary = "neural equations with a part that all environments share and one for each, kept small"
    let citation = Citation.yin2021
    let options = [
        ParameterDeclaration(
            "mode", .choice(LEADS.Mode.allCases.map(\.rawValue)), default: .text("leads"),
            "both parts; both without a penalty; the shared part alone; separate equations"),
        ParameterDeclaration("hidden", .integer(1...1024), default: .integer(32), "width of the three hidden layers"),
        ParameterDeclaration("steps", .integer(1...1_000_000), default: .integer(3000), "of Adam"),
        ParameterDeclaration("rate", .number(1e-9...1), default: .number(1e-3), "learning rate"),
        ParameterDeclaration(
            "penalty", .number(0...1000), default: .number(1.0 / 5000), only: .init("mode", "leads"), "λ⁻¹"),
    ]

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is EnvironmentsProblem ? nil : "'\(name)' learns environments only"
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? EnvironmentsProblem else {
            throw LacunaError(.value, name, "learns environments only")
        }
        let data = try problem.data()
        var method = LEADS(
            mode: LEADS.Mode(rawValue: try options.text("mode")) ?? .leads, hidden: try options.integer("hidden"),
            steps: try options.integer("steps"), learningRate: try options.number("rate"), seed: problem.key)
        if method.mode == .leads { method.penalty = try options.number("penalty") }
        let solution = try method.solve(
            LEADSProblem(training: data.training, validation: data.validation), limits: limits)
        let forecasts = EnvironmentForecasts(
            meanSquaredError: try solution.estimate.meanSquaredError(data.test),
            parameterCount: solution.estimate.parameterCount)
        return Outcome(estimate: forecasts, report: solution.report)
    }
}

extension IdentificationMethod {
    /// Equations for each environment from its own trajectories, integrated from the first test states on.
    func fitEnvironments(_ problem: EnvironmentsProblem, options: ParameterValues, limits: SolveLimits) throws
        -> Outcome
    {
        let data = try problem.data()
        var squares = 0.0, count = 0, parameterCount = 0, seconds = 0.0
        for (training, test) in zip(data.training.environments, data.test.environments) {
            let model = try fit(training, options: options, random: RandomStream(key: problem.key), limits: limits)
            guard let forecaster = model.forecaster else {
                throw LacunaError(.value, name, "finds no differential equation with these options")
            }
            seconds += model.report.seconds
            parameterCount += forecaster.parameterCount
            for trajectory in test {
                let states = try forecaster.states(trajectory.states, 0, trajectory.count - 1)
                for step in 0..<states.rows {
                    for variable in 0..<states.columns {
                        let error = states[step, variable] - trajectory.states[step + 1, variable]
                        squares += error * error
                        count += 1
                    }
                }
            }
        }
        return Outcome(
            estimate: EnvironmentForecasts(
                meanSquaredError: squares / Double(max(count, 1)), parameterCount: parameterCount),
            report: SolverReport(iterations: 1, reason: .closedForm, seconds: seconds))
    }
}
