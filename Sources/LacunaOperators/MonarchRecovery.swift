/// A matrix of the class MM* taken apart, by algorithm 2 of Dao et al. (2022).
public struct MonarchRecovery: Sendable {
    /// M ≈ M_1 M_2ᴴ. The factors are not unique (their columns may be scaled and permuted); compare products.
    public let pair: MonarchPair<Complex<Double>>
    /// ‖M - M_1 M_2ᴴ‖ / ‖M‖ in the Frobenius norm: near rounding times the condition number for members of the class.
    public let relativeError: Double
    /// The largest over the smallest singular value of the eigenvectors that were chosen.
    public let conditionNumber: Double

    /// Finds the factors of M = (Pᵀ diag(A_i) P) diag(D) (Pᵀ diag(C_j) P), n = p b, whose blocks M̃_ij = A_i D_ij C_j of
    /// P M Pᵀ are all invertible:
    ///
    ///     F(i, j) = M̃_i0⁻¹ M̃_ij M̃_0j⁻¹ M̃_00 = C_0⁻¹ (diagonal) C_0
    ///
    /// have their eigenvectors V in common; C_0 = V⁻¹, A_i = M̃_i0 V, C_j = A_0⁻¹ M̃_0j, D_ij = diag(A_i⁻¹ M̃_ij C_j⁻¹). V is
    /// taken from random combinations of the F(i, j), the best-conditioned of `attempts` of them (the paper diagonalises
    /// one after the other). Real matrices may have complex factors. Cost: O(n³ / b).
    /// - Throws: `LacunaError` unless the matrix is square, finite, of a size that b divides, and its blocks invertible.
    public init<S: Scalar>(
        _ matrix: Matrix<S>, blockSize b: Int, attempts: Int = 8, using stream: RandomStream = RandomStream(key: 0)
    ) throws {
        typealias C = Complex<Double>
        let n = matrix.rows
        guard n == matrix.columns else {
            throw LacunaError(
                .shape, "Monarch factor recovery", "a \(describeShape(matrix.shape)) matrix is not square")
        }
        guard matrix.storage.allSatisfy(\.isFinite) else {
            throw LacunaError(.value, "Monarch factor recovery", "the matrix is not finite")
        }
        guard attempts >= 1 else {
            throw LacunaError(.value, "Monarch factor recovery", "\(attempts) attempts; at least 1 is needed")
        }
        let layout = try MonarchLayout(size: n, blockSize: b)
        let p = n / b
        // M̃_ij: rows l b + i and columns l' b + j.
        let blocks = (0..<b * b).map { index in
            Matrix<C>(rows: p, columns: p) { row, column in
                let entry = matrix[row * b + index / b, column * b + index % b]
                return C(Double(entry.realPart), Double(entry.imaginaryPart))
            }
        }
        func block(_ i: Int, _ j: Int) -> Matrix<C> { blocks[i * b + j] }
        let similar = try Self.similarMatrices(b, block)
        let (v, condition) = try Self.commonEigenvectors(similar, size: p, attempts: attempts, stream)

        let a = try (0..<b).map { try block($0, 0).multiplied(by: v) }
        let c = try (0..<b).map { try a[0].solve(block(0, $0)) }
        var right = Tensor<C>(repeating: 0, dimensions: layout.rightDimensions)
        var error = 0.0, size = 0.0
        for i in 0..<b {
            for j in 0..<b {
                let middle = try a[i].solve(block(i, j)).multiplied(by: c[j].solve(.identity(p)))
                var scaled = c[j]
                for k in 0..<p {
                    right[k, 0, i, j] = middle[k, k]
                    for column in 0..<p { scaled[k, column] *= middle[k, k] }
                }
                let product = try a[i].multiplied(by: scaled)
                for (found, given) in zip(product.storage, block(i, j).storage) {
                    error += (found - given).squaredModulus
                    size += given.squaredModulus
                }
            }
        }
        // M_1 has the blocks A and D, M_2ᴴ the blocks C alone: M_2 has C_jᴴ on the left and the identity on the right.
        let identity = try MonarchFactors<C>(
            layout: layout, left: { j, l, k, _ in c[j][k, l].conjugate }, right: { _, _, j, i in i == j ? 1 : 0 })
        var left = Tensor<C>(repeating: 0, dimensions: layout.leftDimensions)
        for i in 0..<b { for l in 0..<p { for k in 0..<p { left[i, l, k, 0] = a[i][l, k] } } }
        pair = try MonarchPair(MonarchFactors(layout: layout, left: left, right: right), identity)
        relativeError = (error / size).squareRoot()
        conditionNumber = condition
    }

    /// F(i, j) for i, j ≥ 1; none for a single block, which any basis serves.
    private static func similarMatrices(
        _ b: Int, _ block: (Int, Int) -> Matrix<Complex<Double>>
    ) throws -> [Matrix<Complex<Double>>] {
        var result: [Matrix<Complex<Double>>] = []
        for j in 1..<max(b, 1) {
            let ending = try block(0, j).solve(block(0, 0))
            for i in 1..<b { result.append(try block(i, 0).solve(block(i, j)).multiplied(by: ending)) }
        }
        return result
    }

    /// Eigenvectors of the combination that has the best-conditioned ones.
    private static func commonEigenvectors(
        _ matrices: [Matrix<Complex<Double>>], size p: Int, attempts: Int, _ stream: RandomStream
    ) throws -> (Matrix<Complex<Double>>, condition: Double) {
        var best = Matrix<Complex<Double>>.identity(p), bestCondition = Double.infinity
        guard !matrices.isEmpty else { return (best, 1) }
        var stream = stream
        for _ in 0..<attempts {
            var combination = Matrix<Complex<Double>>(repeating: 0, rows: p, columns: p)
            for matrix in matrices {
                let weight = stream.normal()
                for index in matrix.storage.indices {
                    combination.storage[index] += matrix.storage[index].scaled(by: weight)
                }
            }
            let vectors = try GeneralEigen(combination).vectors
            let values = try SingularValueDecomposition(vectors).values
            let condition = (values.first ?? 1) / (values.last ?? 1)
            if condition < bestCondition { (best, bestCondition) = (vectors, condition) }
        }
        return (best, bestCondition)
    }
}
