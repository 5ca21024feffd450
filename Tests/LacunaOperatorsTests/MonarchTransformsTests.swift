import LacunaOperators
import LacunaTestSupport
import Testing

/// The relative error of the best Monarch matrix of a rank, from the singular values of the slices over (l, i).
private func projectionError<S: Scalar>(_ matrix: Matrix<S>, blockSize b: Int, rank: Int = 1) throws -> S.RealPart {
    let p = matrix.rows / b
    var dropped = S.RealPart.zero, size = S.RealPart.zero
    for j in 0..<b {
        for k in 0..<p {
            let slice = Matrix(rows: p, columns: b) { l, i in matrix[l * b + j, k * b + i] }
            for (index, value) in try SingularValueDecomposition(slice).values.enumerated() {
                size += value * value
                if index >= rank { dropped += value * value }
            }
        }
    }
    return (dropped / size).squareRoot()
}

@Suite struct MonarchTransformsTests {
    private typealias C = Complex<Double>

    /// Straight from the definition.
    private func fourierMatrix(_ n: Int) -> Matrix<C> {
        Matrix(rows: n, columns: n) { t, s in
            let angle = -2 * Double.pi * Double(t * s % n) / Double(n)
            return C(Double.cos(angle), Double.sin(angle))
        }
    }

    @Test(arguments: [(16, 4), (64, 8), (256, 16), (15, 3), (48, 6), (512, 32), (7, 1), (7, 7), (1, 1)])
    func fourierIsExact(n: Int, b: Int) throws {
        let exact = fourierMatrix(n)
        let forward = try MonarchTransform.fourier(size: n, blockSize: b)
        #expect(largestDifference(forward.dense(), exact) < 4e-14)
        let inverse = try MonarchTransform.fourier(size: n, blockSize: b, inverse: true)
        let scaled = Matrix(rows: n, columns: n) { exact[$1, $0].conjugate.scaled(by: 1 / Double(n)) }
        #expect(largestDifference(inverse.dense(), scaled) < 4e-14)
        var stream = RandomStream(key: 71)
        let x: [C] = stream.vector(n)
        let back = try inverse.operation().apply(forward.operation().apply(x))
        #expect(relativeDistance(back, x) < 1e-13)
        // Parseval, and the symmetry of real input.
        for inverse in [false, true] {
            let unitary = try MonarchTransform.fourier(size: n, blockSize: b, inverse: inverse, orthonormal: true)
            let y = try unitary.operation().apply(x)
            let energy = (of: y.reduce(0) { $0 + $1.squaredModulus }, from: x.reduce(0) { $0 + $1.squaredModulus })
            #expect(abs(energy.of - energy.from) < 1e-13 * energy.from)
            let real = try unitary.operation().apply(x.map { C($0.real, 0) })
            #expect(largestDifference((0..<n).map { real[(n - $0) % n].conjugate }, real) < 1e-13)
        }
        let plan = try FourierPlan(length: n), output = Buffer<C>(repeating: 0, count: n)
        plan.transform(x, into: output.pointer)
        #expect(relativeDistance(try forward.operation().apply(x), output.prefix(n)) < 1e-13)
    }

    /// In natural order, the transform is as far from the class as its slices allow: √(1 - 1/√n).
    @Test(arguments: [(16, 4, 0.8660), (64, 8, 0.9354), (256, 16, 0.9682)])
    func fourierInNaturalOrderIsFarFromMonarch(n: Int, b: Int, published: Double) throws {
        let natural = try projectionError(fourierMatrix(n), blockSize: b)
        #expect(abs(natural - (1 - 1 / Double(b)).squareRoot()) < 1e-12 && abs(natural - published) < 5e-5)
        let order = try fourierInputOrder(size: n, blockSize: b)
        #expect(try projectionError(fourierMatrix(n).selectingColumns(order), blockSize: b) < 1e-14)
        // The permutation itself is as far away, and so is bit reversal.
        let identity = Matrix<Double>.identity(n)
        let bits = n.trailingZeroBitCount
        let reversed = (0..<n).map { index in
            (0..<bits).reduce(0) { $0 | (index >> $1 & 1) << (bits - 1 - $1) }
        }
        #expect(abs(try projectionError(identity.selectingColumns(order), blockSize: b) - natural) < 1e-12)
        #expect(abs(try projectionError(identity.selectingColumns(reversed), blockSize: b) - natural) < 1e-12)
    }

