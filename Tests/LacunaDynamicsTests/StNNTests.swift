import LacunaDynamics
import LacunaTestSupport
import Testing

@Suite struct StNNTests {
    private func orbits(_ count: Int = 4) throws -> [Trajectory] {
        var random = RandomStream(key: 91)
        return try (0..<count).map { _ in
            let start = [1 + 2 * random.uniform(), 1 + 2 * random.uniform()]
            return try RungeKutta4(substeps: 10).trajectory(of: LotkaVolterra(), from: start, step: 0.5, steps: 40)
        }
    }

    /// N: dense, hankel, dft-diagonal, complex numbers of the butterfly.
    @Test(arguments: [
        [8, 64, 15, 16, 272], [16, 256, 31, 32, 672], [32, 1024, 63, 64, 1600], [64, 4096, 127, 128, 3712],
        [128, 16384, 255, 256, 8448], [256, 65536, 511, 512, 18944], [1024, 1_048_576, 2047, 2048, 92160],
    ])
    func countsOfOneMatrix(row: [Int]) throws {
        let size = row[0]
        #expect(try StNN.Structure.dense.parameterCount(size: size) == row[1])
        #expect(try StNN.Structure.hankel.parameterCount(size: size) == row[2])
        #expect(try StNN.Structure.dftDiagonal.parameterCount(size: size) == row[3])
        #expect(try StNN.Structure.butterfly.parameterCount(size: size) == 2 * row[4])
    }

    /// Operations of one product, written out and by transforms of length 2N.
    @Test(arguments: [
        [16, 496, 896], [32, 2016, 2112], [64, 8128, 4864], [128, 32640, 11008], [1024, 2_096_128, 118_784],
    ])
    func operationsOfOneMatrix(row: [Int]) throws {
        #expect(try StNN.Structure.dense.operationCount(size: row[0]) == row[1])
        #expect(try StNN.Structure.hankel.operationCount(size: row[0]) == row[2])
        #expect(try StNN.Structure.dftDiagonal.operationCount(size: row[0]) == row[2])
    }

