import LacunaExperiment
import LacunaSolvers

struct DenseLayerMethod: Method {
    let name = "dense-layer"
    let summary = "ridge regression from all input points to all output points"
    let citation = Citation(
        authors: "A. E. Hoerl, R. W. Kennard", year: 1970,
        title: "Ridge Regression: Biased Estimation for Nonorthogonal Problems", source: "Technometrics 12(1)")
    let options = [
        ParameterDeclaration(
            "penalty", .number(0...1e6),
            "ridge over the largest eigenvalue of the samples' Gram matrix, 0 is least squares; default: least leave-one-out error"
        )
    ]

    func reasonToSkip(_ problem: any Sendable, options: ParameterValues) -> String? {
        problem is OperatorLearningProblem ? nil : "'\(name)' learns operators only"
    }

    func run(_ problem: any Sendable, options: ParameterValues, limits: SolveLimits) throws -> Outcome {
        guard let data = try (problem as? OperatorLearningProblem)?.data() else {
            throw LacunaError(.value, name, "learns operators only")
        }
        func matrix(_ samples: [[Double]]) -> Matrix<Double> {
            Matrix(rows: samples.count, columns: samples[0].count) { samples[$0][$1] }
        }
        let solution = try RidgeRegression(relativePenalty: options.optionalNumber("penalty")).solve(
            RegressionProblem(inputs: matrix(data.trainingInputs), targets: matrix(data.trainingTargets)),
            limits: limits)
        let predicted = try solution.estimate.predict(matrix(data.testInputs))
        let prediction = OperatorPrediction(
            outputs: (0..<predicted.rows).map { row in (0..<predicted.columns).map { predicted[row, $0] } },
            parameterCount: solution.estimate.parameterCount)
        return Outcome(estimate: prediction, report: solution.report)
    }
}
