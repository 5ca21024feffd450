import LacunaSolvers
import LacunaTestSupport
import Testing

@Suite struct LinearModelTests {
    @Test func credibleRadiusOfRealNumbers() throws {
        let estimate = SparseEstimate(coefficients: [0.0, 0], variances: [1, 4])
        // Quantiles of the normal distribution.
        for (probability, quantile) in [
            (0.6826894921370859, 1.0), (0.95, 1.959963984540054), (0.999, 3.290526731491926),
            (1e-6, 1.2533141373155e-6),
        ] {
            let radius = try #require(estimate.credibleRadius(probability: probability))
            #expect(abs(radius[0] - quantile) < 1e-10 * quantile && abs(radius[1] - 2 * quantile) < 2e-10 * quantile)
        }
    }

    @Test func credibleRadiusOfComplexNumbers() throws {
        // |z|² / var is exponential: P(|z| ≤ r) = 1 - exp(-r² / var).
        let estimate = SparseEstimate(coefficients: [Complex<Double>.zero], variances: [2])
        for probability in [0.1, 0.5, 0.95] {
            let radius = try #require(estimate.credibleRadius(probability: probability))[0]
            #expect(abs(1 - Double.exp(-radius * radius / 2) - probability) < 1e-14)
        }
    }

    @Test func credibleRadiusNeedsVariancesAndAProbability() {
        #expect(SparseEstimate(coefficients: [0.0]).credibleRadius(probability: 0.5) == nil)
        for probability in [0.0, 1, -1, 2, .nan] {
            #expect(SparseEstimate(coefficients: [0.0], variances: [1]).credibleRadius(probability: probability) == nil)
        }
    }

    @Test func squareError() throws {
        #expect(try normalizedSquareError([1.0, 2], against: [1, 1]) == 0.5)
        #expect(try normalizedSquareError([Complex<Double>(0, 1)], against: [Complex(1, 0)]) == 2)
        #expect(try normalizedSquareError([0.0], against: [0]) == 0)
        #expect(try normalizedSquareError([1.0], against: [0]) == .infinity)
        for (estimate, truth) in [([1.0], []), ([], []), ([], [1.0]), ([1, 2], [1])] as [([Double], [Double])] {
            #expect(throws: LacunaError.self) { try normalizedSquareError(estimate, against: truth) }
        }
    }
}
