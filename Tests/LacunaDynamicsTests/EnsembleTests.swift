import LacunaDynamics
import Testing

@Suite struct EnsembleTests {
    /// A bag's model is that of the rows it consists of, written out.
    @Test func bagsAreTheirRows() throws {
        let problem = try RegressionTests.problem(rows: 700, columns: 5)
        var stream = RandomStream(key: 3)
        let chosen = (0..<3).map { _ in (0..<700).map { _ in stream.integer(below: 700) } }
        let method = STLSQ(threshold: 0.2)
        let found = try Ensemble(regression: method, bags: 3).fit(problem) { bag, counts in
            for row in chosen[bag] { counts[row] += 1 }
        }
        for (bag, rows) in chosen.enumerated() {
            let features = Matrix(rows: 700, columns: 5) { problem.features[rows[$0], $1] }
            let targets = Matrix(rows: 700, columns: 2) { problem.targets[rows[$0], $1] }
            let expected = try method.fit(
                RegressionProblem(features: features, targets: targets, featureNames: problem.featureNames)
            ).values
            for (a, b) in zip(found.models[bag].storage, expected.storage) { #expect(abs(a - b) < 1e-11, "\(a), \(b)") }
        }
    }

    /// The spread of the models of resampled rows is the standard error of the coefficients.
    @Test func deviationsAreStandardErrors() throws {
        let problem = try RegressionTests.problem(rows: 400, columns: 3)
        var stream = RandomStream(key: 5)
        let found = try Ensemble(regression: STLSQ(threshold: 0, alpha: 0), bags: 600, aggregation: .mean).fit(
            problem, randomness: &stream)
        // Noise of 0.1 on nearly orthogonal columns: 0.1 / ‖θ_j‖, and the third column holds the second.
        let factor = try QRFactorization(problem.features)
        let inverse = try factor.r.solve(.identity(3))
        for column in 0..<3 {
            let norm = (0..<3).reduce(0.0) { $0 + inverse[column, $1] * inverse[column, $1] }.squareRoot()
            let ratio = found.deviations[0, column] / (0.1 * norm)
            #expect(abs(ratio - 1) < 0.2, "\(column): \(ratio)")
            #expect(found.inclusion[0, column] == 1)
        }
    }

    @Test func medianKeepsWhatMostBagsHave() throws {
        let problem = try RegressionTests.problem(rows: 500, columns: 5)
        for rows in [Ensemble.Rows.all, .withReplacement(), .withoutReplacement(), .withoutReplacement(120)] {
            var stream = RandomStream(key: 11)
            let ensemble = Ensemble(regression: STLSQ(threshold: 0.2), bags: 41, rows: rows, droppedTerms: 1)
            let found = try ensemble.fit(problem, randomness: &stream)
            for equation in 0..<2 {
                let support = Set(found.coefficients.support(equation: equation))
                #expect(support == [0, 1 + equation], "\(rows): \(support)")
                // One of five terms is left out of each bag.
                #expect(found.inclusion[equation, 0] < 1 && found.inclusion[equation, 0] > 0.55)
            }
            var again = RandomStream(key: 11)
            #expect(try ensemble.fit(problem, randomness: &again) == found)
        }
    }

    /// More bags than one matrix product takes.
    @Test func groupsOfBagsAgree() throws {
        let problem = try RegressionTests.problem(rows: 300, columns: 3)
        let found = try Ensemble(regression: STLSQ(threshold: 0), bags: 300).fit(problem) { bag, counts in
            for row in 0..<300 { counts[row] = row % 3 == bag % 3 ? 2 : 1 }
        }
        #expect(found.models[0] == found.models[297] && found.models[1] == found.models[298])
        #expect(found.models[0] != found.models[1])
    }

    @Test func badInputIsRefused() throws {
        let problem = try RegressionTests.problem(rows: 50, columns: 3)
        var stream = RandomStream(key: 1)
        for ensemble in [
            Ensemble(bags: 0), Ensemble(rows: .withoutReplacement(51)), Ensemble(rows: .withReplacement(2)),
            Ensemble(droppedTerms: 3), Ensemble(droppedTerms: -1),
        ] {
            #expect(throws: LacunaError.self) { try ensemble.fit(problem, randomness: &stream) }
        }
    }
}
