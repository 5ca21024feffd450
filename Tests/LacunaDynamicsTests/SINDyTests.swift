import LacunaDynamics
import Testing

@Suite struct SINDyTests {
    private func orbit(_ start: [Double], steps: Int = 600) throws -> Trajectory {
        try RungeKutta4(substeps: 4).trajectory(of: LotkaVolterra(), from: start, step: 0.02, steps: steps)
    }

    @Test func libraries() throws {
        let variables = ["x", "y", "u"]
        let quadratic = try PolynomialLibrary(degree: 2).features(of: variables)
        #expect(quadratic.names == ["1", "x", "y", "u", "x^2", "x y", "x u", "y^2", "y u", "u^2"])
        let interactions = try PolynomialLibrary(degree: 3, includesConstant: false, interactionsOnly: true).features(
            of: variables)
        #expect(interactions.names == ["x", "y", "u", "x y", "x u", "y u", "x y u"])
        let waves = FourierLibrary(frequencies: 2), sum = PolynomialLibrary(degree: 1) + waves
        #expect(try sum.features(of: ["x"]).names == ["1", "x", "sin(x)", "cos(x)", "sin(2 x)", "cos(2 x)"])
        let product = PolynomialLibrary(degree: 1) * FourierLibrary()
        #expect(try product.features(of: ["x"]).names == ["sin(x)", "cos(x)", "x sin(x)", "x cos(x)"])
        let own = CustomLibrary([CustomLibrary.Term("exp(-x y)") { Double.exp(-$0[0] * $0[1]) }])
        #expect(try own.features(of: variables).names == ["exp(-x y)"])
        #expect(try PolynomialLibrary(degree: 5).features(of: variables).count == 56)
        #expect(throws: LacunaError.self) { try (PolynomialLibrary() + PolynomialLibrary()).features(of: variables) }
        #expect(throws: LacunaError.self) { try PolynomialLibrary(degree: 0).features(of: variables) }
        #expect(throws: LacunaError.self) { try CustomLibrary([]).features(of: variables) }
    }

    /// Columns of Θ and single states agree with the formulas.
    @Test func featuresAreWhatTheirNamesSay() throws {
        let x = Matrix<Double>([[2, 3], [-1, 0.5], [0.25, -4]])
        let library =
            (PolynomialLibrary(degree: 3) + FourierLibrary()) + PolynomialLibrary(degree: 1, includesConstant: false)
            * CustomLibrary([CustomLibrary.Term("exp(x)") { Double.exp($0[0]) }])
        let features = try library.features(of: ["x", "y"])
        let theta = try features.evaluate(x)
        for row in 0..<3 {
            let a = x[row, 0], b = x[row, 1]
            let polynomial = [1, a, b, a * a, a * b, b * b, a * a * a, a * a * b, a * b * b, b * b * b]
            let waves = [Double.sin(a), Double.cos(a), Double.sin(b), Double.cos(b)]
            let expected = polynomial + waves + [a * Double.exp(a), b * Double.exp(a)]
            for (column, value) in expected.enumerated() {
                #expect(abs(theta[row, column] - value) < 1e-13 * max(1, abs(value)), "\(features.names[column])")
            }
            let all = Matrix<Double>(rows: 1, columns: features.count) { 0 * Double($0) + Double($1 + 1) }
            let model = SINDyModel(
                stateNames: ["x", "y"], features: features, coefficients: Matrix([all.storage, all.storage]))
            let sum = expected.enumerated().reduce(0.0) { $0 + Double($1.offset + 1) * $1.element }
            #expect(abs(try model.derivative(of: [a, b])[1] - sum) < 1e-11 * max(1, abs(sum)))
        }
    }

    @Test func severalTrajectoriesAreOneProblem() throws {
        let first = try orbit([2, 1]), second = try orbit([1, 3], steps: 250)
        let both = try SINDy().fit([first, second])
        let swapped = try SINDy().fit([second, first])
        let twice = try SINDy(regression: STLSQ(alpha: 0)).fit([first, first])
        let once = try SINDy(regression: STLSQ(alpha: 0)).fit([first])
        for index in both.coefficients.storage.indices {
            #expect(abs(both.coefficients.storage[index] - swapped.coefficients.storage[index]) < 1e-10)
            #expect(abs(twice.coefficients.storage[index] - once.coefficients.storage[index]) < 1e-10)
        }
        #expect(both.equationLines() == ["x' = 1.000 x - 0.500 x y", "y' = -0.750 y + 0.250 x y"])
    }

    /// Swapping the states swaps the equations.
    @Test func statesHaveNoOrder() throws {
        let orbit = try orbit([2, 1]), states = orbit.states
        let swapped = try Trajectory(
            variables: ["y", "x"], times: orbit.times, states: states.selectingColumns([1, 0]))
        let a = try SINDy().fit([orbit]), b = try SINDy().fit([swapped])
        // 1, x, y, x², x y, y² against 1, y, x, y², y x, x².
        for (own, other) in [0, 2, 1, 5, 4, 3].enumerated() {
            #expect(abs(a.coefficients[0, own] - b.coefficients[1, other]) < 1e-10)
            #expect(abs(a.coefficients[1, own] - b.coefficients[0, other]) < 1e-10)
        }
    }

