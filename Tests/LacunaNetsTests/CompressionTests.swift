import LacunaNets
import LacunaTestSupport
import Testing

/// Ten inputs of which two tell the class, and a network trained on them.
func compressionProblem(_ samples: Int = 200) throws -> CompressionProblem {
    var random = RandomStream(key: 51)
    var inputs: [Float] = [], labels: [Int32] = []
    for _ in 0..<samples {
        let x: [Float] = random.vector(10)
        inputs += x
        labels.append(x[2] + x[7] > 0 ? (x[2] > x[7] ? 0 : 1) : 2)
    }
    var network = Network<Float>(input: ValueShape([10]))
    try network.append(Linear(10, 20), "fc1")
    try network.append(.relu(), "relu1")
    try network.append(Linear(20, 3), "fc2")
    let data = try DataSet(shape: ValueShape([10]), inputs: inputs, targets: .labels(labels, classes: 3))
    let start = NetworkParameters(network, random: RandomStream(key: 3))
    let problem = try TrainingProblem(network: network, start: start, data: data, loss: CrossEntropy())
    let dense = try StochasticTraining(Adam<Float>(learningRate: 0.01), epochs: 30, batchSize: 20).solve(problem)
    return try CompressionProblem(
        network: network, dense: dense.estimate.parameters, data: data, batchSize: 20, key: 4)
}

