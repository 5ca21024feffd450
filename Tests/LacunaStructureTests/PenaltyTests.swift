import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct PenaltyTests {
    /// A prox that thresholds hard: not that of the l1 norm.
    private struct WrongPenalty: Penalty {
        let traits: PenaltyTraits = .separable
        func value(_ x: UnsafeBufferPointer<Double>) -> Double { x.reduce(0) { $0 + abs($1) } }
        func prox(_ x: UnsafeMutableBufferPointer<Double>, step: Double, workspace: inout Void) {
            for index in x.indices where abs(x[index]) <= step { x[index] = 0 }
        }
    }

    private func check<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 2)
        for step: S.RealPart in [0.1, 1, 3] {
            let gain = try checkProx(
                L1Norm<S>(weight: 0.7), at: stream.vector(6), step: step, trials: 400, using: &stream)
            #expect(gain <= rounding(200, of: S.self), "\(S.self)")
        }
    }

    @Test func proxOfTheL1NormMinimises() throws {
        try check(Float.self)
        try check(Double.self)
        try check(Complex<Float>.self)
        try check(Complex<Double>.self)
    }

    @Test func checkerFindsAWrongProx() {
        var stream = RandomStream(key: 3)
        #expect(checkProx(WrongPenalty(), at: [2, -3, 0.1], step: 0.5, trials: 400, using: &stream) > 1e-3)
    }

    @Test func softThreshold() throws {
        var x = [3.0, -0.5, -2, 1]
        try x.withUnsafeMutableBufferPointer { try L1Norm<Double>(weight: 2).prox($0, step: 0.5) }
        #expect(x == [2, 0, -1, 0])
        // On the modulus, keeping the phase.
        var z = [Complex<Double>(3, 4)]
        try z.withUnsafeMutableBufferPointer { try L1Norm<Complex<Double>>(weight: 1).prox($0, step: 1) }
        #expect((z[0] - Complex(2.4, 3.2)).modulus < 1e-15)
        let norm = try L1Norm<Complex<Double>>(weight: 2)
        #expect([Complex<Double>(3, 4), Complex(0, -1)].withUnsafeBufferPointer { norm.value($0) } == 12)
    }

    @Test(arguments: [-1, .nan, .infinity]) func aWeightThatIsNone(weight: Double) {
        #expect(throws: LacunaError.self) { try L1Norm<Double>(weight: weight) }
    }

    @Test func lengthAndStepAreChecked() throws {
        let weighted = try WeightedL1Norm<Double>(weights: [1, 2])
        #expect(throws: LacunaError.self) { try weighted.prox([1, 2, 3], step: 1) }
        #expect(throws: LacunaError.self) { try weighted.value([1]) }
        #expect(throws: LacunaError.self) { try weighted.prox([1, 2], step: -1) }
        #expect(throws: LacunaError.self) { try weighted.prox([1, 2], step: .nan) }
        #expect(try weighted.prox([5, 5], step: 1) == [4, 3] && weighted.value([1, -1]) == 3)
        #expect(throws: LacunaError.self) { try WeightedL1Norm<Double>(weights: [1, -.infinity]) }
    }

    @Test func nonNegative() throws {
        let penalty = try NonNegativeL1Norm<Double>(weight: 2)
        #expect(try penalty.prox([3, -1, 0.5], step: 0.5) == [2, 0, 0])
        #expect(try penalty.value([3, 1]) == 8 && penalty.value([3, -1]) == .infinity)
        #expect(try NonNegativeL1Norm<Double>(weight: 0).value([-1]) == .infinity)
        var stream = RandomStream(key: 4)
        #expect(checkProx(penalty, at: stream.vector(6), step: 0.3, trials: 400, using: &stream) < 1e-13)
        #expect(checkFirmness(penalty, count: 6, step: 0.3, trials: 100, using: &stream) < 1e-13)
        #expect(throws: LacunaError.self) { try NonNegativeL1Norm<Double>(weight: -1) }
    }

    @Test func weighted() throws {
        var stream = RandomStream(key: 5)
        let penalty = try WeightedL1Norm<Complex<Double>>(weights: [0, 0.5, 1, 2])
        #expect(checkProx(penalty, at: stream.vector(4), step: 0.8, trials: 400, using: &stream) < 1e-13)
        #expect(checkFirmness(penalty, count: 4, step: 0.8, trials: 100, using: &stream) < 1e-13)
        let x: [Complex<Double>] = stream.vector(4)
        #expect(try penalty.prox(x, step: 0) == x)
    }

    @Test func weightedByHand() throws {
        let penalty = try WeightedL1Norm<Double>(weights: [0, 0.5, 2, 3])
        #expect(try penalty.value([-1, 2, -3, 0.5]) == 8.5)
        #expect(try penalty.prox([-1, 2, -3, 0.5], step: 0.5) == [-1, 1.75, -2, 0])
        let complex = try WeightedL1Norm<Complex<Double>>(weights: [1, 2])
        #expect(try complex.value([Complex(3, 4), Complex(0, -2)]) == 9)
        let moved = try complex.prox([Complex(3, 4), Complex(0, -2)], step: 0.5)
        #expect(largestDifference(moved, [Complex(2.7, 3.6), Complex(0, -1)]) < 1e-15)
        // By the sign and what is left of the modulus.
        var stream = RandomStream(key: 7)
        let x: [Double] = stream.vector(40), weights = (0..<40).map { _ in 2 * stream.uniform() }
        let expected = zip(x, weights).map { ($0 > 0 ? 1.0 : -1) * max(abs($0) - 0.8 * $1, 0) }
        #expect(largestDifference(try WeightedL1Norm<Double>(weights: weights).prox(x, step: 0.8), expected) < 1e-15)
        #expect(expected.contains { $0 != 0 } && expected.contains { $0 == 0 })
    }

    @Test func checkerFindsAProxThatIsNotFirm() {
        var stream = RandomStream(key: 6)
        #expect(checkFirmness(WrongPenalty(), count: 4, step: 0.5, trials: 200, using: &stream) > 1e-3)
    }

    @Test func notANumberStays() throws {
        #expect(try L1Norm<Double>(weight: 1).prox([.nan, 1], step: 1)[0].isNaN)
        #expect(try ElasticNet<Double>(weight: 1, ridge: 1).prox([.nan, 1], step: 1)[0].isNaN)
        #expect(try L1Ball<Double>(radius: 1).prox([.nan, 1], step: 1)[0].isNaN)
        #expect(
            try GroupLasso(L1Norm<Double>(weight: 1), groups: Groups(sizes: [2])).prox([.nan, 1], step: 1)[0].isNaN)
    }
}
