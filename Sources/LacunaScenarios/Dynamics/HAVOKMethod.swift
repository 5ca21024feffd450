import LacunaDynamics
import LacunaExperiment

struct HAVOKMethod: TrajectoryMethod {
    let name = "havok"
    let summary = "linear dynamics of delay coordinates, forced by the last of them: explains, does not forecast"
    let citation = Citation.brunton2017
    let options =
        [
            ParameterDeclaration("delays", .integer(2...100_000), default: .integer(100), "samples of a window"),
            ParameterDeclaration("lag", .integer(1...100_000), default: .integer(1), "samples between two delays"),
            ParameterDeclaration(
                "forcings", .integer(1...1000), default: .integer(1), "last coordinates that force the others"),
            ParameterDeclaration(
                "structured", .flag, default: .flag(false), "sHAVOK: decompositions a sample apart"),
            ParameterDeclaration(
                "variable", .text, "the one that is measured; default: all of them"),
        ] + RankOptions.declarations.map { $0.name == "rank" ? $0.withDefault(.integer(15)) : $0 }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is ForecastProblem || problem is DelayEmbeddingProblem ? nil : "'\(name)' learns from trajectories only"
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        let model: TrajectoryModel
        switch problem {
        case let problem as ForecastProblem:
            model = try fit(
                problem.data().training, options: options, random: RandomStream(key: problem.key), limits: limits)
        case let problem as DelayEmbeddingProblem:
            model = try fit([problem.data().measured], options: options, random: RandomStream(key: 0), limits: limits)
        default: throw LacunaError(.value, name, "learns from trajectories only")
        }
        return Outcome(estimate: model, report: model.report)
    }

    func fit(
        _ trajectories: [Trajectory], options: ParameterValues, random: RandomStream, limits: SolveLimits
    ) throws -> TrajectoryModel {
        let step = try DelayScaling.step(of: trajectories, for: "HAVOK"), names = trajectories[0].variables
        let variable = try options.optionalText("variable")
        let delays = try options.integer("delays"), lag = try options.integer("lag")
        if let variable, !names.contains(variable) {
            throw LacunaError(
                .value, name, "there is no variable \(variable)", remedy: "There are \(names.joined(separator: ", ")).")
        }
        let series = trajectories.map { trajectory in
            variable.flatMap(names.firstIndex(of:)).map { trajectory.states.selectingColumns([$0]) }
                ?? trajectory.states
        }
        let isStructured = try options.flag("structured")
        let windows = series.reduce(0) { $0 + max(0, $1.rows - (delays - 1) * lag - (isStructured ? 1 : 0)) }
        let count = max(1, min(series[0].columns * delays, windows))
        let method = HAVOK(
            delays: delays, lag: lag, rank: try RankOptions.rule(options, available: count),
            forcings: try options.integer("forcings"), isStructured: isStructured)
        let (model, report) = try timed { try method.fit(series, step: step) }
        let statistics = model.forcingStatistics()
        let values = model.decomposition.values
        let lines = [
            "singular values \(values.prefix(model.map.rows).map(readableNumber).joined(separator: ", "))",
            "eigenvalues "
                + (try model.eigenvalues().filter { $0.imaginary >= 0 }.map {
                    readableNumber($0.real) + ($0.imaginary == 0 ? "" : " ± \(readableNumber($0.imaginary))i")
                }.joined(separator: ", ")),
            "forcing: deviation \(readableNumber(statistics.standardDeviation)), excess kurtosis \(readableNumber(statistics.excessKurtosis)), "
                + "active \(readableNumber(100 * statistics.activeFraction)) % of the time (above \(readableNumber(statistics.threshold)))",
        ]
        return TrajectoryModel(
            lines: lines,
            notes: ["the forcing is measured, future included: forecasts of this model are reconstructions"],
            content: model, forecaster: variable == nil ? Forecaster(model) : nil, report: report)
    }
}

extension ParameterDeclaration {
    fileprivate func withDefault(_ value: ParameterValue) -> ParameterDeclaration {
        ParameterDeclaration(
            name, kind, default: value, required: isRequired, presets: presetDefaults, unit: unit, only: condition,
            summary)
    }
}

extension Forecaster {
    /// The forcing is that of the series, beyond the sample that it starts from too.
    fileprivate init(_ model: HAVOKModel) {
        let decomposition = model.decomposition, order = model.order
        let reach = (decomposition.delays - 1) * decomposition.lag
        self.init(
            history: reach + 1, step: model.step,
            parameterCount: model.map.rows * order + decomposition.left.storage.count,
            operationCount: 2 * order * model.map.rows + 2 * decomposition.variables * order, usesFuture: true
        ) { series, sample, steps in
            let part = Matrix(rows: reach + 1 + steps, columns: series.columns) { series[sample - reach + $0, $1] }
            let coordinates = try model.coordinates(of: part)
            let states = try model.simulate(
                forcing: coordinates.selectingColumns(order..<model.map.rows),
                from: (0..<order).map { coordinates[0, $0] })
            // The newest samples of U S v.
            let d = series.columns, first = (decomposition.delays - 1) * d
            return Matrix(rows: steps, columns: d) { step, variable in
                (0..<model.map.rows).reduce(0) { sum, column in
                    let value = column < order ? states[step + 1, column] : coordinates[step + 1, column]
                    return sum + decomposition.left[first + variable, column] * decomposition.values[column] * value
                }
            }
        }
    }
}
