/// Mode products of a row-major tensor with a matrix, without transposition.
///
/// For T with I axes and matrices E_i (r_i × q_i), a pass over all modes computes (E_1 ⊗ … ⊗ E_I) T; cost per mode: r_i
/// times the number of elements.
public enum ModeProduct<S: Scalar> {
    /// One BLAS call; the axis leaves in front and returns behind, so that a pass over all modes ends in the original order.
    /// T[q, rest] -> out[rest, r]: out[k, i] = Σ_j op(E)[i, j] T[j, k]. E is stored with leading dimension `ld`.
    @inlinable
    public static func first(
        _ form: BLAS<S>.Form, _ e: UnsafePointer<S>, _ ld: Int, r: Int, q: Int, rest: Int,
        _ tensor: UnsafePointer<S>, into out: UnsafeMutablePointer<S>
    ) {
        BLAS<S>.multiply(form, .transposed, r, rest, q, e, ld, tensor, rest, into: out, r)
    }

    /// T[outer, q, inner] -> out[outer, r, inner]: out[o, i, k] = Σ_j E[i, j] T[o, j, k], every axis staying in its place.
    /// E is r×q, column-major without gaps.
    @inlinable
    public static func along(
        _ e: UnsafePointer<S>, r: Int, q: Int, outer: Int, inner: Int, _ tensor: UnsafePointer<S>,
        into out: UnsafeMutablePointer<S>
    ) {
        if inner == 1 {
            BLAS<S>.combine(
                length: r, outputs: outer, depth: q, e, stride: r, coefficients: tensor, outputStride: q,
                depthStride: 1,
                into: out, stride: r)
            return
        }
        for block in 0..<outer {
            BLAS<S>.combine(
                length: inner, outputs: r, depth: q, tensor + block * q * inner, stride: inner, coefficients: e,
                outputStride: 1, depthStride: r, into: out + block * r * inner, stride: inner)
        }
    }
}
