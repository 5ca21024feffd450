/// Limited-memory BFGS (Liu & Nocedal 1989, Math. Programming 45): x ← x - t H ∇f with the inverse Hessian H of the last `memory` pairs
/// (s, y) by the two-loop recursion (Nocedal & Wright 2006, algorithm 7.4), t by a line search for the strong Wolfe conditions
/// (algorithms 3.5 and 3.6, cubic interpolation).
///
/// Stops where ‖∇f‖_∞ ≤ `gradientTolerance`, where f falls by less than `valueTolerance` · max(|f|, 1), or where the line search finds no lower
/// point twice in a row (the second time from the steepest descent). Cost per iteration: one evaluation of f, rarely more, and
/// 4 memory · n multiply-adds. Inner products are summed in Double.
public struct LBFGS<Objective: SmoothObjective>: Solver {
    public typealias Element = Objective.Element

    public var memory: Int
    public var gradientTolerance: Double
    public var valueTolerance: Double
    public var iterations: Int

    public init(
        memory: Int = 10, gradientTolerance: Double = 1e-8, valueTolerance: Double = 1e-12, iterations: Int = 1000
    ) {
        self.memory = memory
        self.gradientTolerance = gradientTolerance
        self.valueTolerance = valueTolerance
        self.iterations = iterations
    }

    public var iterationLimit: Int { iterations }

    public struct State {
        public internal(set) var value: Double
        public internal(set) var evaluations = 1
        fileprivate let objective: Objective
        let point: Buffer<Element>
        let gradient: Buffer<Element>
        fileprivate let trial: Buffer<Element>
        fileprivate let trialGradient: Buffer<Element>
        fileprivate let direction: Buffer<Element>
        /// Pair k at [k n, (k + 1) n), a ring.
        let steps: Buffer<Element>
        let changes: Buffer<Element>
        let curvatures: Buffer<Double>
        fileprivate let weights: Buffer<Double>
        var pairs = 0
        var newest = -1
        /// Line searches in a row that found no lower point.
        var failures = 0

        var count: Int { point.count }
    }

    public func start(_ objective: Objective) throws -> State {
        guard memory >= 1 else { throw LacunaError(.value, "memory", "\(memory) pairs; at least 1 is needed") }
        guard gradientTolerance >= 0, valueTolerance >= 0 else {
            throw LacunaError(.value, "tolerance", "\(gradientTolerance) and \(valueTolerance); they must be ≥ 0")
        }
        let n = objective.count
        guard n > 0, objective.start.count == n else {
            throw LacunaError(.shape, "start", "\(objective.start.count) numbers for \(n) unknowns")
        }
        func vector(_ count: Int) -> Buffer<Element> { Buffer(repeating: 0, count: count) }
        let point = Buffer(objective.start), gradient = vector(n)
        let value = objective.evaluate(point.pointer, gradient: gradient.pointer)
        guard value.isFinite else {
            throw LacunaError(.value, "start", "the objective is \(value) there; a finite value is needed")
        }
        return State(
            value: value, objective: objective, point: point, gradient: gradient, trial: vector(n),
            trialGradient: vector(n), direction: vector(n), steps: vector(memory * n), changes: vector(memory * n),
            curvatures: Buffer(repeating: 0, count: memory), weights: Buffer(repeating: 0, count: memory))
    }

    public func step(_ state: inout State) -> StopReason? {
        let n = state.count
        if largest(state.gradient, n) <= gradientTolerance { return .converged }
        findDirection(&state)
        var slope = dot(state.direction.pointer, state.gradient.pointer, n)
        if !(slope < 0) {
            // Not a descent direction: the pairs are worthless.
            state.pairs = 0
            findDirection(&state)
            slope = dot(state.direction.pointer, state.gradient.pointer, n)
        }
        // Without curvature the first step is as long as 1, or the gradient if that is shorter.
        let first = state.pairs > 0 ? 1 : min(1, 1 / max((-slope).squareRoot(), .leastNormalMagnitude))
        guard let t = lineSearch(&state, slope: slope, first: first) else {
            state.failures += 1
            state.pairs = 0
            return state.failures > 1 ? .converged : nil
        }
        state.failures = 0
        return accept(&state, t)
    }

    public func cost(_ state: inout State) -> Double? { state.value }

    public func estimate(_ state: inout State) -> Minimum<Element> {
        Minimum(
            point: state.point.prefix(state.count), value: state.value, slope: largest(state.gradient, state.count),
            evaluations: state.evaluations)
    }

    /// d ← -H ∇f.
    private func findDirection(_ state: inout State) {
        let n = state.count, d = state.direction.pointer
        for index in 0..<n { d[index] = -state.gradient[index] }
        guard state.pairs > 0 else { return }
        for age in 0..<state.pairs {
            let k = pair(state, age)
            let weight = dot(state.steps.pointer + k * n, d, n) / state.curvatures[k]
            state.weights[k] = weight
            add(-weight, state.changes.pointer + k * n, into: d, n)
        }
        let k = state.newest, y = state.changes.pointer + k * n
        let scale = Element(state.curvatures[k] / dot(y, y, n))
        for index in 0..<n { d[index] *= scale }
        for age in (0..<state.pairs).reversed() {
            let k = pair(state, age)
            let weight = dot(state.changes.pointer + k * n, d, n) / state.curvatures[k]
            add(state.weights[k] - weight, state.steps.pointer + k * n, into: d, n)
        }
    }

    /// The pair that is `age` iterations old.
    func pair(_ state: State, _ age: Int) -> Int { (state.newest - age + memory) % memory }

