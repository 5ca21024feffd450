/// A 64-bit hash that is the same in every process, build and machine (the standard library's `Hasher` is not):
/// FNV-1a over the bytes, then the SplitMix64 finaliser, which spreads FNV's weak high bits.
///
/// Every text is preceded by its length in bytes, so the sequence of combined texts is hashed injectively:
/// ("ab", "c") and ("a", "bc") differ. Not for secrets.
public struct StableHash: Hashable, Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    public mutating func combine(_ text: String) {
        combine(UInt64(text.utf8.count))
        for byte in text.utf8 { combine(byte: byte) }
    }

    /// The number's eight bytes, lowest first.
    public mutating func combine(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            combine(byte: UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private mutating func combine(byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    public var value: UInt64 {
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
