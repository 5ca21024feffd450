import LacunaDynamics
import Testing

/// What the regressions share: least squares on a support, and sums in place of samples.
@Suite struct RegressionTests {
    /// Random columns, the last a little away from the one before, and targets of the first two columns with noise.
    static func problem(
        rows: Int, columns: Int, distance: Double = 1, key: UInt64 = 7
    ) throws -> RegressionProblem {
        var stream = RandomStream(key: key)
        var features = Matrix<Double>(rows: rows, columns: columns) { _, column in
            (1 + Double(column)) * stream.normal()
        }
        for row in 0..<rows {
            features[row, columns - 1] = features[row, columns - 2] + distance * features[row, columns - 1]
        }
        let targets = Matrix<Double>(rows: rows, columns: 2) { row, equation in
            2 * features[row, 0] - 0.7 * features[row, 1 + equation] + 0.1 * stream.normal()
        }
        return try RegressionProblem(
            features: features, targets: targets, featureNames: (0..<columns).map { "f\($0)" })
    }

    /// Columns that are nearly dependent too: the refinement gives way to QR before it loses digits.
    @Test(arguments: [1, 1e-3, 1e-5, 1e-7])
    func leastSquaresIsThatOfQR(distance: Double) throws {
        let problem = try Self.problem(rows: 5000, columns: 6, distance: distance)
        let found = try STLSQ(threshold: 0, alpha: 0).fit(problem).values
        let factor = try QRFactorization(problem.features)
        for equation in 0..<2 {
            let expected = try factor.leastSquares(Array(problem.targets.column(equation)))
            for (column, value) in expected.enumerated() {
                let tolerance = 1e-13 / distance * max(1, abs(value))
                #expect(
                    abs(found[equation, column] - value) < tolerance, "\(column): \(found[equation, column]), \(value)")
            }
        }
    }

    @Test func dependentColumnsAreNamed() throws {
        let problem = try Self.problem(rows: 300, columns: 4, distance: 0)
        let error = #expect(throws: LacunaError.self) { try STLSQ(threshold: 0, alpha: 0).fit(problem) }
        #expect(error?.problem.contains("f2, f3") == true)
    }

    @Test func numbersThatAreNotFiniteAreRefused() throws {
        let good = try Self.problem(rows: 20, columns: 3)
        var features = good.features, targets = good.targets
        features[4, 1] = .nan
        let error = #expect(throws: LacunaError.self) {
            try RegressionProblem(features: features, targets: targets, featureNames: ["a", "b", "c"])
        }
        #expect(error?.problem.contains("term b") == true)
        targets[3, 1] = .infinity
        #expect(throws: LacunaError.self) {
            try RegressionProblem(features: good.features, targets: targets, featureNames: ["a", "b", "c"])
        }
    }
}
