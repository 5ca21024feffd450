import LacunaExperiment
import LacunaIO
import LacunaNets

/// `structured-training`: a classifier trained with dense or with Monarch weights, from the start or for a part of the time, Dao et al. (2022),
/// section 4.
struct StructuredTrainingFamily: DataSetFamily {
    var dataFolder = DataFolder()
    let name = "structured-training"
    let summary = "a perceptron of small images, trained with dense or structured matrices"
    let citation: Citation? = .dao2022
    let parameters = [
        ParameterDeclaration(
            "data", .choice(["digits", "mnist", "fashion-mnist"]), default: .text("digits"),
            "data set; all but digits are read from the folder that --data or LACUNA_DATA names"),
        ParameterDeclaration(
            "hidden", .integers(1...4096), default: .list([.integer(256), .integer(256)]), "widths of the ReLU layers"),
        ParameterDeclaration(
            "blocks", .integer(1...256), default: .integer(4),
            "blocks of the Monarch matrices: they have about 2/blocks of a dense matrix's numbers; layers in which they have more stay dense"
        ),
        ParameterDeclaration("epochs", .integer(1...10_000), default: .integer(40), "epochs of every training"),
        ParameterDeclaration(
            "rate", .number(1e-6...1), default: .number(1e-3), "Adam's learning rate, falling by a cosine to 0"),
        ParameterDeclaration("batch", .integer(1...4096), default: .integer(64), "samples of a batch"),
        ParameterDeclaration("train_samples", .integer(10...1_000_000), "training samples to use; default: all"),
        ParameterDeclaration(
            "validation", .flag, default: .flag(false),
            "score on a sixth of the training samples, held out, instead of the test part: for choosing settings"),
    ]
    let metrics = [
        ResultTable.Metric(name: "accuracy", longName: "accuracy", unit: "%", better: .higher),
        ResultTable.Metric(name: "nll", longName: "negative log-likelihood per sample", better: .lower),
        ResultTable.Metric(
            name: "parameters", longName: "numbers of the network, zeros of pruned weights left out", better: .lower),
        ResultTable.Metric(
            name: "projection_error", longName: "relative error of the projected weights before fine-tuning",
            better: .lower),
        ResultTable.Metric(
            name: "projected_accuracy", longName: "accuracy before fine-tuning", unit: "%", better: .higher),
    ]

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let set = try ImageDataSets.named(parameters.text("data"))
        let taskNames = ["data", "train_samples", "validation"]
        var order = randomness.stream("split", dependingOn: try parameters.subset(taskNames))
        let data = try NetworkData(
            set.read(from: dataFolder), canvas: nil, trainCount: parameters.optionalInteger("train_samples"),
            validates: parameters.flag("validation"), seed: randomness.seed, order: &order)
        var stream = randomness.stream(
            "network",
            dependingOn: try parameters.subset(taskNames + ["hidden", "epochs", "rate", "batch"]))
        let network = try Network<Float>.lenet300100(
            inputs: data.training.shape.count, hidden: parameters.integers("hidden"))
        let initialKey = stream.next()
        let start = NetworkParameters(network, random: RandomStream(key: initialKey))
        let batch = try parameters.integer("batch"), key = stream.next()
        let training = StochasticTraining(
            Adam<Float>(learningRate: try parameters.number("rate")), epochs: try parameters.integer("epochs"),
            batchSize: batch, schedule: .cosine(floor: 0), key: key)
        let problem = try TrainingProblem(network: network, start: start, data: data.training, loss: CrossEntropy())
        let structured = StructuredTrainingProblem(
            dense: problem, training: training,
            trained: DenseNetwork(problem, training, evaluation: data.evaluation, key: stream.next()),
            layouts: try network.monarchLayouts(blocks: parameters.integer("blocks")), initialKey: initialKey)
        return DrawnProblem(problem: structured) { estimate in
            guard let found = estimate as? StructuredClassifier else { throw wrongEstimate(name) }
            func scores(_ network: ParametrizedNetwork<Float>) throws -> ClassificationScores {
                try network.network.classify(network.parameters, data.evaluation)
            }
            let final = try scores(found.network)
            var result = [
                "accuracy": 100 * final.accuracy, "nll": final.negativeLogLikelihood,
                "parameters": Double(found.parameterCount),
            ]
            if let projected = found.projected {
                result["projected_accuracy"] = 100 * (try scores(projected.network).accuracy)
                result["projection_error"] = projected.relativeError
            }
            return result
        }
    }
}
