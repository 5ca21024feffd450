import LacunaStructure
import LacunaTestSupport
import Testing

/// The laws of `SupportDenoiser`, and the kinds without neighbours.
@Suite struct SupportDenoiserTests {
    private let transition = MarkovTransition(p01: 0.1, p10: 0.3)

    private func evidence(_ count: Int) -> [Double] {
        var stream = RandomStream(key: 21)
        return stream.normals(count: count).map { 3 * $0 }
    }

    /// The largest change of m_n when ℓ_n changes, and the smallest of the others when any does.
    private func ownInfluence<D: SupportDenoiser>(_ support: D, _ count: Int) throws -> Double where D.Real == Double {
        let evidence = evidence(count)
        let m = try support.messages(evidence)
        var largest = 0.0
        for index in 0..<count {
            var changed = evidence
            changed[index] += 5
            largest = max(largest, abs(try support.messages(changed)[index] - m[index]))
        }
        return largest
    }

    @Test func messagesAreExtrinsic() throws {
        #expect(try ownInfluence(IndependentSupport(), 12) == 0)
        #expect(try ownInfluence(GivenSupport(probabilities: Array(repeating: 0.3, count: 12)), 12) == 0)
        #expect(try ownInfluence(GroupSupport(groups: Groups(sizes: [3, 4, 5])), 12) < 1e-12)
        #expect(try ownInfluence(MarkovSupport(transition: transition), 12) < 1e-12)
        #expect(try ownInfluence(MarkovSupport(transition: transition, length: 4, stride: 3), 12) < 1e-12)
        #expect(try ownInfluence(MarkovSupport(transition: transition, length: 6, gate: 0.3), 12) < 1e-12)
        // A grid of one row has no loops.
        #expect(try ownInfluence(GridSupport(rows: 1, columns: 12, sweeps: 40), 12) < 1e-9)
    }

    @Test func independent() throws {
        #expect(try IndependentSupport(activity: 0.2).messages([1, -2]) == Array(repeating: logOdds(0.2), count: 2))
        var support = IndependentSupport(activity: 0.2)
        let evidence = Buffer([40.0, -40, 40, -40]), m = Buffer(repeating: logOdds(0.2), count: 4)
        var nothing: Void = ()
        support.learn(evidence.pointer, m.pointer, count: 4, workspace: &nothing)
        #expect(abs(support.activity - 3.0 / 24) < 1e-12)
        support.learns = false
        support.learn(evidence.pointer, m.pointer, count: 4, workspace: &nothing)
        #expect(abs(support.activity - 3.0 / 24) < 1e-12)
        for bad in [0, 1, -0.1, Double.nan] {
            #expect(throws: LacunaError.self) { try IndependentSupport(activity: bad).validate(count: 3) }
        }
    }

    @Test func given() throws {
        let m = try GivenSupport(probabilities: [0.2, 0, 1, 0.5]).messages([3, 3, -3, 3])
        #expect(largestDifference(m, [logOdds(0.2), -80, 80, 0]) < 1e-12)
        #expect(try GivenSupport<Double>(Support([1], of: 3)).messages([0, 0, 0]) == [-80, 80, -80])
        #expect(throws: LacunaError.self) { try GivenSupport(probabilities: [0.5]).validate(count: 2) }
        for bad in [-0.1, 1.1, Double.nan] {
            #expect(throws: LacunaError.self) { try GivenSupport(probabilities: [0.5, bad]).validate(count: 2) }
        }
    }

    @Test func groupIsTheSumOverAllSupports() throws {
        let evidence = evidence(9)
        let groups = try Groups([[0, 3, 4], [1, 8], [2, 5, 6]], of: 9)
        let lambda = 0.3
        let expected = EnumeratedSupport(evidence) { support in
            ((0..<3).map { Array(groups[$0]) } + [[7]]).reduce(1) { weight, group in
                let states = Set(group.map { support[$0] })
                return states.count > 1 ? 0 : weight * (states.contains(true) ? lambda : 1 - lambda)
            }
        }
        var support = GroupSupport(groups: groups, activity: lambda)
        #expect(largestDifference(try support.messages(evidence), expected.messages) < 1e-12)

        let input = Buffer(evidence), m = Buffer(repeating: 0.0, count: 9)
        var nothing: Void = ()
        support.learn(input.pointer, m.pointer, count: 9, workspace: &nothing)
        let active = [0, 1, 2].reduce(0) { sum, index in sum + expected.probability { $0[index] } }
        #expect(abs(support.activity - (active + 1) / 23) < 1e-12)
        #expect(throws: LacunaError.self) { try support.validate(count: 8) }
        #expect(throws: LacunaError.self) { try GroupSupport(groups: groups, activity: 0).validate(count: 9) }
    }

    @Test func probabilitiesSaturate() {
        #expect(probability(logOdds: 1000) == 1 && probability(logOdds: -1000) == 0)
        #expect(probability(logOdds: 0.0) == 0.5 && abs(probability(logOdds: logOdds(0.123)) - 0.123) < 1e-15)
        #expect(Double.logOddsLimit == 40 && Float.logOddsLimit == 20)
    }
}
