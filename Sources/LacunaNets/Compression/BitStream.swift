/// Whole numbers of few bits, one after the other, lowest bit first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private(set) var bitCount = 0

    /// Precondition: value < 2^bits, bits ≤ 32.
    mutating func write(_ value: UInt32, bits: Int) {
        for bit in 0..<bits {
            if bitCount % 8 == 0 { bytes.append(0) }
            if value >> UInt32(bit) & 1 == 1 { bytes[bitCount / 8] |= 1 << UInt8(bitCount % 8) }
            bitCount += 1
        }
    }
}

struct BitReader {
    private let bytes: [UInt8]
    private let bitCount: Int
    private var position = 0

    init(_ bytes: [UInt8], bitCount: Int) {
        self.bytes = bytes
        self.bitCount = min(bitCount, 8 * bytes.count)
    }

    /// - Throws: `LacunaError` (file) at the end.
    mutating func read(bits: Int) throws -> UInt32 {
        guard position + bits <= bitCount else {
            throw LacunaError(.file, "coded weights", "they end within a number, after \(bitCount) bits")
        }
        var value: UInt32 = 0
        for bit in 0..<bits {
            value |= UInt32(bytes[position / 8] >> UInt8(position % 8) & 1) << UInt32(bit)
            position += 1
        }
        return value
    }

    var isAtEnd: Bool { position == bitCount }
}

/// Bits for the numbers 0..<n.
func bitWidth(_ n: Int) -> Int { n <= 1 ? 0 : Int.bitWidth - (n - 1).leadingZeroBitCount }
