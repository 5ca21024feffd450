import LacunaOperators
import LacunaTestSupport
import Testing

@Suite struct MonarchFourierTests {
    private typealias C = Complex<Double>

    @Test(arguments: [
        [1], [7], [4, 4], [4, 4, 4], [16, 16], [2, 3, 5], [8, 4, 2], [1, 6, 1], [16, 16, 16], [2, 2, 2, 2, 2],
        [100, 3],
    ])
    func equalsFFTW(radices: [Int]) throws {
        let operation = try MonarchFourierOperator(radices: radices)
        let n = operation.rows
        var stream = RandomStream(key: 81)
        let x: [C] = stream.vector(n)
        let plan = try FourierPlan(length: n), output = Buffer<C>(repeating: 0, count: n)
        for inverse in [false, true] {
            plan.transform(x, into: output.pointer, inverse: inverse)
            let result = inverse ? try operation.applyAdjoint(x) : try operation.apply(x)
            #expect(relativeDistance(result, output.prefix(n)) < 7e-15)
        }
        if n < 100 {
            let matrix = Matrix<C>(rows: n, columns: n) { k, m in
                let angle = -2 * Double.pi * Double(k * m % n) / Double(n)
                return C(Double.cos(angle), Double.sin(angle))
            }
            try expectLaws(of: operation, equals: matrix)
        }
    }

    private func checkConvolution<S: Scalar>(_ type: S.Type) throws {
        var stream = RandomStream(key: 82)
        for (n, taps, radices) in [
            (1, 1, nil), (5, 5, nil), (20, 20, [5, 8]), (20, 3, [2, 11]), (33, 33, nil), (12, 12, [23]),
        ] {
            let kernel: [S] = stream.vector(taps)
            let operation = try MonarchConvolutionOperator(kernel: kernel, length: n, radices: radices)
            let matrix = Matrix<S>(rows: n, columns: n) { $0 >= $1 && $0 - $1 < taps ? kernel[$0 - $1] : 0 }
            try expectLaws(of: operation, equals: matrix, givesColumns: false)
        }
    }

    @Test func causalConvolution() throws {
        try checkConvolution(Float.self)
        try checkConvolution(Double.self)
        try checkConvolution(Complex<Float>.self)
        try checkConvolution(C.self)
    }

    /// 12 decimal places against the sum, and the same as FFTW's.
    @Test func longConvolution() throws {
        var stream = RandomStream(key: 83)
        let kernel: [Double] = stream.vector(1000), x: [Double] = stream.vector(1000)
        let operation = try MonarchConvolutionOperator(kernel: kernel, length: 1000)
        #expect(operation.radices == [16, 16, 8])
        let y = try operation.apply(x)
        let expected = (0..<1000).map { t in (0...t).reduce(0.0) { $0 + kernel[t - $1] * x[$1] } }
        #expect(relativeDistance(y, expected) < 1e-13)
        #expect(relativeDistance(y, try ToeplitzOperator(causalKernel: kernel, length: 1000).apply(x)) < 1e-13)
        // Causal: what comes after t = 600 does not matter before it.
        let cut = try operation.apply(Array(x[..<600]) + Array(repeating: 7, count: 400))
        #expect(largestDifference(Array(cut[..<600]), Array(y[..<600])) < 1e-10)
        // Gates are diagonal operators around it.
        let gate: [Double] = stream.vector(1000)
        let gated = try CompositionOperator(
            DiagonalOperator(gate), CompositionOperator(operation, DiagonalOperator(gate)))
        let result = try gated.apply(x)
        let direct = (0..<1000).map { t in gate[t] * (0...t).reduce(0.0) { $0 + kernel[t - $1] * gate[$1] * x[$1] } }
        #expect(relativeDistance(result, direct) < 1e-13)
    }

    @Test func droppingFrequencies() throws {
        var stream = RandomStream(key: 84)
        let kernel: [Double] = stream.vector(16)
        let whole = try MonarchConvolutionOperator(kernel: kernel, length: 16, radices: [4, 8])
        let all = try MonarchConvolutionOperator(kernel: kernel, length: 16, radices: [4, 8], frequencies: 17)
        #expect(largestDifference(all.dense(), whole.dense()) == 0)
        // The constant alone: the sum of the kernel times the sum of the input over the length.
        let constant = try MonarchConvolutionOperator(kernel: kernel, length: 16, radices: [4, 8], frequencies: 1)
        let x: [Double] = stream.vector(16)
        let expected = kernel.reduce(0, +) * x.reduce(0, +) / 32
        #expect(largestDifference(try constant.apply(x), Array(repeating: expected, count: 16)) < 1e-13)
        // Half of them: the ideal low-pass filter of the zero-padded kernel, real as it was.
        let half = try MonarchConvolutionOperator(kernel: kernel, length: 16, radices: [4, 8], frequencies: 5)
        let lowPass = (0..<32).map { t in
            (0..<16).reduce(0.0) { sum, s in
                let filter = (-4...4).reduce(0.0) { $0 + Double.cos(2 * Double.pi * Double($1 * (t - s)) / 32) } / 32
                return sum + filter * kernel[s]
            }
        }
        let circulant = Matrix(rows: 16, columns: 16) { lowPass[($0 - $1 + 32) % 32] }
        #expect(relativeDistance(half.dense(), circulant) < 1e-13)
    }

    @Test func badInputIsAnError() throws {
        let wrong: [() throws -> Any] = [
            { try MonarchFourierOperator(radices: []) }, { try MonarchFourierOperator(radices: [4, 0]) },
            { try MonarchFourierOperator(radices: [1 << 40, 1 << 40]) },
            { try MonarchConvolutionOperator<Double>(kernel: [], length: 4) },
            { try MonarchConvolutionOperator<Double>(kernel: [1, 2], length: 1) },
            { try MonarchConvolutionOperator<Double>(kernel: [1], length: 0) },
            { try MonarchConvolutionOperator<Double>(kernel: [1], length: .max) },
            { try MonarchConvolutionOperator<Double>(kernel: [1, 2], length: .max) },
            { try MonarchConvolutionOperator<Double>(kernel: [1], length: 4, radices: [1 << 30]) },
            { try MonarchConvolutionOperator<Double>(kernel: [1, 2], length: 4, radices: [2, 2]) },
            { try MonarchConvolutionOperator<Double>(kernel: [1, .nan], length: 4) },
            { try MonarchConvolutionOperator<Double>(kernel: [1, 2], length: 4, frequencies: 0) },
        ]
        for (index, make) in wrong.enumerated() {
            #expect(throws: LacunaError.self, "case \(index)") { try make() }
        }
    }
}
