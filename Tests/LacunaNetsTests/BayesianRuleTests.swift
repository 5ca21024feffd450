import LacunaNets
import LacunaTestSupport
import Testing

/// Images of 8×8 pixels, a class being a few blobs, moved a little and with noise: like digits, the border is nearly empty.
func blobs<E: RealScalar>(_ count: Int, classes: Int = 5, key: UInt64) throws -> DataSet<E> {
    var templates = RandomStream(key: 91), random = RandomStream(key: key)
    let centres = (0..<3 * classes).map { _ in (2 + 4 * templates.uniform(), 2 + 4 * templates.uniform()) }
    var inputs: [E] = [], labels: [Int32] = []
    for sample in 0..<count {
        let label = sample % classes
        let (down, right) = (0.4 * random.normal(), 0.4 * random.normal())
        for row in 0..<8 {
            for column in 0..<8 {
                let ink = centres[3 * label..<3 * label + 3].reduce(0.0) { ink, centre in
                    let (y, x) = (Double(row) - centre.0 - down, Double(column) - centre.1 - right)
                    return max(ink, Double.exp(-(x * x + y * y) / 1.5))
                }
                inputs.append(E(ink + 0.1 * random.normal()))
            }
        }
        labels.append(Int32(label))
    }
    return try DataSet(shape: ValueShape([64]), inputs: inputs, targets: .labels(labels, classes: classes))
}

/// A trained perceptron on blobs.
struct TrainedBlobs {
    let network: Network<Float>
    let parameters: NetworkParameters<Float>
    let data: DataSet<Float>
    let test: DataSet<Float>

    init() throws {
        network = try .lenet300100(inputs: 64, hidden: [24, 16], classes: 5)
        data = try blobs(250, key: 1)
        test = try blobs(200, key: 2)
        let problem = try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 7)), data: data,
            loss: CrossEntropy())
        parameters = try StochasticTraining(
            Adam<Float>(learningRate: 5e-3, weightDecay: 1e-4), epochs: 20, batchSize: 50
        ).solve(problem).estimate.parameters
    }

    func train(
        _ network: Network<Float>, _ rules: [any TrainingRule<Float>], epochs: Int, rate: Double = 3e-3
    ) throws -> NetworkParameters<Float> {
        let problem = try TrainingProblem(
            network: network, start: NetworkParameters(network, from: parameters, random: RandomStream(key: 8)),
            data: data, loss: CrossEntropy())
        return try StochasticTraining(Adam<Float>(learningRate: rate), epochs: epochs, batchSize: 50, rules: rules)
            .solve(problem).estimate.parameters
    }

    /// Fine-tuned with the zeros kept, and made smaller.
    func finish(_ pruned: ParametrizedNetwork<Float>) throws -> (
        accuracy: Double, density: Double, CompactNetwork<Float>
    ) {
        let problem = try TrainingProblem(
            network: pruned.network, start: pruned.parameters, data: data, loss: CrossEntropy())
        let tuned = try StochasticTraining(
            Adam<Float>(learningRate: 1e-3), epochs: 8, batchSize: 50, rules: pruned.parameters.maskRules
        ).solve(problem).estimate.parameters
        #expect(tuned.weightSupports.allSatisfy { $0.value.isSubset(of: pruned.parameters.weightSupports[$0.key]!) })
        let compact = try CompactNetwork(ParametrizedNetwork(pruned.network, tuned))
        let accuracy = try compact.network.classify(compact.parameters, test).accuracy
        return (accuracy, try tuned.regularity().density, compact)
    }
}

@Suite struct BayesianRuleTests {
    /// One weight, no data: the gradient of β/N [½ E (μ² + σ²) - log σ].
    private func still(_ layer: some Layer<Double>) throws -> TrainingProblem<Double> {
        var network = Network<Double>(input: ValueShape([2]))
        try network.append(layer, "fc")
        var start = NetworkParameters(network, random: RandomStream(key: 1))
        try start.setArray("fc.weight", Tensor(dimensions: [1, 2], storage: [0.5, 0.01]))
        let data = try DataSet<Double>(shape: ValueShape([2]), inputs: [0, 0], targets: .values([0]))
        return try TrainingProblem(network: network, start: start, data: data, loss: MeanSquaredError())
    }

