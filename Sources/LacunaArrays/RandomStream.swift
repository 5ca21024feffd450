/// A stream of random numbers given by a 64-bit key and a position: Philox4x32-10 with the position as its counter.
///
/// Equal keys give equal streams on every machine; different keys give independent ones. Filling a buffer gives the
/// same numbers as drawing them one at a time.
public struct RandomStream: RandomNumberGenerator, Hashable, Sendable {
    @usableFromInline let key: SIMD2<UInt32>
    @usableFromInline var blocksUsed: UInt64 = 0
    /// The second half of the current block, if it was not drawn yet.
    @usableFromInline var spareWord: UInt64?
    /// The second normal number of the current Box-Muller pair, if it was not drawn yet.
    @usableFromInline var spareNormal: Double?

    public init(key: UInt64) {
        self.key = SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    }

    /// The stream that belongs to these names and values, in this order (`StableHash` of all of them).
    public init(_ identity: [(name: String, value: String)]) {
        var hash = StableHash()
        for part in identity {
            hash.combine(part.name)
            hash.combine(part.value)
        }
        self.init(key: hash.value)
    }

    /// 64 random bits.
    @inlinable
    public mutating func next() -> UInt64 {
        if let word = spareWord {
            spareWord = nil
            return word
        }
        let low = UInt32(truncatingIfNeeded: blocksUsed)
        let high = UInt32(truncatingIfNeeded: blocksUsed &>> 32)
        let block = Philox4x32.block(counter: SIMD4(low, high, 0, 0), key: key)
        blocksUsed &+= 1
        spareWord = UInt64(block.z) | UInt64(block.w) &<< 32
        return UInt64(block.x) | UInt64(block.y) &<< 32
    }
}

extension RandomStream {
    /// Uniform on [0, 1): a multiple of 2^-53.
    @inlinable
    public mutating func uniform() -> Double {
        Double(next() &>> 11) * 0x1p-53
    }

    /// Uniform on (0, 1): an odd multiple of 2^-53, so that its logarithm is finite.
    @inlinable
    public mutating func openUniform() -> Double {
        (Double(next() &>> 12) + 0.5) * 0x1p-52
    }

    /// Uniform on 0..<bound without bias (Lemire 2019: high half of the product, rejecting the short interval).
    /// Precondition: bound > 0.
    @inlinable
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "no whole number from 0 lies below \(bound)")
        let bound = UInt64(bound)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let rejected = (0 &- bound) % bound
            while product.low < rejected { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// +1 or -1 with equal probability.
    @inlinable
    public mutating func sign() -> Double {
        next() &>> 63 == 0 ? 1 : -1
    }

    /// Standard normal, N(0, 1).
    @inlinable
    public mutating func normal() -> Double {
        if let second = spareNormal {
            spareNormal = nil
            return second
        }
        let (first, second) = normalPair()
        spareNormal = second
        return first
    }

    /// Circular complex normal, CN(0, 1): real and imaginary part are independent N(0, 1/2), so that E|z|² = 1.
    @inlinable
    public mutating func complexNormal() -> Complex<Double> {
        let real = normal()
        let imaginary = normal()
        return Complex(real * 0.5.squareRoot(), imaginary * 0.5.squareRoot())
    }

    /// Box-Muller: sqrt(-2 log u) (cos 2πv, sin 2πv).
    @inlinable
    mutating func normalPair() -> (Double, Double) {
        let radius = (-2 * Double.log(openUniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        return (radius * Double.cos(angle), radius * Double.sin(angle))
    }
}

extension RandomStream {
    public mutating func normals(count: Int) -> [Double] {
        (0..<count).map { _ in normal() }
    }

    public mutating func complexNormals(count: Int) -> [Complex<Double>] {
        (0..<count).map { _ in complexNormal() }
    }

    /// `count` distinct numbers of 0..<total in random order, every ordered choice equally likely (Fisher-Yates).
    /// Precondition: 0 <= count <= total. Cost: O(total) storage.
    public mutating func choose(_ count: Int, of total: Int) -> [Int] {
        precondition(count >= 0 && count <= total, "\(count) distinct numbers of \(total)")
        var numbers = Array(0..<total)
        for position in 0..<count {
            numbers.swapAt(position, position + integer(below: total - position))
        }
        return Array(numbers[..<count])
    }

    /// The numbers 0..<count in random order.
    public mutating func permutation(_ count: Int) -> [Int] {
        choose(count, of: count)
    }
}
