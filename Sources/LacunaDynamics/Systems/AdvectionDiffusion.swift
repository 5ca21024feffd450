@_exported import LacunaSolvers

/// u_t = (κ u_x)_x - v u_x on [0, 1] with u = 0 at both walls, at n inner points x_i = i/(n + 1).
///
/// Central differences, κ between the points: (A u)_i = (κ_{i+½}(u_{i+1} - u_i) - κ_{i-½}(u_i - u_{i-1}))/h² - v_i (u_{i+1} - u_{i-1})/(2h).
/// In time the rule of Crank & Nicolson (1947). Second order in both; n operations per step.
public struct AdvectionDiffusion: Sendable {
    public let points: Int
    /// The bands of A: below, on and above the diagonal.
    private let lower: [Double]
    private let diagonal: [Double]
    private let upper: [Double]

    /// - Throws: `LacunaError` for fewer than two points, or coefficients that are not finite or a κ that is not positive.
    public init(points: Int, diffusivity: (Double) -> Double, velocity: (Double) -> Double) throws {
        guard points >= 2 else { throw LacunaError(.value, "points", "\(points); at least 2 are needed") }
        self.points = points
        let h = 1 / Double(points + 1)
        let kappa = (0...points).map { diffusivity((Double($0) + 0.5) * h) }
        let speed = (1...points).map { velocity(Double($0) * h) }
        guard kappa.allSatisfy({ $0 > 0 && $0.isFinite }), speed.allSatisfy(\.isFinite) else {
            throw LacunaError(.value, "advection-diffusion", "diffusivities must be positive, all coefficients finite")
        }
        lower = (0..<points).map { kappa[$0] / (h * h) + speed[$0] / (2 * h) }
        diagonal = (0..<points).map { -(kappa[$0] + kappa[$0 + 1]) / (h * h) }
        upper = (0..<points).map { kappa[$0 + 1] / (h * h) - speed[$0] / (2 * h) }
    }

    public var positions: [Double] { (1...points).map { Double($0) / Double(points + 1) } }

    /// A, dense.
    public func generator() -> Matrix<Double> {
        Matrix(rows: points, columns: points) { row, column in
            switch column - row {
            case -1: lower[row]
            case 0: diagonal[row]
            case 1: upper[row]
            default: 0
            }
        }
    }

    /// u(time) from u(0), in `steps` equal steps of (1 - dt/2 A) u⁺ = (1 + dt/2 A) u.
    /// - Throws: `LacunaError` for another number of points, a negative time, or no steps.
    public func solution(from start: [Double], time: Double, steps: Int) throws -> [Double] {
        guard start.count == points else {
            throw LacunaError(.shape, "initial state", "\(start.count) points, the grid has \(points)")
        }
        guard time >= 0, time.isFinite, steps >= 1 else {
            throw LacunaError(.value, "time", "\(time) in \(steps) steps; it must be ≥ 0, in at least one")
        }
        let half = time / Double(steps) / 2
        // Thomas' elimination, once: c_i the upper band after it, 1/pivot_i.
        var eliminated = [Double](repeating: 0, count: points), inverse = eliminated
        for i in 0..<points {
            let below = i > 0 ? -half * lower[i] * eliminated[i - 1] : 0
            inverse[i] = 1 / (1 - half * diagonal[i] - below)
            eliminated[i] = -half * upper[i] * inverse[i]
        }
        var u = start, right = start
        for _ in 0..<steps {
            for i in 0..<points {
                var change = diagonal[i] * u[i]
                if i > 0 { change += lower[i] * u[i - 1] }
                if i + 1 < points { change += upper[i] * u[i + 1] }
                right[i] = u[i] + half * change
            }
            for i in 0..<points {
                let below = i > 0 ? half * lower[i] * right[i - 1] : 0
                right[i] = (right[i] + below) * inverse[i]
            }
            u[points - 1] = right[points - 1]
            for i in (0..<points - 1).reversed() { u[i] = right[i] - eliminated[i] * u[i + 1] }
        }
        return u
    }
}

/// u_t = κ u_xx - v u_x on the circle of length 1, at n points i/n: each frequency by itself,
/// û_k(t) = û_k(0) exp(-(4π² k² κ + 2πi k v) t), exact for signals that the grid resolves. The Nyquist frequency is damped but not moved.
public struct PeriodicAdvectionDiffusion: Sendable {
    public let points: Int
    public let diffusivity: Double
    public let velocity: Double
    private let plan: FourierPlan

    /// - Throws: `LacunaError` for fewer than two points, a negative diffusivity, or coefficients that are not finite.
    public init(points: Int, diffusivity: Double, velocity: Double) throws {
        guard points >= 2, diffusivity >= 0, diffusivity.isFinite, velocity.isFinite else {
            throw LacunaError(
                .value, "advection-diffusion", "\(points) points, diffusivity \(diffusivity), velocity \(velocity)",
                remedy: "At least 2 points, a diffusivity of at least 0 and finite coefficients are needed.")
        }
        self.points = points
        self.diffusivity = diffusivity
        self.velocity = velocity
        plan = try FourierPlan(length: points)
    }

    public var positions: [Double] { (0..<points).map { Double($0) / Double(points) } }

    /// u(time) from u(0). - Throws: `LacunaError` for another number of points or a negative time.
    public func solution(from start: [Double], time: Double) throws -> [Double] {
        guard start.count == points, time >= 0, time.isFinite else {
            throw LacunaError(
                .shape, "initial state", "\(start.count) points over a time of \(time), the grid has \(points)")
        }
        let signal = Buffer(start.map { Complex($0, 0) })
        let spectrum = Buffer<Complex<Double>>(repeating: .zero, count: points)
        withExtendedLifetime(signal) { plan.transform(signal.pointer, into: spectrum.pointer) }
        for index in 0..<points {
            let k = Double(2 * index <= points ? index : index - points), wave = 2 * Double.pi * k
            let decay = Double.exp(-wave * wave * diffusivity * time) / Double(points)
            let angle = 2 * index == points ? 0 : -wave * velocity * time
            spectrum[index] *= Complex(decay * Double.cos(angle), decay * Double.sin(angle))
        }
        withExtendedLifetime(spectrum) { plan.transform(spectrum.pointer, into: signal.pointer, inverse: true) }
        return signal.prefix(points).map(\.real)
    }
}
