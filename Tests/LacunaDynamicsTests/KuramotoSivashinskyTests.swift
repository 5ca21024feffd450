import LacunaDynamics
import Testing

@Suite struct KuramotoSivashinskyTests {
    private func end(_ flow: KuramotoSivashinsky, _ start: [Double], time: Double, steps: Int) throws -> [Double] {
        try flow.trajectory(from: start, step: time, steps: 1, substeps: steps).state(1)
    }

    private func distance(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { abs($0 - $1) }.max() ?? 0 }

    /// Errors as those of Kassam & Trefethen's script on this problem: 1.6e-9 and 1.1e-10, a ratio of 14.5 on its way to 16. With steps too
    /// long for the damped waves it is lower, 2.1e-5 and 2.4e-6.
    @Test func timeStepsAreOfFourthOrder() throws {
        let flow = try KuramotoSivashinsky(points: 32, length: 22)
        let start = flow.standardState
        let exact = try end(flow, start, time: 4, steps: 2560)
        let errors = try [20, 40, 320, 640].map { distance(try end(flow, start, time: 4, steps: $0), exact) }
        #expect(errors[2] / errors[3] > 13 && errors[2] / errors[3] < 17, "\(errors)")
        for (found, expected) in zip(errors, [2.1336e-5, 2.4428e-6, 1.6226e-9, 1.1175e-10]) {
            #expect(abs(found / expected - 1) < 0.02, "\(errors)")
        }
    }

    /// The same right-hand side by explicit steps that are small enough.
    @Test func rungeKuttaAgrees() throws {
        let flow = try KuramotoSivashinsky(points: 32, length: 22)
        let start = flow.standardState
        // exp(-q⁴ t) of the fastest wave asks for steps below 2.8 / q⁴ = 6e-3.
        let other = try RungeKutta4(substeps: 400).trajectory(of: flow, from: start, step: 1, steps: 1).state(1)
        #expect(distance(try end(flow, start, time: 1, steps: 40), other) < 1e-6)
    }

    /// Without products: a small wave grows by exp((q² - q⁴) t). And the mean is conserved.
    @Test func smallWavesGrowAsTheLinearPartSays() throws {
        let flow = try KuramotoSivashinsky(points: 32, length: 22)
        let q = 2 * 2 * Double.pi / 22, amplitude = 1e-7
        let start = (0..<32).map { amplitude * Double.cos(4 * .pi * Double($0) / 32) }
        let found = try end(flow, start, time: 3, steps: 6)
        let growth = Double.exp(3 * (q * q - q * q * q * q))
        #expect(zip(found, start).allSatisfy { abs($0 - growth * $1) < 1e-6 * amplitude })
        let shifted = try end(flow, flow.standardState.map { $0 + 0.5 }, time: 10, steps: 40)
        #expect(abs(shifted.reduce(0, +) / 32 - 0.5) < 1e-12)
    }

    /// A moving observer sees u + c: the equation is Galilean invariant, checked where a shift is a whole number of points.
    @Test func movingFrames() throws {
        let flow = try KuramotoSivashinsky(points: 32, length: 32)
        let start = flow.standardState
        let rest = try end(flow, start, time: 2, steps: 100)
        let moving = try end(flow, start.map { $0 + 1.5 }, time: 2, steps: 100)
        for index in 0..<32 { #expect(abs(moving[(index + 3) % 32] - 1.5 - rest[index]) < 1e-4) }
    }

    @Test func badInputIsRefused() throws {
        #expect(throws: LacunaError.self) { try KuramotoSivashinsky(points: 7) }
        #expect(throws: LacunaError.self) { try KuramotoSivashinsky(length: 0) }
        let flow = try KuramotoSivashinsky(points: 16)
        #expect(throws: LacunaError.self) { try flow.trajectory(from: [1], step: 0.1, steps: 1) }
        #expect(throws: LacunaError.self) { try flow.trajectory(from: flow.standardState, step: 0, steps: 1) }
        #expect(throws: LacunaError.self) {
            try flow.trajectory(from: flow.standardState.map { $0 * 1e6 }, step: 5, steps: 20)
        }
    }
}
