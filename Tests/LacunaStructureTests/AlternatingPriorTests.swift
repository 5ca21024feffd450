import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct AlternatingPriorTests {
    @Test(arguments: [[5], [4, 3], [3, 4, 5], [2, 3, 2, 3]], [false, true])
    func oneSweepIsTheFormula(sizes: [Int], pruned: Bool) throws {
        let input = try PriorCase(sizes, pruned: pruned, seed: 1)
        var g = input.scales.values
        for mode in g.indices { g[mode] = literalMinimizer(mode, g, input.moment) }
        let updated = AlternatingPrior<Double>.singleSweep().updated(input.scales, input.moment)
        #expect(distance(updated.values, g) < 1e-13)
        #expect(updated.active == input.scales.active)
    }

    @Test(arguments: [[4, 3], [3, 4, 5], [2, 3, 2, 3]], [false, true])
    func sweepsUntilTheChangeIsSmall(sizes: [Int], isRelative: Bool) throws {
        let input = try PriorCase(sizes, pruned: true, seed: 2)
        for (tolerance, limit) in [(1e-3, 100), (1e-7, 1000), (0, 5)] {
            let expected = literalSweeps(
                input.scales.values, tolerance: tolerance, isRelative: isRelative, limit: limit
            ) {
                literalMinimizer($1, $0, input.moment)
            }
            let prior = AlternatingPrior<Double>(tolerance: tolerance, isRelative: isRelative, sweepLimit: limit)
            #expect(distance(prior.updated(input.scales, input.moment).values, expected) < 1e-12)
        }
    }

    @Test(arguments: [[4, 3], [3, 4, 5], [2, 3, 2, 3]])
    func costNeverIncreases(sizes: [Int]) throws {
        let input = try PriorCase(sizes, pruned: false, seed: 3)
        var cost = majorizer(input.scales.values, input.moment)
        for sweeps in 2...30 {
            let prior = AlternatingPrior<Double>(tolerance: 0, sweepLimit: sweeps)
            let next = majorizer(prior.updated(input.scales, input.moment).values, input.moment)
            #expect(next <= cost + 1e-12 * abs(cost))
            cost = next
        }
        // At the end each mode minimises with the others fixed: no step in any mode lowers the cost.
        let settled = AlternatingPrior<Double>(tolerance: 1e-12).updated(input.scales, input.moment)
        for mode in sizes.indices {
            #expect(relativeDistance(settled.values[mode], literalMinimizer(mode, settled.values, input.moment)) < 1e-9)
        }
    }

    /// Would sweep for ever: the scales are of size 1e20, their rounding far above the tolerance.
    @Test(.timeLimit(.minutes(20))) func anAbsoluteToleranceBelowRoundingEnds() throws {
        let input = try PriorCase([4, 3, 5], pruned: false, seed: 5)
        let moment = input.moment.map { $0 * 1e20 }
        let updated = AlternatingPrior<Double>(sweepLimit: .max).updated(input.scales, moment)
        #expect(relativeDistance(updated.values[0], literalMinimizer(0, updated.values, moment)) < 1e-9)
    }

    @Test func zeroMomentsGiveZeroScales() throws {
        let input = try PriorCase([3, 4], pruned: false, seed: 4)
        let updated = AlternatingPrior<Double>().updated(input.scales, Array(repeating: 0, count: 12))
        #expect(updated.values.joined().allSatisfy { $0.isFinite && $0 >= 0 })
        #expect(kroneckerVector(updated.values).allSatisfy { $0 == 0 })
    }

    @Test func start() {
        let ones = AlternatingPrior<Double>(start: .ones).start(dimensions: [4, 9])
        #expect(ones.values == [[1, 1, 1, 1], Array(repeating: 1, count: 9)])
        let normalized = AlternatingPrior<Double>(start: .normalized).start(dimensions: [4, 9])
        #expect(normalized.values == [[0.5, 0.5, 0.5, 0.5], Array(repeating: 2, count: 9)])
    }
}
