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
    private func expectNone<A: LinearOperator>(_ a: A) {
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

    /// Kinds with numerics of their own, in every scalar type.
    private func checkStructured<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 97)
        let n = 12
        let c: [S] = stream.vector(n), h: [S] = stream.vector(2 * n - 1)
        expectNone(try CirculantOperator(firstColumn: c))
        expectNone(try ToeplitzOperator(firstColumn: c, firstRow: c))
        expectNone(try HankelOperator(h, rows: n))
        expectNone(try VandermondeOperator(nodes: c, rows: n))
        expectNone(try MonarchConvolutionOperator(kernel: c, length: n))
        for block in [BlockShape.entry, .rows4, BlockShape(2, 3)] {
            let dense: Matrix<S> = Matrix(rows: n, columns: n) { row, column in
                (row / block.rows + column / block.columns) % 3 == 0 ? c[column] : 0
            }
            let matrix = try SparseMatrix(dense, block: block)
            expectNone(SparseOperator(matrix))
            let plan = SparsePlan(matrix), workspace = SparseWorkspace(for: plan)
            let x = Buffer<S>(stream.vector(n * n)), y = Buffer<S>(stream.vector(n * n))
            let values = Buffer<S>(repeating: 0, count: matrix.storedCount)
            expectNone("plan \(S.self) \(block)") {
                plan.multiply(x.pointer, stride: n, columns: n, into: y.pointer, stride: n, workspace: workspace)
                plan.multiply(vector: x.pointer, into: y.pointer)
                plan.multiplyTransposed(
                    y.pointer, stride: n, columns: n, into: x.pointer, stride: n, workspace: workspace)
                plan.sample(y.pointer, stride: n, x.pointer, stride: n, depth: n, into: values.pointer)
            }
        }
    }

    private func expectNone(_ name: String, _ products: () -> Void) {
        products()
        let before = lacuna_thread_allocations()
        products()
        #expect(lacuna_thread_allocations() - before == 0, "\(name)")
    }

    @Test func structuredProducts() throws {
        try checkStructured(Float.self)
        try checkStructured(Double.self)
        try checkStructured(Complex<Float>.self)
        try checkStructured(Complex<Double>.self)
    }

    @Test func packedAndQuantisedProducts() throws {
        let dense = Matrix<Float>(rows: 8, columns: 8) { $0 / 4 == $1 % 2 ? Float($1 - 3) : 0 }
        let packed = try NMMatrix(dense, kept: 2, ofEach: 4)
        expectNone(NMOperator(packed))
        let product = try QuantizedProduct(
            QuantizedMatrix(SparseMatrix(dense, block: .rows4)), input: Quantization(scale: 1))
        let q = Buffer<UInt8>(repeating: 3, count: 8 * 5), y = Buffer<Float>(repeating: 0, count: 8 * 5)
        let workspaces = [Buffer<UInt8>(repeating: 0, count: product.workspaceBytes)]
        expectNone("int8") {
            product.multiply(q.pointer, stride: 5, columns: 5, into: y.pointer, stride: 5, workspaces: workspaces)
        }
    }

    @Test func realProducts() throws { try checkAll(Double.self) }
    @Test func complexProducts() throws {
        try checkAll(Complex<Double>.self)
        expectNone(try FourierOperator(size: 12))
        expectNone(try WaveletOperator<Complex<Double>>(height: 8, width: 8, levels: 2))
        expectNone(
            try CoilEncodingOperator(
                height: 4, width: 4, sensitivities: Array(repeating: 1, count: 32), samples: [0, 3, 7]))
        expectNone(try MonarchFourierOperator(radices: [3, 4]))
    }
}
