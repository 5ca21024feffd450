import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct SparseLinearTests {
    static let blocks = [BlockShape.entry, .rows4, .rows8, BlockShape(2, 3)]

    private func pattern<E: RealScalar>(_ block: BlockShape, rows: Int, columns: Int, key: UInt64 = 81) throws
        -> SparseMatrix<E>
    {
        var random = RandomStream(key: key)
        let kept = (0..<rows / block.rows * (columns / block.columns)).map { _ in random.uniform() < 0.4 }
        let dense: Matrix<Double> = random.matrix(rows, columns)
        return try SparseMatrix(Matrix<E>(rows: rows, columns: columns) { E(dense[$0, $1]) }, block: block) {
            kept[$0 / block.rows * (columns / block.columns) + $1 / block.columns]
        }
    }

    private func checkProducts<E: RealScalar>(_ type: E.Type, _ block: BlockShape, limit: E) throws {
        let matrix: SparseMatrix<E> = try pattern(block, rows: 16, columns: 12), dense = matrix.dense()
        var random = RandomStream(key: 82)
        let bias = (0..<16).map { _ in E(random.normal()) }
        for (columns, hasBias) in [(1, true), (1, false), (7, true), (40, false)] {
            let x = (0..<12 * columns).map { _ in E(random.normal()) }
            let y = try output(
                of: SparseLinear(matrix, bias: hasBias), x, ValueShape([12]), batch: columns,
                parameters: hasBias ? ["bias": bias] : [:])
            for row in 0..<16 {
                for column in 0..<columns {
                    let sum = (0..<12).reduce(hasBias ? bias[row] : 0) {
                        $0 + dense[row, $1] * x[$1 * columns + column]
                    }
                    #expect(abs(y[row * columns + column] - sum) < limit)
                }
            }
        }
    }

    @Test(arguments: blocks)
    func equalsTheDenseMatrix(block: BlockShape) throws {
        try checkProducts(Double.self, block, limit: 1e-13)
        try checkProducts(Float.self, block, limit: 1e-5)
    }

    @Test(arguments: blocks)
    func gradients(block: BlockShape) throws {
        var random = RandomStream(key: 83)
        let matrix: SparseMatrix<Double> = try pattern(block, rows: 8, columns: 6)
        for (hasBias, batch) in [(true, 3), (false, 1)] {
            let layer = SparseLinear(matrix, bias: hasBias)
            let check = try checkGradient(layer, inputs: [ValueShape([2, 3])], batch: batch, random: &random)
            #expect(check.discrepancy < 1e-8, "\(check)")
            #expect(layer.parameters[0].count == matrix.storedCount)
            #expect(layer.operationCount([ValueShape([6], positions: 2)]) == 4 * matrix.storedCount)
        }
    }

    /// Wide and full enough for the plan to cut the columns into slices, of which it keeps values of its own: the layer's count.
    @Test func parametersCountWhereThePlanIsCut() throws {
        let matrix: SparseMatrix<Float> = try pattern(.entry, rows: 5, columns: 700)
        var random = RandomStream(key: 85)
        let values: [Float] = random.vector(matrix.storedCount), dense = try matrix.replacingValues(values).dense()
        let layer = SparseLinear(matrix, bias: false)
        for columns in [1, 9] {
            let x: [Float] = random.vector(700 * columns)
            let y = try output(of: layer, x, ValueShape([700]), batch: columns, parameters: ["weight": values])
            for row in 0..<5 {
                for column in 0..<columns {
                    let sum = (0..<700).reduce(0.0) { $0 + Double(dense[row, $1]) * Double(x[$1 * columns + column]) }
                    #expect(abs(Double(y[row * columns + column]) - sum) < 1e-4)
                }
            }
        }
        let wide: SparseMatrix<Double> = try pattern(.entry, rows: 2, columns: 600)
        let check = try checkGradient(SparseLinear(wide), inputs: [ValueShape([600])], batch: 2, random: &random)
        #expect(check.discrepancy < 1e-8, "\(check)")
    }

    /// The layer trains as a dense one under a mask does, step by step.
    @Test func trainsAsAMaskedLayer() throws {
        var random = RandomStream(key: 84)
        let weight = Tensor<Double>(dimensions: [4, 6], storage: random.vector(24)), bias: [Double] = random.vector(4)
        let support = try Support([0, 3, 7, 8, 13, 17, 22], of: 24)
        let data = try DataSet<Double>(
            shape: ValueShape([6]), inputs: random.vector(6 * 20), targets: .values(random.vector(4 * 20)))
        func train(_ layer: some Layer<Double>, _ start: [String: Tensor<Double>], _ rules: [any TrainingRule<Double>])
            throws -> NetworkParameters<Double>
        {
            var network = Network<Double>(input: ValueShape([6]))
            try network.append(layer, "fc")
            var numbers = NetworkParameters(network, random: RandomStream(key: 1))
            for (name, tensor) in start { try numbers.setArray(name, tensor) }
            let problem = try TrainingProblem(network: network, start: numbers, data: data, loss: MeanSquaredError())
            return try StochasticTraining(SGD(learningRate: 0.02), epochs: 4, batchSize: 8, rules: rules)
                .solve(problem).estimate.parameters
        }
        let dense = try train(
            Linear(6, 4), ["fc.weight": weight, "fc.bias": Tensor(dimensions: [4], storage: bias)],
            [MaskRule("fc.weight", support)])
        let sparse = try train(SparseLinear(keeping: support, of: weight, bias: bias), [:], [])
        let kept = try dense.array("fc.weight").storage.enumerated().filter { support.indices.contains($0.offset) }
        #expect(largestDifference(try sparse.array("fc.weight").storage, kept.map(\.element)) < 1e-13)
        #expect(largestDifference(try sparse.array("fc.bias").storage, try dense.array("fc.bias").storage) < 1e-13)
    }

    @Test func badShapes() throws {
        let layer = SparseLinear(try pattern(.rows4, rows: 8, columns: 6) as SparseMatrix<Float>)
        #expect { try layer.outputShape([ValueShape([5])]) } throws: { "\($0)".contains("weights take 6") }
        let weight = Tensor<Float>(repeating: 1, dimensions: [6, 5])
        let support = try Support([1], of: 30)
        #expect { try SparseLinear(keeping: support, of: weight, bias: nil, block: .rows4) } throws: {
            "\($0)".contains("do not divide")
        }
        #expect { try SparseLinear(keeping: Support([1], of: 31), of: weight, bias: nil) } throws: {
            "\($0)".contains("fit together")
        }
        #expect { try SparseLinear(keeping: support, of: weight, bias: [1]) } throws: {
            "\($0)".contains("fit together")
        }
    }
}
