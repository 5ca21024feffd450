import LacunaSparse
import Testing

@Suite struct QuantizedTests {
    private func weights(_ blockRows: Int, _ columns: Int, density: Double, seed: UInt64) throws -> QuantizedMatrix {
        let dense: Matrix<Float> = sparseDense(4 * blockRows, columns, block: .rows4, density: density, seed: seed)
        return try QuantizedMatrix(SparseMatrix(dense, block: .rows4))
    }

    private func activations(_ rows: Int, _ columns: Int, upTo largest: Int, seed: UInt64) -> Tensor<UInt8> {
        var stream = RandomStream(key: seed)
        return Tensor(
            dimensions: [rows, columns],
            storage: (0..<rows * columns).map { _ in UInt8(stream.uniform() * Double(largest + 1)) })
    }

    @Test func weightsAreNearest() throws {
        let dense: Matrix<Float> = sparseDense(16, 30, block: .rows4, density: 0.5, seed: 1)
        let quantized = try QuantizedMatrix(SparseMatrix(dense, block: .rows4))
        let restored = quantized.dense(), integers = quantized.integers()
        for row in 0..<16 {
            let largest = (0..<30).map { dense[row, $0].magnitude }.max() ?? 0
            for column in 0..<30 {
                #expect((restored[row, column] - dense[row, column]).magnitude <= largest / 254 * 1.0001)
                #expect(-127...127 ~= integers[row, column])
                if dense[row, column] == 0 { #expect(integers[row, column] == 0) }
            }
        }
        #expect(throws: LacunaError.self) { try QuantizedMatrix(SparseMatrix(dense)) }
    }

    /// Integer sums are exact, extremes included: every result is the float of the 64-bit sum, times the scales.
    @Test(arguments: [true, false], [0, 1, 63, 127])
    func exactAgainstIntegers(sevenBits: Bool, zeroPoint: Int) throws {
        for (blockRows, columns, density) in [(1, 1, 1.0), (3, 9, 0.5), (5, 70, 0.2), (2, 300, 1)] {
            let weights = try weights(blockRows, columns, density: density, seed: 2)
            let input = try Quantization(scale: 0.25, zeroPoint: zeroPoint, sevenBits: sevenBits)
            let product = try QuantizedProduct(weights, input: input)
            let integers = weights.integers()
            for n in [1, 7, 33] {
                for extreme in [true, false] {
                    var q = activations(columns, n, upTo: input.largest, seed: 3)
                    if extreme { q.storage = q.storage.map { $0 % 2 == 0 ? 0 : UInt8(input.largest) } }
                    let y = try product.multiply(q)
                    #expect(try product.multiply(q, threads: 2) == y)
                    for row in 0..<weights.rows {
                        for column in 0..<n {
                            var sum = 0
                            for k in 0..<columns { sum += integers[row, k] * (Int(q[k, column]) - zeroPoint) }
                            #expect(y[row, column] == Float(sum) * (weights.scales[row] * 0.25))
                        }
                    }
                }
            }
        }
    }

    @Test func requantisesHalfToEvenAndClamps() throws {
        let weights = try QuantizedMatrix(
            SparseMatrix(Matrix<Float>([[127, 0], [-127, 0], [0, 127], [127, 127]]), block: .rows4))
        #expect(weights.scales == [1, 1, 1, 1])
        let input = try Quantization(scale: 1, zeroPoint: 0)
        let output = try Quantization(scale: 254, zeroPoint: 10, sevenBits: false)
        let product = try QuantizedProduct(weights, input: input, bias: [0, 0, 254, 0], output: output)
        let y = try product.multiplyQuantized(Tensor(dimensions: [2, 3], storage: [1, 3, 127, 1, 5, 127]))
        // Multiples of a half: 0.5, 1.5, 63.5; negative; 1.5, 3.5, 64.5; 1, 4, 127.
        #expect(y.storage == [10, 12, 74, 10, 8, 0, 12, 14, 74, 11, 14, 137])
        #expect(throws: LacunaError.self) { try product.multiply(Tensor(dimensions: [2, 1], storage: [0, 0])) }
    }

    /// Results that the next product reads as 7 bits stay within them; ties, negative ones and the ends as `quantize` has it.
    @Test(arguments: [true, false])
    func requantizedResultsKeepToTheirRange(sevenBits: Bool) throws {
        let weights = try QuantizedMatrix(SparseMatrix(Matrix<Float>([[127], [127], [-127], [127]]), block: .rows4))
        for zeroPoint in [0, 60, 127] {
            let output = try Quantization(scale: 2, zeroPoint: zeroPoint, sevenBits: sevenBits)
            let product = try QuantizedProduct(weights, input: Quantization(scale: 1), output: output)
            let q: [UInt8] = [0, 1, 2, 127]
            let y = try product.multiplyQuantized(Tensor(dimensions: [1, 4], storage: q))
            for row in 0..<4 {
                for column in 0..<4 {
                    let exact: Float = (row == 2 ? -127 : 127) * Float(q[column])
                    #expect(y[row, column] == output.quantize(exact))
                }
            }
            #expect(y.storage.contains(UInt8(output.largest)))
        }
    }

    @Test func overflowingScalesAreRefused() throws {
        let weights = try QuantizedMatrix(SparseMatrix(Matrix<Float>([[1e30], [1], [1], [0]]), block: .rows4))
        #expect(throws: LacunaError.self) { try QuantizedProduct(weights, input: Quantization(scale: 1e30)) }
        #expect(throws: LacunaError.self) {
            try QuantizedProduct(
                weights, input: Quantization(scale: 1), bias: [1e30, 0, 0, 0], output: Quantization(scale: 1e-20))
        }
        // The product alone overflows, its quotient does not.
        let product = try QuantizedProduct(
            weights, input: Quantization(scale: 1e20), output: Quantization(scale: 1e29))
        #expect(try product.multiplyQuantized(Tensor(dimensions: [1, 1], storage: [0])).storage == [0, 0, 0, 0])
    }

