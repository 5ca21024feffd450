/// Samples x_i ↦ y_i, as rows of two matrices.
public struct RegressionProblem: Sendable {
    /// N×n.
    public let inputs: Matrix<Double>
    /// N×m.
    public let targets: Matrix<Double>

    /// - Throws: `LacunaError` for unequal numbers of samples, fewer than two, or numbers that are not finite.
    public init(inputs: Matrix<Double>, targets: Matrix<Double>) throws {
        guard inputs.rows == targets.rows, inputs.rows >= 2, inputs.columns >= 1, targets.columns >= 1 else {
            throw LacunaError(
                .shape, "regression",
                "\(describeShape(inputs.shape)) inputs and \(describeShape(targets.shape)) targets; two or more samples of each are needed"
            )
        }
        guard inputs.storage.allSatisfy(\.isFinite), targets.storage.allSatisfy(\.isFinite) else {
            throw LacunaError(.value, "regression", "inputs and targets must be finite")
        }
        self.inputs = inputs
        self.targets = targets
    }
}

/// y ≈ ȳ + Wᵀ (x - x̄) with W minimising Σ_i ‖y_i - ŷ_i‖² + λ ‖W‖² (Hoerl & Kennard 1970), by the N×N kernel matrix of the samples, so
/// that n may be large: W = Xᵀ α, α = (X Xᵀ + λ)⁻¹ Y on centred data. λ is given, or it is the one of a grid with the least leave-one-out
/// error, which has the closed form Σ_i ‖(y_i - ŷ_i)/(1 - H_ii)‖², H = X Xᵀ (X Xᵀ + λ)⁻¹ + 1/N (Golub, Heath & Wahba 1979).
/// Cost: 9 N³ + N² (n + m) multiply-adds, and N² m for each λ of the grid, where it is chosen.
public struct RidgeRegression: Solver {
    /// λ over the largest eigenvalue of X Xᵀ; nil: chosen among 1, 10^-½, …, 1e-13. 0 is least squares of minimum norm.
    public var relativePenalty: Double?

    public init(relativePenalty: Double? = nil) {
        self.relativePenalty = relativePenalty
    }

    public struct State {
        let problem: RegressionProblem
        var model: LinearPredictor?
    }

    public func start(_ problem: RegressionProblem) throws -> State {
        if let relativePenalty, !(relativePenalty >= 0 && relativePenalty.isFinite) {
            throw LacunaError(.value, "penalty", "\(relativePenalty); it must be finite and ≥ 0")
        }
        return State(problem: problem)
    }

    public func step(_ state: inout State) -> StopReason? {
        guard let model = try? fit(state.problem) else { return .diverged }
        state.model = model
        return .closedForm
    }

    /// Before the step, and where it failed: the mean of the targets.
    public func estimate(_ state: inout State) -> LinearPredictor {
        if let model = state.model { return model }
        let problem = state.problem
        return LinearPredictor(
            inputMean: mean(problem.inputs), targetMean: mean(problem.targets), inputs: problem.inputs,
            coefficients: Matrix(repeating: 0, rows: problem.inputs.rows, columns: problem.targets.columns),
            relativePenalty: 0)
    }

    private func mean(_ matrix: Matrix<Double>) -> [Double] {
        (0..<matrix.columns).map { matrix.column($0).reduce(0, +) / Double(matrix.rows) }
    }

    private func fit(_ problem: RegressionProblem) throws -> LinearPredictor {
        let count = problem.inputs.rows
        let inputMean = mean(problem.inputs), targetMean = mean(problem.targets)
        let x = Matrix(rows: count, columns: problem.inputs.columns) { problem.inputs[$0, $1] - inputMean[$1] }
        let y = Matrix(rows: count, columns: problem.targets.columns) { problem.targets[$0, $1] - targetMean[$1] }
        let eigen = try HermitianEigen(x.multiplied(by: x.transposed))
        let u = eigen.vectors, values = eigen.values, largest = max(values.last ?? 0, 0)
        let rotated = try u.transposed.multiplied(by: y)
        // Rounding leaves this much where an eigenvalue is zero.
        let floor = largest * Double(count) * Double.ulpOfOne
        func inverses(_ penalty: Double) -> [Double] {
            values.map { $0 > floor ? 1 / ($0 + penalty * largest) : 0 }
        }
        func leaveOneOutError(_ penalty: Double) throws -> Double {
            let shares = zip(values, inverses(penalty)).map { $0 * $1 }
            let fitted = try u.multiplied(by: Matrix(rows: count, columns: y.columns) { shares[$0] * rotated[$0, $1] })
            var total = 0.0
            for i in 0..<count {
                var leverage = 1 / Double(count)
                for k in 0..<count { leverage += shares[k] * u[i, k] * u[i, k] }
                let factor = 1 / max(1 - leverage, Double.ulpOfOne.squareRoot())
                for j in 0..<y.columns {
                    let error = (y[i, j] - fitted[i, j]) * factor
                    total += error * error
                }
            }
            return total
        }
        var penalty = relativePenalty ?? 1
        if relativePenalty == nil {
            var best = Double.infinity
            for exponent in 0...26 {
                let candidate = Double.pow(10, -Double(exponent) / 2)
                let error = try leaveOneOutError(candidate)
                if error < best { (best, penalty) = (error, candidate) }
            }
        }
        let inverse = inverses(penalty)
        let coefficients = try u.multiplied(
            by: Matrix(rows: count, columns: y.columns) { inverse[$0] * rotated[$0, $1] })
        return LinearPredictor(
            inputMean: inputMean, targetMean: targetMean, inputs: x, coefficients: coefficients,
            relativePenalty: penalty)
    }
}

/// x ↦ ȳ + Wᵀ (x - x̄), W = Xᵀ α kept as its factors.
public struct LinearPredictor: FiniteCheckable, Sendable {
    public let inputMean: [Double]
    public let targetMean: [Double]
    /// Centred X, N×n.
    let inputs: Matrix<Double>
    /// α, N×m.
    let coefficients: Matrix<Double>
    /// λ over the largest eigenvalue of X Xᵀ.
    public let relativePenalty: Double

    public var isFinite: Bool { coefficients.storage.allSatisfy(\.isFinite) }

    /// Numbers of W and of the offset, written out.
    public var parameterCount: Int { (inputs.columns + 1) * coefficients.columns }

    /// Predictions for the rows of `x`. - Throws: `LacunaError` (shape) for rows of another length.
    public func predict(_ x: Matrix<Double>) throws -> Matrix<Double> {
        guard x.columns == inputs.columns else {
            throw LacunaError(.shape, "prediction", "rows of \(x.columns), the samples have \(inputs.columns)")
        }
        let centred = Matrix(rows: x.rows, columns: x.columns) { x[$0, $1] - inputMean[$1] }
        let deviation = try centred.multiplied(by: inputs.transposed).multiplied(by: coefficients)
        return Matrix(rows: x.rows, columns: deviation.columns) { deviation[$0, $1] + targetMean[$1] }
    }
}
