import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct NeuralOperatorTests {
    private func run(_ network: Network<Double>, _ parameters: NetworkParameters<Double>, _ x: [Double]) throws
        -> [Double]
    {
        let execution = try NetworkExecution(network, batch: 1, storage: ParameterStorage(parameters))
        execution.input.update(from: x, count: x.count)
        execution.forward()
        return withExtendedLifetime(execution) {
            Array(UnsafeBufferPointer(start: execution.output, count: execution.outputCount))
        }
    }

    /// With the same weights, twice as large beyond frequency 0 of the last axis, Monarch layers that start as Fourier transforms are Fourier layers.
    @Test(arguments: [[8, 8], [6, 10], [7, 5]])
    func monarchOperatorsContainFourierOperators(grid: [Int]) throws {
        let modes = [2, 3], width = 3, input = [2] + grid
        let fourier = try Network<Double>.neuralOperator(
            input: input, width: width, layers: 2, modes: modes, transform: .fourier)
        let monarch = try Network<Double>.neuralOperator(
            input: input, width: width, layers: 2, modes: modes, transform: .monarch)
        let numbers = NetworkParameters(fourier, random: RandomStream(key: 5))
        var same = NetworkParameters(monarch, from: numbers, random: RandomStream(key: 6))
        for layer in 1...2 {
            var weight = try numbers.array("spectral\(layer).weight")
            // [2, K, O, C], K = 2 m₁ m₂.
            let block = width * width
            for index in weight.storage.indices where index / block % modes[1] != 0 { weight.storage[index] *= 2 }
            try same.setArray("spectral\(layer).weight", weight)
        }
        var random = RandomStream(key: 7)
        let x: [Double] = random.vector(input.reduce(1, *))
        let expected = try run(fourier, numbers, x), found = try run(monarch, same, x)
        #expect(fourier.outputShape == ValueShape([1] + grid) && monarch.outputShape == fourier.outputShape)
        #expect(largestDifference(found, expected) < 1e-12)
    }

    @Test func parameterCounts() throws {
        func count(_ transform: Network<Float>.OperatorTransform) throws -> Int {
            try Network<Float>.neuralOperator(
                input: [3, 64, 64], width: 8, layers: 4, modes: [8, 8], transform: transform
            ).layout.count
        }
        // Two transforms along two axes of 64 numbers, 1024 complex ones each, in each of four layers.
        #expect(try count(.monarch) - count(.fourier) == 4 * 4 * 2 * 1024)
        #expect(try count(.fourier) == 32 + 4 * (2 * 128 * 64 + 72) + 8 * 16 + 16 + 17)
    }

    @Test(arguments: [8, 12, 7])
    func linearOperatorsStartAsTheIdentity(size: Int) throws {
        var random = RandomStream(key: 8)
        let x: [Double] = random.vector(size)
        for network in [try Network<Double>.monarchPair(size: size), try .fourierDiagonal(size: size)] {
            let numbers = NetworkParameters(network, random: RandomStream(key: 1))
            #expect(largestDifference(try run(network, numbers, x), x) < 1e-13)
        }
    }

    /// At the start, the adjoint of the encoding: zero-filled SENSE.
    @Test func monarchSENSEStartsAsSENSE() throws {
        var random = RandomStream(key: 9)
        let size = 12, coils = 3
        let sensitivities = try CoilSensitivities.gaussian(coils: coils, size: size, random: &random)
        let samples = try SamplingMask.variableDensity(size: size, acceleration: 2, centre: 2, random: &random)
        let encoding = try CoilEncodingOperator(
            height: size, width: size, sensitivities: sensitivities, samples: samples)
        let y: [Complex<Double>] = random.vector(encoding.rows)
        let network = try Network<Double>.monarchSENSE(
            coils: coils, height: size, width: size, sensitivities: sensitivities)
        var x = [Double](repeating: 0, count: 2 * coils * size * size)
        for (index, value) in y.enumerated() {
            let place = index / samples.count * size * size + samples[index % samples.count]
            x[place] = value.real
            x[coils * size * size + place] = value.imaginary
        }
        let found = try run(network, NetworkParameters(network, random: RandomStream(key: 1)), x)
        let expected = try encoding.applyAdjoint(y)
        #expect(largestDifference(found, expected.map(\.real) + expected.map(\.imaginary)) < 1e-13)
    }

    @Test func badSizes() {
        for modes in [[5, 2], [2, 6], [0, 2]] {
            for transform in [Network<Float>.OperatorTransform.fourier, .monarch] {
                #expect(throws: LacunaError.self, "\(modes)") {
                    try Network<Float>.neuralOperator(
                        input: [1, 8, 8], width: 2, layers: 1, modes: modes, transform: transform)
                }
            }
        }
        #expect(throws: LacunaError.self) {
            try Network<Float>.neuralOperator(input: [8, 8], width: 2, layers: 1, modes: [2, 2], transform: .fourier)
        }
    }
}