    @Test(arguments: [(1, 1), (4, 2), (16, 4), (64, 4), (256, 16)])
    func hadamardIsExact(n: Int, b: Int) throws {
        var exact = Matrix<Double>([[1]])
        while exact.rows < n { exact = naiveKronecker([Matrix([[1, 1], [1, -1]]), exact]) }
        let transform = try MonarchTransform.hadamard(size: n, blockSize: b)
        #expect(transform.dense() == exact && transform.inputOrder == Array(0..<n))
        let orthonormal = try MonarchTransform.hadamard(size: n, blockSize: b, orthonormal: true).dense()
        #expect(largestDifference(naiveProduct(orthonormal, orthonormal.transposed), .identity(n)) < 1e-14)
    }

    @Test(arguments: RealTransform.allCases)
    func matricesAreOrthonormalAndRight(transform: RealTransform) throws {
        for n in [1, 2, 5, 16] {
            let matrix = try transform.matrix(size: n)
            #expect(largestDifference(naiveProduct(matrix, matrix.transposed), .identity(n)) < 1e-14, "n = \(n)")
        }
        // One entry each, t = 1 and s = 2 of n = 4.
        let pi = Double.pi
        let entry: Double =
            switch transform {
            case .cosineII: 0.5.squareRoot() * Double.cos(pi * 5 / 8)
            case .cosineIV: 0.5.squareRoot() * Double.cos(pi * 15 / 16)
            case .sineI: 0.4.squareRoot() * Double.sin(pi * 6 / 5)
            case .sineII: 0.5.squareRoot() * Double.sin(pi * 10 / 8)
            case .sineIV: 0.5.squareRoot() * Double.sin(pi * 15 / 16)
            case .hartley: 0.5 * (Double.cos(pi) + Double.sin(pi))
            }
        #expect(abs(try transform.matrix(size: 4)[1, 2] - entry) < 1e-15)
    }

    @Test(arguments: RealTransform.allCases.filter { $0 != .sineI })
    func rankTwoIsExact(transform: RealTransform) throws {
        for (n, b) in [(16, 4), (64, 8), (256, 16), (15, 3), (48, 6), (5, 1), (5, 5), (1, 1)] {
            let monarch = try transform.monarch(size: n, blockSize: b)
            #expect(monarch.factors.layout.rank == 2)
            #expect(largestDifference(monarch.dense(), try transform.matrix(size: n)) < 1e-14, "\(n) by \(b)")
        }
        var stream = RandomStream(key: 72)
        let x: [Double] = stream.vector(48)
        let y = try transform.monarch(size: 48, blockSize: 8).operation().apply(x)
        #expect(relativeDistance(y, naiveProduct(try transform.matrix(size: 48), x)) < 1e-13)
    }

    /// How far the nearest Monarch matrices of rank 1 and 2 are, n = 16, 64, 256: the numbers of our notes.
    @Test(arguments: [
        (RealTransform.cosineII, [0.367, 0.517, 0.602], [0.0, 0, 0]),
        (.cosineIV, [0.519, 0.598, 0.644], [0, 0, 0]), (.sineII, [0.367, 0.517, 0.602], [0, 0, 0]),
        (.hartley, [0.354, 0.530, 0.619], [0, 0, 0]), (.sineI, [0.330, 0.492, 0.591], [0, 0.152, 0.206]),
    ])
    func distances(transform: RealTransform, rankOne: [Double], rankTwo: [Double]) throws {
        for (index, (n, b)) in [(16, 4), (64, 8), (256, 16)].enumerated() {
            let order = try transform.inputOrder(size: n, blockSize: b)
            let matrix = try transform.matrix(size: n).selectingColumns(order)
            let one = try projectionError(matrix, blockSize: b),
                two = try projectionError(matrix, blockSize: b, rank: 2)
            #expect(abs(one - rankOne[index]) < 6e-4, "rank 1, n = \(n): \(one)")
            #expect(abs(two - rankTwo[index]) < (rankTwo[index] == 0 ? 1e-13 : 6e-4), "rank 2, n = \(n): \(two)")
        }
    }

