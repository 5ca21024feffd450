import LacunaStructure
import LacunaTestSupport
import Testing

@Suite struct MonarchSetTests {
    private func layouts() throws -> [MonarchLayout] {
        try [
            MonarchLayout(size: 16, blockSize: 4), MonarchLayout(size: 24, blockSize: 4),
            MonarchLayout(size: 24, blockSize: 6, rank: 2),
            MonarchLayout(size: 7, blockSize: 7), MonarchLayout(size: 7, blockSize: 1),
            MonarchLayout(rows: 24, columns: 48, blocks: 4),
            MonarchLayout(rows: 10, columns: 13, blocks: 4), MonarchLayout(rows: 3, columns: 3, blocks: 4),
            MonarchLayout(leftBlocks: 3, leftRows: 4, rightBlocks: 2, rightColumns: 5, rank: 4, rows: 11, columns: 9),
        ]
    }

    /// The slices by their definition, and what their singular values leave out.
    private func predictedError<S: Scalar>(_ a: Matrix<S>, _ layout: MonarchLayout) throws -> S.RealPart {
        var error = S.RealPart.zero
        for j in 0..<layout.leftBlocks {
            for k in 0..<layout.rightBlocks {
                let slice = Matrix<S>(rows: layout.leftRows, columns: layout.rightColumns) { l, i in
                    let row = l * layout.leftBlocks + j, column = k * layout.rightColumns + i
                    return row < a.rows && column < a.columns ? a[row, column] : 0
                }
                error += try SingularValueDecomposition(slice).values.dropFirst(layout.rank).reduce(0) { $0 + $1 * $1 }
            }
        }
        return error
    }

    private func squaredNorm<S: Scalar>(_ a: Matrix<S>) -> S.RealPart { a.storage.reduce(0) { $0 + $1.squaredModulus } }

    private func difference<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> Matrix<S> {
        Matrix(rows: a.rows, columns: a.columns, storage: zip(a.storage, b.storage).map { $0 - $1 })
    }

    private func random<S: Scalar>(_ layout: MonarchLayout, _ stream: inout RandomStream) throws -> MonarchFactors<S> {
        func tensor(_ dimensions: [Int]) -> Tensor<S> {
            Tensor(dimensions: dimensions, storage: stream.vector(dimensions.reduce(1, *)))
        }
        return try MonarchFactors(
            layout: layout, left: tensor(layout.leftDimensions), right: tensor(layout.rightDimensions))
    }

