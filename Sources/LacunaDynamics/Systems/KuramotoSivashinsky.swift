/// u_t = -u u_x - u_xx - u_xxxx on a ring (Kuramoto 1978; Sivashinsky 1977): long waves grow, short ones are damped, the flow is chaotic on
/// rings longer than about 20.
///
/// Spectral on equidistant points; products at the points, frequencies from a third of the grid on dropped from them. In time by
/// ETDRK4 (Cox & Matthews 2002) with its coefficients from contour integrals (Kassam & Trefethen 2005): the linear part exactly, the rest
/// at order 4 (about 3 with steps that are long for the damped waves). Cost: 8 real transforms a step, no allocation.
public struct KuramotoSivashinsky: DynamicalSystem {
    public let points: Int
    public let length: Double
    private let plan: RealFourierPlan

    /// - Throws: `LacunaError` for fewer than eight points and a length that is not positive.
    public init(points: Int = 64, length: Double = 22) throws {
        guard points >= 8, length > 0, length.isFinite else {
            throw LacunaError(
                .value, "Kuramoto-Sivashinsky", "\(points) points on a ring of \(length); at least 8 and > 0 are needed"
            )
        }
        self.points = points
        self.length = length
        plan = try RealFourierPlan(length: points)
    }

    public var variables: [String] { (0..<points).map { "u\($0)" } }
    public var dimension: Int { points }
    public var equations: [String] { ["u_t = -u u_x - u_xx - u_xxxx on a ring of the given length"] }
    public var parameters: [SystemParameter] { [SystemParameter("length", length)] }

    /// cos q x (1 + sin q x) with q = 2π / length: the start of Kassam & Trefethen on a ring of any length.
    public static func standardState(points: Int) -> [Double] {
        (0..<points).map { index in
            let angle = 2 * Double.pi * Double(index) / Double(points)
            return Double.cos(angle) * (1 + Double.sin(angle))
        }
    }

    public var standardState: [Double] { Self.standardState(points: points) }

    /// The right-hand side at the points, for explicit methods with small steps.
    public func derivative(_ time: Double, _ state: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        let n = plan.frequencyCount
        withUnsafeTemporaryAllocation(of: Complex<Double>.self, capacity: 2 * n) { spectra in
            guard let u = spectra.baseAddress else { return }
            let product = u + n
            plan.transform(state, into: u)
            for index in 0..<points { rate[index] = state[index] * state[index] }
            plan.transform(rate, into: product)
            for k in 0..<n {
                let q = waveNumber(k), gain = growth(k) / Double(points)
                u[k] = u[k].scaled(by: gain) + transport(product[k], k, q).scaled(by: 1 / Double(points))
            }
            plan.inverse(consuming: u, into: rate)
        }
    }

    private func waveNumber(_ k: Int) -> Double { 2 * Double.pi * Double(k) / length }
    /// q² - q⁴.
    private func growth(_ k: Int) -> Double {
        let square = waveNumber(k) * waveNumber(k)
        return square - square * square
    }
    /// -i q / 2 times the transform of u², 0 for frequencies that are dropped.
    private func transport(_ square: Complex<Double>, _ k: Int, _ q: Double) -> Complex<Double> {
        3 * k < points ? Complex(q / 2 * square.imaginary, -q / 2 * square.real) : .zero
    }

    /// States at k · step for k = 0 ... steps, each step in `substeps` parts.
    /// - Throws: `LacunaError` for a state of another size, a step that is not positive, and with the time at which the state is no longer
    ///   finite.
    public func trajectory(from state: [Double], step: Double, steps: Int, substeps: Int = 1) throws -> Trajectory {
        try requireState(state)
        guard step > 0, step.isFinite, steps >= 0, substeps >= 1 else {
            throw LacunaError(
                .value, "integration",
                "\(steps) steps of \(step) in \(substeps) parts; steps must be positive, parts at least 1")
        }
        let flow = Flow(self, state, step: step / Double(substeps))
        var states = Matrix<Double>(repeating: 0, rows: steps + 1, columns: points)
        for column in 0..<points { states[0, column] = state[column] }
        for sample in 1..<max(steps + 1, 1) {
            for _ in 0..<substeps { flow.advance() }
            guard flow.write(&states, row: sample) else {
                throw LacunaError(
                    .value, "integration", "the state is not finite any more by t = \(Double(sample) * step)",
                    remedy: "Take smaller steps.")
            }
        }
        return try Trajectory(variables: variables, times: (0...steps).map { Double($0) * step }, states: states)
    }

