import LacunaDynamics
import LacunaExperiment
import LacunaScenarios

/// What `lacuna solve` says about a model of trajectories.
struct TrajectoryReport: Encodable {
    let problem: String
    var model: String?
    var output: String?
    let method: String
    var options: [String: ParameterValue]?
    var notes: [String]
    let trajectories: Int
    let samples: Int
    var lines: [String] = []
    /// Of equations.
    let coefficients: [ReportedCoefficient]?
    /// What `deviation` of the coefficients is.
    let deviation: String?
    var scores: [TrajectoryScore]?
    var thresholdScan: [ScannedThreshold]?
    var seconds: Double?

    init(problem: String, method: String, table: TrajectoryFile, model: any ModelContent) {
        self.problem = problem
        self.method = method
        notes = table.notes
        trajectories = table.trajectories.count
        samples = table.trajectories.reduce(0) { $0 + $1.count }
        let equations = model as? SINDyModel
        coefficients = equations?.reportedCoefficients
        deviation = equations?.uncertainty?.kind.rawValue
    }

    var text: String {
        ([scanTable, lines.joined(separator: "\n"), coefficientTable, scoreTable].compactMap { $0 }).joined(
            separator: "\n\n")
    }

    private var scanTable: String? {
        guard let thresholdScan else { return nil }
        var table = TextTable(
            ["threshold", "terms", "training error", "cross-validated error", "standard error", ""],
            leftColumns: [5])
        for point in thresholdScan {
            table.append([
                readable(point.threshold), "\(point.terms)", readable(point.trainingError),
                readable(point.validationError), readable(point.validationDeviation, digits: 2),
                point.chosen ? "chosen" : "",
            ])
        }
        return table.text
    }

    private var coefficientTable: String? {
        guard let coefficients, let deviation else { return nil }
        let hasInclusion = coefficients.contains { $0.inclusion != nil }
        var table = TextTable(
            ["equation", "term", "coefficient", deviation] + (hasInclusion ? ["in models"] : []), leftColumns: [0, 1])
        for entry in coefficients {
            table.append(
                [
                    entry.equation, entry.term, readable(entry.value, digits: 6),
                    entry.deviation.map { readable($0, digits: 2) } ?? "",
                ]
                    + (entry.inclusion.map { ["\(readable(100 * $0, digits: 3)) %"] } ?? []))
        }
        return table.text
    }

    private var scoreTable: String? {
        guard let scores, !scores.isEmpty else { return nil }
        var table = TextTable(["trajectory", "steps", "one-step error", "forecast error", "valid time"])
        for score in scores {
            table.append([
                readable(score.trajectory), "\(score.steps)", score.oneStepError.map { readable($0) } ?? "runs away",
                score.forecastError.map { readable($0) } ?? "runs away", readable(score.validTime),
            ])
        }
        return table.text
    }
}

/// A threshold, how many terms it leaves, and how well these fit.
struct ScannedThreshold: Encodable {
    let threshold: Double
    let terms: Int
    let trainingError: Double
    /// On samples that were held out.
    let validationError: Double
    /// Its standard error over the folds.
    let validationDeviation: Double
    let chosen: Bool

    init(_ point: ThresholdScan.Point, isChosen: Bool) {
        threshold = point.threshold
        terms = point.termCount
        trainingError = point.trainingError
        validationError = point.validationError
        validationDeviation = point.validationDeviation
        chosen = isChosen
    }
}
