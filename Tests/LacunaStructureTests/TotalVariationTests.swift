import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct TotalVariationTests {
    /// Optimality: the running sums u_k = Σ_{i ≤ k} (p_i - v_i) stay in [-λ, λ], are ±λ with the sign of a jump up or down
    /// after k, and end at 0. Returns the largest violation.
    private func violation<R: RealScalar>(_ p: [R], _ v: [R], _ bound: R) -> R {
        var sum = R.zero, worst = R.zero
        for index in p.indices {
            sum += p[index] - v[index]
            guard index + 1 < p.count else { return max(worst, sum.magnitude) }
            let jump = p[index + 1] - p[index]
            worst = max(worst, jump == 0 ? sum.magnitude - bound : (sum - (jump > 0 ? bound : -bound)).magnitude)
        }
        return worst
    }

    @Test(arguments: [0.01, 0.3, 1, 5, 100])
    func isOptimal(bound: Double) throws {
        var stream = RandomStream(key: 1)
        for n in [1, 2, 3, 4, 7, 50, 1000] {
            var v: [Double] = stream.vector(n)
            // A walk has long segments, repeated values ties.
            if n % 2 == 0 { for index in 1..<n { v[index] += v[index - 1] } }
            if n == 7 { v = v.map { $0.rounded() } }
            let p = try TotalVariation<Double>(weight: bound).prox(v, step: 1)
            #expect(violation(p, v, bound) < 1e-11, "n \(n)")
        }
        let v: [Float] = stream.vector(200)
        #expect(violation(try TotalVariation<Float>(weight: Float(bound)).prox(v, step: 1), v, Float(bound)) < 2e-4)
    }

    @Test func laws() throws {
        var stream = RandomStream(key: 2)
        let penalty = try TotalVariation<Double>(weight: 0.8)
        #expect(checkProx(penalty, at: stream.vector(9), step: 0.5, trials: 500, using: &stream) < 1e-13)
        #expect(checkFirmness(penalty, count: 9, step: 0.5, trials: 200, using: &stream) < 1e-13)
        let v: [Double] = stream.vector(9), p = try penalty.prox(v, step: 0.5)
        #expect(try penalty.prox(v, step: 0) == v)
        #expect(largestDifference(try penalty.prox(v.reversed(), step: 0.5), p.reversed()) < 1e-14)
        #expect(largestDifference(try penalty.prox(v.map { 3 - $0 }, step: 0.5), p.map { 3 - $0 }) < 1e-14)
        // Heavy enough, it leaves the mean.
        let mean = v.reduce(0, +) / 9
        #expect(try penalty.prox(v, step: 1e3).allSatisfy { abs($0 - mean) < 1e-12 })
    }

    /// Weights at and below the rounding of the data: a segment's bounds meet or cross.
    @Test func weightsAtRoundingLevel() throws {
        var stream = RandomStream(key: 3)
        for trial in 0..<3000 {
            let v = (0..<12).map { _ in Float(1 << 24) + Float(stream.integer(below: 9)) }
            let p = try TotalVariation<Float>(weight: Float(0.1 * Double(1 + trial % 60))).prox(v, step: 1)
            #expect(zip(p, v).allSatisfy { ($0 - $1).magnitude <= 16 })
        }
    }

    @Test func knownAnswers() throws {
        let penalty = try TotalVariation<Double>(weight: 1)
        #expect(try penalty.prox([0, 0, 4, 4], step: 1) == [0.5, 0.5, 3.5, 3.5])
        #expect(try penalty.value([0, 0, 4, 3]) == 5 && penalty.value([7]) == 0 && penalty.value([]) == 0)
        #expect(try penalty.prox([], step: 1) == [] && penalty.prox([2], step: 1) == [2])
        #expect(try penalty.prox([1, .nan, 2, 5, 1], step: 1).contains(where: \.isNaN))
        #expect(throws: LacunaError.self) { try TotalVariation<Double>(weight: -1) }
    }
}
