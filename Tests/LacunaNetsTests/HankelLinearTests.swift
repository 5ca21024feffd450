import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct HankelLinearTests {
    struct Sizes: Sendable, CustomStringConvertible {
        let inputs: Int
        let outputs: Int
        var inputBlocks = 1
        var outputBlocks = 1
        var diagonal = false
        var description: String { "\(inputs)→\(outputs), \(inputBlocks)→\(outputBlocks)\(diagonal ? " diagonal" : "")" }

        /// By FFTs, or by matrices written out.
        func layer<E: RealScalar>(fast: Bool, bias: Bool = true) throws -> HankelLinear<E> {
            try HankelLinear(
                inputs, outputs, inputBlocks: inputBlocks, outputBlocks: outputBlocks, diagonal: diagonal, bias: bias,
                largestDense: fast ? 0 : 512)
        }
    }

    static let sizes = [
        Sizes(inputs: 1, outputs: 1), Sizes(inputs: 5, outputs: 5), Sizes(inputs: 4, outputs: 7),
        Sizes(inputs: 7, outputs: 3, inputBlocks: 2, outputBlocks: 3),
        Sizes(inputs: 3, outputs: 4, inputBlocks: 3, outputBlocks: 3, diagonal: true),
    ]

    @Test(arguments: sizes, [false, true])
    func equalsTheSum(sizes: Sizes, isFast: Bool) throws {
        var random = RandomStream(key: 71)
        let layer: HankelLinear<Double> = try sizes.layer(fast: isFast)
        let (m, n, q, p) = (sizes.outputs, sizes.inputs, sizes.inputBlocks, sizes.outputBlocks)
        let h: [Double] = random.vector((sizes.diagonal ? p : p * q) * (m + n - 1)),
            bias: [Double] = random.vector(p * m)
        #expect(layer.parameters.map(\.count) == [h.count, bias.count])
        // An odd number of columns: FFTs take two at a time.
        for columns in [1, 4, 5] {
            let x: [Double] = random.vector(q * n * columns)
            let y = try output(
                of: layer, x, ValueShape([q, n]), batch: columns, parameters: ["weight": h, "bias": bias])
            for (a, i, column) in product(p, m, columns) {
                var sum = bias[a * m + i]
                for b in 0..<q where !sizes.diagonal || a == b {
                    let matrix = sizes.diagonal ? a : a * q + b
                    for j in 0..<n { sum += h[matrix * (m + n - 1) + i + j] * x[(b * n + j) * columns + column] }
                }
                #expect(abs(y[(a * m + i) * columns + column] - sum) < 1e-12)
            }
        }
    }

    @Test(arguments: sizes, [false, true])
    func gradients(sizes: Sizes, isFast: Bool) throws {
        var random = RandomStream(key: 72)
        for hasBias in [true, false] {
            let layer: HankelLinear<Double> = try sizes.layer(fast: isFast, bias: hasBias)
            let check = try checkGradient(
                layer, inputs: [ValueShape([sizes.inputBlocks * sizes.inputs])], batch: 3, random: &random)
            #expect(check.discrepancy < 1e-8, "\(check)")
        }
    }

    /// Both ways in single precision, beyond the size where the way is changed by itself.
    @Test func largeBlocksGoByTransforms() throws {
        var random = RandomStream(key: 73)
        let n = 600, h: [Float] = random.vector(2 * n - 1), x: [Float] = random.vector(n * 3)
        let fast = try HankelLinear<Float>(n, n, bias: false), shape = ValueShape([n])
        let dense = try HankelLinear<Float>(n, n, bias: false, largestDense: n)
        #expect(fast.operationCount([shape]) < dense.operationCount([shape]) / 4)
        #expect(dense.operationCount([shape]) == 2 * n * n)
        let y = try output(of: fast, x, shape, batch: 3, parameters: ["weight": h])
        let z = try output(of: dense, x, shape, batch: 3, parameters: ["weight": h])
        #expect(relativeDistance(y, z) < 1e-5)
    }

    /// An impulse at j gives h[j], h[j + 1], …
    @Test(arguments: [false, true])
    func impulses(isFast: Bool) throws {
        let n = 6, h = (0..<2 * n - 1).map { Double($0 * $0) }
        let layer = try HankelLinear<Double>(n, n, bias: false, largestDense: isFast ? 0 : n)
        for j in 0..<n {
            let x = (0..<n).map { $0 == j ? 1.0 : 0 }
            let y = try output(of: layer, x, ValueShape([n]), batch: 1, parameters: ["weight": h])
            #expect(largestDifference(y, Array(h[j..<j + n])) < 1e-12)
        }
    }

    /// The counts of the structured network with one hidden layer: p (2N - 1) + p N + d p N + d.
    @Test(arguments: [(3, 8, 2, 289), (3, 8, 4, 575), (2, 4, 4, 158)])
    func parameterCounts(states: Int, delays: Int, blocks: Int, count: Int) throws {
        let n = states * delays
        var network = Network<Double>(input: ValueShape([n]))
        try network.append(HankelLinear(n, n, outputBlocks: blocks), "hankel")
        try network.append(Activation(.tanh), "tanh")
        try network.append(Linear(blocks * n, states), "read-out")
        #expect(network.layout.count == count)
    }

    @Test func badShapes() throws {
        #expect { try HankelLinear<Float>(0, 3) } throws: { "\($0)".contains("of 0 inputs") }
        #expect { try HankelLinear<Float>(2, 2, inputBlocks: 2, outputBlocks: 3, diagonal: true) } throws: {
            "\($0)".contains("diagonal")
        }
        #expect { try HankelLinear<Float>(4, 2, inputBlocks: 2).outputShape([ValueShape([7])]) } throws: {
            "\($0)".contains("takes 8")
        }
    }
}
