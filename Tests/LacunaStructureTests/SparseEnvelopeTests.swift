import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct SparseEnvelopeTests {
    private func entries(_ level: Double, weight: Double, curvatures: [Double]? = nil) throws -> SparseEnvelope<Double>
    {
        try SparseEnvelope(weight: weight, level: level, groups: Groups(singlesOf: 5), curvatures: curvatures)
    }

    /// Numbers of the notes' own prototype.
    @Test func recordedAnswers() throws {
        let t = [3, 2, 1.5, 1, 0.5]
        #expect(abs(try entries(2, weight: 1).value(t) - 16) < 1e-13)
        #expect(abs(try entries(5, weight: 1).value(t) - 8.25) < 1e-13)
        let answers: [(Double, [Double])] = [
            (1, [1.5, 0.8333333333333333, 0.3333333333333333, 0, 0]), (0.1, [2.68, 1.68, 1.18, 0.68, 0.18]),
            (10, [0.2727272727272727, 0.1818181818181818, 0, 0, 0]),
        ]
        for (step, expected) in answers {
            #expect(largestDifference(try entries(2, weight: 1).prox(t, step: step), expected) < 1e-14)
        }
        #expect(largestDifference(try entries(5, weight: 1).prox(t, step: 1), t.map { $0 / 2 }) < 1e-15)
        // The shares u = λ d x / (t - x) of the prox x.
        let shares: [(Double, [Double])] = [
            (1, [1, 0.714286, 0.285714, 0, 0]), (0.1, [0.8375, 0.525, 0.36875, 0.2125, 0.05625]),
        ]
        func found(_ x: [Double], step: Double, _ curvatures: [Double]) -> [Double] {
            x.indices.map { step * curvatures[$0] * x[$0] / (t[$0] - x[$0]) }
        }
        let ones = Array(repeating: 1.0, count: 5)
        for (step, expected) in shares {
            let x = try entries(2, weight: 1).prox(t, step: step)
            #expect(largestDifference(found(x, step: step, ones), expected) < 1e-6)
        }
        let weighted = try entries(2, weight: 1, curvatures: [1, 2, 1, 0.5, 4])
        #expect(abs(try weighted.value(t) - 20.410218) < 1e-6)
        #expect(largestDifference(try weighted.prox(t, step: 0.5), [2, 0.705214, 0.584448, 0.352607, 0]) < 1e-6)
        #expect(
            largestDifference(
                found(try weighted.prox(t, step: 0.5), step: 0.5, [1, 2, 1, 0.5, 4]),
                [1, 0.544657, 0.319178, 0.136164, 0]) < 1e-6)
    }

    /// ½ [Σ_{j ≤ r} a_j² + (Σ_{j > r} a_j)² / (k - r)] for the r with a_r > τ ≥ a_{r+1}, from the sorted a_j = √d_j ‖x_j‖.
    private func sortedValue(_ sizes: [Double], _ k: Int) -> Double {
        let a = sizes.sorted(by: >)
        for r in 0..<k where r < a.count {
            let tail = a[r...].reduce(0, +), cut = tail / Double(k - r)
            if (r == 0 || a[r - 1] > cut) && cut >= a[r] {
                return (a[..<r].reduce(0) { $0 + $1 * $1 } + tail * tail / Double(k - r)) / 2
            }
        }
        return a.reduce(0) { $0 + $1 * $1 } / 2
    }

    private struct Case<S: Scalar> {
        var groups: Groups
        var curvatures: [S.RealPart]
        var level: Int
        var x: [S]
        var sizes: [Double]

        init(_ stream: inout RandomStream) throws {
            let groupSizes = (0..<1 + stream.integer(below: 6)).map { _ in 1 + stream.integer(below: 3) }
            groups = try Groups(sizes: groupSizes)
            curvatures = stream.positives(groupSizes.count, in: 0.2...3)
            level = 1 + stream.integer(below: groupSizes.count)
            x = stream.vector(groups.count)
            if stream.integer(below: 3) == 0 { for index in groups[0] { x[index] = 0 } }
            sizes = []
            for group in 0..<groups.groupCount {
                let norm = groups[group].reduce(S.RealPart.zero) { $0 + x[$1].squaredModulus }
                sizes.append(Double((norm * curvatures[group]).squareRoot()))
            }
        }

        func penalty(weight: S.RealPart, level: Int? = nil) throws -> SparseEnvelope<S> {
            try SparseEnvelope(
                weight: weight, level: S.RealPart(level ?? self.level), groups: groups, curvatures: curvatures)
        }
    }

    @Test func valueAgainstTheSortedFormula() throws {
        var stream = RandomStream(key: 1)
        for _ in 0..<400 {
            let input = try Case<Double>(&stream)
            let expected = sortedValue(input.sizes, input.level)
            #expect(abs(try input.penalty(weight: 1).value(input.x) - expected) <= 1e-13 * max(expected, 1))
        }
    }

    /// y = (t - prox(t)) / λ is a subgradient: E(x) + E*(y) = <x, y>, with E*(y) half the k largest ‖y_g‖² / d_g.
    private func checkFenchelYoung<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 2)
        for _ in 0..<200 {
            let input = try Case<S>(&stream)
            let weight = S.RealPart(0.05 + 3 * stream.uniform())
            let x = try input.penalty(weight: weight).prox(input.x, step: 1)
            let y = zip(input.x, x).map { ($0 - $1).scaled(by: 1 / weight) }
            let terms = (0..<input.groups.groupCount).map { group in
                input.groups[group].reduce(S.RealPart.zero) { $0 + y[$1].squaredModulus } / input.curvatures[group]
            }
            let conjugate = terms.sorted(by: >).prefix(input.level).reduce(0, +) / 2
            let product = zip(x, y).reduce(S.RealPart.zero) { $0 + ($1.0.conjugated * $1.1).realPart }
            let residual = try input.penalty(weight: 1).value(x) + conjugate - product
            #expect(residual.magnitude <= rounding(400, of: S.self) * max(conjugate, 1))
        }
    }

    @Test func fenchelYoung() throws {
        try checkFenchelYoung(Float.self)
        try checkFenchelYoung(Double.self)
        try checkFenchelYoung(Complex<Float>.self)
        try checkFenchelYoung(Complex<Double>.self)
    }

    @Test func laws() throws {
        var stream = RandomStream(key: 3)
        for _ in 0..<20 {
            let input = try Case<Double>(&stream), penalty = try input.penalty(weight: 0.7)
            #expect(checkProx(penalty, at: input.x, step: 0.6, trials: 100, using: &stream) < 1e-12)
            #expect(checkFirmness(penalty, count: input.x.count, step: 0.6, trials: 20, using: &stream) < 1e-12)
            let order = stream.permutation(input.groups.groupCount)
            let moved = try SparseEnvelope<Double>(
                weight: 0.7, level: Double(input.level),
                groups: Groups(order.map { Array(input.groups[$0]) }, of: input.x.count),
                curvatures: order.map { input.curvatures[$0] })
            #expect(largestDifference(try moved.prox(input.x, step: 1), try penalty.prox(input.x, step: 1)) < 1e-13)
            #expect(try penalty.prox(input.x, step: 0) == input.x)
            // Degree 2, falling in k; k = 1 is half the square of Σ √d ‖x_g‖, k = all the ridge.
            let value = try penalty.value(input.x)
            #expect(abs(try penalty.value(input.x.map { 3 * $0 }) - 9 * value) < 1e-12 * max(value, 1))
            if input.level > 1 {
                #expect(try input.penalty(weight: 0.7, level: input.level - 1).value(input.x) >= value - 1e-13)
            }
            let sum = input.sizes.reduce(0, +), squares = input.sizes.reduce(0) { $0 + $1 * $1 }
            #expect(
                abs(try input.penalty(weight: 1, level: 1).value(input.x) - sum * sum / 2) < 1e-13 * max(sum * sum, 1))
            let ridge = try input.penalty(weight: 1, level: input.groups.groupCount).value(input.x)
            #expect(abs(ridge - squares / 2) < 1e-13 * max(squares, 1))
        }
    }

    /// For d = 1 exactly k stay iff the k-th and next size differ by a factor of 1 + 1/λ at least.
    @Test func whenExactlyKStay() throws {
        var stream = RandomStream(key: 4)
        for _ in 0..<500 {
            let n = 3 + stream.integer(below: 6), k = 1 + stream.integer(below: n - 1)
            let weight = 0.2 + 4 * stream.uniform()
            let x: [Double] = stream.vector(n)
            let sorted = x.map(\.magnitude).sorted(by: >)
            let penalty = try SparseEnvelope<Double>(weight: weight, level: Double(k), groups: Groups(singlesOf: n))
            let kept = try penalty.prox(x, step: 1).filter { $0 != 0 }.count
            #expect(kept >= k && (kept == k) == (sorted[k - 1] / sorted[k] >= 1 + 1 / weight))
        }
    }

    @Test func manyGroupsAndTies() throws {
        var stream = RandomStream(key: 5)
        let n = 20_000
        let x: [Double] = stream.vector(n)
        let penalty = try SparseEnvelope<Double>(weight: 1, level: 100, groups: Groups(singlesOf: n))
        #expect(abs(try penalty.value(x) / sortedValue(x.map(\.magnitude), 100) - 1) < 1e-12)
        let ties = try SparseEnvelope<Double>(weight: 2, level: 2, groups: Groups(singlesOf: 4)).prox(
            [1, 1, -1, 1], step: 1)
        #expect(largestDifference(ties, [0.2, 0.2, -0.2, 0.2]) < 1e-15)
        #expect(try penalty.prox(Array(repeating: 0, count: n), step: 1).allSatisfy { $0 == 0 })
    }

    /// Sizes whose squares leave the range of single precision.
    @Test func entriesOfAnySize() throws {
        let penalty = try SparseEnvelope<Float>(weight: 1, level: 1, groups: Groups(sizes: [1, 1]))
        let p = try penalty.prox([1e20, 1], step: 1)
        #expect(abs(p[0] / 5e19 - 1) < 1e-6 && p[1] == 0)
        let q = try penalty.prox([3e-30, 3e-30], step: 1)
        #expect(abs(q[0] / 1e-30 - 1) < 1e-6 && q[0] == q[1])
    }

    @Test func badInput() throws {
        let groups = try Groups(singlesOf: 2)
        #expect(throws: LacunaError.self) { try SparseEnvelope<Double>(weight: 1, level: 0, groups: groups) }
        #expect(throws: LacunaError.self) { try SparseEnvelope<Double>(weight: -1, level: 1, groups: groups) }
        #expect(throws: LacunaError.self) {
            try SparseEnvelope<Double>(weight: 1, level: 1, groups: groups, curvatures: [1, 0])
        }
        #expect(try SparseEnvelope<Double>(weight: 1, level: 1, groups: groups).prox([.nan, 1], step: 1)[0].isNaN)
    }
}
