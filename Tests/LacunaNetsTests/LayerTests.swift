import LacunaNets
import LacunaTestSupport
import Testing

/// Output of one layer on one input, in evaluation or training.
func output<E: RealScalar>(
    of layer: any Layer<E>, _ input: [E], _ shape: ValueShape, batch: Int, parameters: [String: [E]] = [:],
    isTraining: Bool = false, randomKey: UInt64 = 0
) throws -> [E] {
    var network = Network<E>(input: shape)
    try network.append(layer, "layer")
    var numbers = NetworkParameters(network, random: RandomStream(key: 1))
    for (name, values) in parameters {
        let entry = try network.layout.entry("layer.\(name)")
        try numbers.setArray(entry.name, Tensor(dimensions: entry.parameter.shape, storage: values))
    }
    let execution = try NetworkExecution(network, batch: batch, storage: ParameterStorage(numbers))
    execution.input.update(from: input, count: input.count)
    execution.forward(isTraining: isTraining, randomKey: randomKey)
    return withExtendedLifetime(execution) {
        Array(UnsafeBufferPointer(start: execution.output, count: execution.outputCount))
    }
}

@Suite struct LayerTests {
    @Test func linearEqualsTheSum() throws {
        var random = RandomStream(key: 11)
        let batch = 4, weight: [Double] = random.vector(15), bias: [Double] = random.vector(3),
            x: [Double] = random.vector(20)
        let y = try output(
            of: Linear<Double>(5, 3), x, ValueShape([5]), batch: batch, parameters: ["weight": weight, "bias": bias])
        for row in 0..<3 {
            for column in 0..<batch {
                let sum = (0..<5).reduce(bias[row]) { $0 + weight[row * 5 + $1] * x[$1 * batch + column] }
                #expect(abs(y[row * batch + column] - sum) < 1e-14)
            }
        }
    }

    @Test func linearGradients() throws {
        var random = RandomStream(key: 12)
        for hasBias in [true, false] {
            let check = try checkGradient(
                Linear<Double>(6, 4, bias: hasBias), inputs: [ValueShape([2, 3], positions: 2)], random: &random)
            #expect(check.discrepancy < 1e-8, "\(check)")
            #expect(check.parameters.count == (hasBias ? 2 : 1))
        }
    }

    @Test(arguments: [(1, 0, 1), (2, 1, 1), (3, 2, 1), (1, 2, 2), (2, 0, 4)])
    func convolutionEqualsTheSum(stride: Int, padding: Int, groups: Int) throws {
        var random = RandomStream(key: 13)
        let (channels, outputs, kernel, height, width, batch) = (4, 8, 3, 7, 6, 3)
        let layer = Convolution2D<Double>(
            channels, outputs, kernel: kernel, stride: stride, padding: padding, groups: groups)
        let shape = ValueShape([channels, height, width]), size = try layer.outputShape([shape]).features
        let perGroup = channels / groups
        let weight: [Double] = random.vector(outputs * perGroup * kernel * kernel)
        let bias: [Double] = random.vector(outputs), x: [Double] = random.vector(shape.count * batch)
        let y = try output(of: layer, x, shape, batch: batch, parameters: ["weight": weight, "bias": bias])
        for o in 0..<outputs {
            for (r, c, b) in product(size[1], size[2], batch) {
                var sum = bias[o]
                for (i, u, v) in product(perGroup, kernel, kernel) {
                    let row = r * stride + u - padding, column = c * stride + v - padding
                    guard row >= 0, row < height, column >= 0, column < width else { continue }
                    let channel = o / (outputs / groups) * perGroup + i
                    sum +=
                        weight[((o * perGroup + i) * kernel + u) * kernel + v]
                        * x[((channel * height + row) * width + column) * batch + b]
                }
                #expect(abs(y[((o * size[1] + r) * size[2] + c) * batch + b] - sum) < 1e-13)
            }
        }
    }

