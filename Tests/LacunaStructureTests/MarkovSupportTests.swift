import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct MarkovSupportTests {
    private let transition = MarkovTransition(p01: 0.13, p10: 0.27)

    private func evidence(_ count: Int, key: UInt64) -> [Double] {
        var stream = RandomStream(key: key)
        return stream.normals(count: count).map { 3 * $0 }
    }

    /// m, C and log Z of one chain or several.
    private func run(
        _ support: MarkovSupport<Double>, _ evidence: [Double]
    ) throws -> (m: [Double], counts: MarkovPairCounts, logEvidence: [Double]) {
        try support.validate(count: evidence.count)
        let input = Buffer(evidence), output = Buffer<Double>(repeating: 0, count: evidence.count)
        var workspace = support.makeWorkspace(count: evidence.count)
        support.update(input.pointer, into: output.pointer, count: evidence.count, workspace: &workspace)
        let counts = support.pairCounts(input.pointer, count: evidence.count, workspace: workspace)
        return (output.prefix(evidence.count), counts, support.logEvidence(workspace))
    }

    private func pairs(_ enumerated: EnumeratedSupport, _ count: Int, where condition: ([Bool]) -> Bool = { _ in true })
        -> [Double]
    {
        [(false, false), (false, true), (true, false), (true, true)].map { from, to in
            (0..<count - 1).reduce(0) { sum, n in
                sum + enumerated.probability { $0[n] == from && $0[n + 1] == to && condition($0) }
            }
        }
    }

    @Test func isTheSumOverAllSupports() throws {
        for (key, count) in [(1, 9), (2, 9), (3, 2), (4, 1)] as [(UInt64, Int)] {
            let evidence = evidence(count, key: key)
            let expected = EnumeratedSupport(evidence) { transition.weight($0) }
            let found = try run(MarkovSupport(transition: transition), evidence)
            #expect(largestDifference(found.m, expected.messages) < 1e-12)
            let c = found.counts
            #expect(largestDifference([c.c00, c.c01, c.c10, c.c11], pairs(expected, count)) < 1e-12)
        }
    }

    @Test func gateIsTheSumOverAllSupports() throws {
        for (key, gate) in [(5, 0.5), (6, 0.05), (7, 0.97)] as [(UInt64, Double)] {
            let evidence = evidence(9, key: key)
            // The last variable is the gate itself.
            let expected = EnumeratedSupport(evidence + [0]) { support in
                let chain = Array(support.dropLast())
                guard support[9] else { return chain.contains(true) ? 0 : 1 - gate }
                return gate * transition.weight(chain)
            }
            let found = try run(MarkovSupport(transition: transition, gate: gate), evidence)
            #expect(largestDifference(found.m, Array(expected.messages.dropLast())) < 1e-12)
            let alive = EnumeratedSupport(evidence) { transition.weight($0) }
            #expect(largestDifference(found.logEvidence, [alive.logEvidence]) < 1e-12)
            let c = found.counts
            let open = pairs(expected, 9) { $0[9] }
            #expect(largestDifference([c.c00, c.c01, c.c10, c.c11], open) < 1e-12)
        }
    }

    @Test func openGateIsNone() throws {
        let evidence = evidence(40, key: 8)
        let plain = try run(MarkovSupport(transition: transition), evidence).m
        let gated = try run(MarkovSupport(transition: transition, gate: 1 - 1e-15), evidence).m
        #expect(largestDifference(plain, gated) < 1e-9)
    }

    @Test func withoutMemoryIsIndependent() throws {
        let evidence = evidence(30, key: 9)
        let found = try MarkovSupport(transition: MarkovTransition(p01: 0.3, p10: 0.7)).messages(evidence)
        let expected = try IndependentSupport<Double>(activity: 0.3).messages(evidence)
        #expect(largestDifference(found, expected) < 1e-12)
    }

    @Test func withoutEvidenceIsStationary() throws {
        let found = try MarkovSupport(transition: transition).messages(Array(repeating: 0, count: 50))
        #expect(largestDifference(found, Array(repeating: logOdds(transition.activity), count: 50)) < 1e-12)
    }

    @Test func isReversible() throws {
        let evidence = evidence(60, key: 10)
        let forward = try MarkovSupport(transition: transition).messages(evidence)
        let backward = try MarkovSupport(transition: transition).messages(evidence.reversed())
        #expect(largestDifference(forward, backward.reversed()) < 1e-11)
    }

    /// (outer, L, d) row-major with chains along the middle.
    @Test func manyChainsAreOneAfterTheOther() throws {
        let outer = 3, length = 7, stride = 4
        let evidence = evidence(outer * length * stride, key: 11)
        for gate in [nil, 0.4] {
            let many = MarkovSupport(transition: transition, length: length, stride: stride, gate: gate)
            let found = try run(many, evidence)
            var counts = [0.0, 0, 0, 0]
            for block in 0..<outer {
                for offset in 0..<stride {
                    let indices = (0..<length).map { (block * length + $0) * stride + offset }
                    let one = try run(MarkovSupport(transition: transition, gate: gate), indices.map { evidence[$0] })
                    #expect(indices.map { found.m[$0] } == one.m)
                    let c = one.counts
                    counts = zip(counts, [c.c00, c.c01, c.c10, c.c11]).map { $0 + $1 }
                    if gate != nil { #expect(found.logEvidence[block * stride + offset] == one.logEvidence[0]) }
                }
            }
            let c = found.counts
            #expect(largestDifference([c.c00, c.c01, c.c10, c.c11], counts) < 1e-11)
        }
    }

    @Test func singlePrecisionIsClose() throws {
        let evidence = evidence(200, key: 12)
        for gate in [nil, 0.4] {
            let double = try MarkovSupport(transition: transition, length: 20, gate: gate).messages(evidence)
            let single = try MarkovSupport<Float>(
                transition: MarkovTransition(p01: 0.13, p10: 0.27), length: 20, gate: gate.map { Float($0) }
            ).messages(evidence.map { Float($0) })
            #expect(largestDifference(single.map { Double($0) }, double) < 1e-4)
        }
    }

    /// Certain evidence is counted, up to pseudo-counts; unusual counts are cut.
    @Test func learnsWhatItSees() throws {
        var stream = RandomStream(key: 13)
        let truth = MarkovTransition(p01: 0.05, p10: 0.2)
        let count = 40_000
        let mask = (0..<count).reduce(into: [Bool]()) { mask, _ in
            let p = mask.last.map { $0 ? 1 - truth.p10 : truth.p01 } ?? truth.activity
            mask.append(stream.uniform() < p)
        }
        func learnt(_ mask: [Bool], _ support: MarkovSupport<Double>) -> MarkovSupport<Double> {
            var support = support
            let input = Buffer(mask.map { $0 ? 40.0 : -40 }), m = Buffer(repeating: 0.0, count: mask.count)
            var workspace = support.makeWorkspace(count: mask.count)
            support.update(input.pointer, into: m.pointer, count: mask.count, workspace: &workspace)
            support.learn(input.pointer, m.pointer, count: mask.count, workspace: &workspace)
            return support
        }
        let found = learnt(mask, MarkovSupport()).transition
        #expect(abs(found.p01 - truth.p01) < 0.005 && abs(found.p10 - truth.p10) < 0.02)
        // By hand: 3 pairs 0-0, one each of 0-1, 1-1 and 1-0.
        let small = learnt([false, false, true, true, false, false, false], MarkovSupport()).transition
        #expect(abs(small.p01 - 2.0 / 24) < 1e-9 && abs(small.p10 - 2.0 / 7) < 1e-9)
        let dense = learnt(Array(repeating: true, count: 10_000), MarkovSupport()).transition
        #expect(dense.p10 == 1e-2)
        #expect(learnt(mask, MarkovSupport(learns: false)).transition == MarkovSupport<Double>().transition)
        // 30 of 100 chains hold something; the others are dead, or alive and empty.
        let gated = learnt((0..<1000).map { $0 / 10 < 30 && $0 % 10 < 5 }, MarkovSupport(length: 10, gate: 0.5))
        let empty = 10.0 / 11 * Double.pow(0.98, 9)
        #expect(abs((gated.gate ?? 0) - (30 + 70 * empty / (1 + empty) + 1) / 102) < 1e-6)
    }

    @Test func badInput() {
        func place(_ support: MarkovSupport<Double>, count: Int = 12) -> String? {
            do {
                try support.validate(count: count)
                return nil
            } catch { return (error as? LacunaError)?.place }
        }
        #expect(place(MarkovSupport()) == nil && place(MarkovSupport(length: 3, stride: 4)) == nil)
        for (p01, p10) in [(0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1), (.nan, 0.5)] as [(Double, Double)] {
            let support = MarkovSupport(transition: MarkovTransition(p01: p01, p10: p10))
            #expect(place(support) == "transition probabilities")
        }
        #expect(place(MarkovSupport(length: 5)) == "chains" && place(MarkovSupport(length: 0)) == "chains")
        #expect(place(MarkovSupport(length: 4, stride: 2)) == "chains" && place(MarkovSupport(stride: 0)) == "chains")
        #expect(
            place(MarkovSupport(length: .max, stride: 2)) == "chains" && place(MarkovSupport(), count: 0) == "chains")
        #expect(place(MarkovSupport(gate: 1)) == "gate probability")
        var support = MarkovSupport<Double>()
        support.learning.activeCount = 0
        #expect(place(support) == "pseudo-counts")
        support = MarkovSupport()
        support.learning.p10Bounds = 0...0.5
        #expect(place(support) == "bounds of transition probabilities")
    }
}
