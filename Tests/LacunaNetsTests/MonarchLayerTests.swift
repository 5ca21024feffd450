import LacunaNets
import LacunaTestSupport
import Testing

private typealias C = Complex<Double>

/// Monarch layers, real and complex.
@Suite struct MonarchLayerTests {
    static let layouts: [MonarchLayout] = {
        let layouts: [MonarchLayout?] = [
            try? MonarchLayout(rows: 12, columns: 20, blocks: 4), try? MonarchLayout(rows: 7, columns: 10, blocks: 4),
            try? MonarchLayout(size: 12, blockSize: 3), try? MonarchLayout(size: 12, blockSize: 4, rank: 2),
            try? MonarchLayout(rows: 3, columns: 17, blockSize: 4),
            try? MonarchLayout(rows: 17, columns: 2, blockSize: 5),
        ]
        return layouts.compactMap(\.self)
    }()

    private func factors<S: Scalar>(_ layout: MonarchLayout, key: UInt64) throws -> MonarchFactors<S>
    where S.RealPart == Double {
        var random = RandomStream(key: key)
        func tensor(_ dimensions: [Int]) -> Tensor<S> {
            Tensor(dimensions: dimensions, storage: random.vector(dimensions.reduce(1, *)))
        }
        return try MonarchFactors(
            layout: layout, left: tensor(layout.leftDimensions), right: tensor(layout.rightDimensions))
    }

    @Test(arguments: layouts)
    func equalsTheDenseMatrix(layout: MonarchLayout) throws {
        let factors: MonarchFactors<Double> = try factors(layout, key: 51), dense = factors.dense()
        var random = RandomStream(key: 52)
        let bias: [Double] = random.vector(layout.rows), batch = 3, n = 2 * batch
        let x: [Double] = random.vector(layout.columns * n)
        let shape = ValueShape([layout.columns], positions: 2)
        let y = try output(of: MonarchLinear(factors), x, shape, batch: batch, parameters: ["bias": bias])
        let plain = try output(of: MonarchLinear(factors, bias: false), x, shape, batch: batch)
        for row in 0..<layout.rows {
            for column in 0..<n {
                let sum = (0..<layout.columns).reduce(0) { $0 + dense[row, $1] * x[$1 * n + column] }
                #expect(abs(plain[row * n + column] - sum) < 1e-12)
                #expect(abs(y[row * n + column] - bias[row] - sum) < 1e-12)
            }
        }
    }

    @Test(arguments: layouts)
    func gradients(layout: MonarchLayout) throws {
        var random = RandomStream(key: 53)
        for hasBias in [true, false] {
            let check = try checkGradient(
                MonarchLinear<Double>(layout, bias: hasBias), inputs: [ValueShape([layout.columns], positions: 2)],
                batch: 2, random: &random)
            #expect(check.discrepancy < 1e-8, "\(check)")
            #expect(check.parameters.count == (hasBias ? 3 : 2))
        }
    }

    /// The counts of the paper's layer in 4 blocks: half of a square dense layer, 31.25 % from 768 to 3072.
    @Test func parameterCounts() throws {
        func count(_ inputs: Int, _ outputs: Int, _ blocks: Int) throws -> (Int, Int) {
            let layer = try MonarchLinear<Float>(inputs, outputs, blocks: blocks, bias: false)
            return (
                layer.parameters.reduce(0) { $0 + $1.count }, layer.operationCount([ValueShape([inputs], positions: 3)])
            )
        }
        #expect(try count(64, 64, 4) == (2048, 3 * 4096))
        #expect(try count(768, 3072, 4) == (737_280, 3 * 2 * 737_280))
        #expect(try count(64, 64, 2) == (4096, 3 * 8192))
        let layer = try MonarchLinear<Float>(768, 3072)
        #expect(layer.parameters.map(\.start) == [192, 192, 3072].map { ParameterStart.uniform(fanIn: $0) })
    }

    @Test func badShapes() throws {
        #expect { try MonarchLinear<Float>(0, 3) } throws: { "\($0)".contains("0") }
        let layer = try MonarchLinear<Float>(8, 6)
        #expect { try layer.outputShape([ValueShape([9])]) } throws: { "\($0)".contains("9 features") }
        let complex = ComplexMonarch<Float>(try MonarchLayout(size: 4, blockSize: 2), axis: 2)
        for shape in [ValueShape([4]), ValueShape([2, 4]), ValueShape([2, 4, 5]), ValueShape([3, 4, 4])] {
            #expect { try complex.outputShape([shape]) } throws: { "\($0)".hasPrefix("input: ") }
        }
        #expect(try complex.outputShape([ValueShape([2, 3, 4])]) == ValueShape([2, 3, 4]))
    }

    /// Along each axis of a small image, plain and transposed, with an order of the input.
    @Test(arguments: layouts, [1, 2, 3])
    func complexEqualsTheDenseMatrix(layout: MonarchLayout, axis: Int) throws {
        let factors: MonarchFactors<C> = try factors(layout, key: 54)
        var random = RandomStream(key: 55)
        let transform = try MonarchTransform(factors: factors, inputOrder: random.permutation(layout.columns))
        for isTransposed in [false, true] {
            let dense = isTransposed ? transform.dense().transposed : transform.dense()
            var features = [2, 2, 3, 2]
            features[axis] = dense.columns
            let layer = ComplexMonarch<Double>(transform, axis: axis, transposed: isTransposed)
            let shape = ValueShape(features), batch = 2, count = shape.count * batch / 2
            let x: [Double] = random.vector(2 * count)
            let y = try output(of: layer, x, shape, batch: batch)
            let outer = features[1..<axis].reduce(1, *), inner = features[(axis + 1)...].reduce(batch, *)
            let outputCount = outer * dense.rows * inner
            #expect(y.count == 2 * outputCount)
            for (o, row, q) in product(outer, dense.rows, inner) {
                var sum = C.zero
                for s in 0..<dense.columns {
                    let from = (o * dense.columns + s) * inner + q
                    sum += dense[row, s] * C(x[from], x[count + from])
                }
                let to = (o * dense.rows + row) * inner + q
                #expect((sum - C(y[to], y[outputCount + to])).modulus < 1e-11)
            }
        }
    }

