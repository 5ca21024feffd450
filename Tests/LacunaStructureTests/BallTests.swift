import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct BallTests {
    /// τ from the sorted moduli (Duchi et al. 2008).
    private func sortedProjection(_ v: [Double], radius: Double) -> [Double] {
        guard v.reduce(0, { $0 + abs($1) }) > radius else { return v }
        let sorted = v.map(\.magnitude).sorted(by: >)
        var sum = 0.0, threshold = 0.0
        for (index, value) in sorted.enumerated() {
            sum += value
            let candidate = (sum - radius) / Double(index + 1)
            if value > candidate { threshold = candidate }
        }
        return v.map { $0 < 0 ? -max(-$0 - threshold, 0) : max($0 - threshold, 0) }
    }

    @Test(arguments: [0.01, 0.5, 3, 1000])
    func projectionAgainstTheSortedFormula(radius: Double) throws {
        var stream = RandomStream(key: 1)
        for n in [1, 2, 5, 40, 500] {
            let v: [Double] = stream.vector(n)
            let p = try L1Ball<Double>(radius: radius).prox(v, step: 1)
            #expect(largestDifference(p, sortedProjection(v, radius: radius)) < 1e-13)
            #expect(try L1Ball<Double>(radius: radius).prox(p, step: 1) == p)
        }
    }

    /// Entries whose sum overflows, and entries that are not finite.
    @Test func entriesOfAnySize() throws {
        let ball = try L1Ball<Double>(radius: 3), norm = try MaximumNorm<Double>(weight: 3)
        #expect(try ball.prox([1.5e308, -1.5e308, 1], step: 1) == [1.5, -1.5, 0])
        #expect(try ball.prox([1e308, 1.5e308], step: 1) == [0, 3])
        #expect(try norm.prox([1.5e308, 1.5e308], step: 1) == [1.5e308, 1.5e308])
        for bad in [Double.infinity, -.infinity, .nan] {
            #expect(try ball.prox([1, bad, 2], step: 1).allSatisfy(\.isNaN))
        }
        #expect(try norm.prox([1, .infinity], step: 1) == [1, .infinity])
    }

    private func checkLaws<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 2)
        let ball = try L1Ball<S>(radius: 1.2), norm = try MaximumNorm<S>(weight: 0.6)
        let v: [S] = stream.vector(8)
        for step: S.RealPart in [0.2, 1, 2] {
            #expect(checkProx(ball, at: v, step: step, trials: 300, using: &stream) <= rounding(100, of: S.self))
            #expect(checkProx(norm, at: v, step: step, trials: 300, using: &stream) <= rounding(100, of: S.self))
            #expect(checkFirmness(ball, count: 8, step: step, trials: 60, using: &stream) <= rounding(2000, of: S.self))
            #expect(checkFirmness(norm, count: 8, step: step, trials: 60, using: &stream) <= rounding(2000, of: S.self))
        }
        // Moreau: the norm's prox and the projection onto its dual ball add up.
        let both = zip(try norm.prox(v, step: 2), try ball.prox(v, step: 1)).map { $0 + $1 }
        #expect(largestDifference(both, v) <= rounding(40, of: S.self))
        let soft = zip(
            try L1Norm<S>(weight: 0.4).prox(v, step: 1), try MaximumNormBall<S>(radius: 0.4).prox(v, step: 1)
        ).map { $0 + $1 }
        #expect(largestDifference(soft, v) <= rounding(40, of: S.self))
        #expect(try norm.prox(v, step: 0) == v)
    }

    @Test func laws() throws {
        try checkLaws(Float.self)
        try checkLaws(Double.self)
        try checkLaws(Complex<Double>.self)
    }

    @Test func edges() throws {
        #expect(try L1Ball<Double>(radius: 0).prox([1, -2], step: 1) == [0, 0])
        #expect(try L1Ball<Double>(radius: 2).prox([1, -1], step: 1) == [1, -1])
        #expect(try L1Ball<Double>(radius: 1).prox([], step: 1) == [])
        #expect(try L1Ball<Double>(radius: 3).prox([2, 2, -2, 2, 2, 2], step: 1) == [0.5, 0.5, -0.5, 0.5, 0.5, 0.5])
        #expect(try MaximumNorm<Double>(weight: 3).prox([1, -2], step: 1) == [0, 0])
        #expect(try MaximumNorm<Double>(weight: 1).prox([1, -3], step: 1) == [1, -2])
        #expect(
            try MaximumNorm<Double>(weight: 2).value([1, -3]) == 6
                && MaximumNorm<Double>(weight: 1).value([.nan, 1]).isNaN)
        #expect(throws: LacunaError.self) { try L1Ball<Double>(radius: -1) }
        #expect(throws: LacunaError.self) { try MaximumNorm<Double>(weight: .nan) }
    }
}
