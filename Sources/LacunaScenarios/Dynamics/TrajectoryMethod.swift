import LacunaDynamics
import LacunaExperiment
import LacunaIO

/// A method that learns from trajectories: what `lacuna solve FILE.csv` can be asked for, and what scenarios of dynamics run.
public protocol TrajectoryMethod: Method {
    /// Derivatives ask for samples much closer than a forecast does: such methods get the finely sampled training data of a study.
    var needsFineSamples: Bool { get }

    /// Inputs of trajectories are variables of the model; other methods would leave them out in silence.
    var takesInputs: Bool { get }

    /// - Parameters:
    ///   - random: of initial weights, bags and the like.
    ///   - limits: of iterations, where there are any.
    /// - Throws: `LacunaError` for trajectories or options that the method cannot take.
    func fit(
        _ trajectories: [Trajectory], options: ParameterValues, random: RandomStream, limits: SolveLimits
    ) throws -> TrajectoryModel
}

/// What was learnt, for people, for files and for scores.
public struct TrajectoryModel: Sendable {
    /// Equations, eigenvalues or sizes, a line each.
    public let lines: [String]
    /// What the method noticed.
    public let notes: [String]
    public let content: any ModelContent
    public let forecaster: Forecaster?
    public let report: SolverReport

    public init(
        lines: [String], notes: [String] = [], content: any ModelContent, forecaster: Forecaster? = nil,
        report: SolverReport
    ) {
        self.lines = lines
        self.notes = notes
        self.content = content
        self.forecaster = forecaster
        self.report = report
    }
}

/// States that follow a series, from any model.
public struct Forecaster: Sendable {
    /// Samples that a forecast starts from.
    public let history: Int
    /// Time between the states of a series, and between those forecast.
    public let step: Double
    /// Numbers that were fitted.
    public let parameterCount: Int
    /// Multiplications and additions of a step.
    public let operationCount: Int
    /// It is told measurements of the time that it forecasts: a reconstruction.
    public let usesFuture: Bool
    /// Samples × variables, the sample that a forecast starts from, and steps, to steps × variables.
    public let states: @Sendable (_ series: Matrix<Double>, _ sample: Int, _ steps: Int) throws -> Matrix<Double>

    public init(
        history: Int, step: Double, parameterCount: Int, operationCount: Int, usesFuture: Bool = false,
        states: @escaping @Sendable (Matrix<Double>, Int, Int) throws -> Matrix<Double>
    ) {
        self.history = history
        self.step = step
        self.parameterCount = parameterCount
        self.operationCount = operationCount
        self.usesFuture = usesFuture
        self.states = states
    }
}

extension Forecaster {
    /// As many of the steps as are finite: a model that runs away says so in an error, or by numbers.
    public func finiteStates(_ series: Matrix<Double>, _ sample: Int, _ steps: Int) -> Matrix<Double> {
        func attempt(_ count: Int) -> Matrix<Double>? {
            guard let found = try? states(series, sample, count) else { return nil }
            return found.storage.allSatisfy(\.isFinite) ? found : nil
        }
        if let all = attempt(steps) { return all }
        var best = Matrix<Double>(repeating: 0, rows: 0, columns: series.columns), high = steps
        while high - best.rows > 1 {
            let middle = (best.rows + high) / 2
            if let found = attempt(middle) { best = found } else { high = middle }
        }
        return best
    }
}

extension TrajectoryMethod {
    public var needsFineSamples: Bool { false }
    public var takesInputs: Bool { false }

    public func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is ForecastProblem ? nil : "'\(name)' learns from trajectories only"
    }

    public func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? ForecastProblem else {
            throw LacunaError(.value, name, "learns from trajectories only")
        }
        return try forecast(problem, options: options, limits: limits)
    }

    func forecast(_ problem: ForecastProblem, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        let data = try problem.data()
        let model = try fit(
            needsFineSamples ? data.fineTraining : data.training, options: options,
            random: RandomStream(key: problem.key), limits: limits)
        return Outcome(estimate: model, report: model.report)
    }
}

/// Runs `body` and reports its seconds, for methods in closed form.
func timed<Value>(_ body: () throws -> Value) rethrows -> (value: Value, report: SolverReport) {
    let clock = ContinuousClock(), start = clock.now
    let value = try body()
    let elapsed = clock.now - start
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    return (value, SolverReport(iterations: 1, reason: .closedForm, seconds: seconds))
}
