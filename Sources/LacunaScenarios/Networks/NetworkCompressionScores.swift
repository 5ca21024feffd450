import LacunaExperiment
import LacunaNets

/// The metrics of `network-compression`.
enum NetworkCompressionScores {
    static let metrics = [
        ResultTable.Metric(name: "accuracy", longName: "accuracy", unit: "%", better: .higher),
        ResultTable.Metric(name: "accuracy_loss", longName: "accuracy below dense, in points", better: .lower),
        ResultTable.Metric(
            name: "dense_accuracy", longName: "accuracy of the dense network", unit: "%", better: .higher),
        ResultTable.Metric(name: "remaining_weights", longName: "remaining weights", unit: "%", better: .lower),
        ResultTable.Metric(name: "compression", longName: "weights before over weights left", better: .higher),
        ResultTable.Metric(name: "kept_weights", longName: "weights left", better: .lower),
        ResultTable.Metric(
            name: "neurons", longName: "hidden neurons and channels left", better: .lower),
        ResultTable.Metric(
            name: "runs", longName: "runs of weights along neurons' inputs and flattened kernels", better: .lower),
        ResultTable.Metric(name: "mean_run", longName: "mean length of a run", better: .higher),
        ResultTable.Metric(
            name: "run_gain", longName: "mean length of a run over that at random positions", better: .higher),
        ResultTable.Metric(
            name: "index_bits", longName: "bits with an index for each weight of 8 bits", better: .lower),
        ResultTable.Metric(name: "burst_bits", longName: "bits with start and length of each run", better: .lower),
        ResultTable.Metric(
            name: "storage_ratio", longName: "bits at 32 a weight over those of the shortest code", better: .higher),
        ResultTable.Metric(
            name: "coded_accuracy", longName: "accuracy with weights decoded from 8 bits", unit: "%", better: .higher),
        ResultTable.Metric(
            name: "multiply_adds", longName: "multiplications per sample, zeros left out", better: .lower),
        ResultTable.Metric(name: "nll", longName: "negative log-likelihood per sample", better: .lower),
        ResultTable.Metric(name: "calibration_error", longName: "expected calibration error", better: .lower),
        ResultTable.Metric(
            name: "speedup_1", longName: "inference speed-up over dense, one sample", better: .higher, isTiming: true),
        ResultTable.Metric(
            name: "speedup_128", longName: "inference speed-up over dense, 128 samples", better: .higher, isTiming: true
        ),
    ]

    static func scores(
        _ pruned: PrunedNetwork, dense: NetworkParameters<Float>, denseScores: ClassificationScores,
        on data: DataSet<Float>
    ) throws -> [String: Double] {
        let network = pruned.network, parameters = pruned.parameters
        let scores = try network.classify(parameters, data)
        let regularity = try parameters.regularity(), kept = regularity.nonZeros
        var result = [
            "accuracy": 100 * scores.accuracy, "accuracy_loss": 100 * (denseScores.accuracy - scores.accuracy),
            "dense_accuracy": 100 * denseScores.accuracy, "remaining_weights": 100 * regularity.density,
            "kept_weights": Double(kept),
            "runs": Double(regularity.runs), "mean_run": regularity.meanRun,
            "nll": scores.negativeLogLikelihood, "calibration_error": scores.calibrationError,
            "multiply_adds": Double(try network.multiplyAddCount(parameters)),
        ]
        if kept > 0 {
            result["compression"] = regularity.compressionRatio
            result["run_gain"] = regularity.meanRun / regularity.meanRunAtRandom
        }
        // What is stored is counted bit by bit, and read back to see what it is worth.
        var shortest = Int.max, decoded = parameters
        for scheme in [WeightCoding.Scheme.burst, .index, .gap] {
            let coding = try WeightCoding(scheme, valueBits: 8), coded = try parameters.coded(coding)
            if scheme != .gap { result["\(scheme.rawValue)_bits"] = Double(coded.bitCount) }
            if coded.bitCount < shortest {
                shortest = coded.bitCount
                decoded = coded.decoded
            }
        }
        result["storage_ratio"] = 32 * Double(regularity.count) / Double(shortest)
        result["coded_accuracy"] = 100 * (try network.classify(decoded, data).accuracy)
        let compact = try CompactNetwork(ParametrizedNetwork(network, parameters))
        let outputs = network.nodes.last { compact.kept[$0.name] != nil }?.name
        result["neurons"] = Double(compact.kept.reduce(0) { $0 + ($1.key == outputs ? 0 : $1.value.count) })
        let fast = try compact.withSparseLayers()
        for batch in [1, 128] {
            result["speedup_\(batch)"] = try NetworkTiming.speedup(
                fast, over: ParametrizedNetwork(network, dense), batch: batch, on: data)
        }
        return result
    }
}
