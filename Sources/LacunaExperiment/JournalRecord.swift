/// One finished cell, as one line of a journal.
public struct JournalRecord: Hashable, Sendable, Codable {
    /// The cell's id. All else that names the cell (`algorithm`, `point`, `trial`) is for readers of the file.
    public let id: String
    public let algorithm: String
    /// Axis -> canonical value.
    public let point: [String: String]
    public let trial: Int
    public let status: CellStatus
    /// Metric -> value, `seconds` and `iterations` included; empty if there is no estimate.
    public let metrics: [String: Double]
    /// The reason of `skipped` and `failed`; where a solve diverged, if it says.
    public let message: String?
    /// How many workers ran beside each other when times were measured.
    public let workers: Int
    /// Cost after each iteration, if it was asked for.
    public let history: [Double]?
    /// What the scenario's mask figures show of it, by the arrays' names; nil where none does.
    public let masks: [RecordedMask]?
    /// What the scenario's figures of views show of it; nil where none does.
    public let curves: [RecordedCurve]?

    public init(
        id: String, algorithm: String, point: [String: String], trial: Int, status: CellStatus,
        metrics: [String: Double] = [:], message: String? = nil, workers: Int = 1, history: [Double]? = nil,
        masks: [RecordedMask]? = nil, curves: [RecordedCurve]? = nil
    ) {
        self.id = id
        self.algorithm = algorithm
        self.point = point
        self.trial = trial
        self.status = status
        self.metrics = metrics
        self.message = message
        self.workers = workers
        self.history = history
        self.masks = masks
        self.curves = curves
    }
}

/// What a journal says about the run that wrote it; every start and every resume adds one.
public struct JournalHeader: Hashable, Sendable, Codable {
    public static let currentSchema = 1

    public let schema: Int
    public let scenario: String
    /// The complete resolved YAML, so that a folder can be resumed from its journal alone.
    public let scenarioText: String
    /// CPU type and BLAS core: numbers are bit-identical on equal ones only.
    public let machine: String
    /// Version and executable: numbers are bit-identical on equal ones only. nil: not recorded.
    public let build: String?
    /// The commit that was checked out; nil: none, or not recorded.
    public let revision: String?
    public let workers: Int
    /// Date and time, ISO 8601.
    public let started: String

    public init(
        scenario: String, scenarioText: String, machine: String, build: String? = nil, revision: String? = nil,
        workers: Int, started: String
    ) {
        schema = Self.currentSchema
        self.scenario = scenario
        self.scenarioText = scenarioText
        self.machine = machine
        self.build = build
        self.revision = revision
        self.workers = workers
        self.started = started
    }
}

extension CellStatus: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let status = CellStatus(description: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "unknown status '\(text)'")
        }
        self = status
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
