import LacunaDynamics
import Testing

@Suite struct WeakFormTests {
    private func orbit(_ steps: Int, _ start: [Double] = [2, 1]) throws -> Trajectory {
        try RungeKutta4(substeps: 4).trajectory(of: LotkaVolterra(), from: start, step: 0.02, steps: steps)
    }

    @Test func severalTrajectoriesAreOneProblem() throws {
        let weak = WeakForm(windows: 40, halfWidth: 30)
        let identification = SINDy(regression: STLSQ(alpha: 0), weakForm: weak)
        let both = try identification.problem([orbit(600), orbit(250, [1, 3])])
        #expect(both.regression.sampleCount == 80 && both.segments == [0..<40, 40..<80])
        let second = try identification.problem([orbit(250, [1, 3])])
        for row in 0..<40 {
            #expect(both.regression.targets[row + 40, 1] == second.regression.targets[row, 1])
            #expect(both.regression.features[row + 40, 4] == second.regression.features[row, 4])
        }
        let model = try identification.fit([orbit(600), orbit(250, [1, 3])])
        #expect(model.equationLines() == ["x' = 1.000 x - 0.500 x y", "y' = -0.750 y + 0.250 x y"])
    }

    /// Integrals of θ = 1 are those of φ: (1 - τ²)⁴ has 256/315 over [-1, 1]. And ∫ φ' t dt = -∫ φ dt.
    @Test func integralsAreThoseOfTheTestFunction() throws {
        let times = (0...200).map { 0.05 * Double($0) }
        let line = try Trajectory(
            variables: ["x"], times: times, states: Matrix(rows: 201, columns: 1) { row, _ in 3 * times[row] })
        let problem = try SINDy(
            library: PolynomialLibrary(degree: 1), weakForm: WeakForm(windows: 7, halfWidth: 40)
        ).problem([line]).regression
        let integral = 40 * 0.05 * 256 / 315.0
        for row in 0..<7 {
            #expect(abs(problem.features[row, 0] - integral) < 1e-5)
            #expect(abs(problem.targets[row, 0] - 3 * integral) < 1e-4)
        }
    }

    @Test func tooFewSamplesAreRefused() throws {
        for weak in [
            WeakForm(windows: 200, halfWidth: 201), WeakForm(windows: 500, halfWidth: 60), WeakForm(windows: 0),
            WeakForm(halfWidth: 1), WeakForm(power: 0),
        ] {
            #expect(throws: LacunaError.self) { try SINDy(weakForm: weak).fit([orbit(600)]) }
        }
        let error = #expect(throws: LacunaError.self) {
            try SINDy(weakForm: WeakForm()).fit([orbit(300)])
        }
        #expect(error?.problem.contains("301 samples") == true && error?.problem.contains("need 400") == true)
        // Fewer windows than terms.
        #expect(throws: LacunaError.self) {
            try SINDy(weakForm: WeakForm(windows: 5, halfWidth: 20)).fit([orbit(600)])
        }
    }
}
