import LacunaDynamics
import Testing

@Suite struct BayesianRegressionTests {
    @Test func irrelevantTermsGo() throws {
        let problem = try RegressionTests.problem(rows: 500, columns: 6)
        let found = try BayesianRegression().fitWithDeviations(problem)
        for equation in 0..<2 {
            #expect(found.coefficients.support(equation: equation) == [0, 1 + equation])
            #expect(abs(found.coefficients.values[equation, 0] - 2) < 5 * found.deviations[equation, 0])
            #expect(
                abs(found.coefficients.values[equation, 1 + equation] + 0.7) < 5
                    * found.deviations[equation, 1 + equation])
        }
        #expect(found.deviations[0, 3] == 0)
    }

    /// Posterior deviations lie between the standard errors of least squares without the terms that shrink and with them.
    @Test func deviationsAreStandardErrors() throws {
        let problem = try RegressionTests.problem(rows: 2000, columns: 3)
        let found = try BayesianRegression(significance: 0).fitWithDeviations(problem)
        let large = try problem.standardErrors(of: STLSQ(threshold: 0, alpha: 0).fit(problem))
        let small = try problem.standardErrors(of: STLSQ(threshold: 0.2, alpha: 0).fit(problem))
        for equation in 0..<2 {
            for term in [0, 1 + equation] {
                let deviation = found.deviations[equation, term]
                #expect(deviation > 0.98 * small[equation, term] && deviation < 1.01 * large[equation, term])
            }
        }
    }

    /// The noise of the Lorenz equations' derivatives is found in the residual.
    @Test func lorenzFromNoisyDerivatives() throws {
        let orbit = try RungeKutta4(substeps: 4).trajectory(of: Lorenz(), from: [-8, 8, 27], step: 0.01, steps: 600)
        var stream = RandomStream(key: 6)
        var derivatives = Matrix<Double>(repeating: 0, rows: orbit.count, columns: 3)
        for sample in 0..<orbit.count {
            let rate = try Lorenz().derivative(of: orbit.state(sample))
            for column in 0..<3 { derivatives[sample, column] = rate[column] + stream.normal() }
        }
        let model = try SINDy(regression: BayesianRegression(significance: 4)).fit([orbit], derivatives: [derivatives])
        #expect(
            (0..<3).map { row in (0..<10).filter { model.coefficients[row, $0] != 0 } } == [
                [1, 2], [1, 2, 6], [3, 5],
            ])
    }

    @Test func badInputIsRefused() throws {
        let problem = try RegressionTests.problem(rows: 50, columns: 3)
        #expect(throws: LacunaError.self) { try BayesianRegression(significance: -1).fit(problem) }
        #expect(throws: LacunaError.self) {
            try BayesianRegression().fit(try RegressionTests.problem(rows: 50, columns: 3, distance: 0))
        }
    }
}
