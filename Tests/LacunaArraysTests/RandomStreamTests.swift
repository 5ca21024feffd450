import LacunaArrays
import Testing

@Suite struct RandomStreamTests {
    /// Recorded from a transcription in Python of the published generator: the key 0x0123456789abcdef, blocks 0 to 7.
    @Test func recordedBits() {
        var stream = RandomStream(key: 0x0123_4567_89ab_cdef)
        let expected: [UInt64] = [
            0xc58c_b04b_b850_222e, 0x7a84_fff9_14a7_a020, 0x523e_0d85_adca_1466, 0xb299_da3f_6540_1425,
            0x823c_cb40_f7ce_299f, 0x1a8f_e6b6_4fef_e3cc, 0x7fbe_88a2_ac30_78f0, 0xfe13_862d_0848_e918,
            0xd219_bbb3_a02a_30b9, 0xad0c_b5ea_b1cc_43ec, 0xd104_608f_5765_db8a, 0xe9aa_137f_c658_b7d8,
            0xfa9d_d2ec_5fca_19f9, 0x9d3a_b5e9_3fd2_40cb, 0xb890_a831_8e94_991c, 0x552b_7a90_def8_50de,
        ]
        #expect((0..<16).map { _ in stream.next() } == expected)
    }

    /// The same sixteen words through Python's log, sin and cos: equal to the last digits that libraries differ in.
    @Test func recordedNormals() {
        var stream = RandomStream(key: 0x0123_4567_89ab_cdef)
        let expected: [Double] = [
            -0.7134796508792692, 0.09655385217539049, -0.48670520619118923, -1.4262296844817535,
            0.9241647063542326, 0.7053760935314006, 1.1777932808936389, -0.05565149866227432,
            -0.2819572116136346, -0.5618566104675923, 0.5434918822925139, -0.3318724825450469,
            -0.15535521089068138, -0.1355429281702163, -0.40164538643027264, 0.7021621911929867,
        ]
        for value in expected {
            let normal = stream.normal()
            #expect(abs(normal - value) <= 1e-14 * abs(value), "\(normal) instead of \(value)")
        }
    }

    @Test func identityDecidesTheStream() {
        let identities: [[(name: String, value: String)]] = [
            [("snr_db", "10"), ("trial", "0")], [("snr_db", "10"), ("trial", "1")], [("snr_db", "100"), ("trial", "")],
            [("snr_db", "1"), ("0trial", "0")], [("trial", "0"), ("snr_db", "10")], [("snr_db", "10")], [],
        ]
        let firsts = identities.map { identity in
            var stream = RandomStream(identity)
            return stream.next()
        }
        #expect(Set(firsts).count == identities.count)
        #expect(RandomStream(identities[0]) == RandomStream(identities[0]))
    }

    /// Mean and variance of 100 000 draws within five standard errors of their laws.
    @Test func moments() {
        let count = 100_000
        let margin = 5 / Double(count).squareRoot()
        var stream = RandomStream(key: 1)
        let uniforms = (0..<count).map { _ in stream.uniform() }
        #expect(uniforms.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(mean(uniforms) - 0.5) < margin * (1.0 / 12).squareRoot())
        #expect(abs(mean(uniforms.map { $0 * $0 }) - 1.0 / 3) < margin * (4.0 / 45).squareRoot())

        let normals = stream.normals(count: count)
        #expect(abs(mean(normals)) < margin)
        #expect(abs(mean(normals.map { $0 * $0 }) - 1) < margin * 2.squareRoot())
        #expect(abs(mean(normals.map { $0 * $0 * $0 * $0 }) - 3) < margin * 96.squareRoot())
        // The two numbers of a Box-Muller pair are uncorrelated.
        let products = stride(from: 0, to: count, by: 2).map { normals[$0] * normals[$0 + 1] }
        #expect(abs(mean(products)) < margin * 2.squareRoot())

        let complex = stream.complexNormals(count: count)
        #expect(abs(mean(complex.map(\.lengthSquared)) - 1) < margin)
        // Circular: E z² = 0, both parts.
        #expect(abs(mean(complex.map { ($0 * $0).real })) < margin)
        #expect(abs(mean(complex.map { ($0 * $0).imaginary })) < margin)

        let signs = (0..<count).map { _ in stream.sign() }
        #expect(signs.allSatisfy { $0 == 1 || $0 == -1 })
        #expect(abs(mean(signs)) < margin)
    }

    @Test func openUniformExcludesBothEnds() {
        var stream = RandomStream(key: 2)
        let values = (0..<10_000).map { _ in stream.openUniform() }
        #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(abs(mean(values) - 0.5) < 0.015)
    }

    /// Chi-square of 60 000 draws below 6 against its 99.99 % quantile for 5 degrees of freedom.
    @Test func integersAreUniform() {
        var stream = RandomStream(key: 3)
        var counts = Array(repeating: 0, count: 6)
        for _ in 0..<60_000 { counts[stream.integer(below: 6)] += 1 }
        let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
        #expect(chiSquare < 25.7)
    }

    /// 2^64 is 8/3 of this bound: without rejection the three residues would come 3 : 3 : 2.
    @Test func hugeBoundsAreUnbiased() {
        var stream = RandomStream(key: 4)
        var counts = [0, 0, 0]
        for _ in 0..<30_000 { counts[stream.integer(below: 3 << 61) % 3] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    }

    @Test func choicesAreDistinctAndEquallyLikely() {
        var stream = RandomStream(key: 6)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<12_000 { counts[stream.choose(2, of: 4), default: 0] += 1 }
        #expect(counts.count == 12)
        #expect(counts.values.allSatisfy { abs($0 - 1000) < 150 })
        #expect(counts.keys.allSatisfy { $0[0] != $0[1] })
        #expect(stream.permutation(50).sorted() == Array(0..<50))
        #expect(stream.choose(0, of: 0).isEmpty)
    }

    private func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }
}