    private func check<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 1)
        for layout in try layouts() {
            let set = try MonarchSet<S>(layout: layout)
            let a: Matrix<S> = stream.matrix(layout.rows, layout.columns)
            let p = try set.project(a).dense(), size = squaredNorm(a)
            let rest = difference(a, p), error = squaredNorm(rest)
            #expect((error - (try predictedError(a, layout))).magnitude <= rounding(100, of: S.self) * size)
            // Pythagoras, idempotence, members.
            #expect((size - squaredNorm(p) - error).magnitude <= rounding(200, of: S.self) * size)
            #expect(relativeDistance(try set.project(p).dense(), p) <= rounding(100, of: S.self))
            let member: MonarchFactors<S> = try random(layout, &stream)
            #expect(
                relativeDistance(try set.project(member.dense()).dense(), member.dense()) <= rounding(100, of: S.self))
            // Factors of equal size.
            let factors = try set.project(a)
            let left = factors.left.storage.reduce(S.RealPart.zero) { $0 + $1.squaredModulus }
            let right = factors.right.storage.reduce(S.RealPart.zero) { $0 + $1.squaredModulus }
            #expect((left - right).magnitude <= rounding(200, of: S.self) * left)
        }
    }

    @Test func laws() throws {
        try check(Float.self)
        try check(Double.self)
        try check(Complex<Double>.self)
    }

    @Test func noNeighbourIsNearer() throws {
        var stream = RandomStream(key: 2)
        let layout = try MonarchLayout(size: 16, blockSize: 4)
        let a: Matrix<Double> = stream.matrix(16, 16)
        let best = try MonarchSet(layout: layout).project(a)
        let error = squaredNorm(difference(a, best.dense()))
        for trial in 0..<200 {
            let size = Double.pow(10, -Double(trial % 4))
            func moved(_ tensor: Tensor<Double>) -> Tensor<Double> {
                Tensor(dimensions: tensor.dimensions, storage: tensor.storage.map { $0 + size * stream.normal() })
            }
            let near = try MonarchFactors(layout: layout, left: moved(best.left), right: moved(best.right))
            #expect(squaredNorm(difference(a, near.dense())) >= error - 1e-12)
        }
    }

    /// The DFT with its input in the order i p + k: a member (Dao et al. 2022), in natural order as far as can be.
    @Test(arguments: [(16, 4), (48, 6), (64, 8)])
    func fourierMatrixIsAMember(n: Int, b: Int) throws {
        let p = n / b
        func entry(_ t: Int, _ s: Int) -> Complex<Double> {
            .init(length: 1, phase: -2 * Double.pi * Double(t * s % n) / Double(n))
        }
        let natural = Matrix(rows: n, columns: n, element: entry)
        let ordered = Matrix(rows: n, columns: n) { entry($0, $1 % b * p + $1 / b) }
        let set = try MonarchSet<Complex<Double>>(layout: MonarchLayout(size: n, blockSize: b))
        #expect(relativeDistance(try set.project(ordered).dense(), ordered) < 1e-14)
        if p == b {
            let distance = relativeDistance(try set.project(natural).dense(), natural)
            #expect(abs(distance - (1 - 1 / Double(b)).squareRoot()) < 1e-12)
        }
    }

    private func checkPowerIteration<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 3)
        for layout in try layouts() + [
            MonarchLayout(size: 256, blockSize: 16), MonarchLayout(size: 64, blockSize: 8, rank: 3),
        ] {
            let a: Matrix<S> = stream.matrix(layout.rows, layout.columns)
            let fast = try MonarchSet<S>(layout: layout, method: .powerIteration(limit: 100))
            let best = (try predictedError(a, layout)).squareRoot()
            let error = squaredNorm(difference(a, try fast.project(a).dense())).squareRoot()
            #expect(error <= best * 1.001 + rounding(100, of: S.self) * squaredNorm(a).squareRoot(), "\(layout)")
            #expect(error >= best - rounding(100, of: S.self) * squaredNorm(a).squareRoot())
            let member: MonarchFactors<S> = try random(layout, &stream)
            #expect(
                relativeDistance(try fast.project(member.dense()).dense(), member.dense()) <= rounding(5000, of: S.self)
            )
        }
    }

    @Test func powerIteration() throws {
        try checkPowerIteration(Float.self)
        try checkPowerIteration(Double.self)
        try checkPowerIteration(Complex<Double>.self)
    }

    @Test(arguments: [MonarchProjection.singularValues, .powerIteration(limit: 50)])
    func extremeMatrices(method: MonarchProjection) throws {
        let layout = try MonarchLayout(size: 8, blockSize: 2)
        let set = try MonarchSet<Float>(layout: layout, method: method)
        let zero = Matrix<Float>(repeating: 0, rows: 8, columns: 8)
        #expect(try set.project(zero).dense() == zero)
        // The identity is block diagonal, hence a member; at sizes whose squares overflow too.
        for size: Float in [1, 1e30, 1e-30] {
            let scaled = Matrix<Float>(rows: 8, columns: 8) { $0 == $1 ? size : 0 }
            let p = try set.project(scaled).dense()
            #expect(zip(p.storage, scaled.storage).allSatisfy { ($0 / size - $1 / size).magnitude < 1e-5 })
        }
        #expect(throws: LacunaError.self) { try set.project(Matrix(repeating: 1, rows: 8, columns: 7)) }
        #expect(throws: LacunaError.self) { try set.project(Matrix(repeating: .nan, rows: 8, columns: 8)) }
        #expect(throws: LacunaError.self) { try MonarchSet<Float>(layout: layout, method: .powerIteration(limit: 0)) }
        // Slices of 4×3: rank 3 is every matrix, rank 4 none of them.
        let full = try MonarchLayout(size: 12, blockSize: 3, rank: 3)
        let matrix: Matrix<Double> = Matrix(rows: 12, columns: 12) { Double(($0 * 31 + $1 * 17) % 13) }
        #expect(relativeDistance(try MonarchSet<Double>(layout: full).project(matrix).dense(), matrix) < 1e-14)
        #expect(throws: LacunaError.self) {
            try MonarchSet<Double>(layout: MonarchLayout(size: 12, blockSize: 3, rank: 4))
        }
        #expect(throws: LacunaError.self) {
            try MonarchSet<Float>(layout: MonarchLayout(rows: 64, columns: 64, blockSize: 1 << 28))
        }
    }
}