    @Test func workspacesAreNeeded() async {
        await #expect(processExitsWith: .failure) {
            let weights = try QuantizedMatrix(SparseMatrix(Matrix<Float>([[1], [1], [1], [0]]), block: .rows4))
            let product = try QuantizedProduct(weights, input: Quantization(scale: 1))
            let q = Buffer<UInt8>(repeating: 1, count: 1), y = Buffer<Float>(repeating: 0, count: 4)
            product.multiply(q.pointer, stride: 1, columns: 1, into: y.pointer, stride: 1, workspaces: [])
        }
    }

    @Test func quantizationHoldsItsValues() throws {
        let values: [Float] = [-1.5, 0, 0.3, 2.5]
        for sevenBits in [true, false] {
            let quantization = try Quantization(holding: values, sevenBits: sevenBits)
            #expect(quantization.value(quantization.quantize(0)) == 0)
            for value in values {
                let error = quantization.value(quantization.quantize(value)) - value
                #expect(error.magnitude <= quantization.scale)
            }
        }
        #expect(try Quantization(holding: []).scale == 1)
        let wide = try Quantization(holding: [-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        #expect(wide.scale.isFinite)
        #expect(try Quantization(scale: 1).quantize(.nan) == 0)
        #expect(try Quantization(scale: 1).quantize(.infinity) == 127)
        #expect(try Quantization(scale: 2).quantize([1, 3, 5]) == [0, 2, 2])
        #expect(throws: LacunaError.self) { try Quantization(holding: [.nan]) }
        #expect(throws: LacunaError.self) { try Quantization(scale: 0) }
        #expect(throws: LacunaError.self) { try Quantization(scale: .infinity) }
        #expect(throws: LacunaError.self) { try Quantization(scale: 1, zeroPoint: 128) }
    }

    @Test func wrongInputIsRefused() throws {
        let weights = try weights(2, 5, density: 1, seed: 4)
        let product = try QuantizedProduct(weights, input: Quantization(scale: 1))
        #expect(throws: LacunaError.self) { try product.multiply(activations(4, 2, upTo: 127, seed: 1)) }
        #expect(throws: LacunaError.self) {
            try product.multiply(Tensor(dimensions: [5, 1], storage: [0, 0, 128, 0, 0]))
        }
        #expect(throws: LacunaError.self) { try product.multiplyQuantized(activations(5, 2, upTo: 127, seed: 1)) }
        #expect(throws: LacunaError.self) { try QuantizedProduct(weights, input: Quantization(scale: 1), bias: [1]) }
        #expect(throws: LacunaError.self) {
            try QuantizedProduct(
                weights, input: Quantization(scale: 1), bias: Array(repeating: .nan, count: weights.rows))
        }
    }
}
