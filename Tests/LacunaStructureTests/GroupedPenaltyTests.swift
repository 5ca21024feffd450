import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct GroupedPenaltyTests {
    private let groups: Groups

    /// Entry 4 is in no group.
    init() throws {
        groups = try Groups([[5, 0], [1, 2, 6], [3]], of: 7)
    }

    private func checkLaws<P: Penalty>(_ penalty: P, convex: Bool) throws {
        typealias Real = P.Element.RealPart
        var stream = RandomStream(key: 1)
        let x: [P.Element] = stream.vector(7)
        for step: Real in [0.1, 0.5, 2] {
            let gain = checkProx(penalty, at: x, step: step, trials: 300, using: &stream)
            #expect(gain <= rounding(200, of: P.Element.self), "\(penalty)")
            guard convex else { continue }
            let excess = checkFirmness(penalty, count: 7, step: step, trials: 60, using: &stream)
            #expect(excess <= rounding(2000, of: P.Element.self), "\(penalty)")
        }
        #expect(try penalty.prox(x, step: 0) == x)
    }

    private func check<S: Scalar>(_ type: S.Type) throws {
        try checkLaws(GroupLasso(L1Norm<S>(weight: 0.6), groups: groups), convex: true)
        try checkLaws(GroupLasso(L1Norm<S>(weight: 0.6), groups: groups, weights: [0, 1, 3]), convex: true)
        try checkLaws(GroupedPenalty(L0Norm<S>(weight: 0.3), groups: groups), convex: false)
        try checkLaws(SparseGroupLasso<S>(weight: 0.3, groupWeight: 0.2, groups: groups), convex: true)
    }

    @Test func laws() throws {
        try check(Float.self)
        try check(Double.self)
        try check(Complex<Double>.self)
    }

    @Test func shrinksTheNorms() throws {
        let lasso = try GroupLasso(L1Norm<Double>(weight: 1), groups: Groups(sizes: [2, 2]), weights: [1, 1])
        #expect(largestDifference(try lasso.prox([3, 4, 0.3, 0.4], step: 1), [2.4, 3.2, 0, 0]) < 1e-15)
        #expect(try lasso.value([3, 4, 0, 2]) == 7)
        // √|g| by default.
        let weighted = try GroupLasso(L1Norm<Double>(weight: 1), groups: Groups(sizes: [4, 1]))
        #expect(try weighted.value([1, 1, 1, 1, 3]) == 7)
    }

    /// Norms of groups whose squares leave the range of single precision, against the same in double precision.
    @Test func normsOfAnySize() throws {
        func check<B: ModulusPenalty, W: ModulusPenalty>(_ base: B, _ wide: W) throws
        where B.Element == Float, W.Element == Double {
            let groups = try Groups(sizes: [3])
            let single = try GroupedPenalty(base, groups: groups, weights: [1])
            let double = try GroupedPenalty(wide, groups: groups, weights: [1])
            for x: [Float] in [
                [1e20, 0, -3e20], [2e19, 1e19, 0], [1e-25, 2e-25, 0], [.leastNonzeroMagnitude * 1000, 0, 0], [0, 0, 0],
            ] {
                let found = try single.prox(x, step: 1), expected = try double.prox(x.map(Double.init), step: 1)
                let size = expected.map(\.magnitude).max() ?? 0
                for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) <= 1e-6 * size, "\(B.self) \(x)") }
            }
        }
        for weight: Float in [0, 1, 1e19] {
            try check(L1Norm<Float>(weight: weight), L1Norm<Double>(weight: Double(weight)))
            try check(
                ElasticNet<Float>(weight: weight, ridge: 1), ElasticNet<Double>(weight: Double(weight), ridge: 1))
        }
        try check(MaximumNormBall<Float>(radius: 1), MaximumNormBall<Double>(radius: 1))
        let lasso = try GroupLasso(L1Norm<Float>(weight: 2), groups: Groups(sizes: [2]), weights: [1])
        #expect(try lasso.value([3e20, 4e20]) == 1e21)
        #expect(try lasso.prox([.nan, 1e20], step: 1).allSatisfy(\.isNaN))
        let complex = try GroupLasso(L1Norm<Complex<Double>>(weight: 1), groups: Groups(sizes: [2]), weights: [1])
        #expect(abs(try complex.value([Complex(3e200, 0), Complex(0, -4e200)]) - 5e200) < 1e185)
    }

    @Test func sparseGroupLassoByHand() throws {
        let pair = try SparseGroupLasso<Double>(
            weight: 1, groupWeight: 2.5, groups: Groups(sizes: [2, 1, 2]), groupWeights: [1, 2, 0])
        let x: [Double] = [3, -4, 2, 0.5, -7]
        #expect(try pair.value(x) == 16.5 + 2.5 * (5 + 2 * 2))
        // Soft thresholds leave (3, -4), 4 and (0, -6); of the norms 5 and 4 the groups take 2.5 and 5.
        #expect(largestDifference(try pair.prox([4, -5, 5, 0.5, -7], step: 1), [1.5, -2, 0, 0, -6]) < 1e-15)
    }

    /// p is the prox of v where 0 is in the subdifferential: p - v + t λ_1 s + t λ_2 w u = 0, s_i and u_g of norm 1 in p's
    /// direction where p is not 0, of norm ≤ 1 elsewhere.
    private func checkOptimality<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        let penalty = try SparseGroupLasso<S>(weight: 0.3, groupWeight: 0.4, groups: groups)
        let step = 1.5, entry = 0.45
        var stream = RandomStream(key: 5)
        var closed = 0, open = 0, zeros = 0
        for _ in 0..<60 {
            let v: [S] = stream.vector(7), p = try penalty.prox(v, step: step)
            var value = v.reduce(0) { $0 + 0.3 * $1.modulus }
            for group in 0..<groups.groupCount {
                let members = groups[group], radius = 0.6 * Double(members.count).squareRoot()
                value += 0.4 * Double(members.count).squareRoot() * norm(members.map { v[$0] })
                let size = norm(members.map { p[$0] })
                if size == 0 {
                    // What the entries cannot take of v, the group can.
                    let rest = members.reduce(0) { $0 + Double.pow(max(v[$1].modulus - entry, 0), 2) }.squareRoot()
                    #expect(rest <= radius + 1e-14)
                    closed += 1
                    continue
                }
                open += 1
                for index in members {
                    let rest = v[index] - p[index].scaled(by: 1 + radius / size)
                    zeros += p[index] == 0 ? 1 : 0
                    if p[index] == 0 {
                        #expect(rest.modulus <= entry)
                    } else {
                        #expect((rest - p[index].scaled(by: entry / p[index].modulus)).modulus < 1e-14)
                    }
                }
            }
            // Entry 4 is in no group.
            #expect(abs(p[4].modulus - max(v[4].modulus - entry, 0)) < 1e-15)
            #expect(abs(try penalty.value(v) - value) < 1e-14)
        }
        #expect(closed > 10 && open > 10 && zeros > 5)
    }

    private func norm<S: Scalar>(_ x: [S]) -> Double where S.RealPart == Double {
        x.reduce(0) { $0 + $1.squaredModulus }.squareRoot()
    }

    @Test func sparseGroupLassoIsOptimal() throws {
        try checkOptimality(Double.self)
        try checkOptimality(Complex<Double>.self)
    }

    @Test func singleGroupsAreEntries() throws {
        var stream = RandomStream(key: 2)
        let x: [Complex<Double>] = stream.vector(6)
        let entries = try L1Norm<Complex<Double>>(weight: 0.4)
        let grouped = try GroupLasso(entries, groups: Groups(singlesOf: 6))
        #expect(largestDifference(try grouped.prox(x, step: 1), try entries.prox(x, step: 1)) < 1e-15)
    }

    /// ½ ‖p - v‖² + λ · (non-zero groups) over all subsets of groups.
    @Test func groupCountAgainstAllSubsets() throws {
        var stream = RandomStream(key: 3)
        let penalty = try GroupedPenalty(L0Norm<Double>(weight: 0.7), groups: groups, weights: [1, 1, 1])
        for _ in 0..<50 {
            let v: [Double] = stream.vector(7)
            var best = (cost: Double.infinity, vector: v)
            for subset in 0..<8 {
                var p = v
                for group in 0..<3 where subset >> group & 1 == 0 { for index in groups[group] { p[index] = 0 } }
                let cost =
                    zip(p, v).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2
                    + 0.7 * Double(subset.nonzeroBitCount)
                if cost < best.cost { best = (cost, p) }
            }
            #expect(try penalty.prox(v, step: 1) == best.vector)
        }
    }

    /// Moreau with the conjugate's ball: v - prox(v) is v cut to the ball, group by group.
    @Test func moreau() throws {
        var stream = RandomStream(key: 4)
        let v: [Double] = stream.vector(7)
        let rest = zip(v, try GroupLasso(L1Norm<Double>(weight: 0.6), groups: groups).prox(v, step: 1)).map { $0 - $1 }
        for group in 0..<groups.groupCount {
            let radius = 0.6 * Double(groups[group].count).squareRoot()
            let norm = groups[group].reduce(0) { $0 + v[$1] * v[$1] }.squareRoot()
            for index in groups[group] {
                #expect((rest[index] - v[index] * min(1, radius / norm)).magnitude < 1e-15)
            }
        }
        #expect(rest[4] == 0)
    }

    @Test func badInput() {
        #expect(throws: LacunaError.self) { try GroupLasso(L1Norm<Double>(weight: 1), groups: groups, weights: [1]) }
        #expect(throws: LacunaError.self) {
            try GroupLasso(L1Norm<Double>(weight: 1), groups: groups, weights: [1, -1, 1])
        }
        #expect(throws: LacunaError.self) { try SparseGroupLasso<Double>(weight: -1, groupWeight: 1, groups: groups) }
        #expect(throws: LacunaError.self) {
            try GroupLasso(L1Norm<Double>(weight: 1), groups: groups).prox([1, 2], step: 1)
        }
    }
}
