import LacunaNets
import LacunaTestSupport
import Testing

/// Bayesian methods as they are called: search, prune, fine-tune.
@Suite struct BayesianPruningTests {
    private static let search = VariationalSearch(epochs: 60, learningRate: 5e-3)
    private static let gates = VariationalSearch(epochs: 120, learningRate: 1e-2, startDeviation: 0.0111)

    private func solve(_ method: some PruningMethod) throws -> (pruned: PrunedNetwork, accuracy: Double) {
        let problem = try compressionProblem()
        let pruned = try NetworkPruning(method, fineTuneEpochs: 20, fineTuneRate: 0.01).solve(problem).estimate
        #expect(pruned.parameters.layout == problem.network.layout)
        for entry in problem.network.layout.entries(of: .weight) {
            let support = try #require(pruned.supports[entry.name]), array = try pruned.parameters.array(entry.name)
            for (value, isKept) in zip(array.storage, support.mask) where !isKept { #expect(value == 0) }
        }
        return (pruned, try problem.network.classify(pruned.parameters, problem.data).accuracy)
    }

    /// Weights from the two inputs that tell the class, and from the eight that do not.
    private func kept(_ pruned: PrunedNetwork) throws -> (useful: Int, useless: Int) {
        let mask = try #require(pruned.supports["fc1.weight"]).mask
        let useful = mask.indices.count { mask[$0] && ($0 % 10 == 2 || $0 % 10 == 7) }
        return (useful, mask.count { $0 } - useful)
    }

    @Test(arguments: [
        PrecisionPruning(search: search) as any PruningMethod,
        VariationalDropoutPruning(
            search: VariationalSearch(epochs: 60, learningRate: 1e-2, startDeviation: 0.0067)),
        TurboVBIPruning(structure: .independent, search: search),
        TurboVBIPruning(structure: .chain, search: search),
        TurboVBIPruning(structure: .gatedChain, search: search),
        TurboVBIPruning(structure: .grid, search: search),
        TurboVBIPruning(structure: .gatedChain, coupling: .meanField, learnsSupport: true, search: search),
        TurboVBIPruning(
            structure: .independent,
            search: VariationalSearch(epochs: 60, learningRate: 5e-3, startDeviation: 0)),
    ])
    func weightsGo(method: any PruningMethod) throws {
        let (pruned, accuracy) = try solve(method), (useful, useless) = try kept(pruned)
        #expect(accuracy > 0.93 && pruned.density < 0.4, "\(method): \(accuracy) \(pruned.density)")
        // Two inputs of ten: more than their share.
        #expect(useful * 4 > useless, "\(method): \(useful) \(useless)")
    }

    @Test(arguments: [
        InformationBottleneckPruning(strength: 4, search: gates) as any PruningMethod,
        LogNormalPruning(strength: 3, search: VariationalSearch(epochs: 300, learningRate: 2e-2)),
        GroupScalePruning(.normalJeffreys, strength: 2, search: gates),
        GroupScalePruning(.horseshoe, weightStrength: 1, search: gates, threshold: 0.5),
    ])
    func inputsGo(method: any PruningMethod) throws {
        let (pruned, accuracy) = try solve(method), (useful, useless) = try kept(pruned)
        #expect(accuracy > 0.93 && useless < useful && useful > 0, "\(method): \(accuracy) \(useful) \(useless)")
        // An input that goes, goes for all neurons.
        let mask = try #require(pruned.supports["fc1.weight"]).mask
        let columns = (0..<10).map { input in (0..<20).count { mask[$0 * 10 + input] } }
        #expect(columns.count { $0 == 0 } >= 6, "\(method): \(columns)")
    }

    @Test func groupsGoAsAWhole() throws {
        let (pruned, accuracy) = try solve(TurboVBIPruning(rateFactor: 0.3, structure: .group, search: Self.search))
        let mask = try #require(pruned.supports["fc1.weight"]).mask
        let rows = (0..<20).map { row in (0..<10).count { mask[row * 10 + $0] } }
        #expect(accuracy > 0.9 && rows.contains(0), "\(accuracy) \(rows)")
        #expect(rows.allSatisfy { $0 == 0 || $0 == 10 }, "\(rows)")
    }

    /// The grid of a convolution is its kernel, the chain too.
    @Test(arguments: [TurboVBIPruning.Structure.chain, .gatedChain, .grid])
    func convolutions(structure: TurboVBIPruning.Structure) throws {
        var network = Network<Float>(input: ValueShape([1, 8, 8]))
        try network.append(Convolution2D(1, 4, kernel: 3), "conv")
        try network.append(MaxPooling2D(2), "pool")
        try network.append(Linear(36, 5), "fc")
        let data: DataSet<Float> = try blobs(100, key: 92)
        let start = NetworkParameters(network, random: RandomStream(key: 5))
        let dense = try StochasticTraining(Adam<Float>(learningRate: 5e-3), epochs: 10, batchSize: 20).solve(
            try TrainingProblem(network: network, start: start, data: data, loss: CrossEntropy()))
        let problem = try CompressionProblem(
            network: network, dense: dense.estimate.parameters, data: data, batchSize: 20)
        let method = TurboVBIPruning(structure: structure, search: VariationalSearch(epochs: 10, learningRate: 5e-3))
        let pruned = try NetworkPruning(method, fineTuneEpochs: 5).solve(problem).estimate
        #expect(pruned.density < 0.9 && pruned.keptCount > 0)
        let accuracy = try network.classify(pruned.parameters, data).accuracy
        #expect(accuracy > 0.8, "\(accuracy) \(pruned.density)")
    }

    @Test func solverContract() throws {
        let broken = try checkSolverContract(
            NetworkPruning(
                TurboVBIPruning(search: VariationalSearch(epochs: 4), epochsPerRound: 1), fineTuneEpochs: 2),
            on: compressionProblem(60)
        ) { $0.parameters.values.map { UInt64($0.bitPattern) } }
        #expect(broken.isEmpty, "\(broken)")
    }

    @Test func badInput() throws {
        let problem = try compressionProblem(40)
        func refuses(_ method: some PruningMethod, _ words: String) {
            #expect { try NetworkPruning(method).start(problem) } throws: { "\($0)".contains(words) }
        }
        refuses(PrecisionPruning(temperature: 0), "temperature")
        refuses(PrecisionPruning(threshold: 0), "threshold")
        refuses(PrecisionPruning(search: VariationalSearch(epochs: 0)), "epochs")
        refuses(PrecisionPruning(search: VariationalSearch(epochs: 1, startDeviation: 0)), "deviation")
        refuses(TurboVBIPruning(rateFactor: -1), "rate factor")
        refuses(TurboVBIPruning(transition: MarkovTransition(p01: 0, p10: 0.5)), "transition")
        refuses(VariationalDropoutPruning(strength: .nan), "weight")
        refuses(GroupScalePruning(.horseshoe, weightStrength: -1), "weight")
        refuses(LogNormalPruning(warmUp: 2), "warm-up")
    }
}
