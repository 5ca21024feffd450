import LacunaNets
import LacunaTestSupport
import Testing

/// Two Gaussian clouds per class on a circle: easily learnt, not linearly.
private func clouds<E: RealScalar>(_ count: Int, classes: Int = 3, key: UInt64 = 5) throws -> DataSet<E> {
    var random = RandomStream(key: key)
    var inputs: [E] = [], labels: [Int32] = []
    for sample in 0..<count {
        let label = sample % classes, angle = Double.pi * (Double(label) / Double(classes) + Double(sample % 2))
        inputs += [E(2 * Double.cos(angle) + 0.2 * random.normal()), E(2 * Double.sin(angle) + 0.2 * random.normal())]
        labels.append(Int32(label))
    }
    return try DataSet(shape: ValueShape([2]), inputs: inputs, targets: .labels(labels, classes: classes))
}

private func perceptron<E: RealScalar>(_ hidden: Int = 16, classes: Int = 3) throws -> Network<E> {
    var network = Network<E>(input: ValueShape([2]))
    try network.append(Linear(2, hidden), "fc1")
    try network.append(.relu(), "relu1")
    try network.append(Linear(hidden, classes), "fc2")
    return network
}

private func makeProblem<E: RealScalar>(_ count: Int = 90, of type: E.Type = E.self) throws -> TrainingProblem<E> {
    let network: Network<E> = try perceptron()
    return try TrainingProblem(
        network: network, start: NetworkParameters(network, random: RandomStream(key: 2)), data: clouds(count),
        loss: CrossEntropy())
}

@Suite struct TrainingTests {
    @Test func learnsWhatIsNotLinear() throws {
        for optimizer in [SGD<Float>(learningRate: 0.1), SGD(learningRate: 0.1, nesterov: true)] {
            try expectLearns(optimizer)
        }
        for optimizer in [
            Adam<Float>(learningRate: 0.02), Adam(learningRate: 0.02, weightDecay: 1e-3, decoupled: true),
        ] {
            try expectLearns(optimizer)
        }
    }

    private func expectLearns(_ optimizer: some Optimizer<Float>) throws {
        let problem: TrainingProblem<Float> = try makeProblem()
        let solution = try StochasticTraining(optimizer, epochs: 40, batchSize: 16).solve(problem)
        let scores = try problem.network.classify(solution.estimate.parameters, clouds(60, key: 6))
        #expect(scores.accuracy > 0.98 && scores.negativeLogLikelihood < 0.2, "\(optimizer) \(scores)")
        #expect(solution.report.iterations == 40 && solution.report.reason == .iterationLimit)
        #expect(solution.estimate.losses.count == 40 && solution.estimate.losses[39] < solution.estimate.losses[0] / 4)
    }

    /// The gradient of a whole network, with branches, against differences of the loss.
    @Test func gradientOfAGraph() throws {
        var network = Network<Double>(input: ValueShape([2]))
        let first = try network.append(Linear(2, 4), "fc1")
        let bent = try network.append(Activation(.tanh), "tanh")
        let second = try network.append(Linear(4, 4), "fc2", inputs: [bent])
        try network.append(Sum(), "sum", inputs: [first, second, bent])
        try network.append(Linear(4, 3), "fc3")
        let numbers = NetworkParameters(network, random: RandomStream(key: 3))
        let data: DataSet<Double> = try clouds(5)
        guard case .labels(let labels, _) = data.targets else {
            Issue.record("the targets are not labels")
            return
        }
        let storage = ParameterStorage(numbers)
        let execution = try NetworkExecution(network, batch: 5, storage: storage)
        for sample in 0..<5 {
            for feature in 0..<2 { execution.input[feature * 5 + sample] = data.inputs[sample * 2 + feature] }
        }
        func loss(_ gradient: Bool = false) -> Double {
            execution.forward()
            return labels.withUnsafeBufferPointer {
                CrossEntropy<Double>().evaluate(
                    execution.output, shape: network.outputShape, batch: 5, targets: .labels($0.baseAddress!), scale: 1,
                    gradient: gradient ? execution.outputGradient : nil)
            }
        }
        _ = loss(true)
        execution.backward()
        for index in 0..<storage.values.count {
            let kept = storage.values[index]
            storage.values[index] = kept + 1e-5
            let right = loss()
            storage.values[index] = kept - 1e-5
            let left = loss()
            storage.values[index] = kept
            #expect(abs((right - left) / 2e-5 - execution.parameterGradients[index]) < 1e-8)
        }
    }

