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

    @Test func subsets() throws {
        let support = try Support([1, 3, 4], of: 6), empty = try Support([], of: 6)
        for subset in [support, try Support([1, 4], of: 6), empty] { #expect(subset.isSubset(of: support)) }
        for other in [try Support([1, 2], of: 6), try Support([1, 4], of: 5)] { #expect(!other.isSubset(of: support)) }
        #expect(empty.isSubset(of: empty) && !support.isSubset(of: empty))
    }

    @Test func masks() throws {
        let support = Support(mask: [false, true, true])
        #expect(try support == Support([1, 2], of: 3) && support.mask == [false, true, true])
        #expect(Support(mask: []).count == 0)
    }

    @Test func banded() throws {
        for (before, after, sinks) in [
            (0, 0, 0), (2, 0, 0), (2, 0, 2), (1, 2, 1), (9, 9, 0), (0, 0, 9), (.max, .max, .max),
        ] {
            let support = try Support.banded(rows: 5, columns: 4, before: before, after: after, sinks: sinks)
            let expected = (0..<20).filter { index in
                let row = index / 4, column = index % 4
                return column - row <= after && (row - column <= before || column < sinks)
            }
            #expect(try support == Support(expected, of: 20), "\(before) before, \(after) after, \(sinks) sinks")
        }
        #expect(try Support.banded(rows: 0, columns: 3, before: 1).count == 0)
        #expect(throws: LacunaError.self) { try Support.banded(rows: 2, columns: 2, before: -1) }
        #expect(throws: LacunaError.self) { try Support.banded(rows: .max, columns: 2, before: 1) }
        // Far more rows than meet the band, and more entries than memory holds.
        #expect(try Support.banded(rows: 1 << 50, columns: 1, before: 2).indices == [0, 1, 2])
        #expect(try Support.banded(rows: 1 << 62, columns: 0, before: 2, sinks: 4).indices.isEmpty)
        #expect(throws: LacunaError.self) { try Support.banded(rows: 1 << 50, columns: 1, before: 0, sinks: 1) }
        #expect(throws: LacunaError.self) { try Support.banded(rows: 1 << 50, columns: 1, before: .max) }
    }
}
