import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct KroneckerScalesTests {
    private func vector(_ scales: KroneckerScales<Double>) -> [Double] {
        (0..<scales.modes).reduce([1]) { naiveKronecker($0, scales.full(mode: $1)) }
    }

    @Test func pruningDropsBelowEitherThreshold() throws {
        var scales = try KroneckerScales([[1.0, 0.05, 0.2, 0.001], [2, 4]])
        var kept: [Int] = []
        #expect(scales.prune(mode: 0, relative: 0.1, absolute: 0, kept: &kept))
        #expect(kept == [0, 2] && scales.active[0] == [0, 2] && scales.values[0] == [1, 0.2])
        #expect(!scales.prune(mode: 0, relative: 0.2, absolute: 0, kept: &kept), "an entry at the threshold stays")
        #expect(scales.prune(mode: 0, relative: 0, absolute: 0.5, kept: &kept))
        #expect(scales.active[0] == [0] && scales.full(mode: 0) == [1, 0, 0, 0])
        #expect(scales.activeCount == 2 && scales.dimensions == [4, 2])
        // Pruned again, positions count among the active entries.
        #expect(scales.prune(mode: 1, relative: 0.9, absolute: 0, kept: &kept))
        #expect(kept == [1] && scales.active[1] == [1])
    }

    @Test func theLargestEntryStays() throws {
        var scales = try KroneckerScales([[1e-9, 3e-9, 2e-9]])
        var kept: [Int] = []
        #expect(scales.prune(mode: 0, relative: 0, absolute: 1, kept: &kept))
        #expect(scales.active[0] == [1])
        var zero = KroneckerScales<Double>(dimensions: [3], repeating: 0)
        #expect(zero.prune(mode: 0, relative: 0.5, absolute: 1e-4, kept: &kept))
        #expect(zero.active[0].count == 1)
    }

    @Test func warmStartIsValidated() throws {
        let scales = try KroneckerScales([[0, 2.0, 0, 1], [3.0]])
        #expect(scales.active == [[1, 3], [0]] && scales.values == [[2, 1], [3]])
        #expect(scales.full(mode: 0) == [0, 2, 0, 1])
        for bad in [[-1.0, 1], [.nan, 1], [.infinity, 1], [0, 0], []] {
            #expect(throws: LacunaError.self) { try KroneckerScales([[1.0], bad]) }
        }
        do {
            _ = try KroneckerScales([[1.0], [-1.0]])
        } catch let error as LacunaError {
            #expect(error.place.contains("mode 2"))
        }
    }

    @Test func normalisationKeepsTheProduct() throws {
        var stream = RandomStream(key: 1)
        for sizes in [[3], [2, 5], [4, 3, 2], [2, 2, 2, 3]] {
            var scales = try KroneckerScales(sizes.map { stream.positives($0, in: 0...10) as [Double] })
            let before = vector(scales)
            scales.normalize()
            #expect(relativeDistance(vector(scales), before) < 1e-14)
            for mode in 0..<sizes.count - 1 {
                #expect(abs(scales.values[mode].reduce(0) { $0 + $1 * $1 } - 1) < 1e-14)
            }
        }
    }
}

@Suite struct KroneckerChangeTests {
    private func vector(_ factors: [[Double]]) -> [Double] { factors.reduce([1], naiveKronecker) }
    private func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    @Test(arguments: [[4], [3, 5], [2, 3, 4], [2, 3, 2, 3]])
    func equalsTheExplicitDifference(sizes: [Int]) throws {
        var stream = RandomStream(key: 5)
        let old = sizes.map { stream.positives($0, in: 0.1...2) as [Double] }
        var change = KroneckerChange(try KroneckerScales(old))
        for size in [1.0, 1e-3, 1e-6] {
            let new = old.map { $0.map { $0 + size * stream.uniform() } }
            let explicit = norm(zip(vector(new), vector(old)).map { $0 - $1 })
            let norms = change.norms(of: try KroneckerScales(new))
            #expect(abs(norms.difference - explicit) < 1e-9 * explicit)
            #expect(abs(norms.previous - norm(vector(old))) < 1e-14 * norm(vector(old)))
        }
        let same = change.norms(of: try KroneckerScales(old))
        #expect(same.difference == 0)
    }

    @Test(arguments: [1e-9, 1e-12, 1e-14])
    func tinyChangesKeepTheirDigits(size: Double) throws {
        var stream = RandomStream(key: 6)
        let old = [4, 3, 5].map { stream.positives($0, in: 0.5...2) as [Double] }
        let new = old.map { $0.map { $0 + size * stream.uniform() } }
        // To first order the change is a sum over the modes, in which nothing cancels.
        let terms = old.indices.map { mode in
            vector(old.indices.map { $0 == mode ? zip(new[$0], old[$0]).map { $0 - $1 } : old[$0] })
        }
        let expected = norm(terms[0].indices.map { index in terms.reduce(0) { $0 + $1[index] } })
        var change = KroneckerChange(try KroneckerScales(old))
        #expect(abs(change.norms(of: try KroneckerScales(new)).difference - expected) < 1e-7 * expected)
    }

    @Test func prunedEntriesCount() throws {
        let old = try KroneckerScales([[1.0, 2, 3], [1.0, 0.5]])
        var new = old
        var kept: [Int] = []
        new.prune(mode: 0, relative: 0.5, absolute: 0, kept: &kept)
        var change = KroneckerChange(old)
        let explicit = norm([1, 0.5, 0, 0, 0, 0])
        #expect(abs(change.norms(of: new).difference - explicit) < 1e-15)
        change.remember(new)
        #expect(change.norms(of: new).difference == 0)
        #expect(abs(change.norms(of: new).previous - norm(vector([[0, 2, 3], [1, 0.5]]))) < 1e-15)
    }
}