    /// Weight and bias after two steps on one linear layer, one sample, squared error: everything can be written down.
    private func twoSteps(_ optimizer: some Optimizer<Double>) throws -> [Double] {
        var network = Network<Double>(input: ValueShape([1]))
        try network.append(Linear(1, 1), "fc")
        var start = NetworkParameters(network, random: RandomStream(key: 1))
        try start.setArray("fc.weight", Tensor(dimensions: [1, 1], storage: [2]))
        let data = try DataSet<Double>(shape: ValueShape([1]), inputs: [3], targets: .values([1]))
        let problem = try TrainingProblem(network: network, start: start, data: data, loss: MeanSquaredError())
        return try StochasticTraining(optimizer, epochs: 2).solve(problem).estimate.parameters.values
    }

    @Test func equalsTheStepsByHand() throws {
        // SGD with momentum and decay: v ← μ v + g + λ w (weights only), w ← w - η v.
        var w = 2.0, b = 0.0, vw = 0.0, vb = 0.0
        for _ in 0..<2 {
            let error = 2 * (3 * w + b - 1)
            vw = 0.9 * vw + 3 * error + 0.1 * w
            vb = 0.9 * vb + error
            w -= 0.01 * vw
            b -= 0.01 * vb
        }
        #expect(largestDifference(try twoSteps(SGD(learningRate: 0.01, weightDecay: 0.1)), [w, b]) < 1e-14)
        // AdamW: the first step is η sign(g) but for ε.
        (w, b) = (2, 0)
        var mw = 0.0, mb = 0.0, sw = 0.0, sb = 0.0
        for step in 1...2 {
            let error = 2 * (3 * w + b - 1)
            mw = 0.9 * mw + 0.1 * 3 * error
            mb = 0.9 * mb + 0.1 * error
            sw = 0.999 * sw + 0.001 * 9 * error * error
            sb = 0.999 * sb + 0.001 * error * error
            let first = 1 - Double.pow(0.9, step), second = 1 - Double.pow(0.999, step)
            w = (1 - 0.01 * 0.1) * w - 0.01 * (mw / first) / ((sw / second).squareRoot() + 1e-8)
            b -= 0.01 * (mb / first) / ((sb / second).squareRoot() + 1e-8)
        }
        let adam = Adam<Double>(learningRate: 0.01, weightDecay: 0.1, decoupled: true)
        #expect(largestDifference(try twoSteps(adam), [w, b]) < 1e-13)
    }

    @Test func equalsNesterovsStepsByHand() throws {
        // v ← μ v + s, w ← w - η (s + μ v) with s = g + λ w, weights only.
        var w = 2.0, b = 0.0, vw = 0.0, vb = 0.0
        for _ in 0..<2 {
            let error = 2 * (3 * w + b - 1)
            let slope = 3 * error + 0.1 * w
            vw = 0.8 * vw + slope
            vb = 0.8 * vb + error
            w -= 0.01 * (slope + 0.8 * vw)
            b -= 0.01 * (error + 0.8 * vb)
        }
        let nesterov = SGD<Double>(learningRate: 0.01, momentum: 0.8, weightDecay: 0.1, nesterov: true)
        #expect(largestDifference(try twoSteps(nesterov), [w, b]) < 1e-14)
    }

    /// Decay in Adam's gradient goes through both moments.
    @Test func equalsAdamsStepsWithCoupledDecayByHand() throws {
        var w = 2.0, b = 0.0, mw = 0.0, mb = 0.0, sw = 0.0, sb = 0.0
        for step in 1...2 {
            let error = 2 * (3 * w + b - 1)
            let slope = 3 * error + 40 * w
            mw = 0.9 * mw + 0.1 * slope
            mb = 0.9 * mb + 0.1 * error
            sw = 0.99 * sw + 0.01 * slope * slope
            sb = 0.99 * sb + 0.01 * error * error
            let first = 1 - Double.pow(0.9, step), second = 1 - Double.pow(0.99, step)
            w -= 0.5 * (mw / first) / ((sw / second).squareRoot() + 0.1)
            b -= 0.5 * (mb / first) / ((sb / second).squareRoot() + 0.1)
        }
        let adam = Adam<Double>(learningRate: 0.5, beta2: 0.99, epsilon: 0.1, weightDecay: 40)
        #expect(largestDifference(try twoSteps(adam), [w, b]) < 1e-13)
    }

