import LacunaExperiment
import LacunaNets

/// Samples of a map between functions on a grid, as scenarios pass them to methods.
public struct OperatorLearningProblem: Sendable {
    let samples: Once<OperatorSamples>
    /// Initial weights and the order of samples follow from it.
    let key: UInt64

    /// - Throws: `LacunaError` where the simulation does.
    public func data() throws -> OperatorSamples { try samples.value() }
}

/// Inputs and outputs on the points of a grid, row-major.
public struct OperatorSamples: Sendable {
    /// [n] or [height, width].
    public let grid: [Int]
    public let trainingInputs: [[Double]]
    /// With noise.
    public let trainingTargets: [[Double]]
    public let testInputs: [[Double]]
    /// Without noise.
    public let testTargets: [[Double]]
}

/// What a method makes of the test inputs.
public struct OperatorPrediction: Sendable {
    public let outputs: [[Double]]
    public let parameterCount: Int
}

/// A method of `operator-learning` that trains a network. A conformer names itself and builds the network; data, training and the clock come
/// with the protocol.
protocol OperatorNetworkMethod: Method {
    var transform: Network<Float>.OperatorTransform { get }
    /// On a grid of one axis: a linear map that starts as the identity.
    func linear(size: Int) throws -> Network<Float>
}

extension OperatorNetworkMethod {
    var options: [ParameterDeclaration] {
        [
            ParameterDeclaration(
                "epochs", .integer(1...1_000_000), "passes over the samples; default: 3000 on a line, 30 on a plane"),
            ParameterDeclaration(
                "rate", .number(1e-6...1), default: .number(2e-3),
                "Adam's learning rate, falling by a cosine to 0"),
            ParameterDeclaration(
                "batch", .integer(1...4096), "samples of a batch; default: all of them on a line, 10 on a plane"),
            ParameterDeclaration("width", .integer(1...256), default: .integer(8), "channels, on a plane"),
            ParameterDeclaration("layers", .integer(1...16), default: .integer(4), "spectral layers, on a plane"),
            ParameterDeclaration(
                "modes", .integer(1...512), default: .integer(8), "frequencies per axis that are kept, on a plane"),
        ]
    }

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is OperatorLearningProblem ? nil : "'\(name)' learns operators only"
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let problem = problem as? OperatorLearningProblem else {
            throw LacunaError(.value, name, "learns operators only")
        }
        let data = try problem.data()
        let isLine = data.grid.count == 1
        let scaling = OperatorScaling(data)
        let network: Network<Float>
        if isLine {
            network = try linear(size: data.grid[0])
        } else {
            let modes = try options.integer("modes")
            network = try .neuralOperator(
                input: [3] + data.grid, width: options.integer("width"), layers: options.integer("layers"),
                modes: [modes, modes], transform: transform)
        }
        let training = StochasticTraining(
            Adam<Float>(learningRate: try options.number("rate")),
            epochs: try options.optionalInteger("epochs") ?? (isLine ? 3000 : 30),
            batchSize: try options.optionalInteger("batch") ?? (isLine ? data.trainingInputs.count : 10),
            schedule: .cosine(floor: 0), key: problem.key)
        let solution = try training.solve(
            TrainingProblem(
                network: network, start: NetworkParameters(network, random: RandomStream(key: problem.key)),
                data: scaling.dataSet(data.trainingInputs, data.trainingTargets, shape: network.inputShape),
                loss: MeanSquaredError()), limits: limits)
        let outputs = try network.outputs(
            solution.estimate.parameters,
            scaling.dataSet(data.testInputs, data.testTargets, shape: network.inputShape), batch: 20)
        let prediction = OperatorPrediction(
            outputs: scaling.outputs(outputs, count: data.testInputs.count), parameterCount: network.layout.count)
        return Outcome(
            estimate: prediction, report: solution.report,
            divergence: solution.estimate.divergedAt.map { "in the training at step \($0 + 1)" })
    }
}

/// Data as networks see them: inputs and targets over the root mean square of the training's; on a plane with two channels for the
/// coordinates, since a forcing depends on the place.
private struct OperatorScaling {
    private let grid: [Int]
    private let input: Double
    private let target: Double

    init(_ data: OperatorSamples) {
        func size(_ samples: [[Double]]) -> Double {
            let all = samples.joined(), mean = all.reduce(0) { $0 + $1 * $1 } / Double(max(all.count, 1))
            return mean > 0 ? mean.squareRoot() : 1
        }
        grid = data.grid
        input = size(data.trainingInputs)
        target = size(data.trainingTargets)
    }

    func dataSet(_ inputs: [[Double]], _ targets: [[Double]], shape: ValueShape) throws -> DataSet<Float> {
        var coordinates: [Float] = []
        if let height = grid.first, let width = grid.last, grid.count == 2 {
            coordinates = (0..<height * width).map { Float($0 / width) / Float(height) }
            coordinates += (0..<height * width).map { Float($0 % width) / Float(width) }
        }
        return try DataSet(
            shape: shape, inputs: inputs.flatMap { $0.map { Float($0 / input) } + coordinates },
            targets: .values(targets.flatMap { $0.map { Float($0 / target) } }))
    }

    func outputs(_ values: [Float], count: Int) -> [[Double]] {
        let size = values.count / max(count, 1)
        return (0..<count).map { sample in
            values[sample * size..<(sample + 1) * size].map { Double($0) * target }
        }
    }
}
