import LacunaDynamics
import Testing

@Suite struct ThresholdScanTests {
    private func problem(_ noise: Double = 0.005) throws -> IdentificationProblem {
        var stream = RandomStream(key: 2)
        let orbits = try [[2.0, 1], [1, 3], [4, 2]].map { start in
            let orbit = try RungeKutta4(substeps: 4).trajectory(
                of: LotkaVolterra(), from: start, step: 0.02, steps: 400)
            return try orbit.replacingStates(
                Matrix(rows: 401, columns: 2) { orbit.states[$0, $1] + noise * stream.normal() })
        }
        return try SINDy(differentiation: SavitzkyGolay(window: 11)).problem(orbits)
    }

    @Test(arguments: [ThresholdScan.Folds.blocks(4), .trajectories])
    func theRightThresholdIsChosen(folds: ThresholdScan.Folds) throws {
        let problem = try problem()
        let thresholds = [0, 0.003, 0.03, 0.1, 0.2, 0.3, 0.6, 0.9]
        let points = try ThresholdScan(thresholds: thresholds, folds: folds).run(problem)
        #expect(points.map(\.threshold) == thresholds)
        #expect(points[0].complexity == [6, 6])
        for equation in 0..<2 {
            let choice = try #require(points.choice(equation: equation))
            #expect(choice.coefficients.support(equation: equation) == [1 + equation, 4])
            let front = points.paretoFront(equation: equation)
            for (small, large) in zip(front, front.dropFirst()) {
                #expect(small.complexity[equation] < large.complexity[equation])
                #expect(small.validationErrors[equation] > large.validationErrors[equation])
            }
            // Least squares on all terms is the best fit to what it has seen.
            #expect(points.allSatisfy { $0.trainingErrors[equation] >= points[0].trainingErrors[equation] })
        }
    }

    @Test func oneChoiceForAllEquations() throws {
        let problem = try problem()
        let thresholds = try ThresholdScan.thresholds(spanning: problem.regression)
        #expect(thresholds.count == 20 && zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 })
        let full = try STLSQ(threshold: 0, alpha: 0).fit(problem.regression).values
        let largest = full.storage.map { abs($0) }.max() ?? 0
        #expect(abs(thresholds[0] - 1e-4 * largest) < 1e-12 && thresholds[19] < largest)
        let points = try ThresholdScan(thresholds: thresholds).run(problem)
        #expect(points[0].termCount == 12)
        let choice = try #require(points.choice())
        #expect(choice.termCount == 4 && choice.complexity == [2, 2])
        for point in points {
            let mean =
                (point.validationErrors[0] * point.validationErrors[0]
                    + point.validationErrors[1] * point.validationErrors[1]) / 2
            #expect(abs(point.validationError - mean.squareRoot()) < 1e-15)
            #expect(point.validationDeviation <= point.validationDeviations.max() ?? 0)
        }
        // Of equal models the largest threshold.
        #expect(points.last { $0.complexity == [2, 2] }?.threshold == choice.threshold)
        #expect(throws: LacunaError.self) { try ThresholdScan.thresholds(spanning: problem.regression, count: 1) }
        #expect([ThresholdScan.Point]().choice() == nil)
    }

    /// Terms that fit the errors of coarse derivatives do so on every fold, and are not wanted.
    @Test func systematicErrorsAskForNoTerms() throws {
        let orbit = try RungeKutta4(substeps: 4).trajectory(of: LotkaVolterra(), from: [2, 1], step: 0.01, steps: 1500)
        let problem = try SINDy().problem([orbit])
        let points = try ThresholdScan(thresholds: [1e-4, 1e-3, 0.1, 0.6]).run(problem)
        #expect(points[0].termCount > 4 && points[0].validationError < points[1].validationError)
        #expect(try #require(points.choice()).threshold == 0.1)
    }

    /// The validation error of two folds, written out with fits on the halves.
    @Test func validationIsOnHeldOutSamples() throws {
        let problem = try problem(), regression = problem.regression, m = regression.sampleCount
        let point = try ThresholdScan(thresholds: [0.1], folds: .blocks(2)).run(problem)[0]
        let halves = [0..<m / 2, m / 2..<m]
        var squares = [0.0, 0.0], energy = [0.0, 0.0]
        for (held, other) in [(0, 1), (1, 0)] {
            let rows = Array(halves[other])
            let part = try RegressionProblem(
                features: Matrix(rows: rows.count, columns: 6) { regression.features[rows[$0], $1] },
                targets: Matrix(rows: rows.count, columns: 2) { regression.targets[rows[$0], $1] },
                featureNames: regression.featureNames)
            let found = try STLSQ(threshold: 0.1).fit(part).values
            for row in halves[held] {
                for equation in 0..<2 {
                    var r = regression.targets[row, equation]
                    energy[equation] += r * r
                    for term in 0..<6 { r -= found[equation, term] * regression.features[row, term] }
                    squares[equation] += r * r
                }
            }
        }
        for equation in 0..<2 {
            let expected = (squares[equation] / energy[equation]).squareRoot()
            #expect(abs(point.validationErrors[equation] / expected - 1) < 1e-9)
        }
    }

    /// Coefficients scatter over repeated draws of independent noise by their standard errors.
    @Test func standardErrorsAreTheScatter() throws {
        var stream = RandomStream(key: 9)
        let features = Matrix<Double>(rows: 60, columns: 3) { _, _ in stream.normal() }
        var values: [[Double]] = [], predicted = [0.0, 0.0]
        for _ in 0..<400 {
            let targets = Matrix<Double>(rows: 60, columns: 1) { row, _ in
                features[row, 0] - 2 * features[row, 1] + 0.3 * stream.normal()
            }
            let problem = try RegressionProblem(features: features, targets: targets, featureNames: ["a", "b", "c"])
            let found = try STLSQ(threshold: 0.5).fit(problem), errors = try problem.standardErrors(of: found)
            #expect(errors[0, 2] == 0)
            values.append([found.values[0, 0], found.values[0, 1]])
            for term in 0..<2 { predicted[term] += errors[0, term] / 400 }
        }
        for (term, truth) in [(0, 1.0), (1, -2.0)] {
            let scatter = (values.reduce(0) { $0 + ($1[term] - truth) * ($1[term] - truth) } / 400).squareRoot()
            #expect(abs(scatter / predicted[term] - 1) < 0.12, "\(scatter), \(predicted[term])")
        }
    }

    @Test func badInputIsRefused() throws {
        let problem = try problem()
        #expect(throws: LacunaError.self) { try ThresholdScan(thresholds: []).run(problem) }
        #expect(throws: LacunaError.self) { try ThresholdScan(thresholds: [-1]).run(problem) }
        #expect(throws: LacunaError.self) { try ThresholdScan(thresholds: [0.1], folds: .blocks(1)).run(problem) }
        #expect(throws: LacunaError.self) { try ThresholdScan(thresholds: [0.1], folds: .blocks(2000)).run(problem) }
        let orbit = try RungeKutta4().trajectory(of: LotkaVolterra(), from: [2, 1], step: 0.02, steps: 100)
        #expect(throws: LacunaError.self) {
            try ThresholdScan(thresholds: [0.1], folds: .trajectories).run(try SINDy().problem([orbit]))
        }
    }
}
