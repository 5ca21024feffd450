import LacunaDynamics
import LacunaTestSupport
import Testing

@Suite struct AdvectionDiffusionTests {
    private func flow(_ points: Int) throws -> AdvectionDiffusion {
        try AdvectionDiffusion(
            points: points, diffusivity: { 0.02 * (1 + 0.8 * Double.sin(3 * $0)) },
            velocity: { 0.5 + 0.4 * Double.cos(2 * $0) })
    }

    private func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    /// exp(t A) u by scaling and squaring of the Taylor series.
    private func exponential(_ a: Matrix<Double>, time: Double, _ u: [Double]) throws -> [Double] {
        let n = a.rows, squarings = 16, scale = time / Double(1 << squarings)
        var term = Matrix<Double>.identity(n), sum = term
        for order in 1...12 {
            term = try term.multiplied(by: Matrix(rows: n, columns: n) { a[$0, $1] * scale / Double(order) })
            for index in sum.storage.indices { sum.storage[index] += term.storage[index] }
        }
        for _ in 0..<squarings { sum = try sum.multiplied(by: sum) }
        return try sum.multiplied(by: Matrix(rows: n, columns: 1, storage: u)).storage
    }

    @Test func approachesTheMatrixExponential() throws {
        let flow = try flow(24), start = flow.positions.map { Double.sin(.pi * $0) * (1 + $0) }
        let exact = try exponential(flow.generator(), time: 0.3, start)
        var errors: [Double] = []
        for steps in [50, 100, 200] {
            errors.append(distance(try flow.solution(from: start, time: 0.3, steps: steps), exact))
        }
        #expect(errors[2] < 1e-5, "\(errors)")
        // Second order in time.
        for (coarse, fine) in zip(errors, errors.dropFirst()) { #expect(abs(coarse / fine - 4) < 0.2, "\(errors)") }
    }

    @Test func convergesWithTheGrid() throws {
        // Points of the coarse grids are points of the finest: 15, 31, 63, 255.
        func values(_ points: Int) throws -> [Double] {
            let flow = try flow(points)
            let start = flow.positions.map { Double.sin(.pi * $0) * Double.exp($0) }
            let end = try flow.solution(from: start, time: 0.3, steps: 2000), stride = (points + 1) / 16
            return (1...15).map { end[$0 * stride - 1] }
        }
        let finest = try values(511)
        let errors = try [15, 31, 63].map { distance(try values($0), finest) }
        for (coarse, fine) in zip(errors, errors.dropFirst()) { #expect(abs(coarse / fine - 4) < 0.4, "\(errors)") }
    }

    /// With constant κ and no velocity, sines decay as they should on this grid.
    @Test func sinesDecay() throws {
        let points = 31, h = 1 / 32.0, kappa = 0.1
        let flow = try AdvectionDiffusion(points: points, diffusivity: { _ in kappa }, velocity: { _ in 0 })
        let start = flow.positions.map { Double.sin(2 * .pi * $0) }
        let sine = Double.sin(.pi * h), eigenvalue = -4 * kappa * sine * sine / (h * h)
        let dt = 0.01, factor = (1 + dt / 2 * eigenvalue) / (1 - dt / 2 * eigenvalue)
        let end = try flow.solution(from: start, time: 0.5, steps: 50)
        #expect(distance(end, start.map { $0 * Double.pow(factor, 50) }) < 1e-13)
    }

    @Test func circleMovesAndDamps() throws {
        let flow = try PeriodicAdvectionDiffusion(points: 32, diffusivity: 0.02, velocity: 0.5)
        let start = flow.positions.map { 1 + Double.cos(2 * .pi * 3 * $0) }
        let end = try flow.solution(from: start, time: 0.3)
        let decay = Double.exp(-36 * Double.pi * Double.pi * 0.02 * 0.3)
        let exact = flow.positions.map { 1 + decay * Double.cos(2 * .pi * 3 * ($0 - 0.15)) }
        #expect(distance(end, exact) < 1e-13)
        // Two times half is once whole.
        let twice = try flow.solution(from: flow.solution(from: start, time: 0.15), time: 0.15)
        #expect(distance(twice, end) < 1e-13)
    }

    @Test func badInput() throws {
        #expect(throws: LacunaError.self) {
            try AdvectionDiffusion(points: 1, diffusivity: { _ in 1 }, velocity: { _ in 0 })
        }
        #expect(throws: LacunaError.self) {
            try AdvectionDiffusion(points: 4, diffusivity: { _ in 0 }, velocity: { _ in 0 })
        }
        let flow = try flow(8)
        #expect(throws: LacunaError.self) { try flow.solution(from: [1], time: 1, steps: 1) }
        #expect(throws: LacunaError.self) {
            try flow.solution(from: Array(repeating: 0, count: 8), time: 1, steps: 0)
        }
        #expect(throws: LacunaError.self) {
            try PeriodicAdvectionDiffusion(points: 8, diffusivity: -1, velocity: 0)
        }
    }
}
