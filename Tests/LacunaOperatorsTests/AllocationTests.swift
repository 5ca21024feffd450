import CAllocationCounter
import LacunaOperators
import LacunaTestSupport
import Testing

/// Whether the numerics are specialised: unspecialised generics allocate for their temporaries.
#if DEBUG
    private let isOptimized = false
#else
    private let isOptimized = true
#endif

/// The law of `LinearOperator`: products allocate nothing.
@Suite(.enabled(if: isOptimized && lacuna_thread_allocations() >= 0, "counted in release builds, with glibc"))
struct AllocationTests {
    private func expectNone<A: LinearOperator>(_ a: A) where A.Element.RealPart == Double {
        var stream = RandomStream(key: 95)
        let count = 5
        let x = Buffer<A.Element>(stream.vector(a.columns * count)),
            y = Buffer<A.Element>(stream.vector(a.rows * count))
        let workspace = Buffer<A.Element>(repeating: 0, count: max(a.workspaceCount, a.workspaceCount(vectors: count)))
        func products() {
            a.apply(x.pointer, into: y.pointer, workspace: workspace.pointer)
            a.applyAdjoint(y.pointer, into: x.pointer, workspace: workspace.pointer)
            a.apply(x.pointer, vectors: count, into: y.pointer, workspace: workspace.pointer)
            a.applyAdjoint(y.pointer, vectors: count, into: x.pointer, workspace: workspace.pointer)
        }
        products()
        let before = lacuna_thread_allocations()
        products()
        #expect(lacuna_thread_allocations() - before == 0, "\(A.self)")
    }

    private func checkAll<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        var stream = RandomStream(key: 96)
        let n = 12
        let dense = DenseOperator<S>(stream.matrix(n, n))
        let h: [S] = stream.vector(2 * n - 1), c: [S] = stream.vector(n)
        expectNone(dense)
        expectNone(DiagonalOperator(c))
        expectNone(try RestrictionOperator<S>([3, 1], of: n))
        expectNone(try KroneckerOperator<S>([stream.matrix(3, 4), stream.matrix(4, 3)]))
        expectNone(try PermutationOperator<S>(stream.permutation(n)))
        expectNone(try BlockDiagonalOperator<S>([stream.matrix(3, 4), stream.matrix(9, 8)]))
        expectNone(try CirculantOperator(firstColumn: c))
        expectNone(try ToeplitzOperator(firstColumn: c, firstRow: c))
        expectNone(try HankelOperator(h, rows: n))
        expectNone(try VandermondeOperator(nodes: c, rows: n))
        expectNone(try MaskedOperator<S>(dense.matrix, mask: Matrix(rows: n, columns: n) { $0 != $1 }))
        expectNone(try SumOperator<S>([dense, dense.adjoint]))
        expectNone(try StackOperator<S>(.vertical, [dense, dense.adjoint]))
        expectNone(try StackOperator<S>(.horizontal, [dense, dense.adjoint]))
        expectNone(try CompositionOperator(dense, ScaledOperator(2, dense.adjoint)))
        expectNone(try MonarchConvolutionOperator(kernel: c, length: n))
        let layout = try MonarchLayout(rows: 10, columns: n, blocks: 4)
        let factors = try MonarchFactors<S>(
            layout: layout,
            left: Tensor(
                dimensions: layout.leftDimensions, storage: stream.vector(layout.leftDimensions.reduce(1, *))),
            right: Tensor(
                dimensions: layout.rightDimensions, storage: stream.vector(layout.rightDimensions.reduce(1, *))))
        expectNone(MonarchOperator(factors))
    }

    @Test func realProducts() throws { try checkAll(Double.self) }
    @Test func complexProducts() throws {
        try checkAll(Complex<Double>.self)
        expectNone(try FourierOperator(size: 12))
        expectNone(try MonarchFourierOperator(radices: [3, 4]))
    }
}
