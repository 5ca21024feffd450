import LacunaNets
import LacunaScenarios

/// Epochs of the LeNets on random images of MNIST's size, batches of 128, Adam, alternated with PyTorch.
struct TrainingBenchmark: Benchmark {
    struct Case {
        let name: String
        /// Images per timed epoch: all of MNIST's, or a part where an epoch takes long.
        let samples: Int
        let network: () throws -> Network<Float>
    }

    var cases = [
        Case(name: "lenet-300-100", samples: 60_000) { try .lenet300100() },
        Case(name: "lenet-5", samples: 6_400) { try .lenet5() },
    ]
    let batch = 128

    func run(_ settings: inout BenchmarkSettings) async throws -> BenchmarkGroup {
        var group = BenchmarkGroup(
            name: "training", title: "an epoch with Adam, batches of \(batch), single precision, one thread")
        var peer: PythonPeer? = PythonPeer(interpreter: settings.peer, script: settings.scripts + "/time_training.py")
        for item in cases where settings.wants(item.name) {
            let network = try item.network()
            let training = StochasticTraining(Adam<Float>(), epochs: settings.rounds + 1, batchSize: batch)
            var state = try training.start(problem(network, item.samples))
            var ours: [Double] = [], theirs: [Double] = []
            // The first epoch warms up.
            _ = training.step(&state)
            for round in 1...settings.rounds {
                settings.progress("training: \(item.name), round \(round) of \(settings.rounds)")
                ours.append(bestSeconds(of: 1) { _ = training.step(&state) })
                guard let running = peer else { continue }
                do throws(PythonPeer.Unavailable) {
                    let result = try running.time([item.name, "--samples", "\(item.samples)", "--batch", "\(batch)"])
                    theirs.append(result.seconds)
                    group.peer = result.name
                } catch {
                    peer = nil
                    group.notes.append("no peer: \(error.reason)")
                }
            }
            var row = BenchmarkRow("\(item.name), \(item.samples) images", ours)
            // Forward, gradient of the weights, gradient of the input; the first layer has no use for the last.
            let first = network.nodes[0].layer.operationCount([network.inputShape])
            row.flopRate = Double((3 * network.operationCount - first) * item.samples) / row.seconds.best
            if theirs.count == ours.count { row.compare(ours, with: theirs) }
            group.rows.append(row)
        }
        return group
    }

    private func problem(_ network: Network<Float>, _ samples: Int) throws -> TrainingProblem<Float> {
        var stream = RandomStream([("benchmark", "training")])
        let inputs = (0..<samples * network.inputShape.count).map { _ in Float(stream.uniform()) }
        let labels = (0..<samples).map { Int32($0 % 10) }
        return try TrainingProblem(
            network: network, start: NetworkParameters(network, random: RandomStream(key: 1)),
            data: DataSet(shape: network.inputShape, inputs: inputs, targets: .labels(labels, classes: 10)),
            loss: CrossEntropy())
    }
}
