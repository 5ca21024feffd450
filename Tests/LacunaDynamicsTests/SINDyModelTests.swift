import LacunaDynamics
import Testing

@Suite struct SINDyModelTests {
    private func model(
        _ kind: SINDyModel.Kind = .differentialEquation, states: [String], inputs: [String] = [],
        library: any FeatureLibrary = PolynomialLibrary(), _ terms: [[String: Double]]
    ) throws -> SINDyModel {
        let features = try library.features(of: states + inputs)
        let coefficients = Matrix<Double>(rows: states.count, columns: features.count) {
            terms[$0][features.names[$1]] ?? 0
        }
        return SINDyModel(
            kind: kind, stateNames: states, inputNames: inputs, features: features, coefficients: coefficients)
    }

    @Test func text() throws {
        let lotka = try model(states: ["x", "y"], [["x": 1, "x y": -0.5], ["y": -0.75, "x y": 0.25]])
        #expect(lotka.equationLines(decimals: 2) == ["x' = 1.00 x - 0.50 x y", "y' = -0.75 y + 0.25 x y"])
        #expect(
            lotka.latexLines(decimals: 1) == [
                "\\dot{x} = 1.0 \\, x - 0.5 \\, x \\, y", "\\dot{y} = -0.8 \\, y + 0.3 \\, x \\, y",
            ])
        #expect(
            lotka.coefficientTable(decimals: 2)
                == "term     x'     y'\nx      1.00\ny            -0.75\nx y   -0.50   0.25")
        let waves = try model(
            states: ["x10"], library: PolynomialLibrary(degree: 2) + FourierLibrary(frequencies: 2),
            [["1": 3, "x10^2": -1, "sin(2 x10)": 2]])
        #expect(waves.latexLines(decimals: 0)[0].hasPrefix("\\dot{x_{10}} = 3"))
        #expect(
            waves.latexLines(decimals: 1) == ["\\dot{x_{10}} = 3.0 - 1.0 \\, x_{10}^{2} + 2.0 \\, \\sin(2 \\, x_{10})"])
        #expect(try model(.map, states: ["x"], [["x": 2]]).latexLines(decimals: 1) == ["x_{k+1} = 2.0 \\, x"])
        #expect(try model(states: ["x"], [[:]]).equationLines() == ["x' = 0"])
    }

    /// x' = -x + u with u = t between samples: x = t - 1 + 2 exp(-t) from x(0) = 1.
    @Test func simulationWithInputs() throws {
        let driven = try model(states: ["x"], inputs: ["u"], [["x": -1, "u": 1]])
        let times = (0...8).map { 0.5 * Double($0) }
        let inputs = Matrix<Double>(rows: 9, columns: 1) { row, _ in times[row] }
        let found = try driven.simulate(from: [1], times: times, inputs: inputs)
        for (row, time) in times.enumerated() {
            #expect(abs(found.states[row, 0] - (time - 1 + 2 * Double.exp(-time))) < 1e-7)
        }
        #expect(found.inputs == inputs && found.inputNames == ["u"])
        #expect(throws: LacunaError.self) { try driven.simulate(from: [1], times: times) }
        #expect(throws: LacunaError.self) { try driven.simulate(from: [1, 2], times: times, inputs: inputs) }
    }

    @Test func simulationWithoutInputsAndOfMaps() throws {
        let lotka = try model(states: ["x", "y"], [["x": 1, "x y": -0.5], ["y": -0.75, "x y": 0.25]])
        let times = (0...50).map { 0.1 * Double($0) }
        let found = try lotka.simulate(from: [2, 1], times: times)
        let expected = try DormandPrince().trajectory(of: LotkaVolterra(), from: [2, 1], times: times)
        for row in times.indices { #expect(abs(found.states[row, 0] - expected.states[row, 0]) < 1e-6) }
        // x⁺ = x / 2 + u.
        let map = try model(.map, states: ["x"], inputs: ["u"], [["x": 0.5, "u": 1]])
        let orbit = try map.simulate(
            from: [4], times: [0, 1, 2], inputs: Matrix(rows: 3, columns: 1, storage: [1, -2, 5]))
        #expect(orbit.states.storage == [4, 3, -0.5])
        // x' = x² blows up at t = 1 / x(0), and a map's orbit leaves the numbers.
        let error = #expect(throws: LacunaError.self) {
            try model(states: ["x"], [["x^2": 1]]).simulate(from: [1], times: [0, 2])
        }
        #expect(error?.problem.contains("blows up") == true)
        #expect(throws: LacunaError.self) {
            try model(.map, states: ["x"], [["x^2": 1]]).simulate(from: [10], times: (0...20).map(Double.init))
        }
    }
}
