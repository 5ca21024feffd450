/// The embedded Runge-Kutta pair 5(4) of Dormand & Prince (1980) with error control and dense output of order 4 (Hairer, Nørsett
/// & Wanner 1993, II.5 and II.6). A step is kept when the root mean square of error_i / (atol + rtol max(|x_i|, |x_i⁺|)) is at
/// most 1. Cost: 6 derivatives a step; none allocates.
public struct DormandPrince: Hashable, Sendable {
    public var relativeTolerance: Double
    public var absoluteTolerance: Double
    /// Steps, kept or not, at which to give up.
    public var stepLimit = 10_000_000

    public init(relativeTolerance: Double = 1e-8, absoluteTolerance: Double = 1e-10) {
        self.relativeTolerance = relativeTolerance
        self.absoluteTolerance = absoluteTolerance
    }

    /// What `trajectory` did.
    public struct Statistics: Hashable, Sendable {
        public var kept = 0
        public var rejected = 0

        public init() {}
    }

    /// States at `times` (strictly ascending), the first of which belongs to `state`.
    /// - Throws: `LacunaError` for a state of another size, times that do not ascend, tolerances that are not positive, and
    ///   with the time at which steps become too small or too many, as they do where a solution blows up.
    @inlinable
    public func trajectory<System: DynamicalSystem>(
        of system: System, from state: [Double], times: [Double]
    ) throws -> Trajectory {
        var statistics = Statistics()
        return try trajectory(of: system, from: state, times: times, statistics: &statistics)
    }

    @inlinable
    public func trajectory<System: DynamicalSystem>(
        of system: System, from state: [Double], times: [Double], statistics: inout Statistics
    ) throws -> Trajectory {
        try checkRequest(system, state, times)
        let d = system.dimension, count = times.count
        var states = Matrix<Double>(repeating: 0, rows: count, columns: d)
        for i in 0..<d { states[0, i] = state[i] }
        // x, x⁺, the argument, seven derivatives and five coefficients of the dense output.
        let workspace = Buffer<Double>(repeating: 0, count: 15 * d)
        let x = workspace.pointer
        let next = x + d, k1 = x + 3 * d, k7 = x + 9 * d, dense = x + 10 * d
        for i in 0..<d { x[i] = state[i] }
        var time = times[0], sample = 1
        system.derivative(time, x, into: k1)
        var h = firstStep(system, time, times[count - 1], x, d)
        var attempts = 0, lastError = 1e-4, wasRejected = false
        while sample < count {
            attempts += 1
            guard attempts <= stepLimit, abs(h) > 1e-14 * max(abs(time), 1), h.isFinite else {
                throw blowUp(at: time, attempts)
            }
            let end = times[count - 1]
            if time + 1.01 * h >= end { h = end - time }
            attempt(system, time, h, x, d)
            var sum = 0.0
            for i in 0..<d {
                let error = h * errorEstimate(x, i, d)
                let scale = absoluteTolerance + relativeTolerance * max(abs(x[i]), abs(next[i]))
                sum += (error / scale) * (error / scale)
            }
            let error = (sum / Double(d)).squareRoot()
            // Gustafsson's controller with the exponents of Hairer & Wanner's DOPRI5: 0.2 - 3/4 · 0.04 and 0.04.
            let root = Double.pow(max(error, 1e-16), 0.2 - 0.03)
            guard error <= 1 else {
                statistics.rejected += 1
                h = error.isFinite ? h / min(5, root / 0.9) : h / 5
                wasRejected = true
                continue
            }
            statistics.kept += 1
            let reached = h == end - time ? end : time + h
            if times[sample] <= reached {
                prepareDense(h, x, d)
                while sample < count && times[sample] <= reached {
                    let theta = (times[sample] - time) / h
                    for i in 0..<d { states[sample, i] = interpolate(theta, dense, i, d) }
                    sample += 1
                }
            }
            for i in 0..<d {
                x[i] = next[i]
                k1[i] = k7[i]
            }
            time = reached
            var factor = root / Double.pow(lastError, 0.04) / 0.9
            factor = max(0.1, min(5, factor))
            if wasRejected { factor = max(factor, 1) }
            h /= factor
            lastError = max(error, 1e-4)
            wasRejected = false
        }
        withExtendedLifetime(workspace) {}
        return try Trajectory(variables: system.variables, times: times, states: states)
    }

    /// Fills k₂ ... k₇ and x⁺ for a step of length h.
    @inlinable
    @inline(__always)
    func attempt<System: DynamicalSystem>(
        _ system: System, _ time: Double, _ h: Double, _ x: UnsafeMutablePointer<Double>, _ d: Int
    ) {
        let next = x + d, y = x + 2 * d
        let k1 = x + 3 * d, k2 = x + 4 * d, k3 = x + 5 * d, k4 = x + 6 * d, k5 = x + 7 * d, k6 = x + 8 * d,
            k7 = x + 9 * d
        for i in 0..<d { y[i] = x[i] + h * (1.0 / 5 * k1[i]) }
        system.derivative(time + h / 5, y, into: k2)
        for i in 0..<d { y[i] = x[i] + h * (3.0 / 40 * k1[i] + 9.0 / 40 * k2[i]) }
        system.derivative(time + 3 * h / 10, y, into: k3)
        for i in 0..<d { y[i] = x[i] + h * (44.0 / 45 * k1[i] - 56.0 / 15 * k2[i] + 32.0 / 9 * k3[i]) }
        system.derivative(time + 4 * h / 5, y, into: k4)
        for i in 0..<d {
            let first = 19372.0 / 6561 * k1[i] - 25360.0 / 2187 * k2[i]
            y[i] = x[i] + h * (first + 64448.0 / 6561 * k3[i] - 212.0 / 729 * k4[i])
        }
        system.derivative(time + 8 * h / 9, y, into: k5)
        for i in 0..<d {
            let first = 9017.0 / 3168 * k1[i] - 355.0 / 33 * k2[i] + 46732.0 / 5247 * k3[i]
            y[i] = x[i] + h * (first + 49.0 / 176 * k4[i] - 5103.0 / 18656 * k5[i])
        }
        system.derivative(time + h, y, into: k6)
        for i in 0..<d {
            let first = 35.0 / 384 * k1[i] + 500.0 / 1113 * k3[i] + 125.0 / 192 * k4[i]
            next[i] = x[i] + h * (first - 2187.0 / 6784 * k5[i] + 11.0 / 84 * k6[i])
        }
        system.derivative(time + h, next, into: k7)
    }

