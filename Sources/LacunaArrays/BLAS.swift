import COpenBLAS
import Synchronization

/// BLAS and LAPACK verbs over any `Scalar`, on raw column-major storage: the one path to the system libraries.
///
/// Arguments are not checked beyond what the libraries do; the public types that call them check shapes first.
public enum BLAS<S: Scalar> {
    /// How an operand enters a product.
    public enum Form: Int8, Sendable {
        case plain = 78  // N
        case transposed = 84  // T
        case adjoint = 67  // C
    }

    /// C ← α op(A) op(B) + β C, with op(A) m×k and op(B) k×n. Cost: m n k multiply-adds.
    @inlinable
    public static func multiply(
        _ formA: Form, _ formB: Form, _ m: Int, _ n: Int, _ k: Int, alpha: Double = 1,
        _ a: UnsafePointer<S>, _ lda: Int, _ b: UnsafePointer<S>, _ ldb: Int,
        beta: Double = 0, into c: UnsafeMutablePointer<S>, _ ldc: Int
    ) {
        lacuna_gemm(
            S.blasKind.code, formA.rawValue, formB.rawValue, Int32(m), Int32(n), Int32(k), alpha,
            a, Int32(max(lda, 1)), b, Int32(max(ldb, 1)), beta, c, Int32(max(ldc, 1)))
    }

    /// y ← α op(A) x + β y, A being m×n as stored.
    @inlinable
    public static func multiply(
        _ form: Form, _ m: Int, _ n: Int, alpha: Double = 1, _ a: UnsafePointer<S>, _ lda: Int,
        vector x: UnsafePointer<S>, beta: Double = 0, into y: UnsafeMutablePointer<S>
    ) {
        lacuna_gemv(
            S.blasKind.code, form.rawValue, Int32(m), Int32(n), alpha, a, Int32(max(lda, 1)), x, beta, y)
    }

    /// Lower triangle of C ← α A Aᴴ + β C, A being n×k. Cost: n² k / 2 multiply-adds.
    @inlinable
    public static func outerGram(
        _ n: Int, _ k: Int, alpha: Double = 1, _ a: UnsafePointer<S>, _ lda: Int, beta: Double = 0,
        into c: UnsafeMutablePointer<S>, _ ldc: Int
    ) {
        lacuna_herk(
            S.blasKind.code, Form.plain.rawValue, Int32(n), Int32(k), alpha, a, Int32(max(lda, 1)), beta, c,
            Int32(max(ldc, 1)))
    }

    /// Lower triangle of C ← α Aᴴ A + β C, A being k×n. Cost: n² k / 2 multiply-adds.
    @inlinable
    public static func innerGram(
        _ n: Int, _ k: Int, alpha: Double = 1, _ a: UnsafePointer<S>, _ lda: Int, beta: Double = 0,
        into c: UnsafeMutablePointer<S>, _ ldc: Int
    ) {
        lacuna_herk(
            S.blasKind.code, Form.adjoint.rawValue, Int32(n), Int32(k), alpha, a, Int32(max(lda, 1)), beta, c,
            Int32(max(ldc, 1)))
    }

    /// B ← L⁻¹ B (`form` plain) or L⁻ᴴ B (adjoint) for the lower triangle L, n×n.
    @inlinable
    public static func solveLower(
        _ form: Form, _ n: Int, columns: Int, _ l: UnsafePointer<S>, _ ldl: Int, into b: UnsafeMutablePointer<S>,
        _ ldb: Int
    ) {
        lacuna_trsm(
            S.blasKind.code, 76, 76, form.rawValue, Int32(n), Int32(columns), l, Int32(max(ldl, 1)), b,
            Int32(max(ldb, 1)))
    }

    /// B ← B L⁻ᴴ for the lower triangle L, n×n, and B of `rows` rows.
    @inlinable
    public static func solveLowerFromRight(
        rows: Int, _ n: Int, _ l: UnsafePointer<S>, _ ldl: Int, into b: UnsafeMutablePointer<S>, _ ldb: Int
    ) {
        lacuna_trsm(
            S.blasKind.code, 82, 76, Form.adjoint.rawValue, Int32(rows), Int32(n), l, Int32(max(ldl, 1)), b,
            Int32(max(ldb, 1)))
    }

    /// B ← R⁻¹ B for the upper triangle R, n×n.
    @inlinable
    public static func solveUpper(
        _ form: Form, _ n: Int, columns: Int, _ r: UnsafePointer<S>, _ ldr: Int, into b: UnsafeMutablePointer<S>,
        _ ldb: Int
    ) {
        lacuna_trsm(
            S.blasKind.code, 76, 85, form.rawValue, Int32(n), Int32(columns), r, Int32(max(ldr, 1)), b,
            Int32(max(ldb, 1)))
    }

    /// Lower Cholesky factor in place. Returns false if the matrix is not numerically positive definite.
    @inlinable
    public static func choleskyFactor(_ n: Int, _ a: UnsafeMutablePointer<S>, _ lda: Int) -> Bool {
        lacuna_potrf(S.blasKind.code, Int32(n), a, Int32(max(lda, 1))) == 0
    }

    /// Lower triangle of (L Lᴴ)⁻¹ in place of L.
    @inlinable
    public static func inverseFromCholesky(_ n: Int, _ l: UnsafeMutablePointer<S>, _ ldl: Int) {
        _ = lacuna_potri(S.blasKind.code, Int32(n), l, Int32(max(ldl, 1)))
    }
}

/// Threads that BLAS may use, in the whole process. Solvers run it on one thread unless this was called; inside scenario
/// cells it is one always, since results must not depend on the number of workers.
public func setBLASThreads(_ count: Int) {
    blasThreadsAreSet.store(true, ordering: .relaxed)
    openblas_set_num_threads(Int32(count))
}

/// One thread, unless `setBLASThreads` was called before.
public func useOneBLASThreadByDefault() {
    if !blasThreadsAreSet.load(ordering: .relaxed) { setBLASThreads(1) }
}

/// OpenBLAS keeps its number of threads per process; so does this.
private let blasThreadsAreSet = Atomic(false)

/// What OpenBLAS runs on: "SkylakeX", "Zen", … Results are bit-identical on one core type only.
public var blasCoreName: String {
    guard let name = openblas_get_corename() else { return "unknown" }
    return String(cString: name)
}

/// OpenBLAS's own line about its version and build.
public var blasConfiguration: String {
    guard let text = openblas_get_config() else { return "unknown" }
    return String(cString: text)
}
