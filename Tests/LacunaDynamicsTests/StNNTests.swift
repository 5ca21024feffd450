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

    /// p d² (2n - 1) + p N + (p N + 1) d q: d, n, p, q.
    @Test(arguments: [
        (3, 8, 2, 1, 2 * 9 * 15 + 48 + 49 * 3), (3, 8, 2, 5, 2 * 9 * 15 + 48 + 49 * 15),
        (1, 6, 3, 2, 3 * 11 + 18 + 19 * 2),
    ])
    func countsPerState(d: Int, delays: Int, blocks: Int, horizon: Int, expected: Int) throws {
        let settings = StNN(delays: delays, blocks: blocks, perState: true, horizon: horizon)
        #expect(try settings.parameterCount(variables: d) == expected)
        // Of one variable it is the network without the option.
        var plain = settings
        plain.perState = false
        #expect(try (plain.parameterCount(variables: d) == expected) == (d == 1))
        // Written out, both are the dense network.
        for network in [settings, plain] {
            #expect(
                try network.writtenOutOperationCount(variables: d)
                    == network.denseOfEqualWidth.operationCount(variables: d))
        }
        for structure in StNN.Structure.allCases {
            for (layers, mixes) in [(1, false), (2, false), (2, true)] {
                var other = settings
                (other.structure, other.hiddenLayers, other.mixesBlocks) = (structure, layers, mixes)
                let (network, parameters) = try other.network(variables: d)
                #expect(parameters.values.count == (try other.parameterCount(variables: d)))
                #expect(network.outputShape.count == d * horizon)
            }
        }
    }

    /// W tanh(H u + b) + c with the matrix of d × d Hankel blocks written out, variable by variable.
    @Test func matricesPerStateAgainstDenseOnes() throws {
        let (n, d, p, q) = (5, 3, 2, 2), size = n * d, width = p * size
        var random = RandomStream(key: 96)
        let (network, parameters) = try StNN(delays: n, blocks: p, perState: true, horizon: q, seed: 4)
            .network(variables: d)
        var numbers = parameters
        numbers.values = random.vector(numbers.values.count)
        let h = try numbers.array("hidden1.weight").storage, bias = try numbers.array("hidden1.bias").storage
        let w = try numbers.array("read-out.weight").storage, c = try numbers.array("read-out.bias").storage
        let windows: [Double] = random.vector(size * 7)
        let found = try network.outputs(
            numbers,
            DataSet(shape: ValueShape([size]), inputs: windows, targets: .values(Array(repeating: 0, count: d * q * 7)))
        )
        for sample in 0..<7 {
            let z = (0..<width).map { row -> Double in
                // Of block a = row / n, which takes delay j of variable b.
                let a = row / n, i = row % n
                var sum = bias[row]
                for b in 0..<d {
                    for j in 0..<n {
                        sum += h[(a * d + b) * (2 * n - 1) + i + j] * windows[sample * size + j * d + b]
                    }
                }
                return Double.tanh(sum)
            }
            for output in 0..<d * q {
                let exact = (0..<width).reduce(c[output]) { $0 + w[output * width + $1] * z[$1] }
                #expect(abs(found[sample * d * q + output] - exact) < 1e-12)
            }
        }
    }

    @Test func gradientOfNetworksPerState() throws {
        var random = RandomStream(key: 97)
        let order = try checkGradient(
            StateMajorOrder<Double>(delays: 4, variables: 3), inputs: [ValueShape([12])], random: &random)
        #expect(order.discrepancy < 1e-6)
        #expect(throws: LacunaError.self) {
            try StateMajorOrder<Double>(delays: 4, variables: 3).outputShape([ValueShape([11])])
        }
        // The loss of the whole network, number by number.
        for structure in [StNN.Structure.hankel, .dftDiagonal, .monarch] {
            let (network, start) = try StNN(
                structure: structure, delays: 3, blocks: 2, hiddenLayers: 2, perState: true, horizon: 2
            ).network(variables: 2)
            let storage = ParameterStorage(start), weights: [Double] = random.vector(4 * 9)
            let execution = try NetworkExecution(network, batch: 9, storage: storage)
            for index in 0..<6 * 9 { execution.input[index] = random.normal() }
            func value() -> Double {
                execution.forward(isTraining: true)
                return (0..<4 * 9).reduce(0) { $0 + weights[$1] * execution.output[$1] }
            }
            _ = value()
            for index in 0..<4 * 9 { execution.outputGradient[index] = weights[index] }
            execution.backward(isTraining: true)
            for index in stride(from: 0, to: start.values.count, by: 3) {
                let analytic = execution.parameterGradients[index], center = storage.values[index], step = 1e-5
                let ends = [center - step, center + step].map { number in
                    storage.values[index] = number
                    return value()
                }
                storage.values[index] = center
                #expect(abs(analytic - (ends[1] - ends[0]) / (2 * step)) < 1e-6 * max(1, abs(analytic)))
            }
        }
    }

    /// Forecasts of q steps at once begin with the increments that were learnt, and go on from the last of them.
    @Test func horizonsAreToldAtOnce() throws {
        let orbits = try orbits(), q = 3
        let model = try StNN(
            delays: 4, blocks: 2, perState: true, horizon: q, training: .lbfgs(iterations: 80)
        ).fit(orbits)
        #expect(try model.horizon == q && model.parameterCount == model.settings.parameterCount(variables: 2))
        let windows = try DelayWindows(orbits, delays: 4, horizon: q, scaling: model.scaling)
        #expect(windows.count == 4 * (41 - 4 - q + 1) && windows.targets.count == windows.count * 2 * q)
        #expect(try model.oneStepError(windows) < 0.05)
        #expect(abs(try model.oneStepError(windows) - (model.losses.last ?? 0)) < 1e-3)
        let states = orbits[0].states, increments = try model.increments(windows)
        func window(_ last: Int, _ states: Matrix<Double>) -> Matrix<Double> {
            Matrix(rows: 4, columns: 2) { states[last - 3 + $0, $1] }
        }
        let forecast = try model.forecast(from: window(3, states), steps: 7)
        for variable in 0..<2 {
            var value = states[3, variable]
            for step in 0..<q {
                let target = states[4 + step, variable] - states[3 + step, variable]
                let scale = model.scaling.incrementDeviations[variable]
                #expect(abs(windows.targets[step * 2 + variable] - target / scale) < 1e-12)
                value += scale * increments[step * 2 + variable]
                #expect(abs(forecast[step, variable] - value) < 1e-10)
            }
        }
        // The second evaluation sees what the first has told.
        let joined = Matrix(rows: 4 + q, columns: 2) { $0 < 4 ? states[$0, $1] : forecast[$0 - 4, $1] }
        let further = try model.forecast(from: window(3 + q, joined), steps: 4)
        for step in 0..<4 { #expect(abs(further[step, 0] - forecast[q + step, 0]) < 1e-9) }
        #expect(throws: LacunaError.self) { try model.increments(DelayWindows(orbits, delays: 4)) }
        #expect(throws: LacunaError.self) { try DelayWindows(orbits, delays: 4, horizon: 0) }
        #expect(throws: LacunaError.self) { try DelayWindows(orbits, delays: 4, horizon: 38) }
        #expect { try StNN(horizon: 0).network(variables: 2) } throws: { "\($0)".contains("horizon 0") }
    }

    /// All structures but the dense one start as one function.
    @Test(arguments: [(1, false, false), (2, false, false), (2, true, false), (1, false, true), (2, true, true)])
    func structuresStartEqual(layers: Int, mixes: Bool, perState: Bool) throws {
        var random = RandomStream(key: 92)
        let data = try DataSet<Double>(
            shape: ValueShape([10]), inputs: random.vector(10 * 40), targets: .values(random.vector(2 * 40)))
        let outputs = try StNN.Structure.allCases.map { structure in
            let (network, parameters) = try StNN(
                structure: structure, delays: 5, blocks: 3, hiddenLayers: layers, mixesBlocks: mixes,
                perState: perState, seed: 3
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