    @Test func sameBitsWithAnyNumberOfThreads() throws {
        let problem: TrainingProblem<Float> = try makeProblem(100)
        func train(_ threads: Int, _ parts: Int) throws -> [Float] {
            try StochasticTraining(Adam<Float>(), epochs: 3, batchSize: 32, parts: parts, threads: threads)
                .solve(problem).estimate.parameters.values
        }
        let one = try train(1, 4)
        #expect(try train(2, 4) == one)
        #expect(try train(5, 4) == one)
        // Parts are sums in another order: near, not equal bit for bit in general.
        #expect(relativeDistance(try train(1, 1), one) < 1e-4)
    }

    @Test func solverContract() throws {
        let broken = try checkSolverContract(
            StochasticTraining(Adam<Double>(), epochs: 3, batchSize: 20), on: makeProblem()
        ) { $0.parameters.values.map(\.bitPattern) }
        #expect(broken.isEmpty, "\(broken)")
        let full = try checkSolverContract(FullBatchTraining<Double>(iterations: 8), on: makeProblem()) {
            $0.parameters.values.map(\.bitPattern)
        }
        #expect(full.isEmpty, "\(full)")
    }

    @Test func fullBatchesFitClosely() throws {
        let problem: TrainingProblem<Double> = try makeProblem()
        let solution = try FullBatchTraining<Double>(iterations: 200).solve(problem)
        #expect(solution.estimate.losses.last ?? 1 < 1e-4)
        #expect(zip(solution.estimate.losses, solution.estimate.losses.dropFirst()).allSatisfy { $1 <= $0 })
    }

    /// After any iteration, with fewer pairs than the memory holds and with all.
    @Test func fullBatchesResumeWithTheSameBits() throws {
        try expectResumes(FullBatchTraining<Float>(iterations: 25, memory: 4, weightDecay: 1e-3))
        try expectResumes(FullBatchTraining<Double>(iterations: 25, memory: 4))
    }

    private func expectResumes<E: RealScalar>(_ training: FullBatchTraining<E>) throws {
        let problem: TrainingProblem<E> = try makeProblem()
        let whole = try training.solve(problem).estimate
        var state = try training.start(problem)
        for iteration in 0...whole.losses.count {
            let checkpoint = training.checkpoint(state)
            #expect(checkpoint.losses.count == iteration && checkpoint.minimization.curvatures.count <= 4)
            var resumed = try training.start(problem, resuming: checkpoint)
            while resumed.losses.count < whole.losses.count, training.step(&resumed) == nil {}
            let estimate = training.estimate(&resumed)
            #expect(estimate.parameters.values == whole.parameters.values, "from iteration \(iteration)")
            #expect(estimate.losses == whole.losses)
            if iteration < whole.losses.count { _ = training.step(&state) }
        }
        let checkpoint = training.checkpoint(state)
        func refuses(
            _ words: String, _ training: FullBatchTraining<E>,
            _ change: (inout FullBatchCheckpoint<E>) -> Void = { _ in }
        ) {
            var changed = checkpoint
            change(&changed)
            #expect { try training.start(problem, resuming: changed) } throws: { "\($0)".contains(words) }
        }
        var other = training
        other.memory = 5
        refuses("memory of 4 pairs", other)
        other = training
        other.weightDecay = 0.5
        refuses("weight decay", other)
        refuses("statistics", training) { $0.statistics.append(1) }
        refuses("losses", training) { $0.losses[0] = .nan }
        refuses("finite", training) { $0.minimization.gradient[2] = .nan }
        refuses("unknowns", training) { $0.minimization.point.removeLast() }
        refuses("belong together", training) { $0.minimization.steps.removeLast() }
        refuses("curvature", training) { $0.minimization.curvatures[0] = -1 }
        let wider: Network<E> = try perceptron(17)
        refuses("another network", training) { $0.layout = wider.layout }
    }

