import LacunaNets
import LacunaTestSupport
import Testing

@Suite struct StructuredNetworkTests {
    private func network() throws -> ParametrizedNetwork<Float> {
        let network = try Network<Float>.lenet300100(inputs: 32, hidden: [64, 48], classes: 3)
        return ParametrizedNetwork(network, NetworkParameters(network, random: RandomStream(key: 41)))
    }

    private func outputs(_ network: ParametrizedNetwork<Float>) throws -> [Float] {
        var random = RandomStream(key: 42)
        let data = try DataSet<Float>(
            shape: ValueShape([32]), inputs: (0..<32 * 7).map { _ in Float(random.normal()) },
            targets: .labels(Array(repeating: 0, count: 7), classes: 3))
        return try network.network.outputs(network.parameters, data)
    }

    @Test func layersWithMoreNumbersStayDense() throws {
        let layouts = try network().network.monarchLayouts(blocks: 4)
        // 48 inputs, 3 outputs: 4 · 4 · (1 + 12) numbers for 144.
        #expect(Set(layouts.keys) == ["fc1", "fc2"])
        #expect(layouts["fc1"]?.parameterCount == 768 && layouts["fc2"]?.parameterCount == 1344)
        #expect(throws: LacunaError.self) { try network().network.monarchLayouts(blocks: 0) }
    }

    @Test func writtenOutIsTheSameFunction() throws {
        let dense = try network(), layouts = try dense.network.monarchLayouts(blocks: 4)
        let projected = try dense.projectedToMonarch(layouts), written = try projected.writtenOut()
        #expect(written.network.layout == dense.network.layout)
        #expect(relativeDistance(try outputs(written), try outputs(projected)) < 1e-5)
        // Biases and the layer that stays dense are as they were.
        for name in ["fc1.bias", "fc2.bias", "fc3.weight", "fc3.bias"] {
            #expect(try written.parameters.array(name) == dense.parameters.array(name))
        }
        // A member is its own projection.
        let again = try written.projectedToMonarch(layouts)
        #expect(relativeDistance(try outputs(again), try outputs(projected)) < 1e-5)
        let lowRank = try dense.projectedToLowRank(["fc1": 5, "fc2": 7])
        #expect(try lowRank.parameters.array("fc1.right.weight").dimensions == [5, 32])
        let product = try lowRank.writtenOut()
        #expect(product.network.layout == dense.network.layout)
        #expect(relativeDistance(try outputs(product), try outputs(lowRank)) < 1e-5)
    }

    @Test func fullRankChangesNothing() throws {
        let dense = try network()
        let same = try dense.projectedToLowRank(["fc1": 32, "fc2": 48])
        #expect(relativeDistance(try outputs(same), try outputs(dense)) < 1e-5)
    }

    /// Nearest in the sense of the set: no farther than zero, and orthogonal to what is left.
    @Test func projectionsLoseWhatIsOrthogonal() throws {
        let dense = try network(), layouts = try dense.network.monarchLayouts(blocks: 4)
        for written in [
            try dense.projectedToMonarch(layouts).writtenOut(), try dense.projectedToLowRank(["fc1": 4]).writtenOut(),
        ] {
            let a = try dense.parameters.array("fc1.weight").storage
            let b = try written.parameters.array("fc1.weight").storage
            var whole: Float = 0, kept: Float = 0, lost: Float = 0
            for (x, y) in zip(a, b) {
                whole += x * x
                kept += y * y
                lost += (x - y) * (x - y)
            }
            #expect(kept > 0 && lost > 0 && abs(kept + lost - whole) < 1e-4 * whole)
        }
    }

    @Test func badLayouts() throws {
        let dense = try network(), other = try MonarchLayout(rows: 3, columns: 3, blocks: 2)
        #expect(throws: LacunaError.self) { try dense.projectedToMonarch(["fc1": other]) }
        #expect(throws: LacunaError.self) { try dense.projectedToMonarch(["fc9": other]) }
        #expect(throws: LacunaError.self) { try dense.projectedToLowRank(["fc1": 0]) }
        #expect(throws: LacunaError.self) { try dense.projectedToLowRank(["fc1": 33]) }
    }
}

