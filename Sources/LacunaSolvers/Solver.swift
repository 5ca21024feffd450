/// A method as three verbs: allocate everything, do one iteration without allocating, read off the estimate.
///
/// Laws: `start` throws on bad input and nothing else does; a solve is a pure function of the problem: the same bits at
/// every run, whatever runs beside it (both checked by `checkSolverContract`). The `step` of iterative solvers allocates
/// nothing; those that take a few large steps on small factors (Kronecker OMP, closed forms) may.
public protocol Solver<Problem, Estimate>: Sendable {
    associatedtype Problem
    associatedtype Estimate
    /// Everything one solve needs, its workspace included. It belongs to that solve: a copy shares the workspace.
    associatedtype State

    /// The iteration limit where the caller gives none.
    var iterationLimit: Int { get }

    /// Checks the problem and allocates all that the iterations need.
    /// - Throws: `LacunaError` naming the argument that is wrong.
    func start(_ problem: Problem) throws -> State

    /// One iteration. nil: go on.
    func step(_ state: inout State) -> StopReason?

    /// The cost that the method lowers, at the current iterate; nil where there is none.
    func cost(_ state: inout State) -> Double?

    /// The estimate at the current iterate.
    func estimate(_ state: inout State) -> Estimate
}

extension Solver {
    public var iterationLimit: Int { 1000 }
    public func cost(_ state: inout State) -> Double? { nil }
}

/// An estimate that can tell whether it is made of finite numbers; the loop reports one that is not as diverged.
public protocol FiniteCheckable {
    var isFinite: Bool { get }
}

/// Why a solve ended. None of them is an error.
public enum StopReason: String, Hashable, Sendable, CaseIterable {
    case converged
    case iterationLimit = "iteration-limit"
    case timeLimit = "time-limit"
    case diverged
    case cancelled
    /// The method has no iterations: one step gives the answer.
    case closedForm = "closed-form"
}

/// How a solve went.
public struct SolverReport: Hashable, Sendable {
    public var iterations: Int
    public var reason: StopReason
    /// Wall-clock seconds of start, iterations and estimate; the cost history is not counted.
    public var seconds: Double
    /// Cost after each iteration, if it was asked for.
    public var history: [Double]

    public init(iterations: Int, reason: StopReason, seconds: Double, history: [Double] = []) {
        self.iterations = iterations
        self.reason = reason
        self.seconds = seconds
        self.history = history
    }
}

/// What a solver returns.
public struct Solution<Estimate> {
    public var estimate: Estimate
    public var report: SolverReport

    public init(estimate: Estimate, report: SolverReport) {
        self.estimate = estimate
        self.report = report
    }
}

extension Solution: Sendable where Estimate: Sendable {}

/// When to stop besides convergence, and what to record.
public struct SolveLimits: Hashable, Sendable {
    /// nil: the solver's own limit.
    public var iterations: Int?
    public var seconds: Double?
    public var recordsHistory: Bool

    public init(iterations: Int? = nil, seconds: Double? = nil, recordsHistory: Bool = false) {
        self.iterations = iterations
        self.seconds = seconds
        self.recordsHistory = recordsHistory
    }
}

extension Solver {
    /// The one loop of the library. `observe` is called after each iteration with its number; returning false cancels.
    /// - Throws: what `start` throws.
    public func solve(
        _ problem: Problem, limits: SolveLimits = SolveLimits(), observe: ((Int) -> Bool)? = nil
    ) throws -> Solution<Estimate> {
        useOneBLASThreadByDefault()
        let clock = ContinuousClock()
        let began = clock.now
        var unclocked = Duration.zero
        var history: [Double] = []
        var state = try start(problem)
        let iterationLimit = limits.iterations ?? self.iterationLimit
        var iterations = 0
        var reason: StopReason = .iterationLimit
        while iterations < iterationLimit {
            let stop = step(&state)
            iterations += 1
            if limits.recordsHistory {
                let paused = clock.now
                if let cost = cost(&state) { history.append(cost) }
                unclocked += clock.now - paused
            }
            if let stop {
                reason = stop
                break
            }
            if let observe, !observe(iterations) {
                reason = .cancelled
                break
            }
            if let seconds = limits.seconds, (clock.now - began - unclocked).seconds > seconds {
                reason = .timeLimit
                break
            }
        }
        let estimate = estimate(&state)
        // Overflow may show in the estimate alone.
        if let checked = estimate as? any FiniteCheckable, !checked.isFinite { reason = .diverged }
        let elapsed = (clock.now - began - unclocked).seconds
        let report = SolverReport(iterations: iterations, reason: reason, seconds: elapsed, history: history)
        return Solution(estimate: estimate, report: report)
    }
}

extension Duration {
    /// The duration in seconds, to the nanosecond.
    public var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