    @Test(arguments: layouts, [false, true])
    func complexGradients(layout: MonarchLayout, isTransposed: Bool) throws {
        var random = RandomStream(key: 56)
        let factors: MonarchFactors<C> = try factors(layout, key: 57)
        let transform = try MonarchTransform(factors: factors, inputOrder: random.permutation(layout.columns))
        let layer = ComplexMonarch<Double>(transform, axis: 2, transposed: isTransposed)
        let check = try checkGradient(
            layer, inputs: [ValueShape([2, 2, layer.inputs])], batch: 2, random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
        #expect(layer.parameters.reduce(0) { $0 + $1.count } == 2 * layout.parameterCount)
        #expect(layer.operationCount([ValueShape([2, 2, layer.inputs])]) == 2 * 8 * layout.parameterCount)
    }

    /// Two of them starting as inverse Fourier transforms are the inverse transform of an image.
    @Test func startsAsTheInverseTransformOfImages() throws {
        let height = 12, width = 16
        var network = Network<Double>(input: ValueShape([2, height, width]))
        try network.append(ComplexMonarch(.fourier(size: height, blockSize: 3, inverse: true), axis: 1), "rows")
        try network.append(ComplexMonarch(.fourier(size: width, blockSize: 4, inverse: true), axis: 2), "columns")
        var random = RandomStream(key: 58)
        let x: [Double] = random.vector(2 * height * width)
        let numbers = NetworkParameters(network, random: RandomStream(key: 1))
        let execution = try NetworkExecution(network, batch: 1, storage: ParameterStorage(numbers))
        execution.input.update(from: x, count: x.count)
        execution.forward()
        for (r, c, _) in product(height, width, 1) {
            var sum = C.zero
            for (k, l, _) in product(height, width, 1) {
                let angle = 2 * Double.pi * (Double(k * r) / Double(height) + Double(l * c) / Double(width))
                let index = k * width + l
                sum += C(x[index], x[height * width + index]) * C(Double.cos(angle), Double.sin(angle))
            }
            let z = C(execution.output[r * width + c], execution.output[height * width + r * width + c])
            #expect((z - sum.scaled(by: 1 / Double(height * width))).modulus < 1e-14)
        }
    }

    /// y = Re(M₁ D M₂ᵀ x) starting from Fourier transforms and the spectrum of a filter is the circular convolution with it.
    @Test func startsAsAConvolution() throws {
        let n = 16
        var random = RandomStream(key: 59)
        let filter: [C] = (0..<n).map { _ in C(random.normal(), 0) }
        let plan = try FourierPlan(length: n), spectrum = Buffer<C>(repeating: 0, count: n), source = Buffer(filter)
        plan.transform(source.pointer, into: spectrum.pointer)
        var network = Network<Double>(input: ValueShape([n]))
        try network.append(ComplexFromReal(), "complex")
        try network.append(ComplexMonarch(.fourier(size: n, blockSize: 4), transposed: true), "forward")
        try network.append(SpectralMixing.diagonal(spectrum.prefix(n)), "filter")
        try network.append(ComplexMonarch(.fourier(size: n, blockSize: 4, inverse: true)), "inverse")
        try network.append(RealPart(), "real")
        let numbers = NetworkParameters(network, random: RandomStream(key: 1)), batch = 2
        let execution = try NetworkExecution(network, batch: batch, storage: ParameterStorage(numbers))
        let x: [Double] = random.vector(n * batch)
        execution.input.update(from: x, count: x.count)
        execution.forward()
        #expect(network.outputShape == ValueShape([n]))
        for t in 0..<n {
            for b in 0..<batch {
                let sum = (0..<n).reduce(0) { $0 + filter[(t - $1 + n) % n].real * x[$1 * batch + b] }
                #expect(abs(execution.output[t * batch + b] - sum) < 1e-13)
            }
        }
    }

    @Test func coilsAreCombined() throws {
        var random = RandomStream(key: 60)
        let sensitivities: [C] = random.vector(3 * 4), shape = ValueShape([2, 3, 2, 2])
        let layer = try CoilCombination<Double>(coils: 3, grid: [2, 2], sensitivities: sensitivities)
        let x: [Double] = random.vector(shape.count), y = try output(of: layer, x, shape, batch: 1)
        for point in 0..<4 {
            let sum = (0..<3).reduce(C.zero) {
                $0 + sensitivities[$1 * 4 + point].conjugate * C(x[$1 * 4 + point], x[12 + $1 * 4 + point])
            }
            #expect((C(y[point], y[4 + point]) - sum).modulus < 1e-14)
        }
        for layer in [layer, ComplexFromReal<Double>(), RealPart()] as [any Layer<Double>] {
            let check = try checkGradient(layer, inputs: [shape], batch: 2, random: &random)
            #expect(check.discrepancy < 1e-8, "\(layer) \(check)")
        }
        #expect(throws: LacunaError.self) {
            try CoilCombination<Double>(coils: 2, grid: [2, 2], sensitivities: sensitivities)
        }
        #expect(throws: LacunaError.self) { try layer.outputShape([ValueShape([2, 2, 2, 2])]) }
        #expect(throws: LacunaError.self) { try RealPart<Double>().outputShape([ValueShape([3, 2])]) }
    }
}
