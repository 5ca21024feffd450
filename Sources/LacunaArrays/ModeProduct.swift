/// Mode products of a row-major tensor with a matrix, one BLAS call each, no transposition: the axis that is multiplied
/// leaves on one side and returns on the other, so that a pass over all modes ends in the original order.
///
/// For T with I axes and matrices E_i (r_i × q_i), a full pass computes (E_1 ⊗ … ⊗ E_I) T; cost per mode: r_i times the
/// number of elements.
public enum ModeProduct<S: Scalar> {
    /// T[q, rest] -> out[rest, r]: out[k, i] = Σ_j op(E)[i, j] T[j, k]. E is stored with leading dimension `ld`.
    @inlinable
    public static func first(
        _ form: BLAS<S>.Form, _ e: UnsafePointer<S>, _ ld: Int, r: Int, q: Int, rest: Int,
        _ tensor: UnsafePointer<S>, into out: UnsafeMutablePointer<S>
    ) {
        BLAS<S>.multiply(form, .transposed, r, rest, q, e, ld, tensor, rest, into: out, r)
    }

    /// T[rest, q] -> out[r, rest]: out[i, k] = Σ_j E[i, j] T[k, j]. E is plain, r×q.
    @inlinable
    public static func last(
        _ e: UnsafePointer<S>, _ ld: Int, r: Int, q: Int, rest: Int,
        _ tensor: UnsafePointer<S>, into out: UnsafeMutablePointer<S>
    ) {
        BLAS<S>.multiply(.transposed, .transposed, rest, r, q, tensor, q, e, ld, into: out, rest)
    }
}
