import Lacuna

extension RandomStream {
    /// N(0, 1), or CN(0, 1) for complex scalars.
    public mutating func scalar<S: Scalar>(of type: S.Type = S.self) -> S {
        guard S.isComplex else { return S(S.RealPart(normal())) }
        let z = complexNormal()
        return S(real: S.RealPart(z.real), imaginary: S.RealPart(z.imaginary))
    }

    public mutating func vector<S: Scalar>(_ count: Int, of type: S.Type = S.self) -> [S] {
        (0..<count).map { _ in scalar() }
    }

    public mutating func matrix<S: Scalar>(_ rows: Int, _ columns: Int, of type: S.Type = S.self) -> Matrix<S> {
        Matrix(rows: rows, columns: columns) { _, _ in scalar() }
    }

    /// Uniform on the given range: scales, weights, moments.
    public mutating func positives<R: RealScalar>(_ count: Int, in range: ClosedRange<Double>) -> [R] {
        (0..<count).map { _ in R(range.lowerBound + (range.upperBound - range.lowerBound) * uniform()) }
    }

    /// A unitary (orthogonal) matrix: Q of a Gaussian one.
    public mutating func unitary<S: Scalar>(_ size: Int, of type: S.Type = S.self) throws -> Matrix<S> {
        try QRFactorization(matrix(size, size)).q
    }

    /// Factors of the given sizes, x = x_1 ⊗ … ⊗ x_I with `sparsity` non-zeros per mode, and y = A x + n.
    public mutating func kroneckerProblem<S: Scalar>(
        rows: [Int], columns: [Int], sparsity: Int, noiseVariance: S.RealPart, of type: S.Type = S.self
    ) throws -> KroneckerProblem<S> {
        let factors = zip(rows, columns).map { matrix($0, $1, of: S.self) }
        var x: [S] = [1]
        for size in columns {
            var mode = Array(repeating: S.zero, count: size)
            for index in choose(sparsity, of: size) { mode[index] = scalar() }
            x = naiveKronecker(x, mode)
        }
        let dictionary = try KroneckerOperator(factors)
        let deviation = noiseVariance.squareRoot()
        let y = try dictionary.apply(x).map { $0 + (scalar() as S).scaled(by: deviation) }
        return KroneckerProblem(factors: factors, coefficients: x, measurements: y, noiseVariance: noiseVariance)
    }
}

/// A sparse Kronecker problem with its truth.
public struct KroneckerProblem<S: Scalar>: Sendable {
    public var factors: [Matrix<S>]
    public var coefficients: [S]
    public var measurements: [S]
    public var noiseVariance: S.RealPart

    /// With the Kronecker dictionary.
    public func model() throws -> LinearModel<S> {
        try LinearModel(
            dictionary: KroneckerOperator(factors), measurements: measurements, noiseVariance: noiseVariance)
    }

    /// With the dictionary written out.
    public func denseModel() throws -> LinearModel<S> {
        try LinearModel(
            dictionary: DenseOperator(naiveKronecker(factors)), measurements: measurements, noiseVariance: noiseVariance)
    }
}
