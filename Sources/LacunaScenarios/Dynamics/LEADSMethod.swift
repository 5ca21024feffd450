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
        let model = solution.estimate
        let examples = data.test.environments.enumerated().map { index, test in
            let states = test[0].states
            let found = try? model.forecast(environment: index, from: test[0].state(0), steps: states.rows - 1)
            return EnvironmentForecasts.Example(truth: states, forecast: found?.states, start: 0)
        }
        let forecasts = EnvironmentForecasts(
            meanSquaredError: try model.meanSquaredError(data.test), parameterCount: model.parameterCount,
            examples: examples)
        return Outcome(estimate: forecasts, report: solution.report)
    }
}