    /// Moves to the trial point and keeps its pair where the curvature is positive.
    private func accept(_ state: inout State, _ value: Double) -> StopReason? {
        let n = state.count, k = (state.newest + 1) % memory
        let s = state.steps.pointer + k * n, y = state.changes.pointer + k * n
        for index in 0..<n {
            s[index] = state.trial[index] - state.point[index]
            y[index] = state.trialGradient[index] - state.gradient[index]
        }
        let curvature = dot(s, y, n)
        if curvature > Double(Element.ulpOfOne) * dot(y, y, n) {
            state.curvatures[k] = curvature
            state.newest = k
            state.pairs = min(state.pairs + 1, memory)
        } else {
            // It lies where the oldest of a full memory was.
            state.pairs = min(state.pairs, memory - 1)
        }
        state.point.pointer.update(from: state.trial.pointer, count: n)
        state.gradient.pointer.update(from: state.trialGradient.pointer, count: n)
        let fall = state.value - value
        state.value = value
        if largest(state.gradient, n) <= gradientTolerance { return .converged }
        return fall <= valueTolerance * max(abs(value), 1) ? .converged : nil
    }

    // MARK: - Line search

    /// The value at a point x + t d that satisfies the strong Wolfe conditions, with the point and its gradient in `trial`; nil where no
    /// lower point is found.
    private func lineSearch(_ state: inout State, slope: Double, first: Double) -> Double? {
        var previous = Probe(t: 0, value: state.value, slope: slope)
        let origin = previous
        var t = first
        for iteration in 0..<20 {
            let probe = evaluate(&state, t)
            if !probe.value.isFinite {
                t = (previous.t + t) / 2
                continue
            }
            if probe.value > origin.value + 1e-4 * t * slope || (iteration > 0 && probe.value >= previous.value) {
                return zoom(&state, origin, previous, probe)
            }
            if abs(probe.slope) <= -0.9 * slope { return probe.value }
            if probe.slope >= 0 { return zoom(&state, origin, probe, previous) }
            previous = probe
            t *= 2
        }
        return lower(&state, origin, previous)
    }

    private struct Probe {
        var t: Double
        var value: Double
        var slope: Double
    }

    /// Between `low`, the lowest point so far, and `high`.
    private func zoom(_ state: inout State, _ origin: Probe, _ low: Probe, _ high: Probe) -> Double? {
        var low = low, high = high
        for _ in 0..<30 {
            let probe = evaluate(&state, interpolate(low, high))
            if !(probe.value <= origin.value + 1e-4 * probe.t * origin.slope) || probe.value >= low.value {
                high = probe
            } else {
                if abs(probe.slope) <= -0.9 * origin.slope { return probe.value }
                if probe.slope * (high.t - low.t) >= 0 { high = low }
                low = probe
            }
            if abs(high.t - low.t) <= 1e-14 * max(low.t, high.t) { break }
        }
        return lower(&state, origin, low)
    }

    /// The best point there is, if it is lower than where the search began.
    private func lower(_ state: inout State, _ origin: Probe, _ best: Probe) -> Double? {
        guard best.t > 0, best.value < origin.value else { return nil }
        return evaluate(&state, best.t).value
    }

    private func evaluate(_ state: inout State, _ t: Double) -> Probe {
        let n = state.count, step = Element(t)
        for index in 0..<n { state.trial[index] = state.point[index] + step * state.direction[index] }
        let value = state.objective.evaluate(
            UnsafePointer(state.trial.pointer), gradient: state.trialGradient.pointer)
        state.evaluations += 1
        return Probe(t: t, value: value, slope: dot(state.trialGradient.pointer, state.direction.pointer, n))
    }

    /// The minimum of the cubic through two points and their slopes, kept away from the ends (Nocedal & Wright 2006, eq. 3.59).
    private func interpolate(_ a: Probe, _ b: Probe) -> Double {
        let middle = (a.t + b.t) / 2
        let d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t)
        let square = d1 * d1 - a.slope * b.slope
        guard square >= 0, b.value.isFinite, b.slope.isFinite else { return middle }
        let d2 = (b.t > a.t ? 1 : -1) * square.squareRoot()
        let t = b.t - (b.t - a.t) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
        let margin = 0.1 * abs(b.t - a.t)
        guard t.isFinite, t > min(a.t, b.t) + margin, t < max(a.t, b.t) - margin else { return middle }
        return t
    }

    // MARK: - Vectors

    private func dot(_ x: UnsafePointer<Element>, _ y: UnsafePointer<Element>, _ n: Int) -> Double {
        lbfgsDot(x, y, n)
    }

    private func add(_ c: Double, _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, _ n: Int) {
        lbfgsAdd(Element(c), x, into: y, n)
    }

    private func largest(_ x: Buffer<Element>, _ n: Int) -> Double {
        var largest = 0.0
        for index in 0..<n { largest = max(largest, Double(x[index].magnitude)) }
        return largest
    }
}

@specialized(where Element == Float)
@specialized(where Element == Double)
private func lbfgsDot<Element: RealScalar>(_ x: UnsafePointer<Element>, _ y: UnsafePointer<Element>, _ n: Int) -> Double
{
    var a = 0.0, b = 0.0
    var index = 0
    while index + 2 <= n {
        a += Double(x[index]) * Double(y[index])
        b += Double(x[index + 1]) * Double(y[index + 1])
        index += 2
    }
    if index < n { a += Double(x[index]) * Double(y[index]) }
    return a + b
}

@specialized(where Element == Float)
@specialized(where Element == Double)
private func lbfgsAdd<Element: RealScalar>(
    _ c: Element, _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, _ n: Int
) {
    for index in 0..<n { y[index] += c * x[index] }
}
