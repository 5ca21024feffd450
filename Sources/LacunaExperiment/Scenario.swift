/// An experiment: problem × methods × sweep × trials -> metrics, pictures. What a YAML file says once names are resolved,
/// overrides and the profile applied, and every value checked against its declaration.
public struct Scenario: Sendable {
    /// One entry under `methods:`.
    public struct MethodChoice: Sendable {
        /// What curves and tables call it; unique in a scenario.
        public let label: String
        public let method: any Method
        public let options: ParameterValues
        /// Fewer trials than the scenario's for a slow method; nil: all.
        public let trials: Int?
        /// Run only where these axes have these values (`only: { pilot_draw: [1] }`); empty: everywhere.
        public let only: [String: [ParameterValue]]

        public init(
            label: String, method: any Method, options: ParameterValues, trials: Int? = nil,
            only: [String: [ParameterValue]] = [:]
        ) {
            self.label = label
            self.method = method
            self.options = options
            self.trials = trials
            self.only = only
        }
    }

    /// One picture: a metric against an axis, one curve per algorithm.
    public struct Figure: Hashable, Sendable {
        public enum Scale: String, Hashable, Sendable, CaseIterable { case linear, log, dB = "db" }
        public enum Statistic: String, Hashable, Sendable, CaseIterable { case mean, median }
        /// What the band shows: 95 % interval of the statistic (bootstrap), quartiles of the trials, or nothing.
        public enum Band: String, Hashable, Sendable, CaseIterable { case ci95, quartiles, none }

        public let name: String
        public let title: String
        /// An axis, "iteration" for convergence curves, or a metric: then each method is one curve through all its points.
        public let x: String
        public let y: String
        public let scale: Scale
        public let statistic: Statistic
        public let band: Band
        /// Draw the scenario's published curves beneath ours.
        public var published: Bool
        /// Labels of the methods to draw; empty: all.
        public let algorithms: [String]
        /// Axis -> the value at which it is drawn; axes that are not named give a curve for each of their values.
        public let at: [String: ParameterValue]

        public init(
            name: String, title: String, x: String, y: String, scale: Scale = .linear, statistic: Statistic = .mean,
            band: Band = .ci95, published: Bool = false, algorithms: [String] = [],
            at: [String: ParameterValue] = [:]
        ) {
            self.name = name
            self.title = title
            self.x = x
            self.y = y
            self.scale = scale
            self.statistic = statistic
            self.band = band
            self.published = published
            self.algorithms = algorithms
            self.at = at
        }

        public func draws(_ algorithm: String) -> Bool { algorithms.isEmpty || algorithms.contains(algorithm) }
    }

    public var name: String
    public var title: String
    public var citation: Citation?
    /// "3a": the figure of the paper.
    public var paperFigure: String
    public var family: any ProblemFamily
    /// The family's parameters at every point, axes excepted.
    public var parameters: ParameterValues
    /// Sweep axes in the file's order; their product is the set of points. A scenario without a sweep has one point.
    public var axes: [ResultTable.Axis]
    public var methods: [MethodChoice]
    public var trials: Int
    /// Names of the metrics to keep, a subset of the family's plus `seconds` and `iterations`.
    public var metrics: [String]
    public var seed: UInt64
    /// Keep each iteration's cost (`/curves/cost`).
    public var recordsHistory: Bool
    /// Seconds after which a solve is stopped, with the status `time-limit`; nil: none.
    public var timeLimit: Double?
    public var figures: [Figure]
    public var estimateFigures: [EstimateFigure]
    /// What the finished numbers must show.
    public var expectations: [Expectation]
    /// Path of the published curves, relative to the scenario file; nil if none are at hand.
    public var published: String?
    /// Notes for readers, printed by `describe` and under tables.
    public var notes: [String]
    /// The complete YAML after profile and overrides: with it alone the experiment runs again.
    public var resolvedText: String

    public init(
        name: String, title: String = "", citation: Citation? = nil, paperFigure: String = "",
        family: any ProblemFamily, parameters: ParameterValues, axes: [ResultTable.Axis] = [],
        methods: [MethodChoice], trials: Int, metrics: [String], seed: UInt64, recordsHistory: Bool = false,
        timeLimit: Double? = nil, figures: [Figure] = [], estimateFigures: [EstimateFigure] = [],
        expectations: [Expectation] = [], published: String? = nil,
        notes: [String] = [], resolvedText: String = ""
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.paperFigure = paperFigure
        self.family = family
        self.parameters = parameters
        self.axes = axes
        self.methods = methods
        self.trials = trials
        self.metrics = metrics
        self.seed = seed
        self.recordsHistory = recordsHistory
        self.timeLimit = timeLimit
        self.figures = figures
        self.estimateFigures = estimateFigures
        self.expectations = expectations
        self.published = published
        self.notes = notes
        self.resolvedText = resolvedText
    }
}
