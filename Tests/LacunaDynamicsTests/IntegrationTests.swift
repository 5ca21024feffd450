import LacunaDynamics
import Testing

@Suite struct IntegrationTests {
    /// x' = -d x + c y, y' = -c x - d y turns and shrinks: the exact solution.
    private func spiral(_ time: Double) -> [Double] {
        let size = 2 * Double.exp(-0.1 * time)
        return [size * Double.cos(2 * time), -size * Double.sin(2 * time)]
    }

    private func distance(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { abs($0 - $1) }.max() ?? .infinity }

    @Test func rungeKuttaIsOfOrderFour() throws {
        let errors = try [20, 40, 80].map { steps in
            let end = try RungeKutta4().trajectory(
                of: LinearOscillator(), from: [2, 0], step: 2 / Double(steps), steps: steps)
            return distance(end.state(steps), spiral(2))
        }
        #expect(abs(errors[0] / errors[1] - 16) < 1.6 && abs(errors[1] / errors[2] - 16) < 0.8, "\(errors)")
    }

    @Test func substepsAreSteps() throws {
        let whole = try RungeKutta4(substeps: 5).trajectory(of: Duffing(), from: [1, 0], start: 3, step: 0.5, steps: 4)
        let fine = try RungeKutta4().trajectory(of: Duffing(), from: [1, 0], start: 3, step: 0.1, steps: 20)
        #expect(distance(whole.state(4), fine.state(20)) < 1e-13)
        #expect(whole.times == [3, 3.5, 4, 4.5, 5])
    }

    /// Loops for two to four variables are written out: components that do not know of each other move as each alone.
    @Test(arguments: 1...6, [1, 3])
    func theDimensionDoesNotMatter(dimension: Int, substeps: Int) throws {
        func decay(_ d: Int) -> ClosureSystem {
            ClosureSystem(variables: (0..<d).map { "x\($0)" }) { t, x, rate in
                for i in 0..<d { rate[i] = t - x[i] * x[i] }
            }
        }
        let starts = (0..<dimension).map { 1 + 0.3 * Double($0) }, solver = RungeKutta4(substeps: substeps)
        let all = try solver.trajectory(of: decay(dimension), from: starts, start: 0.5, step: 0.1, steps: 9)
        for (index, start) in starts.enumerated() {
            let alone = try solver.trajectory(of: decay(1), from: [start], start: 0.5, step: 0.1, steps: 9)
            #expect(all.states.column(index).elementsEqual(alone.states.column(0)))
        }
    }

    @Test(arguments: [1e-4, 1e-6, 1e-9])
    func dormandPrinceKeepsItsTolerance(tolerance: Double) throws {
        let solver = DormandPrince(relativeTolerance: tolerance, absoluteTolerance: tolerance)
        var statistics = DormandPrince.Statistics()
        let times = (0...40).map { 0.25 * Double($0) }
        let found = try solver.trajectory(of: LinearOscillator(), from: [2, 0], times: times, statistics: &statistics)
        for (sample, time) in times.enumerated() {
            #expect(distance(found.state(sample), spiral(time)) < 30 * tolerance, "\(time)")
        }
        #expect(statistics.kept > 5)
    }

    /// Between steps the answer is as good as at their ends, to the order of the interpolation.
    @Test func denseOutputIsOfOrderFour() throws {
        let solver = DormandPrince(relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
        let few = try solver.trajectory(of: VanDerPol(), from: [2, 0], times: [0, 10])
        let many = try solver.trajectory(of: VanDerPol(), from: [2, 0], times: (0...1000).map { Double($0) / 100 })
        #expect(distance(few.state(1), many.state(1000)) < 1e-14)
        let fine = try RungeKutta4(substeps: 10).trajectory(of: VanDerPol(), from: [2, 0], step: 0.01, steps: 1000)
        for sample in 0...1000 { #expect(distance(many.state(sample), fine.state(sample)) < 2e-5) }
    }

    @Test func systemsThatDependOnTimeAreGivenIt() throws {
        // x' = 3 t²: both methods are exact.
        let cubic = ClosureSystem(variables: ["x"]) { time, _, rate in rate[0] = 3 * time * time }
        let fixed = try RungeKutta4().trajectory(of: cubic, from: [1], start: 1, step: 0.5, steps: 2)
        #expect(abs(fixed.states[2, 0] - 8) < 1e-13)
        let adaptive = try DormandPrince().trajectory(of: cubic, from: [1], times: [1, 1.7, 2])
        #expect(abs(adaptive.states[2, 0] - 8) < 1e-12 && abs(adaptive.states[1, 0] - 1.7 * 1.7 * 1.7) < 1e-12)
    }

    @Test func lorenz96HasAConstantSolution() throws {
        let system = try Lorenz96(dimension: 7, forcing: 3)
        #expect(try system.derivative(of: Array(repeating: 3, count: 7)).allSatisfy { $0 == 0 })
        let x = (0..<7).map { Double($0 * $0) }
        let rate = try system.derivative(of: x)
        for i in 0..<7 {
            #expect(rate[i] == (x[(i + 1) % 7] - x[(i + 5) % 7]) * x[(i + 6) % 7] - x[i] + 3)
        }
    }

    /// x' = x², x(0) = 1 ends at t = 1.
    @Test func blowUpIsReportedWithItsTime() throws {
        let system = ClosureSystem(variables: ["x"]) { _, x, rate in rate[0] = x[0] * x[0] }
        for solve in [
            { try RungeKutta4(substeps: 100).trajectory(of: system, from: [1], step: 0.1, steps: 40) },
            { try DormandPrince().trajectory(of: system, from: [1], times: [0, 2]) },
        ] {
            let error = #expect(throws: LacunaError.self) { _ = try solve() }
            let time = try #require(error?.problem.split(separator: "t = ").last?.prefix { "0123456789.".contains($0) })
            #expect(abs(try #require(Double(time)) - 1) < 0.11)
        }
    }

    @Test func badInputIsRefused() throws {
        for (state, step, substeps) in [
            ([1.0], 0.1, 1), ([1, .nan, 0], 0.1, 1), ([1, 1, 1], 0, 1), ([1, 1, 1], 0.1, 0),
        ] {
            #expect(throws: LacunaError.self) {
                _ = try RungeKutta4(substeps: substeps).trajectory(of: Lorenz(), from: state, step: step, steps: 2)
            }
        }
        #expect {
            try RungeKutta4().trajectory(of: Lorenz(), from: [1, 1, 1], start: -1e18, step: 0.1, steps: 2)
        } throws: {
            "\($0)".contains("lost in times")
        }
        for times in [[], [0, 0], [1, 0], [0, .nan]] {
            #expect(throws: LacunaError.self) {
                _ = try DormandPrince().trajectory(of: Lorenz(), from: [1, 1, 1], times: times)
            }
        }
        #expect(throws: LacunaError.self) { try Lorenz96(dimension: 3) }
    }
}
