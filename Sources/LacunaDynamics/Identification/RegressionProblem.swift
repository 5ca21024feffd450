/// Θ, Y and what all methods need of them, worked out once: the Gram matrix of the columns scaled to length 1, so that its condition
/// is that of their directions.
///
/// A problem may consist of the sums alone, without the samples (`features.rows` = 0): the bags of an `Ensemble` do.
public struct RegressionProblem: Sendable {
    /// samples × terms.
    public let features: Matrix<Double>
    /// samples × equations.
    public let targets: Matrix<Double>
    public let featureNames: [String]
    public let sampleCount: Int
    /// Lengths of the columns of Θ. A column of zeros takes no part.
    public let norms: [Double]
    /// D⁻¹ Θᵀ Θ D⁻¹ with D = diag(norms), both triangles.
    let gram: Matrix<Double>
    /// D⁻¹ Θᵀ Y.
    let moments: Matrix<Double>
    /// ‖y_e‖².
    let targetSquares: [Double]

    private static let block = 512

    /// - Throws: `LacunaError` for sizes that do not agree, fewer samples than terms and numbers that are not finite.
    /// Cost: samples × terms² / 2 multiply-adds.
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
        try self.init(samples: features, targets: targets, featureNames: featureNames)
    }

    /// Sizes agree; there may be fewer samples than terms.
    init(samples features: Matrix<Double>, targets: Matrix<Double>, featureNames: [String]) throws {
        let m = features.rows, count = features.columns, d = targets.columns
        let gram = Buffer<Double>(repeating: 0, count: count * count)
        let moments = Buffer<Double>(repeating: 0, count: count * d)
        let squares = Buffer<Double>(repeating: 0, count: d)
        features.storage.withUnsafeBufferPointer { x in
            targets.storage.withUnsafeBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                // By blocks of samples that stay in the cache between the products: Θ is read once.
                for first in stride(from: 0, to: m, by: Self.block) {
                    let rows = min(Self.block, m - first)
                    BLAS<Double>.innerGram(count, rows, x + first, m, beta: 1, into: gram.pointer, count)
                    for equation in 0..<d {
                        let column = y + first + equation * m
                        BLAS<Double>.multiply(
                            .transposed, rows, count, x + first, m, vector: column, beta: 1,
                            into: moments.pointer + equation * count)
                        BLAS<Double>.multiply(
                            .transposed, rows, 1, column, m, vector: column, beta: 1, into: squares.pointer + equation)
                    }
                }
            }
        }
        try self.init(
            features: features, targets: targets, featureNames: featureNames, sampleCount: m,
            lowerGram: gram.prefix(count * count), moments: moments.prefix(count * d), targetSquares: squares.prefix(d))
    }

    /// From the sums over samples: the lower triangle of ΘᵀΘ, ΘᵀY and the ‖y_e‖², not scaled.
    init(
        features: Matrix<Double>? = nil, targets: Matrix<Double>? = nil, featureNames: [String], sampleCount: Int,
        lowerGram: [Double], moments: [Double], targetSquares: [Double]
    ) throws {
        let count = featureNames.count, d = targetSquares.count
        let norms = (0..<count).map { lowerGram[$0 + $0 * count].squareRoot() }
        // A number that is not finite makes its sum of squares so.
        if let column = norms.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(
                .value, "regression", "the term \(featureNames[column]) is not finite, or too large, in some sample",
                remedy: "Leave it out of the library.")
        }
        guard targetSquares.allSatisfy(\.isFinite) else {
            throw LacunaError(.value, "regression", "a derivative is not finite")
        }
        self.features = features ?? Matrix(rows: 0, columns: count, storage: [])
        self.targets = targets ?? Matrix(rows: 0, columns: d, storage: [])
        self.featureNames = featureNames
        self.sampleCount = sampleCount
        self.norms = norms
        self.targetSquares = targetSquares
        func scaled(_ value: Double, _ norm: Double) -> Double { norm > 0 ? value / norm : 0 }
        gram = Matrix(rows: count, columns: count) { i, j in
            scaled(scaled(lowerGram[max(i, j) + min(i, j) * count], norms[i]), norms[j])
        }
        self.moments = Matrix(rows: count, columns: d) { scaled(moments[$0 + $1 * count], norms[$0]) }
    }

    /// Columns that are not zero throughout.
    var candidates: [Int] { norms.indices.filter { norms[$0] > 0 } }

    public var equationCount: Int { targetSquares.count }
    public var termCount: Int { featureNames.count }
}
