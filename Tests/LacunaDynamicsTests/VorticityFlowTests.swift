import LacunaDynamics
import LacunaTestSupport
import Testing

@Suite struct VorticityFlowTests {
    private func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    private func field(_ size: Int, _ value: (Double, Double) -> Double) -> [Double] {
        (0..<size * size).map { value(Double($0 / size) / Double(size), Double($0 % size) / Double(size)) }
    }

    /// cos 2πkx cos 2πky does not move itself: it decays by the factor of Crank and Nicolson at each step, which is near the exact one.
    @Test(arguments: [1, 3])
    func taylorGreenVortexDecays(k: Int) throws {
        let viscosity = 0.01, dt = 0.01, time = 0.5
        let flow = try VorticityFlow(size: 32, viscosity: viscosity)
        let start = field(32) { Double.cos(2 * .pi * Double(k) * $0) * Double.cos(2 * .pi * Double(k) * $1) }
        let end = try flow.solution(from: start, time: time, step: dt)
        let rate = viscosity * 8 * Double.pi * Double.pi * Double(k * k), a = dt * rate / 2
        let factor = Double.pow((1 - a) / (1 + a), 50)
        #expect(distance(end, start.map { $0 * factor }) < 1e-13)
        let exact = Double.exp(-rate * time)
        #expect(abs(factor - exact) < exact * time * rate * rate * rate * dt * dt)
    }

    /// A uniform stream carries what is in it: a wave across a shear that is constant along it.
    @Test func shearsMoveNothingAlongThemselves() throws {
        let flow = try VorticityFlow(size: 32, viscosity: 0)
        let start = field(32) { x, _ in Double.sin(2 * .pi * x) + Double.cos(4 * .pi * x) }
        #expect(distance(try flow.solution(from: start, time: 1, step: 0.01), start) < 1e-12)
    }

    @Test func isOfSecondOrderInTime() throws {
        var random = RandomStream(key: 4)
        let start = try GaussianField.torus(size: 32, scale: 350, shift: 7, exponent: 2.5, random: &random)
        let flow = try VorticityFlow.forced(size: 32, viscosity: 1e-3)
        let ends = try [0.04, 0.02, 0.01, 0.005].map { try flow.solution(from: start, time: 1, step: $0) }
        let changes = zip(ends, ends.dropFirst()).map { distance($0, $1) }
        #expect(changes[2] < 1e-3, "\(changes)")
        for (coarse, fine) in zip(changes, changes.dropFirst()) {
            #expect(abs(coarse / fine - 4) < 0.8, "\(changes)")
        }
    }

    /// Without viscosity and forcing, ∫ w² and the mean are kept up to the step's error; an odd number of points is one like any other.
    @Test(arguments: [32, 27])
    func enstrophyIsKept(size: Int) throws {
        let flow = try VorticityFlow(size: size, viscosity: 0)
        let start = field(size) {
            Double.sin(2 * .pi * $0) * Double.cos(4 * .pi * $1) + 0.5 * Double.cos(2 * .pi * ($0 - $1))
        }
        let end = try flow.solution(from: start, time: 0.5, step: 0.001)
        func squares(_ w: [Double]) -> Double { w.reduce(0) { $0 + $1 * $1 } }
        #expect(distance(start, end) > 0.01)
        #expect(abs(squares(end) / squares(start) - 1) < 1e-5)
        #expect(abs(end.reduce(0, +)) < 1e-9)
    }

    /// From rest, the forcing grows a vorticity of its own shape: dw/dt = f - ν Δ f…, which its own stream does not move.
    @Test func forcingIsThatOfTheStudies() throws {
        let flow = try VorticityFlow.forced(size: 16, viscosity: 0.02)
        let shape = field(16) { 0.1 * (Double.sin(2 * .pi * ($0 + $1)) + Double.cos(2 * .pi * ($0 + $1))) }
        let rate = 0.02 * 8 * Double.pi * Double.pi, time = 1.0
        let end = try flow.solution(from: Array(repeating: 0, count: 256), time: time, step: 0.001)
        let exact = (1 - Double.exp(-rate * time)) / rate
        #expect(distance(end, shape.map { $0 * exact }) < 1e-6)
    }

    @Test func badInput() throws {
        #expect(throws: LacunaError.self) { try VorticityFlow(size: 2, viscosity: 1) }
        #expect(throws: LacunaError.self) { try VorticityFlow(size: 8, viscosity: -1) }
        #expect(throws: LacunaError.self) { try VorticityFlow(size: 8, viscosity: 0, forcing: [1]) }
        #expect(throws: LacunaError.self) { try VorticityFlow.forced(size: 0, viscosity: 0) }
        let flow = try VorticityFlow(size: 8, viscosity: 0)
        #expect(throws: LacunaError.self) { try flow.solution(from: [1], time: 1, step: 1) }
        #expect(throws: LacunaError.self) {
            try flow.solution(from: Array(repeating: 0, count: 64), time: 1, step: 0)
        }
    }
}

@Suite struct GaussianFieldTests {
    @Test(arguments: [GaussianField.Kernel.line(length: 0.2), .circle(length: 0.2)])
    func covarianceOnALine(kernel: GaussianField.Kernel) throws {
        let positions = (0..<5).map { Double($0) / 5 }, count = 4000
        var random = RandomStream(key: 8)
        let draws = try GaussianField.samples(kernel, at: positions, count: count, random: &random)
        for i in 0..<5 {
            for j in 0..<5 {
                let found = draws.reduce(0) { $0 + $1[i] * $1[j] } / Double(count)
                let d = positions[i] - positions[j], sine = Double.sin(.pi * d) / (.pi * 0.2)
                let exact = kernel == .line(length: 0.2) ? Double.exp(-d * d / 0.08) : Double.exp(-sine * sine / 2)
                #expect(abs(found - exact) < 5 * (2 / Double(count)).squareRoot(), "\(i) \(j)")
            }
        }
    }

    @Test func varianceOnTheTorus() throws {
        let size = 16, count = 200
        var random = RandomStream(key: 9), expected = 0.0, found = 0.0
        for k in -7...8 {
            for l in -7...8 where k != 0 || l != 0 {
                let power = 4 * Double.pi * Double.pi * Double(k * k + l * l) + 49
                expected += Double.pow(7, 1.5) * Double.pow(power, -2.5)
            }
        }
        for _ in 0..<count {
            let field = try GaussianField.torus(
                size: size, scale: Double.pow(7, 1.5), shift: 7, exponent: 2.5, random: &random)
            #expect(abs(field.reduce(0, +)) < 1e-10)
            found += field.reduce(0) { $0 + $1 * $1 } / Double(size * size * count)
        }
        #expect(abs(found / expected - 1) < 0.1)
    }
}