    private func step(_ problem: TrainingProblem<Double>, _ rule: any TrainingRule<Double>) throws -> [Double] {
        try StochasticTraining(SGD<Double>(learningRate: 1, momentum: 0), epochs: 1, rules: [rule]).solve(problem)
            .estimate.parameters.values
    }

    @Test func precisionStepByHand() throws {
        let schedule = VariationalSchedule(samples: 100, temperature: 0.5, epochsPerRound: 1, annealedShare: 0)
        let moved = try step(
            still(Variational(Linear(2, 1, bias: false), deviation: 0.1)),
            PrecisionRule("fc", schedule, shape: 0.3, rate: 0.2))
        for (index, mean) in [0.5, 0.01].enumerated() {
            let precision = (0.3 + 0.5) / (0.2 + 0.5 * (mean * mean + 0.01))
            #expect(abs(moved[index] - (mean - 0.005 * precision * mean)) < 1e-12)
            #expect(abs(moved[2 + index] - (Double.log(0.1) - 0.005 * (precision * 0.01 - 1))) < 1e-12)
        }
    }

    /// Precisions and pruning of one turbo round against the prior's and the law's own functions.
    @Test(arguments: [true, false])
    func turboStepByHand(isPoint: Bool) throws {
        let schedule = VariationalSchedule(samples: 10, epochsPerRound: 1, annealedShare: 0)
        let law = MarkovSupport<Double>(transition: MarkovTransition(p01: 0.1, p10: 0.4), length: 2)
        let rule = TurboVBIRule("fc", schedule, support: law, rateFactor: 2, contrast: 1e-3, activity: 0.3)
        let layer = Linear<Double>(2, 1, bias: false)
        let problem = try isPoint ? still(layer) : still(Variational(layer, deviation: 0.01))
        let training = StochasticTraining(SGD<Double>(learningRate: 1e-9, momentum: 0), epochs: 1, rules: [rule])
        var state = try training.start(problem)
        _ = training.step(&state)
        let numbers = training.checkpoint(state).rules[0]
        let variance = isPoint ? 1e-10 : 1e-4, b = 2 * (0.25 + 1e-4) / 2
        let prior = GammaSupportPrior<Double>(
            isComplex: false, activeRate: b, inactiveRate: 1e-3 * b, activity: 0.3)
        let moments = Buffer([0.25 + variance, 1e-4 + variance]), precisions = Buffer<Double>(repeating: 0, count: 2)
        let belief = SupportBelief<Double>(count: 2, activity: 0.3)
        prior.update(UnsafePointer(moments.pointer), belief, precisions: precisions.pointer)
        let messages = try law.messages(belief.likelihoodRatio.prefix(2))
        belief.logPriorOdds.pointer.update(from: messages, count: 2)
        prior.setPrecisions(UnsafePointer(moments.pointer), belief, precisions.pointer)
        #expect(try relativeDistance(#require(numbers["precisions"]), precisions.prefix(2)) < 1e-12)
        #expect(try relativeDistance(#require(numbers["probability"]), belief.probability.prefix(2)) < 1e-12)
        #expect(try relativeDistance(#require(numbers["log_prior_odds"]), messages) < 1e-12)
        #expect(belief.probability[0] > 0.5 && belief.probability[1] < 0.5)
        let values = training.estimate(&state).parameters.values
        #expect(abs(values[0] - 0.5) < 1e-6 && values[1] == 0)
    }

