import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct RuleTests {
    /// y = W x on 8 inputs of which 2 matter.
    private func regression(_ key: UInt64 = 41) throws -> TrainingProblem<Double> {
        var random = RandomStream(key: key)
        let inputs: [Double] = random.vector(8 * 64)
        let values = (0..<64).map { (sample: Int) -> Double in
            3 * inputs[sample * 8 + 1] - 2 * inputs[sample * 8 + 5]
        }
        var network = Network<Double>(input: ValueShape([8]))
        try network.append(Linear(8, 1, bias: false), "fc")
        return try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 2)),
            data: DataSet(shape: ValueShape([8]), inputs: inputs, targets: .values(values)), loss: MeanSquaredError())
    }

    private func train(_ rule: any TrainingRule<Double>, epochs: Int = 60) throws -> [Double] {
        let training = StochasticTraining(
            SGD<Double>(learningRate: 0.02, momentum: 0.5), epochs: epochs, batchSize: 16, rules: [rule])
        return try training.solve(regression()).estimate.parameters.values
    }

    @Test func proximalStepsFindTheSupport() throws {
        let w = try train(ProximalRule("fc.weight", try L1Norm(weight: 1), strength: 0.2))
        #expect(w.indices.filter { w[$0] != 0 } == [1, 5])
        // The lasso's shrinkage: λ/2 for a mean squared error of unit inputs, roughly.
        #expect(abs(w[1] - 2.9) < 0.1 && abs(w[5] + 1.9) < 0.1)
        let seldom = try train(ProximalRule("fc.weight", try L1Norm(weight: 1), strength: 0.2, interval: 7))
        #expect(seldom.indices.filter { seldom[$0] != 0 } == [1, 5])
    }

    /// Strength 0 is the plain training, bit for bit.
    @Test func noPenaltyChangesNothing() throws {
        let problem = try regression()
        func train(_ rules: [any TrainingRule<Double>]) throws -> [Double] {
            try StochasticTraining(SGD<Double>(learningRate: 0.02), epochs: 5, batchSize: 16, rules: rules)
                .solve(problem).estimate.parameters.values
        }
        let all = try Support(0..<8, of: 8)
        let plain = try train([])
        #expect(try train([ProximalRule("fc.weight", try L1Norm(weight: 1), strength: 0)]) == plain)
        #expect(try train([MaskRule("fc.weight", all)]) == plain)
        #expect(try train([StraightThroughRule("fc.weight", TopTiles.entries(8, of: 8))]) == plain)
        #expect(try train([ProjectionRule("fc.weight", TopTiles.entries(8, of: 8))]) == plain)
    }

    @Test func masksHold() throws {
        let w = try train(MaskRule("fc.weight", Support([1, 2], of: 8)))
        #expect(w.indices.filter { w[$0] != 0 } == [1, 2])
    }

    @Test func projectionsAndStraightThroughWeightsKeepTheirSets() throws {
        let set = try TopTiles.nOfM(1, of: 4, rows: 1, columns: 8)
        for rule in [
            ProjectionRule<Double>("fc.weight", set) as any TrainingRule<Double>, StraightThroughRule("fc.weight", set),
            StraightThroughRule("fc.weight", set, decay: 0.01),
        ] {
            let w = try train(rule)
            #expect(w.indices.filter { w[$0] != 0 } == [1, 5], "\(rule)")
            #expect(abs(w[1] - 3) < 0.05 && abs(w[5] + 2) < 0.05)
        }
    }

    /// Hidden weights move by the gradient at the projected ones; one step by hand.
    @Test func straightThroughStep() throws {
        var network = Network<Double>(input: ValueShape([2]))
        try network.append(Linear(2, 1, bias: false), "fc")
        var start = NetworkParameters(network, random: RandomStream(key: 1))
        try start.setArray("fc.weight", Tensor(dimensions: [1, 2], storage: [2, 1]))
        let data = try DataSet<Double>(shape: ValueShape([2]), inputs: [1, 1], targets: .values([0]))
        let problem = try TrainingProblem(network: network, start: start, data: data, loss: MeanSquaredError())
        // Seen: [2, 0], error 2, gradient 2·2·[1, 1] and λ·1 more for the hidden one.
        let training = StochasticTraining(
            SGD<Double>(learningRate: 1, momentum: 0), epochs: 1,
            rules: [StraightThroughRule("fc.weight", try TopTiles.entries(1, of: 2), decay: 0.5)])
        let trained = try training.solve(problem).estimate.parameters.values
        // [2, 1] - [4, 4.5] = [-2, -3.5], of which the larger stays.
        #expect(trained == [0, -3.5])
    }

    /// An epoch that ends between two proximal steps leaves a length of several rates, which a Float does not hold.
    @Test func proximalLengthsAreKeptExactly() throws {
        var random = RandomStream(key: 42)
        let inputs: [Float] = random.vector(8 * 64)
        var network = Network<Float>(input: ValueShape([8]))
        try network.append(Linear(8, 1, bias: false), "fc")
        let problem = try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 2)),
            data: DataSet(
                shape: ValueShape([8]), inputs: inputs, targets: .values((0..<64).map { inputs[$0 * 8] })),
            loss: MeanSquaredError())
        for draw in 0..<40 {
            let training = StochasticTraining(
                SGD<Float>(learningRate: 0.01 + 0.0007 * Double(draw), momentum: 0.5), epochs: 3, batchSize: 16,
                schedule: .cosine(floor: 0),
                rules: [ProximalRule("fc.weight", try L1Norm(weight: 1), strength: 0.3, interval: 7)])
            let whole = try training.solve(problem).estimate.parameters.values
            var first = try training.start(problem)
            _ = training.step(&first)
            var second = try training.start(problem, resuming: training.checkpoint(first))
            while training.step(&second) == nil {}
            #expect(training.estimate(&second).parameters.values == whole, "draw \(draw)")
        }
    }

    @Test func badInput() throws {
        let problem = try regression()
        func refuses(_ rule: any TrainingRule<Double>, _ words: String) {
            let training = StochasticTraining(SGD<Double>(), epochs: 1, rules: [rule])
            #expect { try training.start(problem) } throws: { "\($0)".contains(words) }
        }
        refuses(ProximalRule("fc2.weight", try L1Norm(weight: 1), strength: 1), "Known: fc.weight")
        refuses(ProximalRule("fc.weight", try L1Norm(weight: 1), strength: -1), "strength")
        refuses(ProximalRule("fc.weight", try L1Norm(weight: 1), strength: 1, interval: 0), "interval")
        refuses(MaskRule("fc.weight", try Support([1], of: 9)), "9 entries")
        refuses(ProjectionRule("fc.weight", try TopTiles.entries(1, of: 9)), "9 entries")
        refuses(StraightThroughRule("fc.weight", try TopTiles.entries(1, of: 8), decay: .nan), "decay")
    }
}
