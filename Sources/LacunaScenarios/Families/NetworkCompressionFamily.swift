import LacunaExperiment
import LacunaIO
import LacunaNets

/// `network-compression`: what is left of a trained classifier, and what it still knows.
struct NetworkCompressionFamily: DataSetFamily {
    var dataFolder = DataFolder()
    let name = "network-compression"
    let summary = "a classifier of small images, trained, is to do with few weights"
    let citation: Citation? = nil
    let parameters = [
        ParameterDeclaration(
            "data", .choice(["digits", "mnist", "fashion-mnist"]), default: .text("digits"),
            "data set; all but digits are read from the folder that --data or LACUNA_DATA names"),
        ParameterDeclaration(
            "canvas", .integer(8...64),
            "images are placed at random on a square canvas of this size; default: as they are"),
        ParameterDeclaration(
            "network", .choice(["perceptron", "lenet-5"]), default: .text("perceptron"),
            "ReLU layers, or LeNet-5 as in Caffe (images of at least 16x16)"),
        ParameterDeclaration(
            "hidden", .integers(1...4096), default: .list([.integer(300), .integer(100)]),
            "widths of the perceptron's hidden layers (300, 100: LeNet-300-100)"),
        ParameterDeclaration("dense_epochs", .integer(1...1000), default: .integer(10), "epochs of the dense training"),
        ParameterDeclaration(
            "dense_rate", .number(1e-6...1), default: .number(1e-3),
            "Adam's learning rate there, falling by a cosine to 0"),
        ParameterDeclaration("batch", .integer(1...4096), default: .integer(128), "samples of a batch"),
        ParameterDeclaration("train_samples", .integer(10...1_000_000), "training samples to use; default: all"),
        ParameterDeclaration(
            "validation", .flag, default: .flag(false),
            "score on a sixth of the training samples, held out, instead of the test part: for choosing settings"),
        ParameterDeclaration(
            "level", .integer(1...99), default: .integer(1), "which of a method's `strengths` is used, from 1"),
    ]
    let metrics = NetworkCompressionScores.metrics

    func check(_ parameters: ParameterValues) throws {
        if try parameters.text("network") == "lenet-5", try parameters.text("data") == "digits",
            try parameters.optionalInteger("canvas").map({ $0 < 16 }) ?? true
        {
            throw LacunaError(
                .value, "network", "lenet-5 needs images of at least 16x16, digits are 8x8",
                remedy: "Take data: mnist, canvas: 16, or network: perceptron")
        }
    }

    func maskArrays(_ parameters: ParameterValues) throws -> [String] {
        if try parameters.text("network") == "lenet-5" {
            return ["conv1.weight", "conv2.weight", "fc1.weight", "fc2.weight"]
        }
        return try (0...parameters.integers("hidden").count).map { "fc\($0 + 1).weight" }
    }

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        try check(parameters)
        let set = try ImageDataSets.named(parameters.text("data"))
        let taskNames = ["data", "canvas", "train_samples", "validation"]
        var order = randomness.stream("split", dependingOn: try parameters.subset(taskNames))
        let data = try NetworkData(
            set.read(from: dataFolder), canvas: parameters.optionalInteger("canvas"),
            trainCount: parameters.optionalInteger("train_samples"), validates: parameters.flag("validation"),
            seed: randomness.seed, order: &order)
        // The dense network depends on all but the level: every strength starts from the same one.
        var stream = randomness.stream(
            "network",
            dependingOn: try parameters.subset(
                taskNames + ["network", "hidden", "dense_epochs", "dense_rate", "batch"]))
        let network: Network<Float>
        if try parameters.text("network") == "lenet-5" {
            network = try .lenet5(image: data.training.shape.features)
        } else {
            network = try .lenet300100(inputs: data.training.shape.count, hidden: parameters.integers("hidden"))
        }
        let start = NetworkParameters(network, random: RandomStream(key: stream.next()))
        let key = stream.next()
        let batch = try parameters.integer("batch")
        let training = StochasticTraining(
            Adam<Float>(learningRate: try parameters.number("dense_rate")),
            epochs: try parameters.integer("dense_epochs"), batchSize: batch, schedule: .cosine(floor: 0), key: key)
        // Trained when the first method asks: a draw that only checks the scenario costs nothing.
        let dense = DenseNetwork(
            try TrainingProblem(network: network, start: start, data: data.training, loss: CrossEntropy()), training,
            evaluation: data.evaluation, key: stream.next())
        let problem = NetworkCompressionProblem(dense: dense, level: try parameters.integer("level"))
        return DrawnProblem(problem: problem) { estimate in
            guard let pruned = estimate as? PrunedNetwork else { throw wrongEstimate(name) }
            let whole = try dense.result()
            return try NetworkCompressionScores.scores(
                pruned, dense: whole.problem.dense, denseScores: whole.scores, on: data.evaluation)
        } masks: { estimate, arrays in
            guard let pruned = estimate as? PrunedNetwork else { throw wrongEstimate(name) }
            return try pruned.parameters.masks(of: arrays)
        }
    }
}

extension NetworkParameters {
    /// Which numbers of some arrays are not 0: outputs × everything else, in the order of the layers.
    func masks(of arrays: Set<String>) throws -> [RecordedMask] {
        try layout.entries(of: .weight).filter { arrays.contains($0.name) }.map { entry in
            let rows = entry.parameter.shape[0]
            guard rows > 0 else { throw LacunaError(.shape, entry.name, "it has no rows") }
            return RecordedMask(
                array: entry.name, rows: rows, columns: entry.range.count / rows,
                kept: values[entry.range].map { $0 != 0 })
        }
    }
}

/// A network to compress, and how strongly.
public struct NetworkCompressionProblem: Sendable {
    let dense: DenseNetwork
    /// From 1.
    public let level: Int

    /// The trained network. - Throws: `LacunaError` where its training diverged.
    public func compression() throws -> CompressionProblem { try dense.result().problem }
}

/// The dense network of a draw, trained once, by whoever asks first; so is one that diverges.
struct DenseNetwork: Sendable {
    struct Result: Sendable {
        let problem: CompressionProblem
        let scores: ClassificationScores
    }

    private let trained: Once<Result>

    init(
        _ problem: TrainingProblem<Float>, _ training: StochasticTraining<Float>, evaluation: DataSet<Float>,
        key: UInt64
    ) {
        trained = Once {
            let dense = try training.solve(problem).estimate
            guard dense.isFinite else {
                let step = dense.divergedAt.map { " at step \($0 + 1)" } ?? ""
                throw LacunaError(
                    .value, "dense_rate",
                    "the dense training diverged\(step) (epoch \(dense.losses.count + 1) of \(training.epochs))",
                    remedy: "Take a smaller one")
            }
            return Result(
                problem: try CompressionProblem(
                    network: problem.network, dense: dense.parameters, data: problem.data,
                    batchSize: training.batchSize, key: key),
                scores: try problem.network.classify(dense.parameters, evaluation))
        }
    }

    /// - Throws: `LacunaError` where the training diverged.
    func result() throws -> Result { try trained.value() }
}
