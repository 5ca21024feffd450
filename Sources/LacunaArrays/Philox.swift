/// Philox4x32-10: four random words as a pure function of a 128-bit counter and a 64-bit key.
///
/// Consecutive counters give independent-looking blocks, so a stream is a key and a position: it needs no warm-up,
/// jumps freely and is the same on every machine. Passes BigCrush.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public enum Philox4x32 {
    /// The block at `counter`. Cost: 20 multiplications of 32×32 -> 64 bits.
    @inlinable @inline(__always)
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
        var (k0, k1) = (key.x, key.y)
        for _ in 0..<10 {
            let first = UInt64(0xD251_1F53) &* UInt64(x0)
            let second = UInt64(0xCD9E_8D57) &* UInt64(x2)
            x0 = UInt32(truncatingIfNeeded: second &>> 32) ^ x1 ^ k0
            x1 = UInt32(truncatingIfNeeded: second)
            x2 = UInt32(truncatingIfNeeded: first &>> 32) ^ x3 ^ k1
            x3 = UInt32(truncatingIfNeeded: first)
            // The Weyl sequences of the golden ratio and of sqrt(3) - 1.
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return SIMD4(x0, x1, x2, x3)
    }
}