@Suite struct StagedTrainingTests {
    private func problem() throws -> TrainingProblem<Float> {
        var random = RandomStream(key: 43)
        let network = try Network<Float>.lenet300100(inputs: 16, hidden: [16], classes: 2)
        let inputs = (0..<16 * 40).map { _ in Float(random.normal()) }
        let labels = (0..<40).map { Int32(inputs[$0 * 16] + inputs[$0 * 16 + 1] > 0 ? 1 : 0) }
        return try TrainingProblem(
            network: network, start: NetworkParameters(network, random: random),
            data: DataSet(shape: ValueShape([16]), inputs: inputs, targets: .labels(labels, classes: 2)),
            loss: CrossEntropy())
    }

    private func training(_ epochs: Int, _ schedule: LearningRateSchedule = .constant) -> StochasticTraining<Float> {
        StochasticTraining(SGD<Float>(momentum: 0), epochs: epochs, batchSize: 40, schedule: schedule)
    }

    /// Whole batches without momentum: two stages on one schedule are one training.
    @Test func stagesOfOneScheduleAreOneTraining() throws {
        let problem = try problem(), whole = LearningRateSchedule.cosine(floor: 0)
        let one = try training(10, whole).solve(problem)
        let staged = try StagedTraining([
            .init(training(7, .part(from: 0, to: 0.7, of: whole))),
            .init(training(3, .part(from: 0.7, to: 1, of: whole))),
        ]).solve(problem, limits: SolveLimits(recordsHistory: true))
        #expect(staged.report.iterations == 10 && staged.report.reason == .iterationLimit)
        #expect(staged.report.history.count == 10)
        #expect(relativeDistance(staged.estimate.trained.parameters.values, one.estimate.parameters.values) < 1e-5)
    }

    @Test func changesBetweenStages() throws {
        let problem = try problem()
        let layouts = try problem.network.monarchLayouts(blocks: 4)
        let solver = StagedTraining<Float>([
            .init(training(2)), .init(training(2)) { try $0.projectedToMonarch(layouts) },
            .init(training(1)) { try $0.writtenOut() },
        ])
        let solution = try solver.solve(problem)
        #expect(solution.report.iterations == 5 && solution.estimate.trained.network.layout == problem.network.layout)
        let broken = try checkSolverContract(solver, on: problem) {
            $0.trained.parameters.values.map { UInt64($0.bitPattern) }
        }
        #expect(broken.isEmpty, "\(broken)")
        // Cut off after the second epoch, it is what it was then.
        let early = try solver.solve(problem, limits: SolveLimits(iterations: 3))
        #expect(early.estimate.trained.network.nodes[0].layer is MonarchLinear<Float>)
        #expect(throws: LacunaError.self) { try StagedTraining<Float>([]).solve(problem) }
        let failing = StagedTraining<Float>([
            .init(training(1)), .init(training(1)) { _ in throw LacunaError(.value, "stage", "fails") },
        ])
        let failed = try failing.solve(problem)
        #expect(failed.report.reason == .diverged && failed.estimate.divergence?.stage == 1)
        #expect(failed.estimate.divergence?.step == nil)
        var wild = training(3)
        wild.optimizer = SGD<Float>(learningRate: 1e30, momentum: 0)
        let diverged = try StagedTraining([.init(training(2)), .init(wild)]).solve(problem)
        #expect(diverged.report.reason == .diverged && diverged.estimate.divergence?.stage == 1)
        #expect(diverged.estimate.divergence?.step != nil && diverged.estimate.trained.isFinite)
    }

    @Test func partsOfSchedules() {
        let whole = LearningRateSchedule.cosine(floor: 0.1)
        let part = LearningRateSchedule.part(from: 0.5, to: 1, of: whole)
        for step in 0..<10 {
            #expect(abs(part.factor(step: step, of: 10) - whole.factor(step: 10 + step, of: 20)) < 1e-15)
        }
        let warm = LearningRateSchedule.warmUp(fraction: 0.2, then: .constant)
        let start = LearningRateSchedule.part(from: 0, to: 0.5, of: warm)
        for step in 0..<10 { #expect(abs(start.factor(step: step, of: 10) - warm.factor(step: step, of: 20)) < 1e-15) }
    }
}
