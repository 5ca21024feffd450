import LacunaNets
import LacunaTestSupport
import Testing

/// Softmax, and the layers that join, rearrange and average.
@Suite struct ArrangementLayerTests {
    @Test func softmaxPerColumn() throws {
        var random = RandomStream(key: 91)
        // Large numbers must not overflow.
        let x = random.normals(count: 5 * 6).map { 300 * $0 }
        let y = try output(of: Softmax<Double>(), x, ValueShape([5], positions: 3), batch: 2)
        for column in 0..<6 {
            let values = (0..<5).map { x[$0 * 6 + column] }, largest = values.max() ?? 0
            let sum = values.reduce(0) { $0 + Double.exp($1 - largest) }
            for feature in 0..<5 {
                #expect(abs(y[feature * 6 + column] - Double.exp(values[feature] - largest) / sum) < 1e-15)
            }
        }
        let check = try checkGradient(Softmax<Double>(), inputs: [ValueShape([5], positions: 2)], random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
    }

    @Test func concatenationOfChannels() throws {
        let shapes = [ValueShape([1, 2], positions: 2), ValueShape([3, 2], positions: 2)]
        #expect(try Concatenation<Double>().outputShape(shapes) == ValueShape([4, 2], positions: 2))
        var network = Network<Double>(input: ValueShape([2]))
        let twice = try network.append(Sum(), "twice", inputs: [network.input, network.input])
        try network.append(Concatenation(), "both", inputs: [twice, network.input])
        let numbers = NetworkParameters(network, random: RandomStream(key: 1))
        let execution = try NetworkExecution(network, batch: 2, storage: ParameterStorage(numbers))
        for index in 0..<4 { execution.input[index] = Double(index + 1) }
        execution.forward()
        #expect((0..<8).map { execution.output[$0] } == [2, 4, 6, 8, 1, 2, 3, 4])
        var random = RandomStream(key: 92)
        let check = try checkGradient(Concatenation<Double>(), inputs: shapes, random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
        for other in [ValueShape([3, 3], positions: 2), ValueShape([3, 2])] {
            #expect { try Concatenation<Double>().outputShape([shapes[0], other]) } throws: {
                "\($0)".contains("cannot be concatenated")
            }
        }
        #expect(throws: LacunaError.self) { try Concatenation<Double>().outputShape([]) }
    }

    @Test func meansOverPositions() throws {
        let y = try output(
            of: MeanOverPositions<Double>(), [1, 2, 3, 4, 5, 9, 6, 7, 8, 0, 0, 3], ValueShape([2], positions: 3),
            batch: 2)
        #expect(y == [2, 6, 7, 1])
        var random = RandomStream(key: 93)
        let check = try checkGradient(
            MeanOverPositions<Double>(), inputs: [ValueShape([2], positions: 5)], random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
    }

    @Test func positionTables() throws {
        let layer = PositionTable<Double>(2, positions: 3), shape = ValueShape([2], positions: 3)
        let y = try output(
            of: layer, Array(repeating: 10, count: 12), shape, batch: 2, parameters: ["weight": [1, 2, 3, 4, 5, 6]])
        #expect(y == [11, 13, 15, 11, 13, 15, 12, 14, 16, 12, 14, 16])
        var random = RandomStream(key: 94)
        let check = try checkGradient(layer, inputs: [shape], random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
        #expect { try layer.outputShape([ValueShape([2], positions: 4)]) } throws: {
            "\($0)".contains("2 features at 3 positions")
        }
    }

    @Test func positionsAndFeatures() throws {
        let sequence = ValueShape([2], positions: 3), flat = ValueShape([2, 3])
        #expect(try FeaturesFromPositions<Double>().outputShape([sequence]) == flat)
        #expect(try PositionsFromFeatures<Double>().outputShape([flat]) == sequence)
        // Element (f, b T + t) is 100 f + 10 b + t.
        let x = product(2, 2, 3).map { Double(100 * $0.0 + 10 * $0.1 + $0.2) }
        let y = try output(of: FeaturesFromPositions<Double>(), x, sequence, batch: 2)
        #expect(y == product(2, 3, 2).map { Double(100 * $0.0 + 10 * $0.2 + $0.1) })
        #expect(try output(of: PositionsFromFeatures<Double>(), y, flat, batch: 2) == x)
        var random = RandomStream(key: 95)
        for (layer, shape) in [
            (FeaturesFromPositions<Double>() as any Layer<Double>, sequence), (PositionsFromFeatures(), flat),
            (Reshape([3, 2, 1]), flat),
        ] {
            let check = try checkGradient(layer, inputs: [shape], random: &random)
            #expect(check.discrepancy < 1e-8, "\(layer) \(check)")
        }
        #expect(try Reshape<Double>([3, 2]).outputShape([flat]) == ValueShape([3, 2]))
        #expect { try Reshape<Double>([4, 2]).outputShape([flat]) } throws: { "\($0)".contains("not the 8 of 4×2") }
        for shape in [sequence, ValueShape([6])] {
            #expect { try PositionsFromFeatures<Double>().outputShape([shape]) } throws: {
                "\($0)".contains("at least two axes")
            }
        }
    }
}
