import LacunaExperiment
import LacunaNets

/// A perceptron to train, as scenarios pass it to methods.
public struct StructuredTrainingProblem: Sendable {
    /// With dense weights.
    let dense: TrainingProblem<Float>
    /// How everything is trained from the start.
    let training: StochasticTraining<Float>
    /// The dense network after that training, for methods that begin with it.
    let trained: DenseNetwork
    /// Of the layers that Monarch matrices replace.
    let layouts: [String: MonarchLayout]
    /// Initial weights follow from it.
    let initialKey: UInt64

    /// Numbers of the Monarch network's weights, biases left out: what other sparse networks get.
    var monarchWeightCount: Int {
        dense.network.layout.entries(of: .weight).reduce(0) { sum, entry in
            let layer = dense.network.nodes[entry.layer].name
            return sum + (layouts[layer]?.parameterCount ?? entry.range.count)
        }
    }

    /// Numbers that are no weights.
    var offsetCount: Int { dense.network.layout.entries(of: .offset).reduce(0) { $0 + $1.range.count } }

    /// The network with Monarch matrices, as it starts.
    func monarchStart() throws -> TrainingProblem<Float> {
        let network = try dense.network.withMonarchLayers(layouts)
        return try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: initialKey)),
            data: dense.data, loss: dense.loss)
    }
}

/// What a method of `structured-training` returns.
public struct StructuredClassifier: Sendable {
    /// A network that was projected, before it was fine-tuned.
    public struct Projection: Sendable {
        public let network: ParametrizedNetwork<Float>
        /// ‖W - Ŵ‖ / ‖W‖ over all weights.
        public let relativeError: Double
    }

    public let network: ParametrizedNetwork<Float>
    public let parameterCount: Int
    public let projected: Projection?
    /// Where the training diverged, if it did ("in stage 2 at step 7").
    public let divergence: String?

    init(
        network: ParametrizedNetwork<Float>, parameterCount: Int, projected: Projection? = nil,
        divergence: String? = nil
    ) {
        self.network = network
        self.parameterCount = parameterCount
        self.projected = projected
        self.divergence = divergence
    }
}

/// A method of `structured-training`: a conformer names itself and returns its classifier; the type of the problem is checked for it.
protocol StructuredTrainingMethod: Method {
    func train(
        _ problem: StructuredTrainingProblem, options: ParameterValues, limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport)
}

extension StructuredTrainingMethod {
    var options: [ParameterDeclaration] { [] }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is StructuredTrainingProblem ? nil : "'\(name)' trains classifiers only"
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? StructuredTrainingProblem else {
            throw LacunaError(.value, name, "trains classifiers only")
        }
        let (classifier, report) = try train(problem, options: options, limits: limits)
        return Outcome(estimate: classifier, report: report, divergence: classifier.divergence)
    }

    /// Trains in stages from this start.
    func train(
        _ start: TrainingProblem<Float>, stages: [StagedTraining<Float>.Stage], limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport) {
        let solution = try StagedTraining(stages).solve(start, limits: limits)
        let network = solution.estimate.trained
        let divergence = solution.estimate.divergence.map { divergence in
            let place = stages.count > 1 ? "in stage \(divergence.stage + 1) of the training" : "in the training"
            return divergence.step.map { "\(place) at step \($0 + 1)" } ?? "\(place): the network cannot be changed"
        }
        return (
            StructuredClassifier(
                network: network, parameterCount: network.network.layout.count, divergence: divergence),
            solution.report
        )
    }
}

/// Options of methods that fine-tune what they have projected.
enum FineTuning {
    static let options = [
        ParameterDeclaration(
            "fine_tune_epochs", .integer(0...10_000), default: .integer(10), "epochs after the projection"),
        ParameterDeclaration(
            "fine_tune_rate", .number(1e-6...1), default: .number(1e-3),
            "Adam's learning rate there, falling by a cosine to 0"),
    ]

    /// The projected network, trained on.
    static func tune(
        _ projected: ParametrizedNetwork<Float>, of problem: StructuredTrainingProblem, options: ParameterValues,
        limits: SolveLimits
    ) throws -> (StructuredClassifier, SolverReport) {
        var training = problem.training
        training.optimizer = Adam<Float>(learningRate: try options.number("fine_tune_rate"))
        training.epochs = try options.integer("fine_tune_epochs")
        training.key = problem.training.key &+ 1
        let start = try TrainingProblem(
            network: projected.network, start: projected.parameters, data: problem.dense.data,
            loss: problem.dense.loss)
        let projection = StructuredClassifier.Projection(
            network: projected, relativeError: try relativeError(of: projected, problem))
        let count = projected.network.layout.count
        guard training.epochs > 0 else {
            return (
                StructuredClassifier(network: projected, parameterCount: count, projected: projection),
                SolverReport(iterations: 1, reason: .closedForm, seconds: 0)
            )
        }
        let solution = try training.solve(start, limits: limits)
        let network = ParametrizedNetwork(projected.network, solution.estimate.parameters)
        return (
            StructuredClassifier(
                network: network, parameterCount: count, projected: projection,
                divergence: solution.estimate.divergedAt.map { "in the fine-tuning at step \($0 + 1)" }),
            solution.report
        )
    }

    /// Over the weights of the dense network, written out.
    static func relativeError(
        of projected: ParametrizedNetwork<Float>, _ problem: StructuredTrainingProblem
    ) throws -> Double {
        let dense = try problem.trained.result().problem.dense, written = try projected.writtenOut()
        var distance = 0.0, size = 0.0
        for entry in dense.layout.entries(of: .weight) {
            let before = try dense.array(entry.name).storage
            let after = try written.parameters.array(entry.name).storage
            for (a, b) in zip(before, after) {
                distance += Double((a - b) * (a - b))
                size += Double(a * a)
            }
        }
        return size > 0 ? (distance / size).squareRoot() : 0
    }
}
