/// Two-dimensional incompressible flow on the unit torus by its vorticity: w_t + u·∇w = ν Δw + f, w = -Δψ, u = (ψ_y, -ψ_x).
///
/// Pseudo-spectral on size × size points, row-major w[x, y]: products at the points, frequencies from a third of the grid on dropped from them
/// (Orszag 1971). In time, diffusion by Crank & Nicolson, the rest by the second-order rule of Adams & Bashforth, the first step by Euler's:
/// (1 + a) ŵ⁺ = (1 - a) ŵ + dt (f̂ - 3/2 N̂ + 1/2 N̂⁻), a = dt ν 2π² |k|². Second order. Cost: three transforms per step.
public struct VorticityFlow: Sendable {
    public let size: Int
    public let viscosity: Double
    private let forcing: [Complex<Double>]
    private let plan: FourierGridPlan

    /// - Parameter forcing: f at the points; nil is none.
    /// - Throws: `LacunaError` for fewer than four points a side, a negative viscosity, or a forcing of another size.
    public init(size: Int, viscosity: Double, forcing: [Double]? = nil) throws {
        guard size >= 4, viscosity >= 0, viscosity.isFinite else {
            throw LacunaError(
                .value, "vorticity", "\(size) points a side, viscosity \(viscosity); at least 4 and ≥ 0 are needed")
        }
        self.size = size
        self.viscosity = viscosity
        plan = try FourierGridPlan(height: size, width: size)
        let values = forcing ?? Array(repeating: 0, count: plan.count)
        guard values.count == plan.count, values.allSatisfy(\.isFinite) else {
            throw LacunaError(.shape, "forcing", "\(values.count) values for \(size)×\(size) points, all finite")
        }
        self.forcing = Self.spectrum(of: values, plan)
    }

    /// Of the neural operator studies (Li et al. 2021, arXiv 2010.08895, section 5.3): f = 0.1 (sin 2π(x + y) + cos 2π(x + y)).
    public static func forced(size: Int, viscosity: Double) throws -> VorticityFlow {
        let forcing = (0..<max(size, 0) * max(size, 0)).map { index in
            let angle = 2 * Double.pi * Double(index / size + index % size) / Double(size)
            return 0.1 * (Double.sin(angle) + Double.cos(angle))
        }
        return try VorticityFlow(size: size, viscosity: viscosity, forcing: forcing)
    }

    /// Coefficients of exp(2πi k·x).
    private static func spectrum(of values: [Double], _ plan: FourierGridPlan) -> [Complex<Double>] {
        let source = Buffer(values.map { Complex($0, 0) })
        let target = Buffer<Complex<Double>>(repeating: .zero, count: plan.count)
        withExtendedLifetime(source) { plan.transform(source.pointer, into: target.pointer) }
        let scale = 1 / Double(plan.count)
        return target.prefix(plan.count).map { $0.scaled(by: scale) }
    }

    private func frequency(_ index: Int) -> Int { 2 * index < size ? index : index - size }

    /// w(time) from w(0) in steps of `step`, the last of which ends at `time` (all are shortened a little where it does not divide).
    /// - Throws: `LacunaError` for another number of points, or a time or step that is not positive.
    public func solution(from start: [Double], time: Double, step: Double) throws -> [Double] {
        guard start.count == plan.count else {
            throw LacunaError(.shape, "vorticity", "\(start.count) values for \(size)×\(size) points")
        }
        guard time > 0, step > 0, time.isFinite, time / step < 1e9 else {
            throw LacunaError(.value, "time", "\(time) in steps of \(step); both must be positive")
        }
        let steps = max(1, Int((time / step - 1e-9).rounded(.up)))
        let state = Flow(self, Self.spectrum(of: start, plan), timeStep: time / Double(steps))
        for number in 0..<steps { state.advance(first: number == 0) }
        return state.values()
    }

    /// The memory of one simulation.
    private final class Flow {
        private let plan: FourierGridPlan
        private let dt: Double
        private let w: Buffer<Complex<Double>>
        private let forcing: Buffer<Complex<Double>>
        /// û + i v̂ and ∂̂_x w + i ∂̂_y w are ŵ times these.
        private let velocity: Buffer<Complex<Double>>
        private let gradient: Buffer<Complex<Double>>
        /// a of the frequencies, and whether products are kept there.
        private let damping: Buffer<Double>
        private let isKept: Buffer<Bool>
        private let transport: Buffer<Complex<Double>>
        private let previous: Buffer<Complex<Double>>
        private let packed: Buffer<Complex<Double>>
        private let flow: Buffer<Complex<Double>>
        private let slope: Buffer<Complex<Double>>

        init(_ problem: VorticityFlow, _ start: [Complex<Double>], timeStep: Double) {
            plan = problem.plan
            dt = timeStep
            w = Buffer(start)
            forcing = Buffer(problem.forcing)
            let n = problem.size, count = n * n
            func zeros() -> Buffer<Complex<Double>> { Buffer(repeating: .zero, count: count) }
            velocity = zeros()
            gradient = zeros()
            damping = Buffer(repeating: 0, count: count)
            isKept = Buffer(repeating: false, count: count)
            transport = zeros()
            previous = zeros()
            packed = zeros()
            flow = zeros()
            slope = zeros()
            for row in 0..<n {
                for column in 0..<n {
                    let index = row * n + column, k = problem.frequency(row), l = problem.frequency(column)
                    let square = Double(k * k + l * l)
                    damping[index] = timeStep * problem.viscosity * 2 * Double.pi * Double.pi * square
                    isKept[index] = 3 * abs(k) < n && 3 * abs(l) < n
                    // A derivative at the Nyquist frequency is not one of a real signal.
                    guard 2 * abs(k) < n, 2 * abs(l) < n else { continue }
                    gradient[index] = Complex(-2 * Double.pi * Double(l), 2 * Double.pi * Double(k))
                    if square > 0 {
                        // i l and -i k over 2π |k|², the second times i.
                        let scale = 1 / (2 * Double.pi * square)
                        velocity[index] = Complex(Double(k) * scale, Double(l) * scale)
                    }
                }
            }
        }

        func advance(first: Bool) {
            let n = plan.count
            for index in 0..<n { packed[index] = velocity[index] * w[index] }
            plan.transform(packed.pointer, into: flow.pointer, inverse: true)
            for index in 0..<n { packed[index] = gradient[index] * w[index] }
            plan.transform(packed.pointer, into: slope.pointer, inverse: true)
            let scale = 1 / Double(n)
            for index in 0..<n {
                let product = flow[index].real * slope[index].real + flow[index].imaginary * slope[index].imaginary
                packed[index] = Complex(product * scale, 0)
            }
            plan.transform(packed.pointer, into: transport.pointer)
            for index in 0..<n {
                let now = isKept[index] ? transport[index] : .zero
                let change = first ? now : now.scaled(by: 1.5) - previous[index].scaled(by: 0.5)
                previous[index] = now
                let pushed = w[index].scaled(by: 1 - damping[index]) + (forcing[index] - change).scaled(by: dt)
                w[index] = pushed.scaled(by: 1 / (1 + damping[index]))
            }
        }

        func values() -> [Double] {
            plan.transform(w.pointer, into: packed.pointer, inverse: true)
            return packed.prefix(plan.count).map(\.real)
        }
    }
}