    /// d, n, p, parameters, those of the dense network as wide and of that of equal size.
    @Test(arguments: [[3, 8, 2, 289, 1347, 283], [3, 8, 4, 575, 2691, 563], [2, 4, 4, 158, 354, 156]])
    func countsOfNetworks(row: [Int]) throws {
        let d = row[0], network = StNN(delays: row[1], blocks: row[2])
        #expect(try network.parameterCount(variables: d) == row[3])
        #expect(try network.denseOfEqualWidth.parameterCount(variables: d) == row[4])
        #expect(try network.denseOfEqualSize(variables: d).parameterCount(variables: d) == row[5])
        // Written out, a structured network is the dense one, the additions of an offset instead of a first addition.
        #expect(
            try network.writtenOutOperationCount(variables: d)
                == network.denseOfEqualWidth.operationCount(variables: d))
    }

    @Test(arguments: StNN.Structure.allCases)
    func countersAgreeWithNetworks(structure: StNN.Structure) throws {
        for (layers, mixes) in [(1, false), (2, false), (3, true)] {
            let settings = StNN(
                structure: structure, delays: 3, blocks: 2, hiddenLayers: layers, mixesBlocks: mixes,
                activation: .leakyReLU(slope: 0.1))
            let (network, parameters) = try settings.network(variables: 2)
            #expect(parameters.values.count == (try settings.parameterCount(variables: 2)))
            #expect(network.inputShape.count == 6 && network.outputShape.count == 2)
            let small = try settings.denseOfEqualSize(variables: 2)
            let width = try #require(small.width)
            #expect(try small.parameterCount(variables: 2) <= settings.parameterCount(variables: 2))
            var larger = small
            larger.width = width + 1
            #expect(try larger.parameterCount(variables: 2) > settings.parameterCount(variables: 2))
        }
    }

    /// All structures but the dense one start as one function.
    @Test(arguments: [(1, false), (2, false), (2, true)])
    func structuresStartEqual(layers: Int, mixes: Bool) throws {
        var random = RandomStream(key: 92)
        let data = try DataSet<Double>(
            shape: ValueShape([10]), inputs: random.vector(10 * 40), targets: .values(random.vector(2 * 40)))
        let outputs = try StNN.Structure.allCases.map { structure in
            let (network, parameters) = try StNN(
                structure: structure, delays: 5, blocks: 3, hiddenLayers: layers, mixesBlocks: mixes, seed: 3
            ).network(variables: 2)
            return try network.outputs(parameters, data)
        }
        for index in 1..<4 { #expect(largestDifference(outputs[0], outputs[index]) < 1e-12) }
        #expect(largestDifference(outputs[0], outputs[4]) > 0.01)
    }

    @Test(arguments: StNN.Structure.allCases)
    func learnsWhatLinearModelsCannot(structure: StNN.Structure) throws {
        // Steps so long that a linear model explains little of what comes next.
        let orbit = try RungeKutta4(substeps: 20).trajectory(of: Lorenz(), from: [-8, 8, 27], step: 0.1, steps: 400)
        let (training, test) = try DelaySplit.time(training: 300, gap: 3).parts(of: [orbit])
        let settings = StNN(
            structure: structure, delays: 3, blocks: 2, training: .lbfgs(iterations: 60, memory: 10), seed: 1)
        let model = try settings.fit(training)
        let windows = try DelayWindows(test, delays: 3, scaling: model.scaling)
        let linear = try DelayRegression(delays: 3).fit(training)
        #expect(try model.oneStepError(windows) < 0.5 * linear.oneStepError(windows))
        #expect(model.losses.count == model.report.iterations)
        #expect(zip(model.losses, model.losses.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(model.parameterCount == (try settings.parameterCount(variables: 3)))
        #expect(model.operationCount > 0 && model.writtenOutOperationCount > 0)
        // Forecasts begin with the one step that was scored.
        let states = test[0].states
        let window = Matrix<Double>(rows: 3, columns: 3) { states[$0, $1] }
        let forecast = try model.forecast(from: window, steps: 5), increments = try model.increments(windows)
        for variable in 0..<3 {
            let next = states[2, variable] + model.scaling.incrementDeviations[variable] * increments[variable]
            #expect(abs(forecast[0, variable] - next) < 1e-12)
        }
        // The same again, bit for bit; another seed is another network.
        #expect(try settings.fit(training).parameters.values == model.parameters.values)
        var other = settings
        other.seed = 2
        #expect(try other.network(variables: 3).parameters.values != settings.network(variables: 3).parameters.values)
    }

    /// Without a nonlinearity the network is a linear model, and the best of them is known.
    @Test func trainingReachesTheLinearOptimum() throws {
        var random = RandomStream(key: 93)
        var x = [1.0, 0.5, 0.2]
        for t in 2..<200 { x.append(0.5 * x[t] - 0.3 * x[t - 1] + 0.2 * x[t - 2] + random.normal()) }
        let series = try Trajectory(
            variables: ["x"], times: x.indices.map(Double.init),
            states: Matrix(rows: x.count, columns: 1, storage: x))
        let windows = try DelayWindows([series], delays: 3)
        let best = try DelayRegression(delays: 3).fit([series]).oneStepError(windows)
        let model = try StNN(
            delays: 3, blocks: 1, activation: .leakyReLU(slope: 1), penalty: 0, training: .lbfgs(iterations: 300)
        ).fit([series])
        let error = try model.oneStepError(windows)
        #expect(error >= best * (1 - 1e-12) && error < best * (1 + 1e-5))
        #expect(abs(error - (model.losses.last ?? 0)) < 1e-12)
    }

    @Test func adamLowersTheLoss() throws {
        let model = try StNN(
            delays: 3, blocks: 2, training: .adam(learningRate: 1e-2, epochs: 30, batchSize: 32)
        ).fit(orbits())
        #expect(model.losses.count == 30 && model.losses[29] < 0.2 * model.losses[0])
    }

    @Test func badSettings() throws {
        let orbits = try orbits(2)
        #expect { try StNN(blocks: 0).fit(orbits) } throws: { "\($0)".contains("0 blocks") }
        #expect { try StNN(delays: 0).fit(orbits) } throws: { "\($0)".contains("0; at least 1") }
        #expect { try StNN(delays: 60).fit(orbits) } throws: { "\($0)".contains("has 41 samples") }
        #expect { try StNN(penalty: -1).fit(orbits) } throws: { "\($0)".contains("penalty") }
        #expect { try StNN(structure: .dense, width: 0).parameterCount(variables: 2) } throws: {
            "\($0)".contains("width 0")
        }
        #expect(throws: LacunaError.self) {
            try StNN(training: .adam(learningRate: -1, epochs: 1, batchSize: 8)).fit(orbits)
        }
        #expect(throws: LacunaError.self) { try StNN(training: .lbfgs(iterations: 5, memory: 0)).fit(orbits) }
    }
}
