import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct PhantomTests {
    @Test func phantomsAreBodiesWithASmoothPhase() throws {
        var random = RandomStream(key: 71)
        for _ in 0..<5 {
            let size = 32, image = try Phantom.ellipses(size: size, random: &random)
            let moduli = image.map(\.modulus)
            #expect(abs((moduli.max() ?? 0) - 1) < 1e-15)
            // Corners are outside, the middle of the body is not all empty.
            #expect(moduli[0] == 0 && moduli[size - 1] == 0 && moduli.count { $0 > 0 } > size * size / 5)
            for row in 0..<size {
                for column in 1..<size {
                    let a = image[row * size + column - 1], b = image[row * size + column]
                    guard a.modulus > 0, b.modulus > 0 else { continue }
                    #expect(abs((b * a.conjugate).phase) < 0.4)
                }
            }
        }
        #expect(throws: LacunaError.self) { try Phantom.ellipses(size: 4, random: &random) }
    }

    @Test(arguments: [1, 4, 7])
    func squaresOfCoilsAddToOne(coils: Int) throws {
        var random = RandomStream(key: 72)
        let size = 16, all = try CoilSensitivities.gaussian(coils: coils, size: size, random: &random)
        #expect(all.count == coils * size * size)
        for point in 0..<size * size {
            let sum = (0..<coils).reduce(0) { $0 + all[$1 * size * size + point].squaredModulus }
            #expect(abs(sum - 1) < 1e-14)
        }
        if coils == 4 {
            // Each coil sees some side best.
            let shares = (0..<4).map { coil in
                all[coil * 256..<(coil + 1) * 256].map(\.squaredModulus).max() ?? 0
            }
            #expect(shares.allSatisfy { $0 > 0.6 })
        }
        #expect(throws: LacunaError.self) { try CoilSensitivities.gaussian(coils: 0, size: 4, random: &random) }
    }

    @Test(arguments: [2.0, 4.0])
    func masksKeepTheCentre(acceleration: Double) throws {
        var random = RandomStream(key: 73)
        let size = 64, mask = try SamplingMask.variableDensity(size: size, acceleration: acceleration, random: &random)
        #expect(Double(mask.count) == Double(size * size) / acceleration)
        #expect(Set(mask).count == mask.count && mask == mask.sorted() && mask[0] == 0)
        func radius(_ position: Int) -> Double {
            let row = min(position / size, size - position / size),
                column = min(position % size, size - position % size)
            return Double(row * row + column * column).squareRoot()
        }
        let kept = Set(mask)
        #expect((0..<size * size).filter { radius($0) <= 4 }.allSatisfy(kept.contains))
        // Thinner outside.
        func density(_ range: Range<Double>) -> Double {
            let ring = (0..<size * size).filter { range.contains(radius($0)) }
            return Double(ring.count(where: kept.contains)) / Double(ring.count)
        }
        #expect(density(5..<12) > density(14..<24) && density(14..<24) > density(26..<46))
        #expect(throws: LacunaError.self) {
            try SamplingMask.variableDensity(size: 8, acceleration: 16, random: &random)
        }
        #expect(throws: LacunaError.self) {
            try SamplingMask.variableDensity(size: 8, acceleration: 0.5, random: &random)
        }
    }
}
