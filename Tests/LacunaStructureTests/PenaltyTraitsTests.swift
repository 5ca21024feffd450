import LacunaStructure
import LacunaTestSupport
import Testing

/// What penalties say of themselves against what they do: each trait that is declared holds, and of those that are not a
/// counterexample is found.
@Suite struct PenaltyTraitsTests {
    private let count = 6

    private func check<P: Penalty>(_ penalty: P) where P.Element == Double {
        var stream = RandomStream(key: 1)
        // Convexity: a prox that is firmly non-expansive, for every pair of points.
        let excess =
            [0.1, 1, 3].map { step in
                checkFirmness(penalty, count: count, step: step, trials: 400, using: &stream)
            }.max() ?? 0
        #expect(penalty.isConvex == (excess < 1e-9), "\(P.self) convex, excess \(excess)")

        var dependence = 0.0, stepDependence = 0.0, inhomogeneity = 0.0, isIndicator = true
        for _ in 0..<50 {
            let x: [Double] = stream.vector(count).map { 2 * $0 }
            let p = proxed(penalty, x, step: 0.7)
            for changed in 0..<count {
                var y = x
                y[changed] += 3 * stream.normal()
                let q = proxed(penalty, y, step: 0.7)
                for index in 0..<count where index != changed { dependence = max(dependence, abs(p[index] - q[index])) }
            }
            stepDependence = max(stepDependence, largestDifference(p, proxed(penalty, x, step: 0.05)))
            // Inside a set as well as outside of it.
            for point in [x, p] {
                let value = point.withUnsafeBufferPointer { penalty.value($0) }
                if value != 0 && value != .infinity { isIndicator = false }
                let triple = point.map { 3 * $0 }.withUnsafeBufferPointer { penalty.value($0) }
                if triple != 3 * value {
                    inhomogeneity = max(inhomogeneity, abs(triple - 3 * value) / max(abs(triple), 1e-300))
                }
                if triple.isInfinite != value.isInfinite { inhomogeneity = .infinity }
            }
        }
        #expect(penalty.isSeparable == (dependence == 0), "\(P.self) separable, \(dependence)")
        #expect(penalty.isSetIndicator == isIndicator, "\(P.self) set")
        if isIndicator { #expect(stepDependence == 0, "\(P.self) depends on the step") }
        #expect(
            penalty.isPositivelyHomogeneous == (inhomogeneity < 1e-12), "\(P.self) homogeneous, \(inhomogeneity)")
    }

    @Test func hold() throws {
        let pairs = try Groups(sizes: [2, 2, 2])
        check(try L1Norm<Double>(weight: 0.6))
        check(try WeightedL1Norm<Double>(weights: [0, 1, 0.2, 0.6, 2, 0.3]))
        check(try ElasticNet<Double>(weight: 0.6, ridge: 0.5))
        check(try L0Norm<Double>(weight: 0.6))
        check(try MinimaxConcavePenalty<Double>(weight: 0.6))
        check(try SmoothlyClippedPenalty<Double>(weight: 0.6))
        check(try NonNegativeL1Norm<Double>(weight: 0.6))
        check(try NonNegativeL1Norm<Double>(weight: 0))
        check(try L1Ball<Double>(radius: 1))
        check(try MaximumNorm<Double>(weight: 0.6))
        check(try MaximumNormBall<Double>(radius: 1))
        check(try GroupLasso(L1Norm<Double>(weight: 0.6), groups: pairs))
        check(try GroupLasso(L1Norm<Double>(weight: 0.6), groups: Groups(singlesOf: 6)))
        check(try GroupedPenalty(L0Norm<Double>(weight: 0.6), groups: pairs))
        check(try GroupedPenalty(ElasticNet<Double>(weight: 0.6, ridge: 0.5), groups: pairs))
        check(try GroupedPenalty(MaximumNormBall<Double>(radius: 1), groups: pairs))
        check(try SparseGroupLasso<Double>(weight: 0.3, groupWeight: 0.3, groups: pairs))
        check(try SparseEnvelope<Double>(weight: 0.6, level: 1, groups: pairs))
        check(try NuclearNorm<Double>(weight: 0.6, rows: 2, columns: 3))
        check(try TotalVariation<Double>(weight: 0.6))
    }
}
