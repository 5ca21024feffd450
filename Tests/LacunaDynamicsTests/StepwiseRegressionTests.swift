import LacunaDynamics
import Testing

@Suite struct StepwiseRegressionTests {
    private static let methods: [any StepwiseRegression] = [SSR(), SSR(criterion: .coefficient), FROLS()]

    @Test func historiesAreNested() throws {
        let problem = try RegressionTests.problem(rows: 400, columns: 5)
        for method in Self.methods {
            let models = try method.history(problem, equation: 1)
            #expect(models.map(\.support.count) == Array(0...5))
            for (small, large) in zip(models, models.dropFirst()) {
                #expect(Set(small.support).isSubset(of: large.support))
                #expect(small.squaredResidual >= large.squaredResidual * (1 - 1e-12))
            }
            // The residual is that of the samples.
            let model = models[2]
            var sum = 0.0
            for row in 0..<400 {
                var r = problem.targets[row, 1]
                for (term, value) in zip(model.support, model.coefficients) { r -= value * problem.features[row, term] }
                sum += r * r
            }
            #expect(abs(model.squaredResidual / sum - 1) < 1e-10)
        }
    }

    @Test(arguments: [ModelSelection.largestErrorRatio, .bayesianInformation, .terms(2)])
    func theRightTermsAreChosen(selection: ModelSelection) throws {
        let problem = try RegressionTests.problem(rows: 1000, columns: 6, key: 8)
        let methods: [any StepwiseRegression] = [
            SSR(selection: selection), SSR(criterion: .coefficient, selection: selection), FROLS(selection: selection),
        ]
        for method in methods {
            let found = try method.fit(problem)
            for equation in 0..<2 { #expect(found.support(equation: equation) == [0, 1 + equation], "\(method)") }
        }
    }

    /// Equations of Lorenz from finite differences. Going forward, 1 and y² stand in for z first, and stay: FROLS keeps them with tiny
    /// coefficients.
    @Test func lorenz() throws {
        let orbit = try RungeKutta4(substeps: 5).trajectory(of: Lorenz(), from: [-8, 8, 27], step: 0.002, steps: 1500)
        let problem = try SINDy().problem([orbit])
        for method in [SSR(), SSR(criterion: .coefficient)] {
            #expect(
                try problem.model(method.fit(problem.regression)).equationLines(decimals: 1)
                    == ["x' = -10.0 x + 10.0 y", "y' = 28.0 x - 1.0 y - 1.0 x z", "z' = -2.7 z + 1.0 x y"])
        }
        let forward = try FROLS().fit(problem.regression).values
        let truth: [(equation: Int, term: Int, value: Double)] = [
            (0, 1, -10), (0, 2, 10), (1, 1, 28), (1, 2, -1), (1, 6, -1), (2, 3, -8.0 / 3), (2, 5, 1),
        ]
        for entry in truth { #expect(abs(forward[entry.equation, entry.term] - entry.value) < 0.02) }
        for equation in 0..<3 {
            for term in 0..<10 where !truth.contains(where: { $0.equation == equation && $0.term == term }) {
                #expect(abs(forward[equation, term]) < 0.01)
            }
        }
    }

    /// Error reduction ratios are those of Gram and Schmidt on the columns, and sum to R².
    @Test func errorReductionRatios() throws {
        let problem = try RegressionTests.problem(rows: 300, columns: 4)
        let steps = try FROLS().order(problem, equation: 0)
        var basis: [[Double]] = [], total = 0.0
        let y = Array(problem.targets.column(0)), energy = y.reduce(0) { $0 + $1 * $1 }
        for step in steps {
            var q = Array(problem.features.column(step.term))
            for earlier in basis {
                let product = zip(q, earlier).reduce(0) { $0 + $1.0 * $1.1 }
                for row in q.indices { q[row] -= product * earlier[row] }
            }
            let norm = q.reduce(0) { $0 + $1 * $1 }.squareRoot()
            q = q.map { $0 / norm }
            basis.append(q)
            let product = zip(q, y).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(step.errorReductionRatio - product * product / energy) < 1e-12)
            total += step.errorReductionRatio
        }
        let full = try FROLS().history(problem, equation: 0)[4]
        #expect(abs(1 - full.squaredResidual / energy - total) < 1e-12)
        #expect(try FROLS(termLimit: 2).order(problem, equation: 0).count == 2)
        #expect(throws: LacunaError.self) { try FROLS(termLimit: -1).order(problem, equation: 0) }
        #expect(throws: LacunaError.self) { try SSR(selection: .terms(-1)).fit(problem) }
        // A column that depends on another is never chosen after it.
        let dependent = try RegressionTests.problem(rows: 300, columns: 4, distance: 0)
        #expect(try FROLS().order(dependent, equation: 0).count == 3)
    }
}
