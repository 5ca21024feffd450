import CLacunaKernels
import COpenBLAS

/// Eigendecompositions A = U diag(w) Uᴴ of Hermitian matrices up to a given size, without allocation.
///
/// Double-precision matrices up to `smallLimit` go to our own Householder and implicit-QL kernel, which takes half the time
/// of LAPACK there; others to LAPACK's divide and conquer. Cost: about 9 n³ real (36 n³ complex) flops.
public final class HermitianEigenWorkspace<S: Scalar> {
    /// Where LAPACK takes over.
    public static var smallLimit: Int { Int(LACUNA_EIGEN_LIMIT) }

    public let capacity: Int
    private let work: Buffer<S>
    private let realWork: Buffer<S.RealPart>
    private let integerWork: Buffer<Int32>
    /// Holds the input of the small routine, for LAPACK in the (never seen) case that QL does not converge.
    private let copy: Buffer<S>

    public init(capacity: Int) {
        self.capacity = capacity
        let smallCapacity = min(capacity, Self.smallLimit)
        copy = Buffer(repeating: 0, count: smallCapacity * smallCapacity)
        let query = Self.workspaceSizes(capacity)
        work = Buffer(repeating: 0, count: query.work)
        realWork = Buffer(repeating: 0, count: query.real)
        integerWork = Buffer(repeating: 0, count: query.integer)
    }

    /// Overwrites `matrix` (n×n, column-major, lower triangle given) by the eigenvectors and `values` by the eigenvalues.
    ///
    /// The order of the eigenvalues is ascending for n > `smallLimit` and unspecified below. NaN in gives NaN out.
    public func decompose(_ n: Int, _ matrix: UnsafeMutablePointer<S>, values: UnsafeMutablePointer<S.RealPart>) {
        precondition(n <= capacity, "eigenproblem of size \(n) in a workspace of \(capacity)")
        guard n > 0 else { return }
        defer { withExtendedLifetime(copy) {} }
        if n <= Self.smallLimit && S.RealPart.self == Double.self {
            copy.pointer.update(from: matrix, count: n * n)
            let kernel = S.isComplex ? kernels.pointee.eigen_complex : kernels.pointee.eigen
            let status = kernel?(
                n, UnsafeMutableRawPointer(matrix).assumingMemoryBound(to: Double.self),
                UnsafeMutableRawPointer(values).assumingMemoryBound(to: Double.self))
            if status == 0 { return }
            matrix.update(from: copy.pointer, count: n * n)
        }
        decomposeByLAPACK(n, matrix, values: values)
    }

    /// The LAPACK route at any size, for comparison.
    public func decomposeByLAPACK(
        _ n: Int, _ matrix: UnsafeMutablePointer<S>, values: UnsafeMutablePointer<S.RealPart>
    ) {
        defer { withExtendedLifetime((work, realWork, integerWork)) {} }
        let status = lacuna_heevd(
            S.blasKind.code, Int32(n), matrix, Int32(n), values, work.pointer, Int32(work.count),
            realWork.pointer, Int32(realWork.count), integerWork.pointer, Int32(integerWork.count))
        if status != 0 {
            for index in 0..<n { values[index] = .nan }
            for index in 0..<n * n { matrix[index] = S(.nan) }
        }
    }

    private static func workspaceSizes(_ n: Int) -> (work: Int, real: Int, integer: Int) {
        // xSYEVD and xHEEVD, JOBZ = 'V': the minima of LAPACK's documentation, and room for blocked reduction.
        let blocked = 64 * n
        if S.isComplex {
            return (2 * n + n * n + blocked, 1 + 5 * n + 2 * n * n, 3 + 5 * n)
        }
        return (1 + 6 * n + 2 * n * n + blocked, 1, 3 + 5 * n)
    }
}

/// A = U diag(w) Uᴴ with ascending eigenvalues.
public struct HermitianEigen<S: Scalar> {
    public let values: [S.RealPart]
    public let vectors: Matrix<S>

    /// - Throws: `LacunaError` if the matrix is not square. Only its lower triangle is read.
    public init(_ matrix: Matrix<S>) throws {
        guard matrix.rows == matrix.columns else {
            throw LacunaError(.shape, "eigendecomposition", "a \(describeShape(matrix.shape)) matrix is not square")
        }
        let n = matrix.rows
        let workspace = HermitianEigenWorkspace<S>(capacity: n)
        let vectors = Buffer(matrix.storage)
        let values = Buffer<S.RealPart>(repeating: 0, count: n)
        workspace.decompose(n, vectors.pointer, values: values.pointer)
        let order = (0..<n).sorted { values[$0] < values[$1] }
        self.values = order.map { values[$0] }
        self.vectors = Matrix(rows: n, columns: n, storage: vectors.prefix(n * n)).selectingColumns(order)
    }
}
