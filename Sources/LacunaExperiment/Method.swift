import LacunaSolvers

/// A method that a scenario can name: a solver with its options closed over, erased once.
///
/// A method file holds the method only: the problem's metrics and the clock are the runner's.
public protocol Method: Sendable {
    /// The name in scenario files and on the command line, lower case with hyphens.
    var name: String { get }
    var summary: String { get }
    var citation: Citation { get }
    var options: [ParameterDeclaration] { get }

    /// Why the method cannot be applied to this problem, or nil if it can: its cells are then `skipped` with the reason.
    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String?

    /// Solves the problem within `limits`, which also say whether to record the cost of each iteration.
    /// - Throws: `LacunaError` for bad input; not converging is an outcome.
    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome
}

/// What a method returns: an estimate that the problem's `score` understands, and how it ended.
public struct Outcome: Sendable {
    public let estimate: any Sendable
    /// Seconds of the solver alone are in `report`.
    public let report: SolverReport
    /// Of a solve that diverged: where ("in the search at step 13 (epoch 2 of 40)").
    public let divergence: String?

    public init(estimate: any Sendable, report: SolverReport, divergence: String? = nil) {
        self.estimate = estimate
        self.report = report
        self.divergence = divergence
    }
}