@Suite struct CompressionTests {
    private func solve<M: PruningMethod>(_ method: M, fineTune: Int = 20) throws -> (PrunedNetwork, Double) {
        let problem = try compressionProblem()
        let solution = try NetworkPruning(method, fineTuneEpochs: fineTune, fineTuneRate: 0.01).solve(problem)
        let pruned = solution.estimate
        for entry in problem.network.layout.entries(of: .weight) {
            let support = try #require(pruned.supports[entry.name]), array = try pruned.parameters.array(entry.name)
            for (value, isKept) in zip(array.storage, support.mask) where !isKept { #expect(value == 0) }
        }
        return (pruned, try problem.network.classify(pruned.parameters, problem.data).accuracy)
    }

    @Test func magnitudesKeepTheirShare() throws {
        let (pruned, accuracy) = try solve(MagnitudePruning(density: 0.25))
        #expect(pruned.keptCount == 65 && abs(pruned.density - 0.25) < 1e-12)
        #expect(accuracy > 0.9)
        let (whole, _) = try solve(MagnitudePruning(density: 1), fineTune: 0)
        #expect(try whole.parameters.values == compressionProblem().dense.values)
    }

    @Test func gradualPruningEndsAtItsShare() throws {
        let (pruned, accuracy) = try solve(
            GradualMagnitudePruning(density: 0.15, epochs: 20, learningRate: 0.01, interval: 10))
        #expect(pruned.keptCount == 39 && accuracy > 0.9)
    }

    /// The search itself ends at the density, whether the interval divides the schedule or is longer than it.
    @Test(arguments: [1, 3, 7, 100, 100_000])
    func gradualSearchReachesItsShare(interval: Int) throws {
        let problem = try compressionProblem(40)
        for fraction in [0.05, 0.33, 0.8, 1] {
            let method = GradualMagnitudePruning(density: 0.3, epochs: 10, fraction: fraction, interval: interval)
            let search = try method.search(problem)
            let found = try search.training.solve(search.problem).estimate.parameters
            let kept = found.layout.entries(of: .weight).reduce(0) { sum, entry in
                sum + entry.range.count { found.values[$0] != 0 }
            }
            #expect(kept == 78, "fraction \(fraction)")
        }
    }

    @Test func penaltiesFindTheInputs() throws {
        let (pruned, accuracy) = try solve(PenalizedPruning(.l1, strength: 0.06, epochs: 40))
        #expect(pruned.density < 0.5 && accuracy > 0.9, "\(pruned.density) \(accuracy)")
        // Inputs that tell the class keep more weights than the others.
        let mask = try #require(pruned.supports["fc1.weight"]).mask
        func kept(_ input: Int) -> Int { (0..<20).count { mask[$0 * 10 + input] } }
        let others = (0..<10).filter { $0 != 2 && $0 != 7 }.map(kept)
        #expect(min(kept(2), kept(7)) > others.reduce(0, +) / 8)
    }

    @Test func groupsGoAsAWhole() throws {
        let (pruned, accuracy) = try solve(PenalizedPruning(.groupLasso, strength: 0.08, epochs: 40))
        let mask = try #require(pruned.supports["fc1.weight"]).mask
        let rows = (0..<20).map { row in (0..<10).count { mask[row * 10 + $0] } }
        #expect(rows.contains(0) && accuracy > 0.9, "\(rows) \(accuracy)")
        #expect(pruned.supports["fc2.weight"]?.density == 1)
    }

    @Test func solverContract() throws {
        let broken = try checkSolverContract(
            NetworkPruning(GradualMagnitudePruning(density: 0.3, epochs: 2, interval: 3), fineTuneEpochs: 2),
            on: compressionProblem(60)
        ) { $0.parameters.values.map { UInt64($0.bitPattern) } }
        #expect(broken.isEmpty, "\(broken)")
    }

    /// Where a pruning diverged is part of its estimate, with the last good epoch of the phase.
    @Test func divergenceHasAPlace() throws {
        let problem = try compressionProblem(40)
        let whole = try CompressionProblem(
            network: problem.network, dense: problem.dense, data: problem.data, batchSize: 40, key: 4)
        let searching = try NetworkPruning(
            GradualMagnitudePruning(density: 0.5, epochs: 5, learningRate: 1e30), fineTuneEpochs: 2
        ).solve(whole)
        let search = try #require(searching.estimate.divergence)
        #expect(searching.report.reason == .diverged && search.checkpoint.phase == .search && search.step == 1)
        #expect(search.checkpoint.training.epoch == 1 && search.place == "in the search at step 2 (epoch 2 of 5)")
        #expect(searching.estimate.parameters.values == problem.dense.values)
        let tuning = try NetworkPruning(
            MagnitudePruning(density: 0.5), fineTuneEpochs: 4, fineTuneRate: 1e30
        ).solve(whole)
        let fine = try #require(tuning.estimate.divergence)
        #expect(tuning.report.reason == .diverged && fine.checkpoint.phase == .fineTuning)
        #expect(fine.place == "in the fine-tuning at step 2 (epoch 2 of 4)")
        #expect(fine.checkpoint.training.values == tuning.estimate.parameters.values && tuning.estimate.isFinite)
        let good = try NetworkPruning(MagnitudePruning(density: 0.5), fineTuneEpochs: 1).solve(whole)
        #expect(good.estimate.divergence == nil)
    }

    /// Resumed after any epoch, of the search or of the fine-tuning, a pruning ends with the same bits.
    @Test(arguments: 0...9)
    func goesOnFromACheckpoint(epochs: Int) throws {
        let problem = try compressionProblem(40)
        var solver = NetworkPruning(GradualMagnitudePruning(density: 0.5, epochs: 5, interval: 2), fineTuneEpochs: 4)
        let whole = try solver.solve(problem)
        var state = try solver.start(problem)
        for _ in 0..<epochs { _ = solver.step(&state) }
        let checkpoint = solver.checkpoint(state)
        #expect(checkpoint.phase == (epochs < 5 ? .search : .fineTuning))
        solver.resuming = checkpoint
        let resumed = try solver.solve(problem)
        #expect(resumed.estimate.parameters.values == whole.estimate.parameters.values)
        #expect(resumed.estimate.supports == whole.estimate.supports && resumed.report.reason == .iterationLimit)
        let other = try CompressionProblem(
            network: problem.network, dense: problem.dense, data: problem.data, batchSize: problem.batchSize, key: 99)
        #expect { try solver.start(other) } throws: { "\($0)".contains("key") }
    }

    /// What a search found may be no network that can be pruned: the reason stays, and it is not the training's.
    @Test func aPruningThatFailsSaysWhy() throws {
        struct Failing: PruningMethod {
            func search(_ problem: CompressionProblem) throws -> PruningSearch {
                try MagnitudePruning(density: 0.5).search(problem)
            }
            func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork {
                throw LacunaError(.value, "gates", "all are closed")
            }
        }
        let problem = try compressionProblem(40)
        let solution = try NetworkPruning(Failing(), fineTuneEpochs: 1).solve(problem)
        let divergence = try #require(solution.estimate.divergence)
        #expect(solution.report.reason == .diverged && divergence.step == nil)
        #expect(divergence.place.contains("after the search: gates: all are closed"), "\(divergence.place)")
        #expect(solution.estimate.parameters.values == problem.dense.values)
        #expect { try NetworkPruning(MagnitudePruning(density: 0.5), fineTuneRate: -1).start(problem) } throws: {
            "\($0)".contains("learning rate")
        }
    }

    @Test func badInput() throws {
        let problem = try compressionProblem(40)
        func refuses<M: PruningMethod>(_ method: M, _ words: String, fineTune: Int = 1) {
            #expect { try NetworkPruning(method, fineTuneEpochs: fineTune).start(problem) } throws: {
                "\($0)".contains(words)
            }
        }
        refuses(MagnitudePruning(density: 0), "density")
        refuses(MagnitudePruning(density: 0.5), "fine-tuning", fineTune: -1)
        refuses(GradualMagnitudePruning(density: 0.5, epochs: 0), "schedule")
        refuses(GradualMagnitudePruning(density: 0.5, fraction: 0), "fraction")
        refuses(PenalizedPruning(.l1, strength: -1), "strength")
        refuses(PenalizedPruning(.l1, strength: 1, epochs: 0), "epochs")
    }
}
