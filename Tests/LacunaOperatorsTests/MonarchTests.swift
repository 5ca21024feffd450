import LacunaOperators
import LacunaTestSupport
import Testing

@Suite struct MonarchTests {
    private static func layouts() throws -> [MonarchLayout] {
        [
            try MonarchLayout(size: 16, blockSize: 4), try MonarchLayout(size: 12, blockSize: 3),
            try MonarchLayout(size: 12, blockSize: 6, rank: 2), try MonarchLayout(size: 5, blockSize: 1),
            try MonarchLayout(size: 5, blockSize: 5),
            try MonarchLayout(leftBlocks: 3, leftRows: 2, rightBlocks: 4, rightColumns: 5, rank: 2),
            // Padding: a last block that is partly, or wholly, cut away, and fewer rows than left blocks.
            try MonarchLayout(leftBlocks: 3, leftRows: 4, rightBlocks: 4, rightColumns: 2, rows: 10, columns: 5),
            try MonarchLayout(
                leftBlocks: 4, leftRows: 1, rightBlocks: 2, rightColumns: 3, rank: 3, rows: 3, columns: 4),
            try MonarchLayout(rows: 10, columns: 7, blocks: 4), try MonarchLayout(rows: 6, columns: 17, blocks: 4),
        ]
    }

    private func random<S: Scalar>(_ layout: MonarchLayout, _ stream: inout RandomStream) throws -> MonarchFactors<S> {
        try MonarchFactors(
            layout: layout,
            left: Tensor(
                dimensions: layout.leftDimensions, storage: stream.vector(layout.leftDimensions.reduce(1, *))),
            right: Tensor(
                dimensions: layout.rightDimensions, storage: stream.vector(layout.rightDimensions.reduce(1, *))))
    }

