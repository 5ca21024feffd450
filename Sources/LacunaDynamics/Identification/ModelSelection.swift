/// A model of one equation among those of growing size that a stepwise method finds.
public struct NestedModel: Hashable, Sendable {
    /// Terms, ascending, and their coefficients.
    public let support: [Int]
    public let coefficients: [Double]
    /// ‖y - Θ_S ξ‖².
    public let squaredResidual: Double
}

/// Which of a history of models to take.
public enum ModelSelection: Hashable, Sendable {
    /// So many terms.
    case terms(Int)
    /// Where the error rises most, as a ratio, when one more term goes (Boninsegna, Nüske & Clementi 2018).
    case largestErrorRatio
    /// The smallest m log(‖r‖² / m) + k log m (Schwarz 1978): right where residuals are independent noise.
    case bayesianInformation

    /// - Parameter models: by the number of terms, ascending.
    func choose(from models: [NestedModel], samples: Int, targetSquares: Double) -> NestedModel? {
        switch self {
        case .terms(let count): return models.last { $0.support.count <= count }
        case .largestErrorRatio:
            // Residuals of rounding have no meaning: they count as 10⁻¹² of the target.
            func error(_ model: NestedModel) -> Double { max(model.squaredResidual, 1e-24 * targetSquares) }
            var best = models.first, largest = 1.0
            for (before, model) in zip(models, models.dropFirst()) where error(before) > largest * error(model) {
                largest = error(before) / error(model)
                best = model
            }
            return best
        case .bayesianInformation:
            let m = Double(samples)
            func value(_ model: NestedModel) -> Double {
                m * Double.log(max(model.squaredResidual, 1e-24 * targetSquares) / m)
                    + Double(model.support.count) * Double.log(m)
            }
            return models.min { value($0) < value($1) }
        }
    }
}

/// A method that goes through models of all sizes.
public protocol StepwiseRegression: SparseRegression {
    var selection: ModelSelection { get }
    /// Models of an equation by the number of their terms, ascending, from the empty one on.
    func history(_ problem: RegressionProblem, equation: Int) throws -> [NestedModel]
}

extension StepwiseRegression {
    public func fit(_ problem: RegressionProblem) throws -> SparseCoefficients {
        if case .terms(let count) = selection, count < 0 {
            throw LacunaError(.value, "stepwise regression", "\(count) terms; at least 0 is expected")
        }
        var values = Matrix<Double>(repeating: 0, rows: problem.equationCount, columns: problem.termCount)
        var steps: [Int] = []
        for equation in 0..<problem.equationCount {
            let models = try history(problem, equation: equation)
            steps.append(max(models.count - 1, 0))
            let chosen = selection.choose(
                from: models, samples: problem.sampleCount, targetSquares: problem.targetSquares[equation])
            guard let chosen else { continue }
            for (term, value) in zip(chosen.support, chosen.coefficients) { values[equation, term] = value }
        }
        return SparseCoefficients(values: values, iterations: steps)
    }
}

extension RegressionWorkspace {
    /// The least-squares model on a support.
    func nestedModel(_ support: [Int], equation: Int) throws -> NestedModel {
        try leastSquares(support, equation: equation)
        let squares = squaredResidual(support, equation: equation)
        return NestedModel(
            support: support, coefficients: solution.prefix(support.count), squaredResidual: squares)
    }
}
