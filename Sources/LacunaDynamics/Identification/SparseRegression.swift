/// Y ≈ Θ Ξᵀ with few non-zeros in Ξ: how the terms of equations are chosen.
public protocol SparseRegression: Sendable {
    /// - Throws: `LacunaError` for settings out of range and systems that cannot be solved.
    func fit(_ problem: RegressionProblem) throws -> SparseCoefficients
}

/// Ξ, and what there is to say about how it was found.
public struct SparseCoefficients: Hashable, Sendable {
    /// equations × terms.
    public let values: Matrix<Double>
    /// Iterations of each equation.
    public let iterations: [Int]
    public let warnings: [String]

    public init(values: Matrix<Double>, iterations: [Int], warnings: [String] = []) {
        self.values = values
        self.iterations = iterations
        self.warnings = warnings
    }

    /// The non-zeros.
    public var complexity: Int { values.storage.count { $0 != 0 } }

    /// The terms of an equation.
    public func support(equation: Int) -> [Int] { (0..<values.columns).filter { values[equation, $0] != 0 } }
}
