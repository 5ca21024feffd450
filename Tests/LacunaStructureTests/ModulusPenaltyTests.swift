import LacunaStructure
import LacunaTestSupport
import Testing

/// Every function of moduli, real and complex, against the least value on a fine grid.
@Suite struct ModulusPenaltyTests {
    private func all<S: Scalar>(_ type: S.Type) throws -> [any ModulusPenalty<S>] {
        try [
            L1Norm<S>(weight: 0.7), ElasticNet<S>(weight: 0.7, ridge: 0.4), ElasticNet<S>(weight: 0, ridge: 2),
            L0Norm<S>(weight: 0.6), MinimaxConcavePenalty<S>(weight: 0.8, concavity: 1.5),
            MinimaxConcavePenalty<S>(weight: 0.8), SmoothlyClippedPenalty<S>(weight: 0.5),
            SmoothlyClippedPenalty<S>(weight: 0.5, clip: 2.1), MaximumNormBall<S>(radius: 1.3),
        ]
    }

    private static let convex = [0, 1, 2, 8]

    @Test(arguments: [0.1, 0.5, 1, 1.4, 1.5, 2.5, 2.7, 4])
    func proxIsTheLeastOnAGrid(step: Double) throws {
        for penalty in try all(Double.self) {
            for r in stride(from: 0.0, through: 4, by: 0.0625) {
                func objective(_ p: Double) -> Double {
                    (p - r) * (p - r) / 2 + step * penalty.value(modulus: p)
                }
                let p = penalty.prox(modulus: r, step: step)
                let least = stride(from: 0.0, through: 4.5, by: 1.0 / 1024).map(objective).min()
                #expect(try objective(p) <= #require(least) + 1e-13, "\(penalty) at \(r), step \(step)")
                #expect(p >= 0 && p <= r)
            }
        }
    }

    private func checkLaws<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 1)
        for (position, penalty) in try all(S.self).enumerated() {
            let x: [S] = stream.vector(7)
            for step: S.RealPart in [0.05, 0.3, 1] {
                let gain = checkProx(penalty, at: x, step: step, trials: 200, using: &stream)
                #expect(gain <= rounding(200, of: S.self), "\(penalty)")
                guard Self.convex.contains(position) else { continue }
                let excess = checkFirmness(penalty, count: 5, step: step, trials: 50, using: &stream)
                #expect(excess <= rounding(2000, of: S.self), "\(penalty)")
            }
            let p = try penalty.prox(x, step: 0.3)
            // Permutations and phases pass through.
            let order = stream.permutation(x.count)
            #expect(try penalty.prox(order.map { x[$0] }, step: 0.3) == order.map { p[$0] })
            let phase = S.isComplex ? S(real: 0.6, imaginary: 0.8) : -1
            let turned = try penalty.prox(x.map { $0 * phase }, step: 0.3)
            #expect(largestDifference(turned, p.map { $0 * phase }) <= rounding(20, of: S.self))
        }
    }

    @Test func laws() throws {
        try checkLaws(Float.self)
        try checkLaws(Double.self)
        try checkLaws(Complex<Double>.self)
    }

    @Test func stepZeroIsTheIdentity() throws {
        let x = [1e-200, -3, 0, 0.3, 0.7, 1.1, 1.7, 2.3, 4e150, -Double.leastNonzeroMagnitude]
        for penalty in try all(Double.self).dropLast() { #expect(try penalty.prox(x, step: 0) == x, "\(penalty)") }
    }

    @Test func tiesGoToZero() throws {
        #expect(try L0Norm<Double>(weight: 0.5).prox([1, -1, 1.0001], step: 1) == [0, 0, 1.0001])
        #expect(try MinimaxConcavePenalty<Double>(weight: 1, concavity: 2).prox([2, 2.5], step: 2) == [0, 2.5])
    }

    @Test func knownValues() throws {
        // Beyond γ λ and a λ the penalties are flat and do not bias.
        #expect(try MinimaxConcavePenalty<Double>(weight: 1, concavity: 3).value([1, 3, 10]) == 5.0 / 6 + 1.5 + 1.5)
        #expect(try SmoothlyClippedPenalty<Double>(weight: 1, clip: 3).value([1, 2, 3, 9]) == 1 + 7.0 / 4 + 2 + 2)
        #expect(try SmoothlyClippedPenalty<Double>(weight: 1, clip: 3).prox([1.5, 2.5, 5], step: 1) == [0.5, 2, 5])
        #expect(try ElasticNet<Double>(weight: 1, ridge: 1).prox([5, -0.5], step: 1) == [2, 0])
    }

    @Test func badWeights() {
        #expect(throws: LacunaError.self) { try ElasticNet<Double>(weight: -1, ridge: 0) }
        #expect(throws: LacunaError.self) { try ElasticNet<Double>(weight: 0, ridge: .nan) }
        #expect(throws: LacunaError.self) { try L0Norm<Float>(weight: .infinity) }
        #expect(throws: LacunaError.self) { try MinimaxConcavePenalty<Double>(weight: 1, concavity: 1) }
        #expect(throws: LacunaError.self) { try SmoothlyClippedPenalty<Double>(weight: 1, clip: 2) }
        #expect(throws: LacunaError.self) { try MaximumNormBall<Double>(radius: -1) }
    }
}
