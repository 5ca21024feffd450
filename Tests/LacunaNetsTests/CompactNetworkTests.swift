import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct CompactNetworkTests {
    /// Zeroes entries of every weight array with a probability, and whole rows and columns with another.
    private func prune<E>(
        _ parameters: inout NetworkParameters<E>, keeping share: Double, _ random: inout RandomStream
    ) {
        for entry in parameters.layout.entries(of: .weight) {
            let shape = entry.parameter.shape, columns = shape[1], taps = shape.dropFirst(2).reduce(1, *)
            let deadRows = (0..<shape[0]).map { _ in random.uniform() < 0.3 }
            let deadColumns = (0..<columns).map { _ in random.uniform() < 0.3 }
            for (position, index) in entry.range.enumerated()
            where deadRows[position / (columns * taps)] || deadColumns[position / taps % columns]
                || random.uniform() > share
            { parameters.values[index] = 0 }
        }
        for entry in parameters.layout.entries(of: .offset) {
            for index in entry.range { parameters.values[index] = E(random.normal()) }
        }
    }

    private func samples(_ shape: ValueShape, _ count: Int, _ random: inout RandomStream) throws -> DataSet<Double> {
        try DataSet(
            shape: shape, inputs: random.vector(shape.count * count),
            targets: .values(Array(repeating: 0, count: count)))
    }

    @Test func removingTheDeadLeavesTheOutputs() throws {
        var random = RandomStream(key: 71)
        for (trial, share) in [0.02, 0.05, 0.1, 0.3, 0.6, 1].enumerated() {
            let dense: Network<Double> = try .lenet300100(inputs: 20, hidden: [30, 25], classes: 4)
            try expectSameOutputs(dense, share, &random, "perceptron \(trial)")
            var image = Network<Double>(input: ValueShape([2, 12, 12]))
            try image.append(Convolution2D(2, 6, kernel: 3, padding: trial % 2), "conv1")
            try image.append(Activation(.sigmoid), "sigmoid")
            try image.append(MaxPooling2D(2), "pool1")
            try image.append(Dropout(0.5), "dropout")
            try image.append(Convolution2D(6, 8, kernel: 3, padding: trial / 2 % 2, bias: trial != 3), "conv2")
            try image.append(.relu(), "relu2")
            try image.append(AveragePooling2D(2), "pool2")
            try image.append(Linear(image.outputShape.featureCount, 10, bias: trial != 4), "fc1")
            try image.append(Activation(.tanh), "tanh")
            try image.append(Linear(10, 3), "fc2")
            try expectSameOutputs(image, share, &random, "image \(trial)")
        }
    }

    private func expectSameOutputs(
        _ network: Network<Double>, _ share: Double, _ random: inout RandomStream, _ name: String
    ) throws {
        var parameters = NetworkParameters(network, random: random)
        prune(&parameters, keeping: share, &random)
        let data = try samples(network.inputShape, 5, &random)
        let compact = try CompactNetwork(ParametrizedNetwork(network, parameters))
        let expected = try network.outputs(parameters, data), y = try compact.network.outputs(compact.parameters, data)
        #expect(largestDifference(y, expected) < 1e-11 * (1 + (expected.map(abs).max() ?? 0)), "\(name)")
        let fast = try compact.withSparseLayers()
        #expect(largestDifference(try fast.network.outputs(fast.parameters, data), y) < 1e-11, "\(name)")
        if share < 0.2 { #expect(fast.network.nodes.contains { $0.layer is SparseLinear<Double> }, "\(name)") }
        #expect(compact.parameterCount <= parameters.values.count)
        #expect(compact.operationCount <= network.operationCount)
        // Nothing is left to remove.
        let again = try CompactNetwork(ParametrizedNetwork(compact.network, compact.parameters))
        #expect(again.parameterCount == compact.parameterCount, "\(name)")
        if share < 0.2 { #expect(compact.parameterCount < parameters.values.count / 2, "\(name)") }
    }

    /// Convolutions run sparse below the limit, half of it where patches are small, whatever their stride and padding; the outputs stay.
    @Test func sparseConvolutionsGiveTheSameOutputs() throws {
        var random = RandomStream(key: 73)
        for (share, sparse) in [(0.1, ["conv1", "conv2"]), (0.3, ["conv2"]), (0.6, [])] {
            var image = Network<Double>(input: ValueShape([2, 14, 13]))
            try image.append(Convolution2D(2, 12, kernel: 3, padding: 1), "conv1")
            try image.append(.relu(), "relu1")
            try image.append(Convolution2D(12, 8, kernel: 3, stride: 2), "conv2")
            try image.append(Linear(image.outputShape.featureCount, 3), "fc")
            var parameters = NetworkParameters(image, random: random)
            for name in ["conv1.weight", "conv2.weight"] {
                // As many in each row, so that no channel dies.
                let range = try parameters.layout.entry(name).range, rows = name == "conv1.weight" ? 12 : 8
                let columns = range.count / rows, kept = Int((share * Double(columns)).rounded())
                for row in 0..<rows {
                    let first = range.lowerBound + row * columns, offset = 5 * row
                    for column in kept..<columns { parameters.values[first + (column * 7 + offset) % columns] = 0 }
                }
            }
            let data = try samples(image.inputShape, 6, &random)
            let compact = try CompactNetwork(ParametrizedNetwork(image, parameters))
            let fast = try compact.withSparseLayers()
            let names = fast.network.nodes.filter { $0.layer is SparseConvolution2D<Double> }.map(\.name)
            #expect(names == sparse, "\(share)")
            let expected = try image.outputs(parameters, data), y = try fast.network.outputs(fast.parameters, data)
            #expect(largestDifference(y, expected) < 1e-12 * (1 + (expected.map(abs).max() ?? 0)))
            #expect(fast.parameters.values.count < compact.parameters.values.count || sparse.isEmpty)
        }
    }

    /// 3 inputs, 3 hidden neurons: one dead for want of incoming weights, one for want of outgoing ones.
    @Test func deadNeuronsByHand() throws {
        var network = Network<Double>(input: ValueShape([3]))
        try network.append(Linear(3, 3), "fc1")
        try network.append(.relu(), "relu")
        try network.append(Linear(3, 2), "fc2")
        var numbers = NetworkParameters(network, random: RandomStream(key: 1))
        try numbers.setArray("fc1.weight", Tensor(dimensions: [3, 3], storage: [0, 0, 0, 1, 2, 3, 4, 5, 6]))
        try numbers.setArray("fc1.bias", Tensor(dimensions: [3], storage: [2, 0.5, 0.5]))
        try numbers.setArray("fc2.weight", Tensor(dimensions: [2, 3], storage: [10, 7, 0, 0, 8, 0]))
        try numbers.setArray("fc2.bias", Tensor(dimensions: [2], storage: [1, 1]))
        let compact = try CompactNetwork(ParametrizedNetwork(network, numbers))
        #expect(compact.kept == ["fc1": [1], "fc2": [0, 1]])
        #expect(compact.parameters.values == [1, 2, 3, 0.5, 7, 8, 21, 1])
        #expect(compact.nonZeroCount == 8 && compact.operationCount == 2 * 3 + 2 * 2)
        var branched = network
        try branched.append(Sum(), "sum", inputs: [branched.output, branched.output])
        #expect {
            _ = try CompactNetwork(
                ParametrizedNetwork(branched, NetworkParameters(branched, random: RandomStream(key: 1))))
        } throws: { "\($0)".hasPrefix("layer 'sum'") }
    }

    /// With no weight, or none on the way through, no neuron is left: the outputs are constants.
    @Test func nothingIsLeftOfEmptyNetworks() throws {
        var random = RandomStream(key: 75)
        var network = Network<Double>(input: ValueShape([1, 6, 6]))
        try network.append(Convolution2D(1, 3, kernel: 3), "conv")
        try network.append(.relu(), "relu1")
        try network.append(Linear(48, 5), "fc1")
        try network.append(Activation(.sigmoid), "sigmoid")
        try network.append(Linear(5, 2), "fc2")
        let data = try samples(network.inputShape, 4, &random)
        for empty in [["conv", "fc1", "fc2"], ["conv"], ["fc1"], ["fc2"], ["conv", "fc2"]] {
            var numbers = NetworkParameters(network, random: random)
            for entry in numbers.layout.entries {
                for index in entry.range { numbers.values[index] = random.normal() }
            }
            for name in empty {
                let range = try numbers.layout.entry("\(name).weight").range
                numbers.values.replaceSubrange(range, with: repeatElement(0, count: range.count))
            }
            let compact = try CompactNetwork(ParametrizedNetwork(network, numbers))
            #expect(compact.kept == ["conv": [], "fc1": [], "fc2": [0, 1]], "\(empty)")
            // One neuron of each layer makes it a network; only the constants of the outputs count.
            #expect(compact.parameterCount == 9 + 1 + 16 + 1 + 2 + 2)
            #expect(compact.parameters.values.dropLast(2).filter { $0 != 0 }.count <= 2)
            let expected = try network.outputs(numbers, data)
            let y = try compact.network.outputs(compact.parameters, data)
            #expect(largestDifference(y, expected) < 1e-12, "\(empty)")
        }
    }

    /// In evaluation, a Bayesian network and the deterministic one that it becomes give the same outputs, gates included.
    @Test func deterministicNetworks() throws {
        var random = RandomStream(key: 72)
        let image: Network<Double> = try .lenet5(channels: [4, 6], hidden: 12, classes: 3, image: [1, 20, 20])
        let dense = NetworkParameters(image, random: RandomStream(key: 3))
        for gates in 0..<3 {
            var network = try image.variational()
            if gates > 0 {
                network = try network.gated(gatesInputs: gates == 2, perFeature: gates == 2) {
                    gates == 1 ? GaussianGate<Double>($0) as any Layer<Double> : LogNormalGate($0)
                }
            }
            var parameters = NetworkParameters(network, from: dense, random: RandomStream(key: 4))
            #expect(try parameters.array("conv2.weight") == dense.array("conv2.weight"))
            for name in ["conv2.gate", "fc1.gate", "fc2.gate"] where gates > 0 {
                let array = try parameters.array("\(name).mean")
                try parameters.setArray(
                    "\(name).mean",
                    Tensor(dimensions: array.dimensions, storage: array.storage.map { _ in -0.5 + random.uniform() }))
            }
            let data = try samples(network.inputShape, 4, &random)
            let plain = try network.deterministic(parameters)
            #expect(plain.network.nodes.map(\.name) == image.nodes.map(\.name))
            let expected = try network.outputs(parameters, data)
            let y = try plain.network.outputs(plain.parameters, data)
            #expect(largestDifference(y, expected) < 1e-12)
            guard gates > 0 else { continue }
            // Without the first two gates of fc2 their neurons play no part.
            let kept = try Support(2..<12, of: 12)
            let pruned = try network.deterministic(parameters, keeping: ["fc2.gate": kept])
            let weight = try pruned.parameters.array("fc2.weight").storage
            #expect(weight.indices.allSatisfy { (weight[$0] == 0) == ($0 % 12 < 2) })
            #expect(try CompactNetwork(pruned).kept["fc1"] == Array(2..<12))
            #expect { try network.deterministic(parameters, keeping: ["fc2.gate": Support([1], of: 3)]) } throws: {
                "\($0)".contains("among 3 variables")
            }
        }
    }

    @Test func pruningCriteria() throws {
        #expect(PruningCriterion.signalToNoise(1).keeps(mean: -0.2, logDeviation: Double.log(0.1)))
        #expect(!PruningCriterion.signalToNoise(1).keeps(mean: 0.05, logDeviation: Double.log(0.1)))
        // log α = log(0.01/0.04).
        #expect(PruningCriterion.logAlpha(-1.38).keeps(mean: 0.2, logDeviation: Double.log(0.1)))
        #expect(!PruningCriterion.logAlpha(-1.39).keeps(mean: 0.2, logDeviation: Double.log(0.1)))
        #expect(PruningCriterion.logNormalSignalToNoise(1).keeps(mean: 0, logDeviation: -5))
        #expect(!PruningCriterion.logNormalSignalToNoise(1).keeps(mean: -10, logDeviation: 2))
        var network = Network<Double>(input: ValueShape([4]))
        try network.append(Variational(Linear(4, 1)), "fc")
        var numbers = NetworkParameters(network, random: RandomStream(key: 1))
        try numbers.setArray("fc.weight", Tensor(dimensions: [1, 4], storage: [0.1, 0.001, -0.1, 0]))
        #expect(try numbers.support(of: "fc", .signalToNoise(1)).indices == [0, 2])
        // Monotone in the threshold.
        #expect(try numbers.support(of: "fc", .signalToNoise(0.05)).indices == [0, 1, 2])
        #expect(numbers.weightSupports["fc.weight"]?.indices == [0, 1, 2])
    }

    @Test func weightsAreReadBack() throws {
        var random = RandomStream(key: 73)
        for (rows, columns, share) in [(7, 13, 0.3), (1, 300, 0.02), (5, 1, 0.5), (4, 64, 1.0), (3, 8, 0.0)] {
            let weights = (0..<rows * columns).map { _ in
                random.uniform() < share ? Float(random.normal()) : 0
            }
            let largest = weights.map(abs).max() ?? 0
            for scheme in WeightCoding.Scheme.allCases {
                for bits in [32, 8, 5, 2] {
                    let coded = try WeightCoding(scheme, valueBits: bits).encode(weights, rows: rows, columns: columns)
                    #expect(coded.bytes.count == (coded.bitCount + 7) / 8)
                    let decoded = try coded.decoded()
                    // The same support; values as they were, or within half a unit (a whole one next to 0).
                    #expect(decoded.map { $0 != 0 } == weights.map { $0 != 0 }, "\(scheme) \(bits)")
                    let unit = bits == 32 ? 0 : largest / Float(1 << (bits - 1))
                    #expect(
                        zip(decoded, weights).allSatisfy { abs($0 - $1) <= unit * ($1.magnitude < unit ? 1 : 0.5001) })
                    // Coding what was decoded changes nothing.
                    let again = coded.coding.encode(decoded, rows: rows, columns: columns)
                    #expect(again.bitCount == coded.bitCount)
                    #expect(try relativeDistance(again.decoded(), decoded) < 1e-6 || largest == 0)
                    let cut = CodedWeights(
                        coding: coded.coding, rows: rows, columns: columns, bytes: coded.bytes,
                        bitCount: coded.bitCount - 1)
                    #expect { try cut.decoded() } throws: { "\($0)".contains("coded weights") }
                }
            }
        }
        #expect { try WeightCoding(.burst, valueBits: 1) } throws: { "\($0)".contains("value bits") }
    }

    /// Row 0: one run of 3; row 1: runs of 1 and 1; row 2: none. Counts take 3 bits (0...4 runs), places 3, values 8 and 32 for the unit.
    @Test func bitsByHand() throws {
        let weights: [Float] = [0, 1, 2, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        func bits(_ scheme: WeightCoding.Scheme) throws -> Int {
            try WeightCoding(scheme, valueBits: 8).encode(weights, rows: 3, columns: 8).bitCount
        }
        #expect(try bits(.burst) == 32 + 3 * 3 + 3 * 6 + 5 * 8)
        // Counts of 0...8 take 4 bits.
        #expect(try bits(.index) == 32 + 3 * 4 + 5 * 3 + 5 * 8)
        // Gaps 1, 0, 0, 4, 6: 3 bits each (6 < 7); with 2 bits there would be 8 symbols, 4 = 3 + 1 and 6 = 3 + 3 + 0.
        #expect(try bits(.gap) == 32 + 32 + 5 + 5 * 3 + 5 * 8)
        let regularity = MaskRegularity(Support(of: weights), lineLength: 8)
        #expect(regularity.runs == 3 && regularity.emptyLines == 1 && regularity.nonZeros == 5)
        #expect(abs(regularity.meanRun - 5.0 / 3) < 1e-15)
        let d = 5.0 / 24
        #expect(abs(regularity.runsAtRandom - 3 * (d + 7 * d * (1 - d))) < 1e-12)
        let twice = MaskRegularity([regularity, regularity])
        #expect(twice.runs == 6 && twice.meanRunAtRandom == regularity.meanRunAtRandom)
        // A run does not go on in the next line.
        #expect(MaskRegularity(try Support([7, 8], of: 16), lineLength: 8).runs == 2)
    }

    /// Random masks have the runs that are expected of them.
    @Test func runsAtRandom() throws {
        var random = RandomStream(key: 74)
        let mask = (0..<20_000).map { _ in random.uniform() < 0.2 }
        let regularity = MaskRegularity(Support(mask: mask), lineLength: 25)
        #expect(abs(Double(regularity.runs) / regularity.runsAtRandom - 1) < 0.05)
        var network = Network<Float>(input: ValueShape([1, 8, 8]))
        try network.append(Convolution2D(1, 2, kernel: 3), "conv")
        try network.append(Linear(72, 4), "fc")
        let numbers = NetworkParameters(network, random: RandomStream(key: 1))
        #expect(try numbers.regularity(of: "conv.weight").lines == 2)
        #expect(try numbers.regularity().lines == 6 && numbers.regularity().runs == 6)
        #expect(numbers.compressedRowBits() == 32 * (3 + 5) + (18 + 288) * 48)
        let (bits, decoded) = try numbers.coded(WeightCoding(.index))
        #expect(bits > 32 * (18 + 288) && decoded.values == numbers.values)
        // A kernel's weight is used 36 times.
        #expect(try network.multiplyAddCount(numbers) == 36 * 18 + 288)
        var few = numbers
        few.values.replaceSubrange(0..<17, with: repeatElement(0, count: 17))
        #expect(try network.multiplyAddCount(few) == 36 + 288)
    }
}
