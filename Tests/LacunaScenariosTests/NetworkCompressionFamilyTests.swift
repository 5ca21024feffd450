import Foundation
import LacunaExperiment
import LacunaIO
import LacunaNets
import Synchronization
import Testing

@testable import LacunaScenarios

@Suite struct NetworkCompressionFamilyTests {
    private func problem() throws -> TrainingProblem<Float> {
        var random = RandomStream(key: 3)
        let network: Network<Float> = try .lenet300100(inputs: 4, hidden: [6, 5], classes: 3)
        let data = try DataSet<Float>(
            shape: ValueShape([4]), inputs: random.vector(4 * 50),
            targets: .labels((0..<50).map { Int32($0 % 3) }, classes: 3))
        return try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 1)), data: data,
            loss: CrossEntropy())
    }

    private final class Trainings: Sendable {
        let count = Mutex(0)
    }

    /// Does nothing but count.
    private struct CountingRule: TrainingRule {
        private final class Active: ActiveTrainingRule { typealias Element = Float }
        let trainings: Trainings

        func start(_ memory: TrainingMemory<Float>) throws -> any ActiveTrainingRule<Float> {
            trainings.count.withLock { $0 += 1 }
            return Active()
        }
    }

    /// One that diverges is trained once as well, and says so to everybody.
    @Test(arguments: [1e-3, 1e30])
    func denseNetworksAreTrainedOnce(rate: Double) throws {
        let problem = try problem(), trainings = Trainings()
        let training = StochasticTraining(
            Adam<Float>(learningRate: rate), epochs: 2, batchSize: 20, rules: [CountingRule(trainings: trainings)])
        let dense = DenseNetwork(problem, training, evaluation: problem.data, key: 1)
        for _ in 0..<3 {
            if rate < 1 {
                #expect(try dense.result().scores.accuracy > 0)
            } else {
                #expect { try dense.result() } throws: { "\($0)".contains("dense training diverged") }
            }
        }
        #expect(trainings.count.withLock { $0 } == 1)
    }

    /// No neuron is left where no weight is.
    @Test func nothingIsLeftWithoutWeights() throws {
        let problem = try problem(), dense = problem.start
        let scores = try problem.network.classify(dense, problem.data)
        var empty = dense
        for entry in dense.layout.entries(of: .weight) {
            empty.values.replaceSubrange(entry.range, with: repeatElement(0, count: entry.range.count))
        }
        for (parameters, neurons, kept) in [(dense, 11.0, 4 * 6 + 6 * 5 + 5 * 3), (empty, 0, 0)] {
            let supports = parameters.layout.entries(of: .weight).map {
                ($0.name, Support(of: Array(parameters.values[$0.range])))
            }
            let pruned = try PrunedNetwork(
                network: problem.network, parameters: parameters, supports: Dictionary(uniqueKeysWithValues: supports))
            let found = try NetworkCompressionScores.scores(
                pruned, dense: dense, denseScores: scores, on: problem.data)
            #expect(found["neurons"] == neurons && found["kept_weights"] == Double(kept))
        }
    }

    /// What a scenario draws from lies around its file, wherever the program runs; `--data` comes first.
    @Test(arguments: ["network-compression", "structured-training"])
    func dataLieBesideTheScenario(kind: String) throws {
        try withTemporaryFolder { folder in
            // As the digits' files are called, to be told from those that every other search finds.
            func putDigits(into place: String) throws {
                let place = place + "/digits"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                for part in ["train", "t10k"] {
                    try Data("no".utf8).write(to: URL(filePath: place + "/\(part)-images-idx3-ubyte"))
                    try Data("no".utf8).write(to: URL(filePath: place + "/\(part)-labels-idx1-ubyte"))
                }
            }
            let method = kind == "network-compression" ? "magnitude" : "dense-training"
            let file = folder + "/Scenarios/mine.yaml"
            try FileManager.default.createDirectory(atPath: folder + "/Scenarios", withIntermediateDirectories: true)
            try Data(
                "lacuna: 1\nname: mine\nproblem: { kind: \(kind), data: digits }\nmethods: [\(method)]\ntrials: 1\n"
                    .utf8
            ).write(to: URL(filePath: file))
            try putDigits(into: folder + "/Data")
            try putDigits(into: folder + "/own")
            func place(data: String?) throws -> String {
                let plan = try Plan(ScenarioReader(data: data).read(file: file))
                do {
                    try plan.checkFirstDraw()
                    return "drawn"
                } catch let error as LacunaError {
                    return error.place
                }
            }
            #expect(try place(data: nil).hasPrefix(folder + "/Data/digits/"))
            #expect(try place(data: folder + "/own").hasPrefix(folder + "/own/digits/"))
            // A folder without digits: those of the scenario.
            #expect(try place(data: folder + "/none").hasPrefix(folder + "/Data/digits/"))
        }
    }
}