    /// The memory of one simulation.
    private final class Flow {
        private let problem: KuramotoSivashinsky
        private let v: Buffer<Complex<Double>>
        private let stages: [Buffer<Complex<Double>>]
        private let slopes: [Buffer<Complex<Double>>]
        private let scratch: Buffer<Complex<Double>>
        private let values: Buffer<Double>
        /// exp(hL), exp(hL/2), and the weights Q, f₁, f₂, f₃ of Kassam & Trefethen.
        private let weights: [Buffer<Double>]

        init(_ problem: KuramotoSivashinsky, _ state: [Double], step: Double) {
            self.problem = problem
            let n = problem.plan.frequencyCount
            func zeros() -> Buffer<Complex<Double>> { Buffer(repeating: .zero, count: n) }
            v = zeros()
            stages = (0..<3).map { _ in zeros() }
            slopes = (0..<4).map { _ in zeros() }
            scratch = zeros()
            values = Buffer(state)
            weights = (0..<6).map { _ in Buffer(repeating: 0, count: n) }
            for k in 0..<n {
                let z = step * problem.growth(k)
                weights[0][k] = Double.exp(z)
                weights[1][k] = Double.exp(z / 2)
                // Means over a circle around z: the quotients cancel badly at small z.
                let number = 32
                for point in 0..<number {
                    let angle = Double.pi * (Double(point) + 0.5) / Double(number)
                    let r = Complex(z + Double.cos(angle), Double.sin(angle))
                    let e = Complex.exp(r), square = r * r, cube = square * r
                    let one = Complex(1.0, 0), two = Complex(2.0, 0), four = Complex(4.0, 0)
                    let half = (Complex.exp(r.scaled(by: 0.5)) - one) / r
                    let first: Complex<Double> = (e * (four - r.scaled(by: 3) + square) - four - r) / cube
                    let second: Complex<Double> = (two + r + e * (r - two)) / cube
                    let third: Complex<Double> = (e * (four - r) - four - r.scaled(by: 3) - square) / cube
                    for (index, value) in [half, first, second, third].enumerated() {
                        weights[index + 2][k] += step * value.real / Double(number)
                    }
                }
            }
            problem.plan.transform(values.pointer, into: v.pointer)
        }

        /// `slope` ← the transform of -u u_x.
        private func nonlinear(_ spectrum: Buffer<Complex<Double>>, into slope: Buffer<Complex<Double>>) {
            let plan = problem.plan, n = plan.frequencyCount, scale = 1 / Double(problem.points)
            scratch.pointer.update(from: spectrum.pointer, count: n)
            plan.inverse(consuming: scratch.pointer, into: values.pointer)
            for index in 0..<problem.points {
                let u = values[index] * scale
                values[index] = u * u
            }
            plan.transform(values.pointer, into: slope.pointer)
            for k in 0..<n { slope[k] = problem.transport(slope[k], k, problem.waveNumber(k)) }
            withExtendedLifetime((spectrum, slope)) {}
        }

        func advance() {
            let n = problem.plan.frequencyCount
            let half = weights[1], q = weights[2], a = stages[0], b = stages[1], c = stages[2]
            nonlinear(v, into: slopes[0])
            for k in 0..<n { a[k] = v[k].scaled(by: half[k]) + slopes[0][k].scaled(by: q[k]) }
            nonlinear(a, into: slopes[1])
            for k in 0..<n { b[k] = v[k].scaled(by: half[k]) + slopes[1][k].scaled(by: q[k]) }
            nonlinear(b, into: slopes[2])
            for k in 0..<n {
                let slope = slopes[2][k].scaled(by: 2) - slopes[0][k]
                c[k] = a[k].scaled(by: half[k]) + slope.scaled(by: q[k])
            }
            nonlinear(c, into: slopes[3])
            for k in 0..<n {
                let middle = (slopes[1][k] + slopes[2][k]).scaled(by: 2 * weights[4][k])
                let ends = slopes[0][k].scaled(by: weights[3][k]) + slopes[3][k].scaled(by: weights[5][k])
                v[k] = v[k].scaled(by: weights[0][k]) + middle + ends
            }
        }

        /// False where a number is not finite.
        func write(_ states: inout Matrix<Double>, row: Int) -> Bool {
            let n = problem.plan.frequencyCount
            scratch.pointer.update(from: v.pointer, count: n)
            problem.plan.inverse(consuming: scratch.pointer, into: values.pointer)
            var isFinite = true
            for column in 0..<problem.points {
                let u = values[column] / Double(problem.points)
                states[row, column] = u
                isFinite = isFinite && u.isFinite
            }
            return isFinite
        }
    }
}
