/// Y ≈ Θ Ξᵀ with few non-zeros in Ξ: how the terms of equations are chosen.
public protocol SparseRegression: Sendable {
    /// - Throws: `LacunaError` for settings out of range and systems that cannot be solved.
    func fit(_ problem: RegressionProblem) throws -> SparseCoefficients
}

/// Θ, Y and what all methods need of them, worked out once: the Gram matrix of the columns scaled to length 1, so that its condition
/// is that of their directions.
public struct RegressionProblem: Sendable {
    /// samples × terms.
    public let features: Matrix<Double>
    /// samples × equations.
    public let targets: Matrix<Double>
    public let featureNames: [String]
    /// Lengths of the columns of Θ. A column of zeros takes no part.
    public let norms: [Double]
    /// D⁻¹ Θᵀ Θ D⁻¹ with D = diag(norms), both triangles.
    let gram: Matrix<Double>
    /// D⁻¹ Θᵀ Y.
    let moments: Matrix<Double>

    /// - Throws: `LacunaError` for sizes that do not agree, fewer samples than terms and numbers that are not finite.
    /// Cost: samples × terms² multiply-adds.
    public init(features: Matrix<Double>, targets: Matrix<Double>, featureNames: [String]) throws {
        let m = features.rows, count = features.columns, d = targets.columns
        guard targets.rows == m, featureNames.count == count, count > 0, d > 0 else {
            throw LacunaError(
                .shape, "regression",
                "\(m)×\(count) features with \(featureNames.count) names for \(targets.rows)×\(d) derivatives")
        }
        guard m >= count else {
            throw LacunaError(
                .shape, "regression", "\(m) samples for \(count) library terms",
                remedy: "Take more samples or a smaller library.")
        }
        for (column, name) in featureNames.enumerated() where !features.column(column).allSatisfy(\.isFinite) {
            throw LacunaError(
                .value, "regression", "the term \(name) is not finite in some sample",
                remedy: "Leave it out of the library.")
        }
        guard targets.storage.allSatisfy(\.isFinite) else {
            throw LacunaError(.value, "regression", "a derivative is not finite")
        }
        self.features = features
        self.targets = targets
        self.featureNames = featureNames
        let products = Buffer<Double>(repeating: 0, count: count * (count + d))
        features.storage.withUnsafeBufferPointer { x in
            targets.storage.withUnsafeBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                BLAS<Double>.innerGram(count, m, x, m, into: products.pointer, count)
                BLAS<Double>.multiply(
                    .adjoint, .plain, count, d, m, x, m, y, m, into: products.pointer + count * count, count)
            }
        }
        let norms = (0..<count).map { products[$0 + $0 * count].squareRoot() }
        func scaled(_ value: Double, _ norm: Double) -> Double { norm > 0 ? value / norm : 0 }
        self.norms = norms
        gram = Matrix(rows: count, columns: count) { i, j in
            // The lower triangle is what innerGram fills.
            scaled(scaled(products[max(i, j) + min(i, j) * count], norms[i]), norms[j])
        }
        moments = Matrix(rows: count, columns: d) { scaled(products[count * count + $0 + $1 * count], norms[$0]) }
    }

    /// argmin ‖y_e - Θ_S ξ‖² + α ‖ξ‖² from the scaled normal equations. nil where the columns of S are dependent to rounding.
    func ridge(_ support: [Int], equation: Int, alpha: Double) -> [Double]? {
        guard !support.isEmpty else { return [] }
        let matrix = Matrix(rows: support.count, columns: support.count) { row, column in
            let (i, j) = (support[row], support[column])
            return gram[i, j] + (row == column ? alpha / (norms[i] * norms[i]) : 0)
        }
        guard let factor = try? CholeskyFactorization(matrix),
            let solution = try? factor.solve(support.map { moments[$0, equation] })
        else { return nil }
        return zip(solution, support).map { $0 / norms[$1] }
    }

    /// argmin ‖y_e - Θ_S ξ‖ by QR of the scaled columns. - Throws: `LacunaError` for dependent columns, which it names.
    func leastSquares(_ support: [Int], equation: Int) throws -> [Double] {
        guard !support.isEmpty else { return [] }
        let columns = Matrix(rows: features.rows, columns: support.count) {
            features[$0, support[$1]] / norms[support[$1]]
        }
        let factor = try QRFactorization(columns)
        guard factor.reciprocalConditionEstimate > 1e-13 else {
            throw LacunaError(
                .value, "regression",
                "the terms \(support.map { featureNames[$0] }.joined(separator: ", ")) depend on each other on these data",
                remedy: "Take a smaller library, or data that leave the curve or surface they lie on.")
        }
        return zip(try factor.leastSquares(Array(targets.column(equation))), support).map { $0 / norms[$1] }
    }

    /// Columns that are not zero throughout.
    var candidates: [Int] { norms.indices.filter { norms[$0] > 0 } }
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
}