    /// A linear network with a known noise precision κ and E fixed by a sharp Gamma prior: μ is the exact posterior mean,
    /// σ_n² = 1/(E + κ ‖x_n‖²).
    @Test func linearNetworksFindTheFactorisedPosterior() throws {
        var random = RandomStream(key: 81)
        let samples = 40, kappa = 4.0, precision = 3.0, x: [Double] = random.vector(3 * samples)
        let targets = (0..<samples).map { x[3 * $0] - 0.5 * x[3 * $0 + 2] + 0.5 * random.normal() }
        var network = Network<Double>(input: ValueShape([3]))
        try network.append(Variational(Linear(3, 1, bias: false), deviation: 0.1), "fc")
        let problem = try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 1)),
            data: DataSet(shape: ValueShape([3]), inputs: x, targets: .values(targets)), loss: MeanSquaredError())
        // The mean squared error is 2/(κ N) of the negative log likelihood.
        let schedule = VariationalSchedule(
            samples: samples, temperature: 2 / kappa, epochsPerRound: 50, annealedShare: 0)
        let trained = try StochasticTraining(
            Adam<Double>(learningRate: 0.02), epochs: 4000, batchSize: samples, schedule: .cosine(floor: 0),
            rules: [PrecisionRule("fc", schedule, shape: 1e9, rate: 1e9 / precision)]
        ).solve(problem).estimate.parameters.values
        let gram = Matrix<Double>(rows: 3, columns: 3) { i, j in
            kappa * (0..<samples).reduce(0) { $0 + x[3 * $1 + i] * x[3 * $1 + j] } + (i == j ? precision : 0)
        }
        let right = Matrix<Double>(rows: 3, columns: 1) { i, _ in
            kappa * (0..<samples).reduce(0) { $0 + x[3 * $1 + i] * targets[$1] }
        }
        let mean = naiveSolve(gram, right).solution
        for index in 0..<3 {
            #expect(abs(trained[index] - mean[index, 0]) < 0.02)
            #expect(abs(trained[3 + index] + 0.5 * Double.log(gram[index, index])) < 0.05)
        }
    }

    /// A chain without memory is the independent law.
    @Test func memorylessChainsAreIndependent() throws {
        let trained = try TrainedBlobs()
        let network = try trained.network.variational()
        let schedule = VariationalSchedule(samples: 250, epochsPerRound: 1)
        let independent = try trained.train(
            network, [TurboVBIRule("fc1", schedule, support: IndependentSupport<Float>(activity: 0.2))], epochs: 3)
        let chains = MarkovSupport<Float>(transition: MarkovTransition(p01: 0.2, p10: 0.8), length: 64)
        let chained = try trained.train(network, [TurboVBIRule("fc1", schedule, support: chains)], epochs: 3)
        #expect(relativeDistance(chained.values, independent.values) < 1e-3)
        // A gate that is never closed changes nothing, one that may be does.
        var gated = chains
        gated.gate = 0.999_999
        let open = try trained.train(network, [TurboVBIRule("fc1", schedule, support: gated)], epochs: 3)
        #expect(relativeDistance(open.values, chained.values) < 1e-3)
        gated.gate = 0.01
        let closing = try trained.train(network, [TurboVBIRule("fc1", schedule, support: gated)], epochs: 3)
        #expect(relativeDistance(closing.values, chained.values) > 1e-3)
    }

    /// What a rule counts along is saved, learnt transition probabilities included, and an estimate in between disturbs nothing.
    @Test func resumesWithTheSameBits() throws {
        let trained = try TrainedBlobs()
        let network = try trained.network.variational()
        let schedule = VariationalSchedule(samples: 250, epochsPerRound: 2)
        let rules: [any TrainingRule<Float>] = [
            TurboVBIRule(
                "fc1", schedule, support: MarkovSupport<Float>(length: 64, gate: 0.5), coupling: .meanField,
                learnsSupport: true), PrecisionRule("fc2", schedule),
        ]
        let problem = try TrainingProblem(
            network: network, start: NetworkParameters(network, from: trained.parameters, random: RandomStream(key: 8)),
            data: trained.data, loss: CrossEntropy())
        let training = StochasticTraining(Adam<Float>(), epochs: 6, batchSize: 50, rules: rules)
        let whole = try training.solve(problem).estimate.parameters.values
        var first = try training.start(problem)
        for _ in 0..<3 { _ = training.step(&first) }
        _ = training.estimate(&first)
        var second = try training.start(problem, resuming: training.checkpoint(first))
        while training.step(&first) == nil {}
        while training.step(&second) == nil {}
        #expect(training.estimate(&first).parameters.values == whole)
        #expect(training.estimate(&second).parameters.values == whole)
        var broken = training.checkpoint(first)
        broken.rules[0]["precisions"] = [1]
        #expect { try training.start(problem, resuming: broken) } throws: { "\($0)".contains("precisions") }
        broken.rules[0] = training.checkpoint(first).rules[0]
        broken.rules[0]["support"] = []
        #expect { try training.start(problem, resuming: broken) } throws: { "\($0)".contains("support") }
    }

    @Test func badInput() throws {
        let problem = try still(Variational(Linear<Double>(2, 1, bias: false)))
        let schedule = VariationalSchedule(samples: 10)
        func refuses(_ rule: any TrainingRule<Double>, _ words: String) {
            #expect { try step(problem, rule) } throws: { "\($0)".contains(words) }
        }
        let law = IndependentSupport<Double>()
        refuses(PrecisionRule("fc3", schedule), "Known: fc")
        refuses(PrecisionRule("fc", VariationalSchedule(samples: 0)), "samples")
        refuses(PrecisionRule("fc", VariationalSchedule(samples: 1, epochsPerRound: 0)), "epochs per round")
        refuses(PrecisionRule("fc", VariationalSchedule(samples: 1, temperature: .nan)), "temperature")
        refuses(PrecisionRule("fc", schedule, rate: 0), "rate")
        refuses(TurboVBIRule("fc3", schedule, support: law), "fc3")
        refuses(TurboVBIRule("fc", schedule, support: law, contrast: 1), "contrast")
        refuses(TurboVBIRule("fc", schedule, support: law, activity: 1), "activity")
        refuses(TurboVBIRule("fc", schedule, support: MarkovSupport<Double>(length: 5)), "layer 'fc'")
        #expect { try checkZero() } throws: { "\($0)".contains("trained network") }
        func checkZero() throws {
            var zero = try still(Linear<Double>(2, 1, bias: false))
            var start = zero.start
            start.values = [0, 0]
            zero = try TrainingProblem(network: zero.network, start: start, data: zero.data, loss: zero.loss)
            _ = try step(zero, TurboVBIRule("fc", schedule, support: law))
        }
    }
}

