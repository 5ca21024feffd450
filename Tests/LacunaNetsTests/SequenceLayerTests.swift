import LacunaNets
import LacunaTestSupport
import Testing

/// Normalisation, dropout, embedding and attention.
@Suite struct SequenceLayerTests {
    @Test func batchNormalizationUsesTheBatchThenTheAverages() throws {
        let shape = ValueShape([2, 3]), batch = 4
        var random = RandomStream(key: 31)
        let x: [Double] = random.vector(shape.count * batch)
        var network = Network<Double>(input: shape)
        try network.append(BatchNormalization(2), "bn")
        var numbers = NetworkParameters(network, random: RandomStream(key: 1))
        try numbers.setArray("bn.weight", Tensor(dimensions: [2], storage: [2, 0.5]))
        try numbers.setArray("bn.bias", Tensor(dimensions: [2], storage: [1, -1]))
        let storage = ParameterStorage(numbers)
        let execution = try NetworkExecution(network, batch: batch, storage: storage)
        execution.input.update(from: x, count: x.count)
        execution.forward(isTraining: true)
        execution.updateStatistics()
        for channel in 0..<2 {
            let values = Array(x[channel * 12..<(channel + 1) * 12])
            let mean = values.reduce(0, +) / 12, variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 12
            let (weight, bias) = channel == 0 ? (2.0, 1.0) : (0.5, -1.0)
            for (index, value) in values.enumerated() {
                let expected = weight * (value - mean) / (variance + 1e-5).squareRoot() + bias
                #expect(abs(execution.output[channel * 12 + index] - expected) < 1e-13)
            }
            // One step of the averages from mean 0 and variance 1.
            #expect(abs(storage.statistics[channel] - 0.1 * mean) < 1e-14)
            #expect(abs(storage.statistics[2 + channel] - (0.9 + 0.1 * variance * 12 / 11)) < 1e-12)
            // In evaluation those are used.
            execution.forward()
            let scale = weight / (storage.statistics[2 + channel] + 1e-5).squareRoot()
            #expect(
                abs(execution.output[channel * 12] - (scale * (values[0] - storage.statistics[channel]) + bias)) < 1e-13
            )
            execution.forward(isTraining: true)
        }
    }

    @Test func normalizationGradients() throws {
        var random = RandomStream(key: 32)
        for isTraining in [true, false] {
            let check = try checkGradient(
                BatchNormalization<Double>(3), inputs: [ValueShape([3, 2, 2])], batch: 4, isTraining: isTraining,
                random: &random)
            #expect(check.discrepancy < 1e-7, "\(check)")
        }
        let check = try checkGradient(
            LayerNormalization<Double>(5), inputs: [ValueShape([5], positions: 3)], random: &random)
        #expect(check.discrepancy < 1e-7, "\(check)")
    }

    @Test func layerNormalizationPerColumn() throws {
        var random = RandomStream(key: 33)
        let x: [Double] = random.vector(6 * 4)
        let y = try output(
            of: LayerNormalization<Double>(6), x, ValueShape([6], positions: 2), batch: 2,
            parameters: ["weight": [1, 2, 3, 4, 5, 6], "bias": [6, 5, 4, 3, 2, 1]])
        for column in 0..<4 {
            let values = (0..<6).map { x[$0 * 4 + column] }
            let mean = values.reduce(0, +) / 6, variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 6
            for feature in 0..<6 {
                let normalized = (values[feature] - mean) / (variance + 1e-5).squareRoot()
                #expect(abs(y[feature * 4 + column] - (Double(feature + 1) * normalized + Double(6 - feature))) < 1e-13)
            }
        }
    }

    @Test func dropoutKeepsTheMean() throws {
        let ones = Array(repeating: 1.0, count: 100_003), shape = ValueShape([ones.count])
        let layer = Dropout<Double>(0.3)
        let y = try output(of: layer, ones, shape, batch: 1, isTraining: true, randomKey: 7)
        let kept = y.filter { $0 != 0 }
        #expect(abs(Double(kept.count) / Double(ones.count) - 0.7) < 0.006)
        #expect(kept.allSatisfy { abs($0 - 1 / 0.7) < 1e-4 })
        #expect(try output(of: layer, ones, shape, batch: 1, isTraining: true, randomKey: 7) == y)
        #expect(try output(of: layer, ones, shape, batch: 1, isTraining: true, randomKey: 8) != y)
        #expect(try output(of: layer, ones, shape, batch: 1) == ones)
        var random = RandomStream(key: 34)
        let check = try checkGradient(layer, inputs: [ValueShape([9])], random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
    }

    @Test func embeddingLooksUp() throws {
        let table = (0..<12).map(Double.init)
        let y = try output(
            of: Embedding<Double>(vocabulary: 4, width: 3), [2, 0, 3, 3], ValueShape([1], positions: 2), batch: 2,
            parameters: ["weight": table])
        #expect(y == [6, 0, 9, 9, 7, 1, 10, 10, 8, 2, 11, 11])
        // Repeated indices add up; the index itself has no derivative.
        var random = RandomStream(key: 35)
        let check = try checkGradient(
            Embedding<Double>(vocabulary: 3, width: 2), inputs: [ValueShape([1], positions: 4)], random: &random,
            input: { Double($0.integer(below: 3)) + 0.5 })
        #expect(check.parameters["weight"] ?? 1 < 1e-8 && check.followsContract, "\(check)")
    }

    @Test(arguments: [false, true])
    func attentionEqualsTheFormula(isCausal: Bool) throws {
        let (d, heads, t, batch) = (6, 2, 4, 3)
        var random = RandomStream(key: 36)
        let inWeight: [Double] = random.vector(18 * 6), inBias: [Double] = random.vector(18)
        let outWeight: [Double] = random.vector(36), outBias: [Double] = random.vector(6)
        let x: [Double] = random.vector(d * t * batch)
        let layer = MultiHeadAttention<Double>(width: d, heads: heads, causal: isCausal)
        let y = try output(
            of: layer, x, ValueShape([d], positions: t), batch: batch,
            parameters: [
                "in_proj_weight": inWeight, "in_proj_bias": inBias, "out_proj.weight": outWeight,
                "out_proj.bias": outBias,
            ])
        let n = t * batch
        for sample in 0..<batch {
            func projected(_ row: Int, _ position: Int) -> Double {
                (0..<d).reduce(inBias[row]) { $0 + inWeight[row * d + $1] * x[$1 * n + sample * t + position] }
            }
            for query in 0..<t {
                var joined: [Double] = []
                for head in 0..<heads {
                    let features = head * 3..<head * 3 + 3
                    let keys = 0..<(isCausal ? query + 1 : t)
                    let scores = keys.map { key in
                        features.reduce(0) { $0 + projected($1, query) * projected(d + $1, key) } / 3.0.squareRoot()
                    }
                    let weights = scores.map { Double.exp($0 - (scores.max() ?? 0)) }, sum = weights.reduce(0, +)
                    for feature in features {
                        joined.append(keys.reduce(0) { $0 + weights[$1] / sum * projected(2 * d + feature, $1) })
                    }
                }
                for row in 0..<d {
                    let expected = (0..<d).reduce(outBias[row]) { $0 + outWeight[row * d + $1] * joined[$1] }
                    #expect(abs(y[row * n + sample * t + query] - expected) < 1e-12)
                }
            }
        }
        let check = try checkGradient(
            MultiHeadAttention<Double>(width: 4, heads: 2, causal: isCausal), inputs: [ValueShape([4], positions: 3)],
            batch: 2, random: &random)
        #expect(check.discrepancy < 1e-7, "\(check)")
    }

    @Test func sumsOfBranches() throws {
        var random = RandomStream(key: 37)
        let check = try checkGradient(Sum<Double>(), inputs: [ValueShape([4]), ValueShape([2, 2])], random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
        #expect(throws: LacunaError.self) { try Sum<Double>().outputShape([ValueShape([4]), ValueShape([5])]) }
        #expect(throws: LacunaError.self) {
            try MultiHeadAttention<Double>(width: 5, heads: 2).outputShape([ValueShape([5])])
        }
        #expect(throws: LacunaError.self) { try Dropout<Double>(1).outputShape([ValueShape([5])]) }
        #expect(throws: LacunaError.self) { try BatchNormalization<Double>(3).outputShape([ValueShape([5])]) }
    }
}
