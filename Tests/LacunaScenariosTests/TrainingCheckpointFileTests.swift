import Foundation
import LacunaIO
import LacunaNets
import LacunaScenarios
import LacunaTestSupport
import Testing

@Suite struct TrainingCheckpointFileTests {
    private func problem(hidden: Int = 6) throws -> TrainingProblem<Float> {
        var random = RandomStream(key: 3)
        var network = Network<Float>(input: ValueShape([4]))
        try network.append(VariationalLinear(Linear(4, hidden)), "fc1")
        try network.append(BatchNormalization(hidden), "norm")
        try network.append(.relu(), "relu")
        try network.append(VariationalLinear(Linear(hidden, 3)), "fc2")
        let data = try DataSet<Float>(
            shape: ValueShape([4]), inputs: random.vector(4 * 50),
            targets: .labels((0..<50).map { Int32($0 % 3) }, classes: 3))
        return try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 1)), data: data,
            loss: CrossEntropy())
    }

    private var training: StochasticTraining<Float> {
        let schedule = VariationalSchedule(samples: 50, epochsPerRound: 1)
        return StochasticTraining(
            Adam<Float>(), epochs: 6, batchSize: 20,
            rules: [
                TurboVBIRule("fc1", schedule, support: MarkovSupport<Float>(length: 4, gate: 0.5), learnsSupport: true),
                PrecisionRule("fc2", schedule),
            ], key: UInt64.max - 5)
    }

    /// Through the file and on: every bit as without it.
    @Test(arguments: [0, 3])
    func resumesFromAFile(after epochs: Int) throws {
        let path = NSTemporaryDirectory() + "lacuna-checkpoint-\(UUID().uuidString).h5"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let problem = try problem(), whole = try training.solve(problem).estimate
        var state = try training.start(problem)
        for _ in 0..<epochs { _ = training.step(&state) }
        let checkpoint = training.checkpoint(state)
        try CheckpointFile.write(checkpoint.file, to: path)
        let read = try TrainingCheckpoint(CheckpointFile.read(path), of: problem.network)
        #expect(read == checkpoint)
        var resumed = try training.start(problem, resuming: read)
        while training.step(&resumed) == nil {}
        let estimate = training.estimate(&resumed)
        #expect(estimate.parameters.values == whole.parameters.values && estimate.losses == whole.losses)
        #expect(estimate.parameters.statistics == whole.parameters.statistics)
    }

    @Test func foreignFilesAreRefused() throws {
        var state = try training.start(problem())
        _ = training.step(&state)
        var file = training.checkpoint(state).file
        let other = try problem(hidden: 5).network, network = try problem().network
        #expect { try TrainingCheckpoint(file, of: other) } throws: { "\($0)".contains("another network") }
        file.attributes["rules"] = .integer(-1)
        #expect { try TrainingCheckpoint(file, of: network) } throws: { "\($0)".contains("attribute 'rules' is -1") }
        file = training.checkpoint(state).file
        file.floats.removeAll { $0.name == "moment1" }
        #expect { try TrainingCheckpoint(file, of: network) } throws: { "\($0)".contains("moment1") }
    }
}
