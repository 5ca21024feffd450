import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct PatternCoupledPriorTests {
    /// u from AM, coupled modes projected by C with the non-negative fit over all passive sets.
    private func literal(
        _ scales: KroneckerScales<Double>, _ couplings: [Double?], _ moment: [Double], sweeps: Int, tolerance: Double
    ) -> [[Double]] {
        literalSweeps(scales.values, tolerance: tolerance, isRelative: true, limit: sweeps) { t, mode in
            let u = literalMinimizer(mode, t, moment)
            guard let beta = couplings[mode] else { return u }
            let kept = scales.active[mode]
            let c = Matrix(rows: u.count, columns: u.count) { row, column in
                let distance = abs(kept[row] - kept[column])
                return distance == 0 ? 1 : distance == 1 ? beta : 0
            }
            return naiveProduct(c, bruteForceNonNegativeLeastSquares(c, u)).map { $0 + 1e-5 }
        }
    }

    @Test(arguments: [[0.8, nil, 0.8], [nil, 0.5, nil], [0.8, 0.5, 0.3], [nil, nil, nil]] as [[Double?]], [false, true])
    func sweepsAreTheFormula(couplings: [Double?], pruned: Bool) throws {
        for seed in 1...5 {
            let input = try PriorCase([5, 3, 6], pruned: pruned, seed: UInt64(seed))
            // Blocks with gaps, so that some entries of the fit vanish.
            let moment = input.moment.enumerated().map { $0 % 7 < 3 ? $1 : 1e-3 * $1 }
            for sweeps in [1, 2, 9] {
                let prior = PatternCoupledPrior<Double>(couplings: couplings, tolerance: 1e-4, sweepLimit: sweeps)
                let expected = literal(input.scales, couplings, moment, sweeps: sweeps, tolerance: 1e-4)
                #expect(distance(prior.updated(input.scales, moment).values, expected) < 1e-9, "seed \(seed), \(sweeps) sweeps")
            }
        }
    }

    @Test func workspaceFollowsPruningBetweenUpdates() throws {
        let prior = PatternCoupledPrior<Double>(couplings: [0.8, nil])
        var input = try PriorCase([6, 3], pruned: false, seed: 8)
        var scales = input.scales
        var workspace = prior.makeWorkspace(dimensions: [6, 3])
        prior.update(&scales, secondMoment: input.moment, workspace: &workspace)
        var kept: [Int] = []
        scales.prune(mode: 0, relative: 0.7, absolute: 0, kept: &kept)
        try #require(kept.count < 6)
        let before = scales
        input = try PriorCase([kept.count, 3], pruned: false, seed: 9)
        prior.update(&scales, secondMoment: input.moment, workspace: &workspace)
        #expect(distance(scales.values, literal(before, [0.8, nil], input.moment, sweeps: 9, tolerance: 1e-4)) < 1e-9)
    }

    @Test func startIsCTimesOne() {
        let start = PatternCoupledPrior<Double>(couplings: [0.5]).start(dimensions: [4, 2])
        #expect(start.values == [[1.5, 2, 2, 1.5], [1, 1]])
        #expect(PatternCoupledPrior<Double>(couplings: [0.5]).start(dimensions: [1]).values == [[1]])
    }
}
