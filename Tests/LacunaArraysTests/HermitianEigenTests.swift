import LacunaArrays
import Testing

/// ‖A U - U diag(w)‖ and ‖Uᴴ U - I‖ in the maximum norm, and the eigenvalues against LAPACK's.
private func residuals<S: Scalar>(_ a: Matrix<S>) throws -> (pairs: S.RealPart, orthogonality: S.RealPart) {
    let n = a.rows
    let eigen = try HermitianEigen(a)
    var pairs = S.RealPart.zero
    var orthogonality = S.RealPart.zero
    for row in 0..<n {
        for column in 0..<n {
            var product = S.zero
            var inner = S.zero
            for k in 0..<n {
                product += a[row, k] * eigen.vectors[k, column]
                inner += eigen.vectors[k, row].conjugated * eigen.vectors[k, column]
            }
            let pair = product - eigen.vectors[row, column].scaled(by: eigen.values[column])
            pairs = max(pairs, pair.modulus)
            orthogonality = max(orthogonality, (inner - (row == column ? 1 : 0)).modulus)
        }
    }
    return (pairs, orthogonality)
}

/// A Hermitian matrix of full or lower rank with entries from a fixed generator.
private func hermitian<S: Scalar>(_ n: Int, rank: Int, of: S.Type, seed: UInt64) -> Matrix<S> {
    var generator = SplitMix(state: seed)
    let b = Matrix<S>(rows: n, columns: rank) { _, _ in
        let real = S.RealPart(Double.random(in: -1...1, using: &generator))
        let imaginary = S.RealPart(Double.random(in: -1...1, using: &generator))
        return S(real: real, imaginary: imaginary)
    }
    return Matrix(rows: n, columns: n) { row, column in
        var sum = S.zero
        for k in 0..<rank { sum += b[row, k] * b[column, k].conjugated }
        return row == column ? S(sum.realPart) : sum
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct HermitianEigenTests {
    @Test(arguments: [1, 2, 3, 5, 8, 12, 15, 16, 31, 32, 33, 50])
    func decomposesRealAndComplex(n: Int) throws {
        for rank in Set([n, max(1, n / 3)]) {
            let real = try residuals(hermitian(n, rank: rank, of: Double.self, seed: 1))
            #expect(real.pairs < 1e-13 * Double(n) && real.orthogonality < 1e-13)
            let complex = try residuals(hermitian(n, rank: rank, of: Complex<Double>.self, seed: 2))
            #expect(complex.pairs < 1e-13 * Double(n) && complex.orthogonality < 1e-13)
        }
    }

    @Test func singlePrecision() throws {
        let real = try residuals(hermitian(9, rank: 9, of: Float.self, seed: 3))
        #expect(real.pairs < 1e-4 && real.orthogonality < 1e-5)
        let complex = try residuals(hermitian(9, rank: 9, of: Complex<Float>.self, seed: 4))
        #expect(complex.pairs < 1e-4 && complex.orthogonality < 1e-5)
    }

    @Test(arguments: [4, 15, 32])
    func agreesWithLAPACK(n: Int) {
        let a = hermitian(n, rank: n, of: Complex<Double>.self, seed: 5)
        let workspace = HermitianEigenWorkspace<Complex<Double>>(capacity: n)
        let ours = Buffer(a.storage), theirs = Buffer(a.storage)
        let w = Buffer<Double>(repeating: 0, count: n), v = Buffer<Double>(repeating: 0, count: n)
        workspace.decompose(n, ours.pointer, values: w.pointer)
        workspace.decomposeByLAPACK(n, theirs.pointer, values: v.pointer)
        let difference = zip(w.prefix(n).sorted(), v.prefix(n)).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference < 1e-12)
    }

    /// Squares of such entries leave the range of Double.
    @Test(arguments: [1000, -1000, 520, -520])
    func entriesNearTheEndsOfTheRange(exponent: Int) throws {
        let factor = Double(sign: .plus, exponent: exponent, significand: 1)
        let real = hermitian(7, rank: 7, of: Double.self, seed: 6)
        let complex = hermitian(7, rank: 7, of: Complex<Double>.self, seed: 7)
        let scaledReal = try HermitianEigen(Matrix(rows: 7, columns: 7) { real[$0, $1] * factor })
        let scaledComplex = try HermitianEigen(
            Matrix(rows: 7, columns: 7) { complex[$0, $1].scaled(by: factor) })
        let eigenReal = try HermitianEigen(real), eigenComplex = try HermitianEigen(complex)
        for index in 0..<7 {
            #expect(abs(scaledReal.values[index] / factor - eigenReal.values[index]) < 1e-13)
            #expect(abs(scaledComplex.values[index] / factor - eigenComplex.values[index]) < 1e-13)
            for row in 0..<7 {
                let real = abs(scaledReal.vectors[row, index]) - abs(eigenReal.vectors[row, index])
                let complex = scaledComplex.vectors[row, index].modulus - eigenComplex.vectors[row, index].modulus
                #expect(abs(real) < 1e-12 && abs(complex) < 1e-12)
            }
        }
    }

    @Test func diagonalZeroAndNaN() throws {
        let diagonal = try HermitianEigen(Matrix<Double>([[3, 0, 0], [0, -1, 0], [0, 0, 2]]))
        #expect(diagonal.values == [-1, 2, 3])
        #expect(try HermitianEigen(Matrix<Double>(repeating: 0, rows: 4, columns: 4)).values == [0, 0, 0, 0])
        let broken = try HermitianEigen(Matrix<Double>([[.nan, 0], [0, 1]]))
        #expect(broken.values.contains { $0.isNaN })
        #expect(throws: LacunaError.self) { try HermitianEigen(Matrix<Double>(repeating: 0, rows: 2, columns: 3)) }
    }
}
