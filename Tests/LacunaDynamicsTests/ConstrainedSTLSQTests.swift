import LacunaDynamics
import Testing

@Suite struct ConstrainedSTLSQTests {
    private typealias Entry = CoefficientConstraint.Entry

    @Test func withoutConstraintsItIsSTLSQ() throws {
        let problem = try RegressionTests.problem(rows: 500, columns: 5)
        let found = try ConstrainedSTLSQ(constraints: [], threshold: 0.2).fit(problem).values
        let expected = try STLSQ(threshold: 0.2, alpha: 0).fit(problem).values
        for (a, b) in zip(found.storage, expected.storage) { #expect(abs(a - b) < 1e-13) }
    }

    /// Against the system of Karush, Kuhn and Tucker written out.
    @Test func theMinimiserIsThatOfTheWholeSystem() throws {
        let problem = try RegressionTests.problem(rows: 200, columns: 4)
        let constraints = [
            CoefficientConstraint([Entry(equation: 0, term: 0), Entry(equation: 1, term: 0, weight: -1)], equals: 0.3),
            CoefficientConstraint([Entry(equation: 1, term: 3, weight: 2), Entry(equation: 1, term: 1)], equals: -1),
            // Follows from the first.
            CoefficientConstraint(
                [Entry(equation: 0, term: 0, weight: 2), Entry(equation: 1, term: 0, weight: -2)], equals: 0.6),
        ]
        let found = try ConstrainedSTLSQ(constraints: constraints, threshold: 0).fit(problem).values
        var system = Matrix<Double>(repeating: 0, rows: 10, columns: 10)
        var right = Matrix<Double>(repeating: 0, rows: 10, columns: 1)
        for equation in 0..<2 {
            for i in 0..<4 {
                for row in 0..<200 {
                    for j in 0..<4 {
                        system[4 * equation + i, 4 * equation + j] +=
                            problem.features[row, i] * problem.features[row, j]
                    }
                    right[4 * equation + i, 0] += problem.features[row, i] * problem.targets[row, equation]
                }
            }
        }
        for (number, constraint) in constraints.prefix(2).enumerated() {
            for entry in constraint.entries {
                system[8 + number, 4 * entry.equation + entry.term] = entry.weight
                system[4 * entry.equation + entry.term, 8 + number] = entry.weight
            }
            right[8 + number, 0] = constraint.value
        }
        let expected = try system.solve(right)
        for equation in 0..<2 {
            for term in 0..<4 { #expect(abs(found[equation, term] - expected[4 * equation + term, 0]) < 1e-10) }
        }
        #expect(abs(found[0, 0] - found[1, 0] - 0.3) < 1e-15)
    }

    /// σ appears twice in x' = σ (y - x); with noise the two estimates differ unless they are told not to.
    @Test func lorenzWithASharedParameter() throws {
        let orbit = try RungeKutta4(substeps: 5).trajectory(of: Lorenz(), from: [-8, 8, 27], step: 0.002, steps: 1500)
        var stream = RandomStream(key: 4)
        var states = orbit.states
        for place in states.storage.indices { states.storage[place] += 0.02 * stream.normal() }
        let noisy = try orbit.replacingStates(states)
        let shared = CoefficientConstraint([Entry(equation: 0, term: 1), Entry(equation: 0, term: 2)], equals: 0)
        let differentiation = SavitzkyGolay(window: 21)
        let free = try SINDy(differentiation: differentiation).fit([noisy]).coefficients
        let tied = try SINDy(
            differentiation: differentiation, regression: ConstrainedSTLSQ(constraints: [shared], threshold: 0.1)
        ).fit([noisy])
        #expect(abs(free[0, 1] + free[0, 2]) > 1e-5)
        #expect(abs(tied.coefficients[0, 1] + tied.coefficients[0, 2]) < 1e-13)
        #expect(abs(tied.coefficients[0, 2] - 10) < 0.05)
        #expect(tied.complexity == 7)
    }

    @Test func termsHaveThresholdsOfTheirOwn() throws {
        let problem = try RegressionTests.problem(rows: 500, columns: 5)
        let thresholds = [0.01, 0.2, 5, 0.3, 0]
        let found = try ConstrainedSTLSQ(constraints: [], thresholds: thresholds).fit(problem).values
        let expected = try STLSQ(thresholds: thresholds, alpha: 0).fit(problem).values
        for (a, b) in zip(found.storage, expected.storage) { #expect(abs(a - b) < 1e-13) }
        #expect(throws: LacunaError.self) { try ConstrainedSTLSQ(constraints: [], thresholds: [1]).fit(problem) }
    }

    /// Without constraints those of least squares; with them, the covariance M V Mᵀ written out.
    @Test func standardErrorsAreThoseOfTheProjectedCovariance() throws {
        let problem = try RegressionTests.problem(rows: 200, columns: 4)
        let free = ConstrainedSTLSQ(constraints: [], threshold: 0)
        let plain = try free.fit(problem)
        let expected = try problem.standardErrors(of: plain)
        for (a, b) in zip(try free.standardErrors(of: plain, in: problem).storage, expected.storage) {
            #expect(abs(a - b) < 1e-14)
        }
        let method = ConstrainedSTLSQ(
            constraints: [
                CoefficientConstraint(
                    [Entry(equation: 0, term: 0), Entry(equation: 1, term: 0, weight: -2)], equals: 0),
                CoefficientConstraint([Entry(equation: 1, term: 3)], equals: 0.7),
            ], threshold: 0)
        let found = try method.fit(problem)
        let errors = try method.standardErrors(of: found, in: problem)
        var gram = Matrix<Double>(repeating: 0, rows: 4, columns: 4)
        var squares = [0.0, 0.0]
        for row in 0..<200 {
            for i in 0..<4 { for j in 0..<4 { gram[i, j] += problem.features[row, i] * problem.features[row, j] } }
            for equation in 0..<2 {
                let told = (0..<4).reduce(0) { $0 + found.values[equation, $1] * problem.features[row, $1] }
                squares[equation] += (problem.targets[row, equation] - told) * (problem.targets[row, equation] - told)
            }
        }
        let identity = Matrix(rows: 4, columns: 4) { $0 == $1 ? 1.0 : 0 }
        let inverse = try gram.solve(identity)
        func blocks(_ weights: [Double]) -> Matrix<Double> {
            Matrix(rows: 8, columns: 8) { $0 / 4 == $1 / 4 ? weights[$0 / 4] * inverse[$0 % 4, $1 % 4] : 0 }
        }
        var c = Matrix<Double>(repeating: 0, rows: 2, columns: 8)
        (c[0, 0], c[0, 4], c[1, 7]) = (1, -2, 1)
        let response = try blocks([1, 1]).multiplied(by: c.transposed)
        let gain = try c.multiplied(by: response).transposed.solve(response.transposed).transposed
        let map = try gain.multiplied(by: c)
        let projector = Matrix(rows: 8, columns: 8) { ($0 == $1 ? 1 : 0) - map[$0, $1] }
        let covariance = try projector.multiplied(by: blocks(squares.map { $0 / 196 })).multiplied(
            by: projector.transposed)
        for place in 0..<7 {
            #expect(abs(errors[place / 4, place % 4] - covariance[place, place].squareRoot()) < 1e-12)
        }
        // What is given is certain.
        #expect(errors[1, 3] == 0)
        #expect(abs(errors[0, 0] - 2 * errors[1, 0]) < 1e-12)
        #expect(throws: LacunaError.self) {
            try method.standardErrors(
                of: SparseCoefficients(values: Matrix(repeating: 1, rows: 2, columns: 3), iterations: []), in: problem)
        }
    }

    @Test func badInputIsRefused() throws {
        let problem = try RegressionTests.problem(rows: 100, columns: 3)
        let one = CoefficientConstraint([Entry(equation: 0, term: 0)], equals: 1)
        let two = CoefficientConstraint([Entry(equation: 0, term: 0)], equals: 2)
        let outside = CoefficientConstraint([Entry(equation: 2, term: 0)], equals: 2)
        for constraints in [[one, two], [outside]] {
            #expect(throws: LacunaError.self) { try ConstrainedSTLSQ(constraints: constraints).fit(problem) }
        }
        // Its only term is below the threshold.
        let error = #expect(throws: LacunaError.self) {
            try ConstrainedSTLSQ(constraints: [one], threshold: 1.5).fit(problem)
        }
        #expect(error?.problem.contains("threshold") == true)
        #expect(throws: LacunaError.self) { try ConstrainedSTLSQ(constraints: [], threshold: -1).fit(problem) }
    }
}