    @Test func aModelIsASystem() throws {
        let orbit = try orbit([2, 1])
        let rates = try (0..<orbit.count).map { try LotkaVolterra().derivative(of: orbit.state($0)) }
        let model = try SINDy().fit(
            [orbit], derivatives: [Matrix(rows: orbit.count, columns: 2) { rates[$0][$1] }])
        let again = try DormandPrince(relativeTolerance: 1e-10, absoluteTolerance: 1e-12).trajectory(
            of: model, from: orbit.state(0), times: orbit.times)
        for sample in 0..<orbit.count {
            for column in 0..<2 { #expect(abs(again.states[sample, column] - orbit.states[sample, column]) < 1e-6) }
        }
        #expect(
            abs(
                try model.score(
                    DifferentiatedStates(
                        states: orbit.states, derivatives: Matrix(rows: orbit.count, columns: 2) { rates[$0][$1] })) - 1
            ) < 1e-12)
    }

    /// x' = -x + 2 u with a known input.
    @Test func inputsAreVariablesOfTheLibrary() throws {
        let times = (0...400).map { 0.01 * Double($0) }
        @Sendable func input(_ t: Double) -> Double { Double.sin(3 * t) + 0.3 * Double.cos(11 * t) }
        let system = ClosureSystem(variables: ["x"]) { time, x, rate in rate[0] = -x[0] + 2 * input(time) }
        let free = try RungeKutta4(substeps: 4).trajectory(of: system, from: [1], step: 0.01, steps: 400)
        let driven = try Trajectory(
            variables: ["x"], times: times, states: free.states, inputNames: ["u"],
            inputs: Matrix(rows: 401, columns: 1) { row, _ in input(times[row]) })
        let model = try SINDy(differentiation: FiniteDifferences(order: 4)).fit([driven])
        #expect(model.equationLines(decimals: 2) == ["x' = -1.00 x + 2.00 u"])
    }

    @Test func mapsAreFoundAndIterated() throws {
        // The logistic map.
        var x = [0.3]
        for _ in 0..<60 { x.append(3.7 * x[x.count - 1] * (1 - x[x.count - 1])) }
        let orbit = try Trajectory(
            variables: ["x"], times: x.indices.map(Double.init), states: Matrix(rows: 61, columns: 1, storage: x))
        let model = try SINDy(regression: STLSQ(alpha: 0)).fitMap([orbit])
        #expect(model.equationLines(decimals: 1) == ["x[k+1] = 3.7 x - 3.7 x^2"])
        let again = try model.iterate(from: [0.3], steps: 20)
        for step in 0...20 { #expect(abs(again.states[step, 0] - x[step]) < 1e-6) }
    }

    @Test func thresholdsCanDifferByTerm() throws {
        let orbit = try orbit([2, 1])
        // A threshold for x y alone takes it, and nothing else, out of both equations.
        let model = try SINDy(regression: STLSQ(thresholds: [0, 0, 0, 0, 0.6, 0])).fit([orbit])
        #expect(model.coefficients[0, 4] == 0 && model.coefficients[1, 4] == 0 && model.complexity == 10)
    }

    @Test func badInputIsRefused() throws {
        let orbit = try orbit([2, 1])
        #expect(throws: LacunaError.self) { try SINDy().fit([]) }
        #expect(throws: LacunaError.self) { try SINDy(regression: STLSQ(threshold: -1)).fit([orbit]) }
        #expect(throws: LacunaError.self) { try SINDy(regression: STLSQ(thresholds: [1])).fit([orbit]) }
        #expect(throws: LacunaError.self) { try SINDy(regression: SR3(relaxation: 0)).fit([orbit]) }
        #expect(throws: LacunaError.self) { try SINDy(library: PolynomialLibrary(degree: 40)).fit([orbit]) }
        #expect(throws: LacunaError.self) { try SINDy().fit([orbit], derivatives: []) }
        // All terms go: the message tells what would not.
        let error = #expect(throws: LacunaError.self) { try SINDy(regression: STLSQ(threshold: 50)).fit([orbit]) }
        #expect(error?.problem.contains("Try thresholds from") == true)
        // On a circle x² + y² is constant.
        let circle = try RungeKutta4(substeps: 20).trajectory(
            of: LinearOscillator(damping: 0, coupling: 1), from: [1, 0], step: 0.05, steps: 400)
        let dependent = #expect(throws: LacunaError.self) {
            try SINDy(regression: STLSQ(threshold: 0, alpha: 0)).fit([circle])
        }
        #expect(dependent?.problem.contains("x^2") == true)
    }
}
