import CAllocationCounter
import LacunaStructure
import LacunaTestSupport
import Testing

/// Whether the numerics are specialised: unspecialised generics allocate for their temporaries.
#if DEBUG
    private let isOptimized = false
#else
    private let isOptimized = true
#endif

/// The law of `Penalty`: `prox` allocates nothing; neither does entmax.
@Suite(.enabled(if: isOptimized && lacuna_thread_allocations() >= 0, "counted in release builds, with glibc"))
struct AllocationTests {
    private func expectNone<P: Penalty>(
        _ penalty: P, _ x: [P.Element], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let buffer = Buffer(x)
        let pointer = UnsafeMutableBufferPointer(start: buffer.pointer, count: x.count)
        var workspace = penalty.makeWorkspace(count: x.count)
        penalty.prox(pointer, step: 0.5, workspace: &workspace)
        buffer.pointer.update(from: x, count: x.count)
        let before = lacuna_thread_allocations()
        penalty.prox(pointer, step: 0.5, workspace: &workspace)
        #expect(lacuna_thread_allocations() == before, "\(P.self)", sourceLocation: sourceLocation)
    }

    private func checkEveryScalar<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        var stream = RandomStream(key: 1)
        let x: [S] = stream.vector(60)
        let groups = try Groups(sizes: Array(repeating: 5, count: 12))
        try expectNone(L1Norm<S>(weight: 1), x)
        try expectNone(ElasticNet<S>(weight: 1, ridge: 1), x)
        try expectNone(L0Norm<S>(weight: 1), x)
        try expectNone(MinimaxConcavePenalty<S>(weight: 1), x)
        try expectNone(SmoothlyClippedPenalty<S>(weight: 1), x)
        try expectNone(WeightedL1Norm<S>(weights: Array(repeating: 1, count: 60)), x)
        try expectNone(MaximumNorm<S>(weight: 1), x)
        try expectNone(L1Ball<S>(radius: 1), x)
        try expectNone(GroupLasso(L1Norm<S>(weight: 1), groups: groups), x)
        try expectNone(SparseGroupLasso<S>(weight: 1, groupWeight: 1, groups: groups), x)
        try expectNone(SparseEnvelope<S>(weight: 1, level: 4, groups: groups), x)
        try expectNone(NuclearNorm<S>(weight: 1, rows: 6, columns: 10), x)
    }

    @Test func proxAllocatesNothing() throws {
        try checkEveryScalar(Double.self)
        try checkEveryScalar(Complex<Double>.self)
        var stream = RandomStream(key: 2)
        let x: [Double] = stream.vector(60)
        try expectNone(NonNegativeL1Norm<Double>(weight: 1), x)
        try expectNone(TotalVariation<Double>(weight: 1), x)
        for alpha in [1, 1.3, 1.5, 2, 3] {
            let entmax = try Entmax(alpha: alpha)
            let z = Buffer(x), gradient = Buffer(x)
            func products() {
                entmax.apply(UnsafeMutableBufferPointer(start: z.pointer, count: 60))
                entmax.pullBack(
                    output: UnsafeBufferPointer(start: z.pointer, count: 60),
                    gradient: UnsafeMutableBufferPointer(start: gradient.pointer, count: 60))
            }
            // The first call may allocate what the runtime keeps about types.
            products()
            let before = lacuna_thread_allocations()
            products()
            #expect(lacuna_thread_allocations() == before, "alpha \(alpha)")
        }
    }
}
