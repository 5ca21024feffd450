import Foundation
import LacunaIO
import LacunaNets
import LacunaScenarios
import Testing

@Suite struct FullBatchCheckpointFileTests {
    private func problem<E: RealScalar>(hidden: Int = 6) throws -> TrainingProblem<E> {
        var random = RandomStream(key: 3)
        var network = Network<E>(input: ValueShape([4]))
        try network.append(Linear(4, hidden), "fc1")
        try network.append(BatchNormalization(hidden), "norm")
        try network.append(.relu(), "relu")
        try network.append(Linear(hidden, 3), "fc2")
        let data = try DataSet<E>(
            shape: ValueShape([4]), inputs: random.vector(4 * 50),
            targets: .labels((0..<50).map { Int32($0 % 3) }, classes: 3))
        return try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 1)), data: data,
            loss: CrossEntropy())
    }

    /// Through the file and on: every bit as without it.
    @Test(arguments: [0, 1, 9])
    func resumesFromAFile(after iterations: Int) throws {
        try expectResumes(FullBatchTraining<Float>(iterations: 15, memory: 5, weightDecay: 1e-4), after: iterations)
        try expectResumes(FullBatchTraining<Double>(iterations: 15, memory: 5), after: iterations)
    }

    private func expectResumes<E: RealScalar>(_ training: FullBatchTraining<E>, after iterations: Int) throws {
        try withTemporaryFolder { folder in
            let problem: TrainingProblem<E> = try problem(), whole = try training.solve(problem).estimate
            var state = try training.start(problem)
            for _ in 0..<iterations { _ = training.step(&state) }
            let checkpoint = training.checkpoint(state), path = folder + "/checkpoint.h5"
            try CheckpointFile.write(checkpoint.file, to: path)
            let read = try FullBatchCheckpoint<E>(CheckpointFile.read(path), of: problem.network)
            #expect(read == checkpoint)
            var resumed = try training.start(problem, resuming: read)
            while resumed.losses.count < training.iterations, training.step(&resumed) == nil {}
            let estimate = training.estimate(&resumed)
            #expect(estimate.parameters.values == whole.parameters.values && estimate.losses == whole.losses)
        }
    }

    @Test func foreignFilesAreRefused() throws {
        let training = FullBatchTraining<Float>(), problem: TrainingProblem<Float> = try problem()
        var file = training.checkpoint(try training.start(problem)).file
        let other: Network<Float> = try self.problem(hidden: 5).network
        let double: Network<Double> = try self.problem().network
        #expect { try FullBatchCheckpoint(file, of: other) } throws: { "\($0)".contains("another network") }
        #expect { try FullBatchCheckpoint(file, of: double) } throws: { "\($0)".contains("training in Float") }
        file.doubles.removeAll { $0.name == "gradient" }
        #expect { try FullBatchCheckpoint(file, of: problem.network) } throws: { "\($0)".contains("gradient") }
    }
}
