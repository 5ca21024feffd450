import LacunaOperators
import LacunaTestSupport
import Testing

@Suite struct MonarchRecoveryTests {
    private typealias C = Complex<Double>

    private func random<S: Scalar>(_ n: Int, _ b: Int, _ stream: inout RandomStream) throws -> MonarchFactors<S> {
        let layout = try MonarchLayout(size: n, blockSize: b)
        return try MonarchFactors(
            layout: layout, left: Tensor(dimensions: layout.leftDimensions, storage: stream.vector(n * n / b)),
            right: Tensor(dimensions: layout.rightDimensions, storage: stream.vector(n * b)))
    }

    private func recover<S: Scalar>(_ n: Int, _ b: Int, of type: S.Type) throws -> MonarchRecovery
    where S.RealPart == Double {
        var stream = RandomStream(key: 91)
        let matrix = try MonarchPair<S>(random(n, b, &stream), random(n, b, &stream)).dense()
        let recovery = try MonarchRecovery(matrix, blockSize: b)
        let product = try recovery.pair.dense()
        let complex = Matrix<C>(rows: n, columns: n) { C(matrix[$0, $1].realPart, matrix[$0, $1].imaginaryPart) }
        let error = relativeDistance(product, complex)
        #expect(abs(error - recovery.relativeError) < 1e-12 + 0.01 * error)
        return recovery
    }

    @Test func realProducts() throws {
        #expect(try recover(16, 4, of: Double.self).relativeError < 1e-12)
        #expect(try recover(64, 8, of: Double.self).relativeError < 1e-10)
        #expect(try recover(256, 16, of: Double.self).relativeError < 1e-9)
        #expect(try recover(48, 6, of: Double.self).relativeError < 1e-9)
        #expect(try recover(48, 8, of: Double.self).relativeError < 1e-10)
    }

    @Test func complexProducts() throws {
        #expect(try recover(16, 4, of: C.self).relativeError < 1e-13)
        #expect(try recover(64, 8, of: C.self).relativeError < 1e-11)
        #expect(try recover(256, 16, of: C.self).relativeError < 1e-10)
        // One block, and blocks of one.
        #expect(try recover(6, 1, of: C.self).relativeError < 1e-12)
        #expect(try recover(6, 6, of: C.self).relativeError < 1e-12)
    }

    @Test func circulantMatrices() throws {
        var stream = RandomStream(key: 92)
        let h: [Double] = stream.vector(64)
        let recovery = try MonarchRecovery(CirculantOperator(firstColumn: h).dense(), blockSize: 8)
        #expect(recovery.relativeError < 1e-12)
    }

    @Test func aMatrixOutsideTheClassIsSeen() throws {
        var stream = RandomStream(key: 93)
        let matrix: Matrix<Double> = stream.matrix(64, 64)
        #expect(try MonarchRecovery(matrix, blockSize: 8).relativeError > 0.1)
    }

    @Test func badInputIsAnError() throws {
        let a = Matrix<Double>.identity(4)
        #expect(throws: LacunaError.self) {
            try MonarchRecovery(Matrix<Double>(repeating: 1, rows: 4, columns: 6), blockSize: 2)
        }
        #expect(throws: LacunaError.self) { try MonarchRecovery(a, blockSize: 3) }
        #expect(throws: LacunaError.self) { try MonarchRecovery(a, blockSize: 2, attempts: 0) }
        // Its blocks off the diagonal are not invertible.
        #expect(throws: LacunaError.self) { try MonarchRecovery(a, blockSize: 2) }
        #expect(throws: LacunaError.self) {
            try MonarchRecovery(Matrix<Double>(repeating: .nan, rows: 4, columns: 4), blockSize: 2)
        }
    }
}
