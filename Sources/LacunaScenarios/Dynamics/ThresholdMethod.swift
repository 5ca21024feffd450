import LacunaDynamics
import LacunaExperiment

/// A method whose option `threshold` trades terms for error: `lacuna solve --scan-thresholds` compares thresholds by cross-validation.
public protocol ThresholdScanning: TrajectoryMethod {
    /// - Parameter thresholds: nil: twenty that span the coefficients of least squares.
    /// - Throws: `LacunaError` for trajectories or options that the method cannot take, and too few samples to hold some out.
    func scan(
        _ trajectories: [Trajectory], options: ParameterValues, thresholds: [Double]?
    ) throws -> [ThresholdScan.Point]
}

/// One of those whose coefficients come from a regression with a threshold.
protocol ThresholdMethod: IdentificationMethod, ThresholdScanning {
    /// From a threshold to the regression, the other options being as given. Of an ensemble it is that of each bag.
    func regression(
        _ problem: IdentificationProblem, options: ParameterValues
    ) throws -> @Sendable (_ threshold: Double) -> any SparseRegression
}

extension ThresholdMethod {
    func coefficients(
        _ problem: IdentificationProblem, options: ParameterValues, random: RandomStream
    ) throws -> (coefficients: SparseCoefficients, uncertainty: CoefficientUncertainty?) {
        let regression = try regression(problem, options: options)(options.number("threshold"))
        return (try regression.fit(problem.regression), nil)
    }

    func scan(
        _ trajectories: [Trajectory], options: ParameterValues, thresholds: [Double]?
    ) throws -> [ThresholdScan.Point] {
        let problem = try IdentificationSettings(options).problem(trajectories, weakForm: weakForm(options))
        let isNormalized = try options["normalize"] != nil && options.flag("normalize")
        let thresholds =
            try thresholds
            ?? ThresholdScan.thresholds(spanning: problem.regression, normalizesColumns: isNormalized)
        return try ThresholdScan(
            thresholds: thresholds, regression: regression(problem, options: options)
        ).run(problem)
    }
}
