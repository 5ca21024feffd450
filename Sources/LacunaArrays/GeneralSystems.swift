import COpenBLAS

extension Matrix where Element: Scalar {
    /// A⁻¹ B, by LU decomposition with partial pivoting. Cost: n³/3 + n² (columns of B) multiply-adds.
    /// - Throws: `LacunaError` if A is not square, has not as many rows as B, or is singular.
    public func solve(_ b: Matrix) throws -> Matrix {
        guard rows == columns, rows == b.rows else {
            throw LacunaError(
                .shape, "linear system",
                "a \(describeShape(shape)) matrix for \(describeShape(b.shape)) right-hand sides; it must be square and as high"
            )
        }
        let n = rows
        let a = Buffer(storage), x = Buffer(b.storage)
        defer { withExtendedLifetime(a) {} }
        let pivots = Buffer<Int32>(repeating: 0, count: n)
        defer { withExtendedLifetime(pivots) {} }
        let status = lacuna_gesv(
            Element.blasKind.code, Int32(n), Int32(b.columns), a.pointer, Int32(Swift.max(n, 1)), pivots.pointer,
            x.pointer, Int32(Swift.max(n, 1)))
        guard status == 0 else {
            throw LacunaError(.value, "linear system", "the \(describeShape(shape)) matrix is singular")
        }
        return Matrix(rows: n, columns: b.columns, storage: x.prefix(n * b.columns))
    }
}

/// A V = V diag(w) for a general square matrix; real ones may have complex eigenvalues, hence the types.
public struct GeneralEigen<Real: RealScalar>: Sendable {
    /// In no particular order.
    public let values: [Complex<Real>]
    /// Columns of norm 1; dependent if the matrix is defective.
    public let vectors: Matrix<Complex<Real>>

    /// - Throws: `LacunaError` for a matrix that is not square or not finite, or if the QR iteration does not converge.
    ///   Cost: about 25 n³ complex multiply-adds.
    public init(_ matrix: Matrix<Complex<Real>>) throws {
        let n = matrix.rows
        guard n == matrix.columns else {
            throw LacunaError(.shape, "eigendecomposition", "a \(describeShape(matrix.shape)) matrix is not square")
        }
        guard matrix.storage.allSatisfy(\.isFinite) else {
            throw LacunaError(.value, "eigendecomposition", "the \(describeShape(matrix.shape)) matrix is not finite")
        }
        let a = Buffer(matrix.storage)
        defer { withExtendedLifetime(a) {} }
        let w = Buffer<Complex<Real>>(repeating: 0, count: n)
        let v = Buffer<Complex<Real>>(repeating: 0, count: n * n)
        let work = Buffer<Complex<Real>>(repeating: 0, count: 34 * n + 1)
        let realWork = Buffer<Real>(repeating: 0, count: 2 * n)
        defer { withExtendedLifetime((work, realWork)) {} }
        let status = lacuna_geev(
            Complex<Real>.blasKind.code, Int32(n), a.pointer, Int32(max(n, 1)), w.pointer, v.pointer, Int32(max(n, 1)),
            work.pointer, Int32(work.count), realWork.pointer)
        guard status == 0 else {
            throw LacunaError(.value, "eigendecomposition", "LAPACK did not converge (code \(status))")
        }
        values = w.prefix(n)
        vectors = Matrix(rows: n, columns: n, storage: v.prefix(n * n))
    }
}
