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
        ResultTable.Metric(name: "runs", longName: "runs of weights along each output's inputs", better: .lower),
        ResultTable.Metric(name: "mean_run", longName: "mean length of a run", better: .higher),
        ResultTable.Metric(name: "nll", longName: "negative log-likelihood per sample", better: .lower),
        ResultTable.Metric(name: "calibration_error", longName: "expected calibration error", better: .lower),
    ]

    static func scores(
        _ pruned: PrunedNetwork, dense: ClassificationScores, on data: DataSet<Float>
    ) throws -> [String: Double] {
        let scores = try pruned.network.classify(pruned.parameters, data)
        let runs = pruned.runCount, kept = pruned.keptCount
        return [
            "accuracy": 100 * scores.accuracy, "accuracy_loss": 100 * (dense.accuracy - scores.accuracy),
            "dense_accuracy": 100 * dense.accuracy, "remaining_weights": 100 * pruned.density,
            "compression": 1 / max(pruned.density, .leastNormalMagnitude), "kept_weights": Double(kept),
            "runs": Double(runs), "mean_run": runs == 0 ? 0 : Double(kept) / Double(runs),
            "nll": scores.negativeLogLikelihood, "calibration_error": scores.calibrationError,
        ]
    }
}
