import CLacunaKernels
import LacunaArrays
import Testing

@Suite struct NormalNoiseTests {
    private func noise(_ count: Int, key: UInt64) -> [Float] {
        let buffer = Buffer<Float>(repeating: 0, count: count)
        NormalNoise.fill(buffer.pointer, count: count, key: key)
        return buffer.prefix(count)
    }

    @Test func momentsOfTheNormalDistribution() {
        let count = 200_000, z = noise(count, key: 0x1234_5678_9ABC_DEF0).map(Double.init)
        // E z^k and Var z^k = E z^2k - (E z^k)².
        let moments: [Double] = [1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395]
        for k in 1...6 {
            let mean = z.reduce(0) { $0 + Double.pow($1, k) } / Double(count)
            let error = ((moments[2 * k] - moments[k] * moments[k]) / Double(count)).squareRoot()
            #expect(abs(mean - moments[k]) < 4.5 * error, "moment \(k): \(mean)")
        }
        let neighbours = zip(z, z.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        #expect(abs(neighbours) < 4.5 / Double(count).squareRoot())
        // Kolmogorov-Smirnov at the 0.1 % level.
        let sorted = z.sorted()
        let distance =
            sorted.indices.map { index -> Double in
                let p = Double.erfc(-sorted[index] / 2.0.squareRoot()) / 2
                return max(abs(p - Double(index) / Double(count)), abs(p - Double(index + 1) / Double(count)))
            }.max() ?? 1
        #expect(distance < 1.95 / Double(count).squareRoot())
    }

    /// The words are Philox's: the first pair from the first block, by the formula in double precision.
    @Test func boxMullerOfPhilox() {
        let z = noise(32, key: 77)
        for (position, block) in [0, 1, 4, 5, 2, 3, 6, 7].enumerated() {
            let words = Philox4x32.block(counter: SIMD4(UInt32(block), 0, 0, 0), key: SIMD2(77, 0))
            for (radius, angle, first) in [(words.x, words.y, 0), (words.z, words.w, 16)] {
                let r = (-2 * Double.log(Double(radius >> 1 | 1) * 0x1p-31)).squareRoot()
                let quadrant = Double(angle >> 30), rest = Double(Int32(bitPattern: angle << 2)) * 0x1p-32
                let a = Double.pi / 2 * (quadrant + rest)
                #expect(abs(Double(z[first + position]) - r * Double.cos(a)) < 3e-6)
                #expect(abs(Double(z[first + 8 + position]) - r * Double.sin(a)) < 3e-6)
            }
        }
    }

    @Test func sameBitsInEverySetAndAnyLength() {
        let long = noise(1000, key: 5)
        for count in [0, 1, 31, 32, 33, 999] { #expect(noise(count, key: 5) == Array(long.prefix(count))) }
        #expect(noise(8, key: 6) != Array(long.prefix(8)))
        #expect(noise(8, key: 5 + 1 << 40) != Array(long.prefix(8)))
        let portable = Buffer<Float>(repeating: 0, count: 1000)
        lacuna_portable_kernels().pointee.normals(5, 0, 1000, portable.pointer)
        #expect(portable.prefix(1000) == long)
        let wide = Buffer<Double>(repeating: 0, count: 999)
        NormalNoise.fill(wide.pointer, count: 999, key: 5)
        #expect(wide.prefix(999) == long.prefix(999).map(Double.init))
    }
}