    /// Component i of the difference of the two orders, over h.
    @inlinable
    @inline(__always)
    func errorEstimate(_ x: UnsafeMutablePointer<Double>, _ i: Int, _ d: Int) -> Double {
        let k = x + 3 * d + i
        let first = 71.0 / 57600 * k[0] - 71.0 / 16695 * k[2 * d] + 71.0 / 1920 * k[3 * d]
        return first - 17253.0 / 339200 * k[4 * d] + 22.0 / 525 * k[5 * d] - 1.0 / 40 * k[6 * d]
    }

    @inlinable
    @inline(__always)
    func prepareDense(_ h: Double, _ x: UnsafeMutablePointer<Double>, _ d: Int) {
        let next = x + d, dense = x + 10 * d
        for i in 0..<d {
            let k = x + 3 * d + i
            let difference = next[i] - x[i]
            let bend = h * k[0] - difference
            dense[i] = x[i]
            dense[d + i] = difference
            dense[2 * d + i] = bend
            dense[3 * d + i] = difference - h * k[6 * d] - bend
            let first = -12715105075.0 / 11282082432 * k[0] + 87487479700.0 / 32700410799 * k[2 * d]
            let second = -10690763975.0 / 1880347072 * k[3 * d] + 701980252875.0 / 199316789632 * k[4 * d]
            dense[4 * d + i] =
                h * (first + second - 1453857185.0 / 822651844 * k[5 * d] + 69997945.0 / 29380423 * k[6 * d])
        }
    }

    @inlinable
    @inline(__always)
    func interpolate(_ theta: Double, _ dense: UnsafeMutablePointer<Double>, _ i: Int, _ d: Int) -> Double {
        let rest = 1 - theta
        let inner = dense[3 * d + i] + rest * dense[4 * d + i]
        return dense[i] + theta * (dense[d + i] + rest * (dense[2 * d + i] + theta * inner))
    }

    /// A first step after Hairer, Nørsett & Wanner (II.4): from the sizes of x, x' and x''. k₁ is there.
    @inlinable
    func firstStep<System: DynamicalSystem>(
        _ system: System, _ time: Double, _ end: Double, _ x: UnsafeMutablePointer<Double>, _ d: Int
    ) -> Double {
        let y = x + 2 * d, k1 = x + 3 * d, k2 = x + 4 * d
        var size = 0.0, slope = 0.0
        for i in 0..<d {
            let scale = absoluteTolerance + relativeTolerance * abs(x[i])
            size += (x[i] / scale) * (x[i] / scale)
            slope += (k1[i] / scale) * (k1[i] / scale)
        }
        var h = size < 1e-10 || slope < 1e-10 ? 1e-6 : 0.01 * (size / slope).squareRoot()
        h = min(h, end - time)
        for i in 0..<d { y[i] = x[i] + h * k1[i] }
        system.derivative(time + h, y, into: k2)
        var bend = 0.0
        for i in 0..<d {
            let scale = absoluteTolerance + relativeTolerance * abs(x[i])
            bend += ((k2[i] - k1[i]) / scale) * ((k2[i] - k1[i]) / scale)
        }
        let largest = max(bend.squareRoot() / h, slope.squareRoot())
        let second = largest <= 1e-15 ? max(1e-6, h * 1e-3) : Double.pow(0.01 / largest, 0.2)
        return min(100 * h, second, end - time)
    }

    @usableFromInline
    func checkRequest(_ system: some DynamicalSystem, _ state: [Double], _ times: [Double]) throws {
        try system.requireState(state)
        guard let first = times.first, first.isFinite, zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw LacunaError(.value, "times", "\(times.count) of them; at least one, strictly ascending")
        }
        guard relativeTolerance > 0, absoluteTolerance > 0, relativeTolerance.isFinite, absoluteTolerance.isFinite
        else {
            throw LacunaError(
                .value, "tolerances",
                "relative \(relativeTolerance), absolute \(absoluteTolerance); both must be positive")
        }
    }

    @usableFromInline
    func blowUp(at time: Double, _ attempts: Int) -> LacunaError {
        attempts > stepLimit
            ? LacunaError(
                .value, "integration", "\(stepLimit) steps were not enough; they end at t = \(time)",
                remedy: "Loosen the tolerances.")
            : LacunaError(
                .value, "integration", "no step is small enough at t = \(time): the solution blows up there",
                remedy: "End before that.")
    }
}