    @Test(arguments: [(1, 0, 1), (2, 1, 1), (3, 2, 1), (1, 2, 2), (2, 0, 2)])
    func convolutionGradients(stride: Int, padding: Int, groups: Int) throws {
        var random = RandomStream(key: 14)
        let layer = Convolution2D<Double>(2, 4, kernel: 3, stride: stride, padding: padding, groups: groups)
        let check = try checkGradient(layer, inputs: [ValueShape([2, 5, 4])], random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
    }

    @Test func poolingEqualsTheWindows() throws {
        var random = RandomStream(key: 15)
        let x: [Double] = random.vector(2 * 5 * 6 * 3), shape = ValueShape([2, 5, 6])
        let largest = try output(of: MaxPooling2D<Double>(2), x, shape, batch: 3)
        let mean = try output(of: AveragePooling2D<Double>(3, stride: 1), x, shape, batch: 3)
        for (channel, r, c) in product(2, 2, 3) {
            for b in 0..<3 {
                let window = product(2, 2, 1).map { x[((channel * 5 + 2 * r + $0.0) * 6 + 2 * c + $0.1) * 3 + b] }
                #expect(largest[((channel * 2 + r) * 3 + c) * 3 + b] == window.max())
            }
        }
        for (channel, r, c) in product(2, 3, 4) {
            let window = product(3, 3, 1).map { x[((channel * 5 + r + $0.0) * 6 + c + $0.1) * 3] }
            #expect(abs(mean[((channel * 3 + r) * 4 + c) * 3] - window.reduce(0, +) / 9) < 1e-14)
        }
    }

    @Test func poolingGradients() throws {
        var random = RandomStream(key: 16)
        for layer in [MaxPooling2D<Double>(2), MaxPooling2D<Double>(3, stride: 1)] {
            let check = try checkGradient(layer, inputs: [ValueShape([2, 5, 4])], random: &random)
            #expect(check.discrepancy < 1e-8, "\(check)")
        }
        let check = try checkGradient(AveragePooling2D<Double>(2), inputs: [ValueShape([2, 4, 4])], random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
    }

    @Test(arguments: [
        Activation<Double>.Function.relu, .leakyReLU(slope: 0.1), .gelu, .silu, .tanh, .sigmoid,
    ])
    func activations(function: Activation<Double>.Function) throws {
        var random = RandomStream(key: 17)
        // Away from the kink at 0.
        let check = try checkGradient(
            Activation<Double>(function), inputs: [ValueShape([7])], random: &random,
            input: { $0.sign() * (0.1 + $0.uniform() * 3) })
        #expect(check.discrepancy < 1e-8, "\(check)")
        let x: [Double] = [-2, -0.5, 0, 1, 3]
        let expected: [Double] = x.map {
            switch function {
            case .relu: max($0, 0)
            case .leakyReLU: $0 > 0 ? $0 : 0.1 * $0
            // Φ(x) = (1 + erf(x/√2))/2.
            case .gelu: $0 * (1 + Double.erf($0 / 2.0.squareRoot())) / 2
            case .silu: $0 / (1 + Double.exp(-$0))
            case .tanh: Double.tanh($0)
            case .sigmoid: 1 / (1 + Double.exp(-$0))
            }
        }
        let y = try output(of: Activation<Double>(function), x, ValueShape([5]), batch: 1)
        #expect(largestDifference(y, expected) < 1e-15)
    }

    /// A layer whose gradient is wrong, or that adds where it must write, does not pass.
    @Test func theCheckFindsWrongGradients() throws {
        struct Wrong: Layer {
            var adds = false
            func outputShape(_ inputs: [ValueShape]) throws -> ValueShape { inputs[0] }
            func forward(_ pass: LayerPass<Double>, _ context: PassContext) {
                for index in 0..<pass.count() { pass.output[index] = pass.inputs[0][index] * pass.inputs[0][index] }
            }
            func backward(_ pass: LayerPass<Double>, _ context: PassContext) {
                guard let dx = pass.inputGradients[0] else { return }
                for index in 0..<pass.count() {
                    let gradient = (adds ? 2 : 1.999) * pass.inputs[0][index] * pass.outputGradient[index]
                    dx[index] = adds ? dx[index] + gradient : gradient
                }
            }
        }
        var random = RandomStream(key: 18)
        #expect(try checkGradient(Wrong(), inputs: [ValueShape([4])], random: &random).discrepancy > 1e-5)
        #expect(
            try checkGradient(Wrong(adds: true), inputs: [ValueShape([4])], random: &random).discrepancy == .infinity)
    }

    @Test func shapesThatDoNotFitAreNamedByLayer() throws {
        var network = Network<Float>(input: ValueShape([1, 28, 28]))
        try network.append(Convolution2D(1, 4, kernel: 5), "conv1")
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return ""
        }
        #expect(message { try network.append(Linear(100, 10), "fc1") }.hasPrefix("layer 'fc1': input: 2304 features"))
        #expect(
            message { try network.append(Convolution2D(3, 4, kernel: 5), "conv2") }.contains("takes 3×height×width"))
        #expect(message { try network.append(.relu(), "conv1") }.contains("already"))
        #expect(message { try network.append(MaxPooling2D(30), "pool") }.contains("smaller than the window"))
        #expect(message { try network.append(Convolution2D(4, 6, kernel: 3, groups: 4), "conv2") }.contains("divide"))
        #expect(network.nodes.count == 1)
    }
}

/// All triples of 0..<a, 0..<b, 0..<c.
func product(_ a: Int, _ b: Int, _ c: Int) -> [(Int, Int, Int)] {
    (0..<a).flatMap { x in (0..<b).flatMap { y in (0..<c).map { (x, y, $0) } } }
}
