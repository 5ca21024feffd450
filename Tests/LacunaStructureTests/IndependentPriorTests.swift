import LacunaStructure
import Testing

@Suite struct IndependentPriorTests {
    @Test func scalesAreTheMoments() {
        let prior = IndependentPrior<Double>()
        #expect(prior.updated(prior.start(dimensions: [3]), [1, 0, 2]).values == [[1, 0, 2]])
    }
}
