import CLacunaKernels

/// The kernels that this machine runs. It points to a C constant that is never written, hence unchecked.
@usableFromInline
package nonisolated(unsafe) let kernels: UnsafePointer<lacuna_kernel_set> = lacuna_kernels()

/// "avx2" or "portable".
public var kernelName: String { String(cString: kernels.pointee.name) }

/// Verbs for operands too small for BLAS to be worth its overhead: our kernels below a size, BLAS above it and for
/// single precision.
extension BLAS {
    /// Where BLAS takes over: by depth and number of outputs, since length only streams.
    @usableFromInline static var smallLimit: Int { 48 }

    /// out_c ← Σ_j coefficients[c, j] x_j for `outputs` combinations c of `depth` vectors x_j of `length` elements.
    ///
    /// Vectors are contiguous: x_j at `x + j xStride`, out_c at `out + c outStride`; one of the coefficients' two strides
    /// is 1. This is the matrix product out = X C, read so that small factors need neither packing nor transposition.
    @inlinable
    public static func combine(
        length: Int, outputs: Int, depth: Int, _ x: UnsafePointer<S>, stride xStride: Int,
        coefficients: UnsafePointer<S>, outputStride: Int, depthStride: Int,
        into out: UnsafeMutablePointer<S>, stride outStride: Int
    ) {
        if depth <= smallLimit && outputs <= smallLimit || length <= smallLimit && depth <= smallLimit {
            if S.self == Double.self {
                kernels.pointee.combine(
                    length, outputs, depth, UnsafeRawPointer(x).assumingMemoryBound(to: Double.self), xStride,
                    UnsafeRawPointer(coefficients).assumingMemoryBound(to: Double.self), outputStride, depthStride,
                    UnsafeMutableRawPointer(out).assumingMemoryBound(to: Double.self), outStride)
                return
            }
            if S.self == Complex<Double>.self {
                kernels.pointee.combine_complex(
                    length, outputs, depth, UnsafeRawPointer(x).assumingMemoryBound(to: Double.self), xStride,
                    UnsafeRawPointer(coefficients).assumingMemoryBound(to: Double.self), outputStride, depthStride,
                    UnsafeMutableRawPointer(out).assumingMemoryBound(to: Double.self), outStride)
                return
            }
        }
        if depthStride == 1 {
            multiply(
                .plain, .plain, length, outputs, depth, x, xStride, coefficients, outputStride, into: out, outStride)
        } else {
            multiply(
                .plain, .transposed, length, outputs, depth, x, xStride, coefficients, depthStride, into: out, outStride
            )
        }
    }

    /// out_i ← Σ_j T[i, j] v_j for a row-major T (rows × length).
    @inlinable
    public static func rowProducts(
        rows: Int, length: Int, _ t: UnsafePointer<S>, vector v: UnsafePointer<S>, into out: UnsafeMutablePointer<S>
    ) {
        if S.self == Double.self && length <= 4 * smallLimit {
            kernels.pointee.row_products(
                rows, length, UnsafeRawPointer(t).assumingMemoryBound(to: Double.self),
                UnsafeRawPointer(v).assumingMemoryBound(to: Double.self),
                UnsafeMutableRawPointer(out).assumingMemoryBound(to: Double.self))
            return
        }
        multiply(.transposed, length, rows, t, length, vector: v, into: out)
    }

    /// G[i, j] ← Σ_k T[i, k] T[j, k] for a row-major real T (rows × length), both triangles.
    @inlinable
    public static func rowGram(
        rows: Int, length: Int, _ t: UnsafePointer<S>, into gram: UnsafeMutablePointer<S>
    ) {
        if S.self == Double.self && rows <= smallLimit {
            kernels.pointee.row_gram(
                rows, length, UnsafeRawPointer(t).assumingMemoryBound(to: Double.self),
                UnsafeMutableRawPointer(gram).assumingMemoryBound(to: Double.self))
            return
        }
        innerGram(rows, length, t, length, into: gram, rows)
        for column in 1..<max(rows, 1) {
            for row in 0..<column { gram[row + column * rows] = gram[column + row * rows].conjugated }
        }
    }

    /// moment_i ← max(scale g_i - moment_i, 0) + |mean_i|².
    @inlinable
    public static func secondMoment(
        _ length: Int, scale: S.RealPart, _ g: UnsafePointer<S.RealPart>, mean: UnsafePointer<S>,
        into moment: UnsafeMutablePointer<S.RealPart>
    ) {
        if S.RealPart.self == Double.self {
            let kernel = S.isComplex ? kernels.pointee.second_moment_complex : kernels.pointee.second_moment
            kernel?(
                length, Double(scale), UnsafeRawPointer(g).assumingMemoryBound(to: Double.self),
                UnsafeRawPointer(mean).assumingMemoryBound(to: Double.self),
                UnsafeMutableRawPointer(moment).assumingMemoryBound(to: Double.self))
            return
        }
        for index in 0..<length {
            moment[index] = max(scale * g[index] - moment[index], 0) + mean[index].squaredModulus
        }
    }
}
