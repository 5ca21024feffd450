import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct CoupledPrecisionPriorTests {
    @Test func isTheFormula() {
        var stream = RandomStream(key: 1)
        let m: [Double] = (0..<12).map { _ in Double.pow(10, -5 * stream.uniform()) }
        let eta = 0.7, a = 0.5, b = 1e-4
        let at = { (values: [Double], index: Int) in values.indices.contains(index) ? values[index] : 0 }
        var precisions = m.indices.map { n in (a + 0.5) / (0.5 * (m[n] + eta * (at(m, n - 1) + at(m, n + 1))) + b) }
        let least = precisions.min() ?? 0
        precisions = precisions.map { $0 > 30 * least ? 1e10 : $0 }
        let expected = m.indices.map { n in
            precisions[n] == 1e10 ? 0 : 1 / (precisions[n] + eta * (at(precisions, n - 1) + at(precisions, n + 1)))
        }
        #expect(expected.contains(0) && expected.contains { $0 > 0 })
        let prior = CoupledPrecisionPrior<Double>(coupling: eta, cutoff: 30)
        let updated = prior.updated(prior.start(dimensions: [12]), m)
        #expect(largestDifference(updated.values[0], expected) < 1e-15)
    }

    @Test func readsAllModesAsOne() {
        #expect(CoupledPrecisionPrior<Double>().start(dimensions: [3, 4]).dimensions == [12])
        #expect(IndependentPrior<Double>().start(dimensions: [3, 4]).dimensions == [12])
    }
}