/// Whole compressions of a small network.
@Suite struct BayesianCompressionTests {
    private let layers = ["fc1", "fc2", "fc3"]
    private let widths = ["fc1": 64, "fc2": 24, "fc3": 16]

    @Test func relevanceDetermination() throws {
        let dense = try TrainedBlobs()
        #expect(try dense.network.classify(dense.parameters, dense.test).accuracy > 0.95)
        let network = try dense.network.variational()
        let schedule = VariationalSchedule(samples: 250, epochsPerRound: 3)
        let trained = try dense.train(network, layers.map { PrecisionRule($0, schedule) }, epochs: 45)
        let kept = try Dictionary(
            uniqueKeysWithValues: layers.map { ($0, try trained.support(of: $0, .signalToNoise(1))) })
        let result = try dense.finish(network.deterministic(trained, keeping: kept))
        #expect(result.accuracy > 0.93 && result.density < 0.2, "\(result.accuracy) \(result.density)")
        #expect(result.2.parameterCount < dense.parameters.values.count)
    }

    @Test func turboFindsRuns() throws {
        let dense = try TrainedBlobs()
        let schedule = VariationalSchedule(samples: 250, epochsPerRound: 3)
        func compress(_ network: Network<Float>, _ rules: [any TrainingRule<Float>]) throws -> MaskRegularity {
            let trained = try dense.train(network, rules, epochs: 45)
            let pruned = try network.deterministic(trained)
            let result = try dense.finish(pruned)
            #expect(result.accuracy > 0.93 && result.density < 0.3, "\(result.accuracy) \(result.density)")
            return try pruned.parameters.regularity()
        }
        let network = try dense.network.variational()
        let independent = try compress(
            network, layers.map { TurboVBIRule($0, schedule, support: IndependentSupport<Float>(activity: 0.1)) })
        let chained = try compress(
            network,
            layers.map {
                TurboVBIRule(
                    $0, schedule,
                    support: MarkovSupport<Float>(
                        transition: MarkovTransition(p01: 0.02, p10: 0.3), length: widths[$0], gate: 0.5))
            })
        let runs = (chained.meanRun / chained.meanRunAtRandom, independent.meanRun / independent.meanRunAtRandom)
        #expect(chained.meanRun > 1.3 * independent.meanRun, "\(chained) \(independent) \(runs)")
        // Point estimates on the deterministic network.
        _ = try compress(
            dense.network, layers.map { TurboVBIRule($0, schedule, support: IndependentSupport<Float>(activity: 0.1)) })
    }

