import LacunaDynamics
import Testing

/// The coefficients of PySINDy on the trajectories of the reference file, within the tolerances that it states.
@Suite struct SINDyReferenceTests {
    private func check(
        _ reference: ReferenceSystem, _ key: String, tolerance: Double, _ model: SINDyModel,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try #require(try reference.data().coefficients[key], "\(key)", sourceLocation: sourceLocation)
        for (row, values) in expected.enumerated() {
            for (column, value) in values.enumerated() {
                let found = model.coefficients[row, column]
                #expect(
                    (found == 0) == (value == 0), "\(key) \(row) \(column): \(found), \(value)",
                    sourceLocation: sourceLocation)
                #expect(
                    abs(found - value) <= tolerance, "\(key) \(row) \(column): \(found), \(value)",
                    sourceLocation: sourceLocation)
            }
        }
    }

    private func library(_ reference: ReferenceSystem) throws -> PolynomialLibrary {
        PolynomialLibrary(degree: try reference.data().library.degree)
    }

    private func thresholding(_ reference: ReferenceSystem) throws -> STLSQ {
        let settings = try reference.data().stlsq
        return STLSQ(threshold: settings.threshold, alpha: settings.alpha, iterationLimit: settings.maxIter)
    }

    /// Round-off grows with e^(0.9 t) on the Lorenz attractor.
    private func isChaotic(_ reference: ReferenceSystem) -> Bool { ["lorenz", "rossler"].contains(reference.name) }

    @Test(arguments: ReferenceSystem.all)
    func trajectoriesPassTheCheckpoints(reference: ReferenceSystem) throws {
        let data = try reference.data(), trajectory = try reference.trajectory()
        for (sample, state) in data.checkpoints {
            let found = trajectory.state(try #require(Int(sample)))
            let tolerance = isChaotic(reference) ? 1e-6 : 1e-9
            #expect(zip(found, state).allSatisfy { abs($0 - $1) < tolerance }, "\(sample): \(found), \(state)")
        }
        for (column, expected) in data.stateStdPopulation.enumerated() {
            #expect(abs(ReferenceSystem.deviation(trajectory.states, column) - expected) < 1e-6)
        }
    }

    @Test(arguments: ReferenceSystem.all)
    func noiseIsThatOfTheFile(reference: ReferenceSystem) throws {
        let data = try reference.data(), noisy = try reference.noisyTrajectory()
        for (found, expected) in [
            (noisy.state(0), data.noise.noisyState0), (noisy.state(noisy.count - 1), data.noise.noisyStateLast),
        ] {
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 2e-6 }, "\(found), \(expected)")
        }
    }

    @Test(arguments: ReferenceSystem.all)
    func exactDerivativesGiveTheEquations(reference: ReferenceSystem) throws {
        let trajectory = try reference.trajectory()
        let rates = try (0..<trajectory.count).map { try reference.system.derivative(of: trajectory.state($0)) }
        let derivatives = Matrix(rows: trajectory.count, columns: trajectory.states.columns) { rates[$0][$1] }
        let model = try SINDy(library: library(reference), regression: thresholding(reference)).fit(
            [trajectory], derivatives: [derivatives])
        try check(reference, "clean_exact_derivative_stlsq", tolerance: 1e-8, model)
        let names = try reference.data().library.featureOrder
        let own = model.features.names.map { name in
            zip(trajectory.variables, ["x0", "x1", "x2"]).reduce(name) { $0.replacing($1.0, with: $1.1) }
        }
        #expect(own == names)
    }

    @Test(arguments: ReferenceSystem.all)
    func finiteDifferences(reference: ReferenceSystem) throws {
        let trajectory = try reference.trajectory()
        let tolerance = isChaotic(reference) ? 1e-5 : 1e-6
        for (order, key) in [(2, "clean_fd2_stlsq"), (4, "clean_fd4_stlsq")] {
            let model = try SINDy(
                library: library(reference), differentiation: FiniteDifferences(order: order),
                regression: thresholding(reference)
            ).fit([trajectory])
            try check(reference, key, tolerance: tolerance, model)
            if order == 2 {
                let score = try model.score(FiniteDifferences().differentiate(trajectory))
                #expect(abs(score - (try reference.data().r2ScoreCleanFd2)) < 1e-9)
            }
        }
        let settings = try reference.data().stlsq
        let relaxed = SR3(threshold: settings.threshold, iterationLimit: 1000, tolerance: 1e-8, unbiases: true)
        try check(
            reference, "clean_fd2_sr3_l0_unbiased", tolerance: tolerance,
            try SINDy(library: library(reference), regression: relaxed).fit([trajectory]))
    }

    @Test(arguments: ReferenceSystem.all)
    func leastSquaresIsThresholdZero(reference: ReferenceSystem) throws {
        let model = try SINDy(library: library(reference), regression: STLSQ(threshold: 0, alpha: 0)).fit(
            [reference.trajectory()])
        let expected = try #require(try reference.data().coefficients["clean_fd2_plain_least_squares"])
        for (row, values) in expected.enumerated() {
            for (column, value) in values.enumerated() {
                let found = model.coefficients[row, column]
                #expect(abs(found - value) <= 1e-5 + 1e-4 * abs(value), "\(row) \(column): \(found), \(value)")
            }
        }
    }

    @Test(arguments: ReferenceSystem.all)
    func noise(reference: ReferenceSystem) throws {
        let trajectory = try reference.noisyTrajectory()
        let plain = try SINDy(library: library(reference), regression: thresholding(reference)).fit([trajectory])
        try check(reference, "noise1pct_fd2_stlsq", tolerance: 1e-5, plain)
        let window = reference.name == "van_der_pol" ? 21 : 11
        let smooth = SINDy(
            library: try library(reference), differentiation: SavitzkyGolay(window: window),
            regression: try thresholding(reference))
        try check(
            reference, "noise1pct_savgol\(window)_fd2_stlsq", tolerance: 1e-5, try smooth.fit([trajectory]))
        var relaxed = smooth
        relaxed.regression = SR3(
            threshold: try reference.data().stlsq.threshold, iterationLimit: 1000, tolerance: 1e-8, unbiases: true)
        try check(
            reference, "noise1pct_savgol\(window)_fd2_sr3_l0_unbiased", tolerance: 1e-5, try relaxed.fit([trajectory]))
    }

    /// Bags drawn as the file draws them.
    @Test(arguments: ReferenceSystem.all)
    func bagging(reference: ReferenceSystem) throws {
        let data = try reference.data()
        let window = reference.name == "van_der_pol" ? 21 : 11
        let problem = try SINDy(library: library(reference), differentiation: SavitzkyGolay(window: window)).problem(
            [reference.noisyTrajectory()])
        var uniform = PortableNormals(seed: data.baggingSeed)
        let rows = problem.regression.sampleCount
        let found = try Ensemble(regression: thresholding(reference), bags: 20).fit(problem.regression) { _, counts in
            for _ in 0..<rows { counts[Int(uniform.uniform() * Double(rows))] += 1 }
        }
        try check(
            reference, "noise1pct_savgol\(window)_bagging20_median", tolerance: 1e-5,
            try problem.model(found.coefficients))
        for (row, values) in data.baggingInclusionProbability.enumerated() {
            for (column, value) in values.enumerated() { #expect(abs(found.inclusion[row, column] - value) < 1e-9) }
        }
    }

    @Test(arguments: ReferenceSystem.all)
    func weakForm(reference: ReferenceSystem) throws {
        var regression = try thresholding(reference)
        regression.alpha = 0
        let identification = SINDy(library: try library(reference), regression: regression, weakForm: WeakForm())
        try check(
            reference, "clean_weak_K200_L100_p4_stlsq", tolerance: 1e-6,
            try identification.fit([reference.trajectory()]))
        try check(
            reference, "noise1pct_weak_K200_L100_p4_stlsq", tolerance: 1e-5,
            try identification.fit([reference.noisyTrajectory()]))
    }
}
