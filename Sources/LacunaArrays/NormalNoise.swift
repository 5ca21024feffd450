import CLacunaKernels

/// Standard normal numbers as a pure function of a key and a position: noise for networks, where millions are drawn in a step and
/// perhaps drawn again on the way back.
///
/// Philox4x32-10 words through Box and Muller's method in single precision: |z| ≤ 6.6 in steps of 2^-31 of the radius' probability.
/// Equal keys give equal numbers on every machine; the first n numbers of a key do not depend on how many are drawn. These are
/// other numbers than `RandomStream.normal` draws. Cost: about 4 ns each with AVX2.
public enum NormalNoise {
    /// Numbers 0..<count of the key.
    public static func fill(_ noise: UnsafeMutablePointer<Float>, count: Int, key: UInt64) {
        lacuna_kernels().pointee.normals(key, 0, count, noise)
    }

    /// The same numbers, widened.
    public static func fill(_ noise: UnsafeMutablePointer<Double>, count: Int, key: UInt64) {
        let group = 32
        withUnsafeTemporaryAllocation(of: Float.self, capacity: group) { narrow in
            guard let source = narrow.baseAddress else { return }
            for first in stride(from: 0, to: count, by: group) {
                let size = min(group, count - first)
                lacuna_kernels().pointee.normals(key, first / group, size, source)
                for index in 0..<size { noise[first + index] = Double(source[index]) }
            }
        }
    }

    /// The same for either precision. Precondition: Element is Float or Double.
    public static func fill<Element: RealScalar>(
        _ noise: UnsafeMutablePointer<Element>, count: Int, key: UInt64
    ) {
        let raw = UnsafeMutableRawPointer(noise)
        if Element.self == Float.self {
            fill(raw.assumingMemoryBound(to: Float.self), count: count, key: key)
        } else {
            precondition(Element.self == Double.self, "noise is Float or Double")
            fill(raw.assumingMemoryBound(to: Double.self), count: count, key: key)
        }
    }
}