    @Test func variationalDropout() throws {
        let dense = try TrainedBlobs()
        let network = try dense.network.variational(deviation: Double.exp(-5))
        let rules = layers.map { DivergenceRule<Float>($0, .logUniform, samples: 250, warmUp: 0.5) }
        let trained = try dense.train(network, rules, epochs: 60, rate: 5e-3)
        let kept = try Dictionary(uniqueKeysWithValues: layers.map { ($0, try trained.support(of: $0, .logAlpha(3))) })
        let result = try dense.finish(network.deterministic(trained, keeping: kept))
        #expect(result.accuracy > 0.93 && result.density < 0.3, "\(result.accuracy) \(result.density)")
    }

    /// VIBNet and Bayesian compression close gates of neurons and of pixels.
    @Test(arguments: [Divergence.bottleneck, .logUniform])
    func gates(divergence: Divergence) throws {
        let dense = try TrainedBlobs()
        let base =
            divergence == .logUniform ? try dense.network.variational(deviation: Double.exp(-4.5)) : dense.network
        let network = try base.gated { GaussianGate<Float>($0) }
        var rules: [any TrainingRule<Float>] = layers.map {
            DivergenceRule(
                "\($0).gate", divergence, samples: 250, weight: divergence == .bottleneck ? 4 : 2, warmUp: 0.3)
        }
        if divergence == .logUniform {
            rules += layers.map { DivergenceRule($0, .unitNormal, samples: 250, weight: 0.1) }
        }
        let trained = try dense.train(network, rules, epochs: 60, rate: 1e-2)
        let criterion = PruningCriterion.logAlpha(divergence == .bottleneck ? 0 : 1)
        let kept = try Dictionary(
            uniqueKeysWithValues: layers.map { ("\($0).gate", try trained.support(of: "\($0).gate", criterion)) })
        let result = try dense.finish(network.deterministic(trained, keeping: kept))
        let open = kept.values.reduce(0) { $0 + $1.indices.count }
        #expect(result.accuracy > 0.9 && open < 80, "\(divergence): \(result.accuracy), \(open) of 104 gates open")
    }

    /// The group horseshoe: gates before variational layers. The deterministic network is the trained one; gates of the
    /// nearly empty border close before those of the inside.
    @Test func horseshoe() throws {
        let dense = try TrainedBlobs()
        let network = try dense.network.variational(deviation: Double.exp(-4.5)).gated { HorseshoeGate($0) }
        var rules: [any TrainingRule<Float>] = layers.map {
            HorseshoeRule("\($0).gate", samples: 250, warmUp: 0.3)
        }
        rules += layers.map { DivergenceRule($0, .unitNormal, samples: 250) }
        // Log scales and log deviations have some five units to go, and Adam goes a rate a step.
        let trained = try dense.train(network, rules, epochs: 60, rate: 5e-2)
        let kept = try Dictionary(
            uniqueKeysWithValues: layers.map {
                // The prior's own mode is -1: where gates go that the data say nothing about.
                ("\($0).gate", try trained.horseshoeSupport(of: "\($0).gate", threshold: -0.75))
            })
        let plain = try network.deterministic(trained)
        #expect(
            try relativeDistance(
                plain.network.outputs(plain.parameters, dense.test), network.outputs(trained, dense.test)) < 1e-4)
        let result = try dense.finish(network.deterministic(trained, keeping: kept))
        let open = kept.values.reduce(0) { $0 + $1.indices.count }
        #expect(
            result.accuracy > 0.9 && result.density < 0.5 && open < 60,
            "\(result.accuracy), density \(result.density), \(open) of 104 gates open")
        let pixels = try #require(kept["fc1.gate"]).indices
        let border = pixels.count { $0 / 8 % 7 == 0 || $0 % 8 % 7 == 0 }
        // 28 pixels of 64: less than a quarter of their share.
        #expect(border * 36 < (pixels.count - border) * 7, "\(border) of \(pixels.count) open pixels are border")
        #expect { try trained.horseshoeSupport(of: "fc1", threshold: 0) } throws: { "\($0)".contains("horseshoe") }
    }
}
