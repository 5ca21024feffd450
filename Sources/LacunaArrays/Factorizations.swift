import COpenBLAS

/// A = Q R with orthonormal Q (m×n, m ≥ n) and upper triangular R, by Householder reflections.
public struct QRFactorization<S: Scalar>: Sendable {
    public let q: Matrix<S>
    public let r: Matrix<S>

    /// - Throws: `LacunaError` for more columns than rows. Cost: 2 m n² flops (complex: 8).
    public init(_ matrix: Matrix<S>) throws {
        let m = matrix.rows, n = matrix.columns
        guard m >= n, n > 0 else {
            throw LacunaError(
                .shape, "QR factorisation", "a \(describeShape(matrix.shape)) matrix; it needs 1 ≤ columns ≤ rows")
        }
        let a = Buffer(matrix.storage)
        let tau = Buffer<S>(repeating: 0, count: n)
        let work = Buffer<S>(repeating: 0, count: 64 * n)
        defer { withExtendedLifetime((tau, work)) {} }
        let kind = S.blasKind.code
        _ = lacuna_geqrf(kind, Int32(m), Int32(n), a.pointer, Int32(m), tau.pointer, work.pointer, Int32(work.count))
        r = Matrix(rows: n, columns: n) { $0 <= $1 ? a[$0 + $1 * m] : 0 }
        _ = lacuna_ungqr(
            kind, Int32(m), Int32(n), Int32(n), a.pointer, Int32(m), tau.pointer, work.pointer, Int32(work.count))
        q = Matrix(rows: m, columns: n, storage: a.prefix(m * n))
    }

    /// argmin ‖A x - b‖ for a matrix of full column rank: R⁻¹ Qᴴ b.
    public func leastSquares(_ b: [S]) throws -> [S] {
        guard b.count == q.rows else {
            throw LacunaError(.shape, "least squares", "\(b.count) right-hand sides for \(q.rows) rows")
        }
        let n = q.columns
        let x = Buffer(try q.adjoint.multiplied(by: Matrix(rows: b.count, columns: 1, storage: b)).storage)
        let triangle = Buffer(r.storage)
        defer { withExtendedLifetime(triangle) {} }
        BLAS<S>.solveUpper(.plain, n, columns: 1, triangle.pointer, n, into: x.pointer, n)
        return x.prefix(n)
    }

    /// min |R_ii| / max |R_ii|: near zero for dependent columns.
    public var reciprocalConditionEstimate: S.RealPart {
        let diagonal = (0..<r.rows).map { r[$0, $0].modulus }
        let largest = diagonal.max() ?? 0
        return largest > 0 ? (diagonal.min() ?? 0) / largest : 0
    }
}

/// A = U diag(s) Vᴴ, thin: U is m×k, V n×k, k = min(m, n); singular values descending.
public struct SingularValueDecomposition<S: Scalar>: Sendable {
    public let u: Matrix<S>
    public let values: [S.RealPart]
    public let v: Matrix<S>

    /// - Throws: `LacunaError` for an empty or non-finite matrix. Cost: O(m n k).
    public init(_ matrix: Matrix<S>) throws {
        let m = matrix.rows, n = matrix.columns, k = min(m, n)
        guard k > 0, matrix.storage.allSatisfy(\.isFinite) else {
            throw LacunaError(
                .value, "singular value decomposition",
                "the \(describeShape(matrix.shape)) matrix is empty or not finite")
        }
        let workspace = SingularValueWorkspace<S>(rows: m, columns: n)
        guard matrix.storage.withUnsafeBufferPointer({ $0.baseAddress.map(workspace.decompose) ?? false }) else {
            throw LacunaError(.value, "singular value decomposition", "LAPACK did not converge")
        }
        u = Matrix(rows: m, columns: k, storage: workspace.left.prefix(m * k))
        values = workspace.values.prefix(k)
        v = Matrix(rows: k, columns: n, storage: workspace.right.prefix(k * n)).adjoint
    }

    /// Singular values above max(m, n) ε s_max.
    public var rank: Int {
        let cut = S.RealPart(max(u.rows, v.rows)) * S.RealPart.ulpOfOne * (values.first ?? 0)
        return values.filter { $0 > cut }.count
    }

    /// A⁺ (n×m), the pseudo-inverse.
    public func pseudoInverse() throws -> Matrix<S> {
        let kept = rank
        let scaled = Matrix<S>(rows: v.rows, columns: kept) { v[$0, $1].scaled(by: 1 / values[$1]) }
        return try scaled.multiplied(by: u.selectingColumns(0..<kept).adjoint)
    }
}

/// A = L Lᴴ for a Hermitian positive definite matrix.
public struct CholeskyFactorization<S: Scalar>: Sendable {
    public let l: Matrix<S>

    /// - Throws: `LacunaError` if the matrix is not square or not positive definite. Only its lower triangle is read.
    public init(_ matrix: Matrix<S>) throws {
        let n = matrix.rows
        guard n == matrix.columns else {
            throw LacunaError(.shape, "Cholesky factorisation", "a \(describeShape(matrix.shape)) matrix is not square")
        }
        let a = Buffer(matrix.storage)
        guard BLAS<S>.choleskyFactor(n, a.pointer, n) else {
            throw LacunaError(.value, "Cholesky factorisation", "the matrix is not positive definite")
        }
        l = Matrix(rows: n, columns: n) { $0 >= $1 ? a[$0 + $1 * n] : 0 }
    }

    /// A⁻¹ b.
    public func solve(_ b: [S]) throws -> [S] {
        guard b.count == l.rows else {
            throw LacunaError(.shape, "Cholesky solve", "\(b.count) right-hand sides for size \(l.rows)")
        }
        let x = Buffer(b), factor = Buffer(l.storage)
        defer { withExtendedLifetime(factor) {} }
        let n = l.rows
        BLAS<S>.solveLower(.plain, n, columns: 1, factor.pointer, n, into: x.pointer, n)
        BLAS<S>.solveLower(.adjoint, n, columns: 1, factor.pointer, n, into: x.pointer, n)
        return x.prefix(n)
    }
}