    @Test(arguments: [(16, 4), (64, 8), (256, 16), (48, 6), (15, 5), (1, 1)])
    func circularConvolutionIsInMMStar(n: Int, b: Int) throws {
        var stream = RandomStream(key: 73)
        let h: [C] = stream.vector(n), x: [C] = stream.vector(n)
        let pair = try MonarchPair.circularConvolution(h, blockSize: b)
        let circulant = try CirculantOperator(firstColumn: h)
        #expect(relativeDistance(try pair.dense(), circulant.dense()) < 2e-14)
        #expect(relativeDistance(try pair.operation().apply(x), try circulant.apply(x)) < 2e-14)
        let check = checkAdjoint(try pair.operation(), using: &stream)
        #expect(check.passed)
    }

    @Test(arguments: [(1, 2), (8, 4), (32, 8), (18, 6)])
    func toeplitzIsTheLeadingPartOfACirculant(n: Int, b: Int) throws {
        var stream = RandomStream(key: 74)
        let column: [C] = stream.vector(n), row = [column[0]] + stream.vector(n - 1)
        let operation = try MonarchPair.toeplitz(firstColumn: column, firstRow: row, blockSize: b)
        try expectLaws(
            of: operation, equals: ToeplitzOperator(firstColumn: column, firstRow: row).dense(), givesColumns: false)
        let zeros = Array(repeating: C.zero, count: n - 1)
        let causal = try MonarchPair.toeplitz(firstColumn: column, firstRow: [column[0]] + zeros, blockSize: b)
        let expected = try ToeplitzOperator(causalKernel: column, length: n)
        #expect(relativeDistance(causal.dense(), expected.dense()) < 1e-13)
    }

    @Test func kroneckerProductsAreMonarch() throws {
        var stream = RandomStream(key: 75)
        let a: Matrix<C> = stream.matrix(3, 4), b: Matrix<C> = stream.matrix(5, 2)
        let factors = try MonarchFactors(kronecker: a, b)
        #expect(relativeDistance(factors.dense(), naiveKronecker([a, b])) == 0)
        #expect(throws: LacunaError.self) { try MonarchFactors(kronecker: a, Matrix(rows: 0, columns: 2, storage: [])) }
    }

    @Test func badInputIsAnError() throws {
        let wrong: [() throws -> Any] = [
            { try MonarchTransform.fourier(size: 16, blockSize: 5) },
            { try MonarchTransform.fourier(size: 0, blockSize: 1) },
            { try fourierInputOrder(size: 4, blockSize: 0) },
            { try MonarchTransform.hadamard(size: 12, blockSize: 4) },
            { try MonarchTransform.hadamard(size: 8, blockSize: 3) },
            { try MonarchTransform.hadamard(size: 0, blockSize: 1) },
            { try RealTransform.sineI.monarch(size: 16, blockSize: 4) },
            { try RealTransform.cosineII.monarch(size: 16, blockSize: 3) },
            { try RealTransform.cosineII.matrix(size: 0) },
            { try RealTransform.hartley.inputOrder(size: 8, blockSize: 0) },
            { try MonarchPair.circularConvolution([], blockSize: 1) },
            { try MonarchPair.circularConvolution([C(.nan, 0), 1], blockSize: 1) },
            { try MonarchPair.circularConvolution([1, 2, 3], blockSize: 2) },
            { try MonarchPair.toeplitz(firstColumn: [1, 2], firstRow: [1], blockSize: 1) },
            { try MonarchPair.toeplitz(firstColumn: [1, 2], firstRow: [2, 1], blockSize: 1) },
            { try MonarchPair.toeplitz(firstColumn: [], firstRow: [], blockSize: 1) },
            { try MonarchPair.circularConvolution([1, 2], blockSize: 1).leadingPart(rows: 3, columns: 1) },
        ]
        for (index, make) in wrong.enumerated() {
            #expect(throws: LacunaError.self, "case \(index)") { try make() }
        }
        let factors = try MonarchTransform.hadamard(size: 4, blockSize: 2).factors
        #expect(throws: LacunaError.self) { try MonarchTransform(factors: factors, inputOrder: [0, 1, 2]) }
        #expect(throws: LacunaError.self) { try MonarchTransform(factors: factors, inputOrder: [0, 1, 2, 2]) }
        let other = try MonarchTransform.hadamard(size: 8, blockSize: 2).factors
        #expect(throws: LacunaError.self) { try MonarchPair(factors, other) }
    }
}