    @Test func resumesWithTheSameBits() throws {
        var network = Network<Float>(input: ValueShape([2]))
        try network.append(Linear(2, 16), "fc1")
        try network.append(BatchNormalization(16), "bn")
        try network.append(.relu(), "relu")
        try network.append(Dropout(0.2), "dropout")
        try network.append(Linear(16, 3), "fc2")
        let problem = try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 2)), data: clouds(50),
            loss: CrossEntropy())
        let training = StochasticTraining(
            Adam<Float>(learningRate: 0.01), epochs: 5, batchSize: 16, schedule: .cosine(floor: 0),
            rules: [ProximalRule("fc1.weight", try L1Norm(weight: 1), strength: 0.01, interval: 3)])
        let whole = try training.solve(problem).estimate
        var first = try training.start(problem)
        for _ in 0..<2 { _ = training.step(&first) }
        let checkpoint = training.checkpoint(first)
        var second = try training.start(problem, resuming: checkpoint)
        #expect(second.epoch == 2)
        while training.step(&second) == nil {}
        let resumed = training.estimate(&second)
        #expect(resumed.parameters.values == whole.parameters.values)
        #expect(resumed.parameters.statistics == whole.parameters.statistics)
        #expect(resumed.losses == whole.losses)

        func refuses(_ words: String, _ change: (inout TrainingCheckpoint<Float>) -> Void) {
            var changed = checkpoint
            change(&changed)
            #expect { try training.start(problem, resuming: changed) } throws: { "\($0)".contains(words) }
        }
        refuses("key 9") { $0.key = 9 }
        refuses("over 6 epochs") { $0.epochs = 6 }
        refuses("lengths") { $0.values.removeLast() }
        refuses("optimiser") { $0.moments.removeLast() }
        refuses("parameters are not all finite") { $0.values[0] = .nan }
        refuses("moments are not all finite") { $0.moments[1][3] = .infinity }
        refuses("rules count along is not all finite") { $0.rules[0]["length"] = [.nan] }
        refuses("length of a proximal step") { $0.rules[0] = [:] }
        let other: TrainingProblem<Float> = try makeProblem()
        #expect { try training.start(other, resuming: checkpoint) } throws: {
            "\($0)".contains("fc1") || "\($0)".contains("network")
        }
    }

    @Test func schedules() {
        #expect(LearningRateSchedule.constant.factor(step: 7, of: 9) == 1)
        #expect(LearningRateSchedule.steps(at: [0.5, 0.75], factor: 0.1).factor(step: 80, of: 100) == 0.1 * 0.1)
        #expect(abs(LearningRateSchedule.cosine(floor: 0.2).factor(step: 50, of: 100) - 0.6) < 1e-15)
        #expect(LearningRateSchedule.linear(floor: 0).factor(step: 25, of: 100) == 0.75)
        let warm = LearningRateSchedule.warmUp(fraction: 0.1, then: .linear(floor: 0))
        #expect(abs(warm.factor(step: 0, of: 100) - 0.1) < 1e-15)
        #expect(abs(warm.factor(step: 9, of: 100) - 1) < 1e-15)
        #expect(abs(warm.factor(step: 55, of: 100) - 0.5) < 1e-15)
    }

    @Test func longGradientsAreShortened() throws {
        let problem: TrainingProblem<Double> = try makeProblem()
        let training = StochasticTraining(
            SGD<Double>(learningRate: 1, momentum: 0), epochs: 1, batchSize: 90, gradientLimit: 0.01)
        let moved = try training.solve(problem).estimate.parameters.values
        let distance = zip(moved, problem.start.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        #expect(abs(distance - 0.01) < 1e-12)
    }

    /// A loss that is not a number ends the training with the parameters of the last good epoch.
    @Test func divergenceKeepsTheLastGoodEpoch() throws {
        let problem: TrainingProblem<Float> = try makeProblem()
        let solution = try StochasticTraining(SGD<Float>(learningRate: 1e30), epochs: 5, batchSize: 30).solve(problem)
        #expect(solution.report.reason == .diverged)
        #expect(solution.estimate.divergedAt != nil && solution.estimate.parameters.values.allSatisfy(\.isFinite))
    }

    /// Multiplies gradients from a step on and counts the steps it saw.
    private struct Blowing: TrainingRule {
        let from: Int, factor: Float

        func start(_ memory: TrainingMemory<Float>) -> any ActiveTrainingRule<Float> { Active(self) }

        final class Active: ActiveTrainingRule {
            let rule: Blowing
            var count: Float = 0

            init(_ rule: Blowing) { self.rule = rule }

            func afterBackward(_ memory: TrainingMemory<Float>, _ step: TrainingStep) {
                count += 1
                guard step.number >= rule.from, step.rate > 0.01 else { return }
                for index in 0..<memory.layout.count { memory.gradient[index] *= rule.factor }
            }
            var state: [String: [Float]] { ["count": [count]] }
            func restore(_ state: [String: [Float]]) { count = state["count"]?.first ?? 0 }
        }
    }

    /// The checkpoint of a training that diverged in its third epoch is the one after its second, to the last bit, wherever in
    /// the epoch it happened: a smaller rate goes on from it.
    @Test(arguments: [6, 7, 8], [Float.infinity, 1e35])
    func divergenceLeavesAWholeCheckpoint(step: Int, factor: Float) throws {
        let problem: TrainingProblem<Float> = try makeProblem()
        func training(_ rate: Double) -> StochasticTraining<Float> {
            StochasticTraining(
                Adam(learningRate: rate), epochs: 6, batchSize: 30, rules: [Blowing(from: step, factor: factor)])
        }
        var bad = try training(0.02).start(problem), stopped = try training(0.02).start(problem)
        for _ in 0..<2 { _ = training(0.02).step(&stopped) }
        while training(0.02).step(&bad) == nil {}
        #expect(bad.epoch == 2 && (6...8).contains(bad.divergedAt ?? -1))
        let checkpoint = training(0.02).checkpoint(bad)
        #expect(checkpoint == training(0.02).checkpoint(stopped) && checkpoint.rules[0]["count"] == [6])
        var resumed = try training(0.005).start(problem, resuming: checkpoint)
        var other = try training(0.005).start(problem, resuming: training(0.02).checkpoint(stopped))
        #expect(resumed.divergedAt == nil)
        while training(0.005).step(&resumed) == nil {}
        while training(0.005).step(&other) == nil {}
        let numbers = training(0.005).estimate(&resumed)
        #expect(numbers.isFinite && numbers.losses.count == 6)
        #expect(numbers.parameters.values == training(0.005).estimate(&other).parameters.values)
        // What the training itself goes on with is the good state too.
        #expect(training(0.02).estimate(&bad).parameters.values == checkpoint.values)
    }

    @Test func badInput() throws {
        let network: Network<Float> = try perceptron()
        let start = NetworkParameters(network, random: RandomStream(key: 1))
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return ""
        }
        let shape = ValueShape([2])
        #expect(
            message { _ = try DataSet<Float>(shape: shape, inputs: [1, 2, 3], targets: .values([1])) }.contains(
                "3 numbers"))
        #expect(
            message { _ = try DataSet<Float>(shape: shape, inputs: [1, .nan], targets: .values([1])) }.contains(
                "sample 0"))
        #expect(
            message { _ = try DataSet<Float>(shape: shape, inputs: [1, 2], targets: .labels([3], classes: 3)) }
                .contains("label 0 is 3"))
        #expect(
            message { _ = try DataSet<Float>(shape: shape, inputs: [1, 2], targets: .labels([0, 1], classes: 3)) }
                .contains("2 for 1 samples"))
        let wide = try DataSet<Float>(shape: ValueShape([3]), inputs: [1, 2, 3], targets: .labels([0], classes: 3))
        #expect(
            message { _ = try TrainingProblem(network: network, start: start, data: wide, loss: CrossEntropy()) }
                .contains("samples are 3"))
        let four = try DataSet<Float>(shape: shape, inputs: [1, 2], targets: .labels([0], classes: 4))
        #expect(
            message { _ = try TrainingProblem(network: network, start: start, data: four, loss: CrossEntropy()) }
                .contains("4 classes"))
        let other: Network<Float> = try perceptron(8)
        let foreign = NetworkParameters(other, random: RandomStream(key: 1))
        #expect(
            message { _ = try TrainingProblem(network: network, start: foreign, data: clouds(9), loss: CrossEntropy()) }
                .contains("another network"))
        let good: TrainingProblem<Float> = try makeProblem()
        #expect(
            message { _ = try StochasticTraining(SGD<Float>(learningRate: -1), epochs: 1).start(good) }
                .contains("learning rate"))
        #expect(
            message { _ = try StochasticTraining(Adam<Float>(), epochs: 1, batchSize: 0).start(good) }.contains(
                "batch size"))
    }
}
