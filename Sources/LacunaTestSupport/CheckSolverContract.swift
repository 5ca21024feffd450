import Lacuna

/// The laws of `Solver` that can be measured on one problem; what it returns are the laws broken, in words.
///
/// The same bits at a second solve, by the loop and by hand (start, step … step, estimate), and with another solve stepped
/// in turn beside it; reading the estimate or the cost changes nothing of what follows; the report tells the truth about
/// iterations and limits. `bits` reads an estimate off as numbers.
public func checkSolverContract<S: Solver>(
    _ solver: S, on problem: S.Problem, bits: (S.Estimate) -> [UInt64]
) throws -> [String] {
    var broken: [String] = []
    let first = try solver.solve(problem)
    let second = try solver.solve(problem)
    let expected = bits(first.estimate)
    if bits(second.estimate) != expected { broken.append("a second solve gives other bits") }
    if first.report.iterations != second.report.iterations || first.report.reason != second.report.reason {
        broken.append("a second solve ends otherwise")
    }
    if first.report.iterations < 1 || first.report.iterations > solver.iterationLimit {
        broken.append("\(first.report.iterations) iterations with a limit of \(solver.iterationLimit)")
    }
    if !(first.report.seconds >= 0) { broken.append("\(first.report.seconds) seconds") }
    if !first.report.history.isEmpty { broken.append("a history nobody asked for") }

    // Two states in turn, one of them read in between.
    var plain = try solver.start(problem)
    var read = try solver.start(problem)
    for iteration in 1...first.report.iterations {
        let stop = solver.step(&plain)
        let other = solver.step(&read)
        if stop != other { broken.append("iteration \(iteration) ends otherwise once the estimate was read") }
        _ = solver.cost(&read)
        _ = solver.estimate(&read)
        // A solver may run into the caller's limit (nil) or give its reason.
        let isLast = iteration == first.report.iterations
        if stop != (isLast ? first.report.reason : nil) && !(isLast && stop == nil && first.report.reason == .iterationLimit) {
            broken.append("by hand, iteration \(iteration) of \(first.report.iterations) says \(String(describing: stop))")
        }
    }
    if bits(solver.estimate(&plain)) != expected { broken.append("stepping by hand gives other bits") }
    if bits(solver.estimate(&read)) != expected { broken.append("reading estimate and cost changes the solve") }
    if bits(solver.estimate(&plain)) != expected { broken.append("a second reading of the estimate differs") }

    let history = try solver.solve(problem, limits: SolveLimits(recordsHistory: true))
    if bits(history.estimate) != expected { broken.append("recording the history changes the solve") }
    if !history.report.history.isEmpty && history.report.history.count != history.report.iterations {
        broken.append("\(history.report.history.count) costs for \(history.report.iterations) iterations")
    }
    if first.report.iterations > 1 {
        let limited = try solver.solve(problem, limits: SolveLimits(iterations: 1))
        if limited.report.iterations != 1 || limited.report.reason != .iterationLimit {
            broken.append("a limit of 1 gives \(limited.report.iterations) iterations, \(limited.report.reason)")
        }
        let cancelled = try solver.solve(problem) { _ in false }
        if cancelled.report.iterations != 1 || cancelled.report.reason != .cancelled {
            broken.append("cancelling at once gives \(cancelled.report.iterations) iterations, \(cancelled.report.reason)")
        }
    }
    return broken
}

/// As above, for the estimates of sparse recovery.
public func checkSolverContract<S: Solver, Element: Scalar>(
    _ solver: S, on problem: S.Problem
) throws -> [String] where S.Estimate == SparseEstimate<Element> {
    try checkSolverContract(solver, on: problem) { estimate in
        func bits(_ values: [Element.RealPart]) -> [UInt64] { values.map { Double($0).bitPattern } }
        return bits(estimate.coefficients.flatMap { [$0.realPart, $0.imaginaryPart] }) + bits(estimate.variances ?? [])
            + bits(estimate.scales.flatMap { $0 }) + bits(estimate.noiseVariance.map { [$0] } ?? [])
    }
}
