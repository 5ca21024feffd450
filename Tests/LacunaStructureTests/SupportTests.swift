import LacunaStructure
import Testing

@Suite struct SupportTests {
    @Test func sortedWithoutRepetition() throws {
        let support = try Support([5, 1, 5, 3], of: 8)
        #expect(support.indices == [1, 3, 5] && support.density == 3.0 / 8)
        #expect(try Support([], of: 0).density == 0)
        for outside in [[-1], [8], [0, 8]] {
            #expect(throws: LacunaError.self) { try Support(outside, of: 8) }
        }
    }

    @Test func ofAVector() throws {
        #expect(try Support(of: [0.0, 1e-4, -1, 0.5], threshold: 1e-3) == Support([2, 3], of: 4))
        #expect(try Support(of: [0.0, 1e-4, -1], threshold: 0) == Support([1, 2], of: 3))
        // |3 + 4j| = 5: by modulus, not by parts; an entry at the threshold is out.
        #expect(Support(of: [Complex<Double>(3, 4), Complex(4.5, 0)], threshold: 0.9).indices == [0])
        #expect(Support(of: [0.0, 0.0]).indices.isEmpty)
        #expect(Support(of: [Double](), threshold: 0.1).count == 0)
    }

    @Test func agreement() throws {
        let truth = try Support([1, 2, 3, 4], of: 10), found = try Support([3, 4, 5], of: 10)
        #expect(try found.jaccard(truth) == 2.0 / 5)
        #expect(try truth.jaccard(found) == 2.0 / 5)
        #expect(try truth.jaccard(truth) == 1)
        let empty = try Support([], of: 4)
        #expect(try empty.jaccard(empty) == 1)
        #expect(try empty.jaccard(Support([1], of: 4)) == 0)
        #expect(throws: LacunaError.self) { try truth.jaccard(empty) }
    }
}
