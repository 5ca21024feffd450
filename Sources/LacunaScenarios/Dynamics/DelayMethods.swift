import LacunaDynamics
import LacunaExperiment

struct DelayRegressionMethod: TrajectoryMethod {
    let name = "delay-regression"
    let summary = "linear regression of the next state on the last ones: the baseline of all delay models"
    let citation = Citation(
        authors: "H. Arbabi, I. Mezić", year: 2017,
        title:
            "Ergodic Theory, Dynamic Mode Decomposition, and Computation of Spectral Properties of the Koopman Operator",
        source: "SIAM J. Applied Dynamical Systems 16(4), arXiv 1611.06664")
    let options = [delaysOption]

    func fit(
        _ trajectories: [Trajectory], options: ParameterValues, random: RandomStream, limits: SolveLimits
    ) throws -> TrajectoryModel {
        let delays = try options.integer("delays")
        let (model, report) = try timed { try DelayRegression(delays: delays).fit(trajectories) }
        return TrajectoryModel(
            lines: ["\(delays) delays of \(model.scaling.dimension) variables, \(model.parameterCount) numbers"],
            content: model, forecaster: Forecaster(model), report: report)
    }
}

/// A network of delays. Of two, the one without structure is the baseline.
protocol DelayNetworkMethod: TrajectoryMethod {
    var choices: [ParameterDeclaration] { get }
    func network(_ options: ParameterValues, delays: Int, variables: Int) throws -> StNN
}

extension DelayNetworkMethod {
    var options: [ParameterDeclaration] {
        choices + [
            delaysOption,
            ParameterDeclaration(
                "blocks", .integer(1...1000), default: .integer(4), "structured matrices of the first hidden layer"),
            ParameterDeclaration(
                "horizon", .integer(1...1000), default: .integer(1), "steps that are learnt and told at once"),
            ParameterDeclaration("hidden_layers", .integer(1...16), default: .integer(1), "hidden layers"),
            ParameterDeclaration(
                "activation", .choice(["tanh", "leaky-relu"]), default: .text("tanh"), "between layers"),
            ParameterDeclaration(
                "penalty", .number(0...1e6), default: .number(1e-7), "on the sum of squares of the weights"),
            ParameterDeclaration(
                "training", .choice(["lbfgs", "adam"]), default: .text("lbfgs"),
                "on all windows at once, or by stochastic gradients"),
            ParameterDeclaration(
                "iterations", .integer(1...1_000_000), default: .integer(500), only: .init("training", "lbfgs"),
                "at most"),
            ParameterDeclaration(
                "epochs", .integer(1...1_000_000), default: .integer(200), only: .init("training", "adam"),
                "passes over the windows"),
            ParameterDeclaration(
                "rate", .number(1e-9...10), default: .number(1e-3), only: .init("training", "adam"),
                "learning rate, falling by a cosine to 0"),
            ParameterDeclaration(
                "environments", .choice(["each", "all"]), default: .text("each"),
                "where there are several systems: a network for each, or one for all of them"),
        ]
    }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is ForecastProblem || problem is EnvironmentsProblem ? nil : "'\(name)' learns from trajectories only"
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        switch problem {
        case let problem as EnvironmentsProblem:
            return try fitEnvironments(
                problem, options: options, limits: limits, isShared: options.text("environments") == "all")
        case let problem as ForecastProblem: return try forecast(problem, options: options, limits: limits)
        default: throw LacunaError(.value, name, "learns from trajectories only")
        }
    }

    func fit(
        _ trajectories: [Trajectory], options: ParameterValues, random: RandomStream, limits: SolveLimits
    ) throws -> TrajectoryModel {
        var stream = random
        let delays = try options.integer("delays"), variables = try DelayScaling(trajectories).dimension
        var settings = try network(options, delays: delays, variables: variables)
        settings.activation = try options.text("activation") == "tanh" ? .tanh : .leakyReLU(slope: 0.01)
        settings.penalty = try options.number("penalty")
        settings.training =
            try options.text("training") == "lbfgs"
            ? .lbfgs(iterations: options.integer("iterations"))
            : .adam(learningRate: options.number("rate"), epochs: options.integer("epochs"))
        settings.seed = stream.next()
        let model = try settings.fit(trajectories, limits: limits)
        let line =
            "\(settings.structure.rawValue): \(delays) delays of \(variables) variables, \(model.parameterCount) numbers, "
            + "\(model.operationCount) operations for \(model.horizon == 1 ? "a step" : "\(model.horizon) steps"), training loss \(model.losses.last ?? .nan)"
        return TrajectoryModel(
            lines: [line], content: model, forecaster: Forecaster(model), report: model.report)
    }
}

struct StNNMethod: DelayNetworkMethod {
    let name = "stnn"
    let summary = "structured network of delays: Hankel operators and their fast factors"
    let citation = Citation.aluvihare2025
    let choices = [
        ParameterDeclaration(
            "structure", .choice(["hankel", "dft-diagonal", "butterfly", "monarch"]), default: .text("hankel"),
            "of the matrices: h[i+j]; a trained spectrum; trained radix-2 factors; trained factors of two"),
        ParameterDeclaration(
            "per_state", .flag, default: .flag(false),
            "a structured matrix from each variable's delays to each, for one of all delays"),
    ]

    func network(_ options: ParameterValues, delays: Int, variables: Int) throws -> StNN {
        StNN(
            structure: StNN.Structure(rawValue: try options.text("structure")) ?? .hankel, delays: delays,
            blocks: try options.integer("blocks"), hiddenLayers: try options.integer("hidden_layers"),
            perState: try options.flag("per_state"), horizon: try options.integer("horizon"))
    }
}

struct DenseDelayNetworkMethod: DelayNetworkMethod {
    let name = "dense-delay-network"
    let summary = "feed-forward network of delays, as wide as the structured one or with as many numbers"
    let citation = Citation(
        authors: "K. Hornik, M. Stinchcombe, H. White", year: 1989,
        title: "Multilayer Feedforward Networks are Universal Approximators", source: "Neural Networks 2(5)")
    let choices = [
        ParameterDeclaration(
            "match", .choice(["width", "parameters"]), default: .text("width"),
            "of the Hankel network with so many blocks, what this one shares")
    ]

    func network(_ options: ParameterValues, delays: Int, variables: Int) throws -> StNN {
        let twin = StNN(
            delays: delays, blocks: try options.integer("blocks"), hiddenLayers: try options.integer("hidden_layers"),
            horizon: try options.integer("horizon"))
        return try options.text("match") == "parameters"
            ? twin.denseOfEqualSize(variables: variables) : twin.denseOfEqualWidth
    }
}

let delaysOption = ParameterDeclaration(
    "delays", .integer(1...100_000), default: .integer(8), "samples that the next one is told from")

extension Forecaster {
    init(_ model: some DelayModel) {
        let delays = model.delays
        self.init(
            history: delays, step: model.scaling.step, parameterCount: model.parameterCount,
            // Of a step: an evaluation tells `horizon`.
            operationCount: (model.operationCount + model.horizon - 1) / model.horizon
        ) { series, sample, steps in
            let window = Matrix(rows: delays, columns: series.columns) { series[sample - delays + 1 + $0, $1] }
            return try model.forecast(from: window, steps: steps)
        }
    }
}
