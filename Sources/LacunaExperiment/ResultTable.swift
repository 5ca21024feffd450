/// All numbers of one experiment: for each metric a dense array over (axis…, algorithm, trial), row-major, last index
/// fastest, NaN where a cell has no value; and the status of each cell.
///
/// The axis of methods is called `algorithm`, because `method` is a keyword of xarray's `sel`.
public struct ResultTable: Sendable {
    /// One sweep axis: a parameter and the values it took.
    public struct Axis: Hashable, Sendable {
        public let name: String
        public let unit: String
        public let values: [ParameterValue]

        public init(name: String, unit: String, values: [ParameterValue]) {
            self.name = name
            self.unit = unit
            self.values = values
        }
    }

    /// What a metric's number means.
    public struct Metric: Hashable, Sendable {
        public enum Better: String, Hashable, Sendable { case lower, higher }
        public let name: String
        public let longName: String
        public let unit: String
        public let better: Better
        /// Taken by a clock, or computed from what was: it differs from run to run, and workers beside each other disturb it.
        public let isTiming: Bool

        public init(name: String, longName: String, unit: String = "1", better: Better, isTiming: Bool = false) {
            self.name = name
            self.longName = longName
            self.unit = unit
            self.better = better
            self.isTiming = isTiming
        }
    }

    public let axes: [Axis]
    public let algorithms: [String]
    public let trials: Int
    public let metrics: [Metric]
    /// Metric name -> array of `cellCount` numbers.
    public var values: [String: [Double]]
    /// Status per cell, in the same order.
    public var status: [CellStatus]
    /// Cost after each iteration, per cell in the same order; empty where it was not recorded.
    public var histories: [[Double]]
    /// Masks that the scenario's figures show, per cell in the same order; empty where none was recorded.
    public var masks: [[RecordedMask]]
    /// Curves that the scenario's figures show, likewise.
    public var curves: [[RecordedCurve]]
    /// The greatest number of workers beside which a cell ran: above 1, timings are not clean.
    public var workers = 1

    public init(axes: [Axis], algorithms: [String], trials: Int, metrics: [Metric]) {
        self.axes = axes
        self.algorithms = algorithms
        self.trials = trials
        self.metrics = metrics
        let count = axes.pointCount * algorithms.count * trials
        values = Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, Array(repeating: .nan, count: count)) })
        status = Array(repeating: .notRun, count: count)
        histories = Array(repeating: [], count: count)
        masks = Array(repeating: [], count: count)
        curves = Array(repeating: [], count: count)
    }

    public var cellCount: Int { status.count }
    /// Sizes of every array: one per axis, then algorithms, then trials.
    public var dimensions: [Int] { axes.map(\.values.count) + [algorithms.count, trials] }
    /// How many sweep points there are.
    public var pointCount: Int { axes.pointCount }

    /// Position of a cell in every array; `point` counts the sweep points row-major, last axis fastest.
    public func index(point: Int, algorithm: Int, trial: Int) -> Int {
        (point * algorithms.count + algorithm) * trials + trial
    }
}

extension [ResultTable.Axis] {
    /// The size of the axes' product; 1 without axes.
    public var pointCount: Int { reduce(1) { $0 * $1.values.count } }

    /// Whether the point has these values of these axes. Values compare by their canonical text.
    public func isPoint(_ point: Int, at place: [String: ParameterValue]) -> Bool {
        coordinates(of: point).allSatisfy { axis, value in
            place[axis].map { $0.description == value.description } ?? true
        }
    }

    /// (axis, value) of a point of the product, counted row-major with the last axis fastest.
    public func coordinates(of point: Int) -> [(axis: String, value: ParameterValue)] {
        var rest = point
        let reversed = self.reversed().map { axis in
            let value = axis.values[rest % axis.values.count]
            rest /= axis.values.count
            return (axis: axis.name, value: value)
        }
        return reversed.reversed()
    }
}

/// How a cell ended. `done`, `diverged`, `timeLimit` and `skipped` are results; `failed` and `interrupted` run again on resume.
public enum CellStatus: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    case notRun = 0, done, diverged, timeLimit, skipped, failed, interrupted

    /// Whether the cell has its answer; others run again on resume.
    public var isResult: Bool {
        switch self {
        case .done, .diverged, .timeLimit, .skipped: true
        case .notRun, .failed, .interrupted: false
        }
    }

    /// The status that prints as `description`.
    public init?(description: String) {
        guard let status = CellStatus.allCases.first(where: { $0.description == description }) else { return nil }
        self = status
    }

    public var description: String {
        switch self {
        case .notRun: "not-run"
        case .done: "done"
        case .diverged: "diverged"
        case .timeLimit: "time-limit"
        case .skipped: "skipped"
        case .failed: "failed"
        case .interrupted: "interrupted"
        }
    }
}
