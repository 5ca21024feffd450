/// The classical Runge-Kutta method with fixed steps: x⁺ = x + h (k₁ + 2 k₂ + 2 k₃ + k₄) / 6. Order 4.
///
/// Another program regenerates its numbers; an adaptive method's hang on its controller. Cost: 4 derivatives a step, no
/// allocation.
public struct RungeKutta4: Hashable, Sendable {
    /// Steps between two samples.
    public var substeps: Int

    public init(substeps: Int = 1) { self.substeps = substeps }

    /// States at start + k · step for k = 0 ... steps, from `state` on.
    /// - Throws: `LacunaError` for a state of another size, a step that is not positive, fewer than one substep, and with
    ///   the time at which the state is no longer finite.
    @inlinable
    public func trajectory<System: DynamicalSystem>(
        of system: System, from state: [Double], start: Double = 0, step: Double, steps: Int
    ) throws -> Trajectory {
        try checkRequest(system, state, start, step, steps)
        let d = system.dimension
        let workspace = Buffer<Double>(repeating: 0, count: 6 * d)
        for i in 0..<d { workspace.pointer[i] = state[i] }
        var states = Matrix<Double>(repeating: 0, rows: steps + 1, columns: d)
        for i in 0..<d { states[0, i] = state[i] }
        let failure = states.storage.withUnsafeMutableBufferPointer { samples -> Int? in
            // With a constant dimension a step stays in registers: it is a chain of dependent operations, which memory in between doubles. A
            // closure goes through memory anyway, where numbers written one by one and read in pairs would wait for each other.
            switch System.self == ClosureSystem.self ? 0 : d {
            case 2: integrate(system, workspace.pointer, start, step, steps, into: samples, dimension: 2)
            case 3: integrate(system, workspace.pointer, start, step, steps, into: samples, dimension: 3)
            case 4: integrate(system, workspace.pointer, start, step, steps, into: samples, dimension: 4)
            default: integrate(system, workspace.pointer, start, step, steps, into: samples, dimension: d)
            }
        }
        withExtendedLifetime(workspace) {}
        if let failure { throw blowUp(before: start + Double(failure) * step) }
        return Trajectory(
            integrated: states, times: (0...steps).map { start + Double($0) * step }, variables: system.variables)
    }

    /// Fills rows 1... of `samples` from the state at x on; the first row whose state is not finite, if there is one.
    @inlinable
    @inline(__always)
    func integrate<System: DynamicalSystem>(
        _ system: System, _ x: UnsafeMutablePointer<Double>, _ start: Double, _ step: Double, _ steps: Int,
        into samples: UnsafeMutableBufferPointer<Double>, dimension d: Int
    ) -> Int? {
        func keep(_ sample: Int) -> Bool {
            var isFinite = true
            for i in 0..<d {
                isFinite = isFinite && x[i].isFinite
                samples[sample + i * (steps + 1)] = x[i]
            }
            return isFinite
        }
        guard substeps > 1 else {
            // The usual case by itself: a loop within the loop costs half as much again.
            for sample in 1..<max(steps + 1, 1) {
                advance(system, start + Double(sample - 1) * step, step, x, d)
                if !keep(sample) { return sample }
            }
            return nil
        }
        let h = step / Double(substeps)
        for sample in 1..<max(steps + 1, 1) {
            for part in 0..<substeps {
                advance(system, start + Double(sample - 1) * step + Double(part) * h, h, x, d)
            }
            if !keep(sample) { return sample }
        }
        return nil
    }

    /// One step of length h from x, in place; five more vectors of length d follow x.
    @inlinable
    @inline(__always)
    func advance<System: DynamicalSystem>(
        _ system: System, _ time: Double, _ h: Double, _ x: UnsafeMutablePointer<Double>, _ d: Int
    ) {
        let k1 = x + d, k2 = x + 2 * d, k3 = x + 3 * d, k4 = x + 4 * d, y = x + 5 * d
        system.derivative(time, x, into: k1)
        for i in 0..<d { y[i] = x[i] + h / 2 * k1[i] }
        system.derivative(time + h / 2, y, into: k2)
        for i in 0..<d { y[i] = x[i] + h / 2 * k2[i] }
        system.derivative(time + h / 2, y, into: k3)
        for i in 0..<d { y[i] = x[i] + h * k3[i] }
        system.derivative(time + h, y, into: k4)
        for i in 0..<d { x[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) }
    }

    @usableFromInline
    func checkRequest(
        _ system: some DynamicalSystem, _ state: [Double], _ start: Double, _ step: Double, _ steps: Int
    ) throws {
        try system.requireState(state)
        guard step > 0, step.isFinite, steps >= 0, substeps >= 1 else {
            throw LacunaError(
                .value, "integration",
                "\(steps) steps of \(step) in \(substeps) parts; steps must be positive, parts at least 1")
        }
        let end = start + Double(steps) * step
        guard steps == 0 || (start + step > start && end > start + Double(steps - 1) * step && end.isFinite) else {
            throw LacunaError(
                .value, "integration", "steps of \(step) are lost in times from \(start) to \(end)",
                remedy: "Count time from a later start.")
        }
    }

    @usableFromInline
    func blowUp(before time: Double) -> LacunaError {
        LacunaError(
            .value, "integration", "the state is not finite any more by t = \(time)",
            remedy: "End before that, or take smaller steps.")
    }
}
