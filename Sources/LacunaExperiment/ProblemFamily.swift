/// A family of random (or recorded) problems: what a scenario's `problem.kind` names.
///
/// Adapters in LacunaScenarios conform to it; the drawing and scoring themselves are plain functions of the domains.
public protocol ProblemFamily: Sendable {
    /// The name in scenario files, lower case with hyphens.
    var name: String { get }
    var summary: String { get }
    var citation: Citation? { get }
    var parameters: [ParameterDeclaration] { get }
    /// Metrics that `score` can return, besides `seconds` and `iterations`, which the runner adds.
    var metrics: [ResultTable.Metric] { get }

    /// Refuses parameters that contradict each other: asked at every point of a sweep before anything runs, and by `draw`.
    /// - Throws: `LacunaError`, whose place is the parameter where one is to blame.
    func check(_ parameters: ParameterValues) throws

    /// Arrays of which an estimate keeps some entries only, whose masks a figure may show (`DrawnProblem.masks`).
    /// - Throws: `LacunaError` for parameters that contradict each other.
    func maskArrays(_ parameters: ParameterValues) throws -> [String]

    /// Ways to look at estimates, whose curves a figure may show (`DrawnProblem.curves`).
    var curveViews: [CurveView] { get }

    /// One realisation. Deterministic: the same parameters and randomness give the same bits.
    /// - Throws: `LacunaError` for parameters that contradict each other.
    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem
}

extension ProblemFamily {
    public func check(_ parameters: ParameterValues) throws {}
    public func maskArrays(_ parameters: ParameterValues) throws -> [String] { [] }
    public var curveViews: [CurveView] { [] }
}

/// One realisation of a problem: what the methods get, and how an estimate of theirs is scored.
public struct DrawnProblem: Sendable {
    /// The problem itself, of the type that the family's methods expect (`any Sendable` because a catalogue mixes domains).
    public let problem: any Sendable
    /// Metrics of an estimate, by name; the clock is stopped before it is called. A metric that does not apply is left
    /// out; one that is not finite means that the estimate diverged.
    public let score: @Sendable (_ estimate: any Sendable) throws -> [String: Double]
    /// The masks of an estimate for some of the family's `maskArrays`.
    public let masks: @Sendable (_ estimate: any Sendable, _ arrays: Set<String>) throws -> [RecordedMask]
    /// The curves of an estimate for some of the family's `curveViews`.
    public let curves: @Sendable (_ estimate: any Sendable, _ views: Set<String>) throws -> [RecordedCurve]

    public init(
        problem: any Sendable, score: @escaping @Sendable (any Sendable) throws -> [String: Double],
        masks: @escaping @Sendable (any Sendable, Set<String>) throws -> [RecordedMask] = { _, _ in [] },
        curves: @escaping @Sendable (any Sendable, Set<String>) throws -> [RecordedCurve] = { _, _ in [] }
    ) {
        self.problem = problem
        self.score = score
        self.masks = masks
        self.curves = curves
    }
}
