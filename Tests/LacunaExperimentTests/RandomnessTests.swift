import LacunaExperiment
import Testing

@Suite struct RandomnessTests {
    private let randomness = Randomness(seed: 1, trial: 0)

    @Test func keyedByEverythingNamed() {
        let streams = [
            randomness.stream("noise"),
            randomness.stream("channel"),
            randomness.stream("noise", perTrial: false),
            Randomness(seed: 2, trial: 0).stream("noise"),
            Randomness(seed: 1, trial: 1).stream("noise"),
            randomness.stream("noise", dependingOn: [("users", "2")]),
            randomness.stream("noise", dependingOn: [("users", "3")]),
            randomness.stream("noise", dependingOn: [("antennas", "2")]),
            randomness.stream("noise", dependingOn: [("trial", "0")], perTrial: false),
        ]
        #expect(Set(streams).count == streams.count)
    }

    @Test func orderOfParametersDoesNotMatter() {
        let first = randomness.stream("noise", dependingOn: [("a", "1"), ("b", "2")])
        #expect(first == randomness.stream("noise", dependingOn: [("b", "2"), ("a", "1")]))
    }

    @Test func oncePerStudyIsKeptOverTrials() {
        let other = Randomness(seed: 1, trial: 9)
        #expect(randomness.stream("pilots", perTrial: false) == other.stream("pilots", perTrial: false))
    }
}