    private func checkLaws<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 51)
        for layout in try Self.layouts() {
            let factors: MonarchFactors<S> = try random(layout, &stream)
            try expectLaws(of: MonarchOperator(factors), equals: factors.dense())
        }
        // M M*.
        let layout = try MonarchLayout(size: 12, blockSize: 4)
        let a: MonarchFactors<S> = try random(layout, &stream), b: MonarchFactors<S> = try random(layout, &stream)
        try expectLaws(
            of: CompositionOperator(MonarchOperator(a), MonarchOperator(b).adjoint),
            equals: naiveProduct(a.dense(), b.dense().adjoint), givesColumns: false)
    }

    @Test func threadsGiveTheSameBits() throws {
        func check<S: Scalar>(_ type: S.Type) throws {
            var stream = RandomStream(key: 55)
            for layout in try Self.layouts() {
                let operation = MonarchOperator(try random(layout, &stream) as MonarchFactors<S>)
                for count in [1, 7, 8, 37] {
                    let x: [S] = stream.vector(layout.columns * count), source = Buffer(x)
                    let expected = try operation.apply(Tensor(dimensions: [layout.columns, count], storage: x)).storage
                    for threads in 1...3 {
                        let workspaces = (0..<threads).map { _ in
                            Buffer<S>(repeating: 0, count: operation.workspaceCount(vectors: count))
                        }
                        let y = Buffer<S>(repeating: 0, count: layout.rows * count)
                        operation.apply(source.pointer, vectors: count, into: y.pointer, workspaces: workspaces)
                        #expect(y.prefix(layout.rows * count) == expected, "\(threads) threads, \(count) vectors")
                    }
                }
            }
        }
        try check(Float.self)
        try check(Complex<Double>.self)
    }

    @Test func lawsOfFloats() throws { try checkLaws(Float.self) }
    @Test func lawsOfDoubles() throws { try checkLaws(Double.self) }
    @Test func lawsOfComplexFloats() throws { try checkLaws(Complex<Float>.self) }
    @Test func lawsOfComplexDoubles() throws { try checkLaws(Complex<Double>.self) }

    /// Blocks beyond the sizes that our own small kernels take.
    @Test func largeBlocks() throws {
        var stream = RandomStream(key: 52)
        let layout = try MonarchLayout(
            leftBlocks: 50, leftRows: 3, rightBlocks: 2, rightColumns: 60, rank: 2, rows: 147)
        let factors: MonarchFactors<Double> = try random(layout, &stream)
        let x: [Double] = stream.vector(120 * 51)
        let y = try MonarchOperator(factors).apply(Tensor(dimensions: [120, 51], storage: x))
        let expected = naiveProduct(Matrix(rows: 51, columns: 120, storage: x), factors.dense().transposed)
        #expect(y.dimensions == [147, 51] && relativeDistance(y.storage, expected.storage) < 1e-14)
    }

    /// M = P_bᵀ diag(L_j) P_b diag(R_k): the definition, from operators of other kinds.
    @Test(arguments: [(16, 4), (12, 3), (48, 6), (64, 16)])
    func equalsTheProductForm(n: Int, b: Int) throws {
        var stream = RandomStream(key: 53)
        let factors: MonarchFactors<Double> = try random(MonarchLayout(size: n, blockSize: b), &stream)
        let p = n / b
        let left = (0..<b).map { j in Matrix(rows: p, columns: p) { factors.left[j, $0, $1, 0] } }
        let right = (0..<p).map { k in Matrix(rows: b, columns: b) { factors.right[k, 0, $0, $1] } }
        let permutation = try PermutationOperator<Double>.transposition(rows: p, columns: b)
        let form = try CompositionOperator(
            permutation.adjoint,
            CompositionOperator(
                BlockDiagonalOperator(left), CompositionOperator(permutation, BlockDiagonalOperator(right))))
        #expect(relativeDistance(form.dense(), factors.dense()) < 1e-14)
    }

    /// The released layer on row vectors, step by step, its padding included.
    @Test(arguments: [(10, 7), (7, 10), (8, 8), (20, 23), (3, 5)])
    func equalsTheReleasedLayer(rows: Int, columns: Int) throws {
        var stream = RandomStream(key: 54)
        let blocks = 4, p = (columns + 3) / 4, s = (rows + 3) / 4, q = min(p, s)
        let w1: [Double] = stream.vector(blocks * q * p), w2: [Double] = stream.vector(blocks * s * q)
        let x: [Double] = stream.vector(columns)
        let padded = x + Array(repeating: 0, count: blocks * p - columns)
        var u = Array(repeating: 0.0, count: blocks * q)
        for k in 0..<blocks {
            for row in 0..<q {
                for i in 0..<p { u[k * q + row] += w1[(k * q + row) * p + i] * padded[k * p + i] }
            }
        }
        var z = Array(repeating: 0.0, count: blocks * s)
        for l in 0..<blocks {
            for row in 0..<s {
                for r in 0..<q { z[row * blocks + l] += w2[(l * s + row) * q + r] * u[r * blocks + l] }
            }
        }
        let layer = try MonarchOperator(
            MonarchFactors(
                layerW1: Tensor(dimensions: [blocks, q, p], storage: w1),
                w2: Tensor(dimensions: [blocks, s, q], storage: w2), rows: rows, columns: columns))
        #expect(relativeDistance(try layer.apply(x), Array(z[..<rows])) < 1e-14)
    }

    /// ⟨G, dZ⟩ along every direction, by central differences of a bilinear form: exact to rounding.
    private func checkGradient<S: Scalar>(_ type: S.Type) throws where S.RealPart == Double {
        var stream = RandomStream(key: 55)
        for layout in try Self.layouts() {
            let factors: MonarchFactors<S> = try random(layout, &stream)
            let count = 3
            func tensor(_ dimensions: [Int]) -> Tensor<S> {
                Tensor(dimensions: dimensions, storage: stream.vector(dimensions.reduce(1, *)))
            }
            func moved(_ t: Tensor<S>, _ by: Tensor<S>, _ step: Double) -> Tensor<S> {
                Tensor(
                    dimensions: t.dimensions,
                    storage: zip(t.storage, by.storage).map { $0 + ($1 as S).scaled(by: step) })
            }
            func inner(_ a: Tensor<S>, _ b: Tensor<S>) -> Double {
                zip(a.storage, b.storage).reduce(0) { $0 + ($1.0.conjugated * $1.1).realPart }
            }
            let x = tensor([layout.columns, count]), g = tensor([layout.rows, count])
            // loss = Re⟨g, M x⟩, hence G = g for real numbers and g / 2 for complex ones in the convention of ∂/∂z̄.
            let operation = MonarchOperator(factors)
            let (z, y) = try operation.forward(x)
            #expect(relativeDistance(z.storage, try operation.apply(x).storage) < rounding(300, of: S.self))
            let gradient = try operation.gradient(output: g, input: x, inner: y)
            let dl = tensor(layout.leftDimensions), dr = tensor(layout.rightDimensions), dx = tensor(x.dimensions)
            func loss(_ step: Double) throws -> Double {
                let changed = try MonarchFactors(
                    layout: layout, left: moved(factors.left, dl, step), right: moved(factors.right, dr, step))
                return inner(g, try MonarchOperator(changed).forward(moved(x, dx, step)).output)
            }
            // The loss is a cubic in the step: Richardson's combination of two central differences is exact.
            let h = 0.01
            let coarse = (try loss(2 * h) - loss(-2 * h)) / (4 * h), fine = (try loss(h) - loss(-h)) / (2 * h)
            let numerical = (4 * fine - coarse) / 3
            let analytical = inner(gradient.left, dl) + inner(gradient.right, dr) + inner(gradient.input, dx)
            let size = inner(g, g).squareRoot() * inner(dl, dl).squareRoot()
            #expect(abs(numerical - analytical) < 1e-11 * (abs(numerical) + size), "\(layout)")
            // Scaling L[j, :, k] against R[k, :, j] changes nothing, so that the gradient is orthogonal to it.
            let gauge = inner(gradient.left, factors.left) - inner(gradient.right, factors.right)
            #expect(abs(gauge) < 1e-12 * (1 + abs(inner(gradient.left, factors.left))))
        }
    }

    @Test func gradientOfRealFactors() throws { try checkGradient(Double.self) }
    @Test func gradientOfComplexFactors() throws { try checkGradient(Complex<Double>.self) }

    @Test func gradientRefusesSizesThatDoNotAgree() throws {
        var stream = RandomStream(key: 56)
        let operation = try MonarchOperator(
            random(MonarchLayout(size: 4, blockSize: 2), &stream) as MonarchFactors<Double>)
        func tensor(_ rows: Int, _ columns: Int) -> Tensor<Double> {
            Tensor(repeating: 1, dimensions: [rows, columns])
        }
        #expect(throws: LacunaError.self) { try operation.forward(tensor(5, 2)) }
        #expect(throws: LacunaError.self) { try operation.forward(Tensor(repeating: 1, dimensions: [4])) }
        for (g, x, y) in [(5, 4, 4), (4, 5, 4), (4, 4, 5)] {
            #expect(throws: LacunaError.self) {
                try operation.gradient(output: tensor(g, 2), input: tensor(x, 2), inner: tensor(y, 2))
            }
        }
        #expect(throws: LacunaError.self) {
            try operation.gradient(output: tensor(4, 1), input: tensor(4, 2), inner: tensor(4, 2))
        }
        let empty = try operation.gradient(output: tensor(4, 0), input: tensor(4, 0), inner: tensor(4, 0))
        #expect(empty.left.storage == Array(repeating: 0, count: 8))
    }
}
