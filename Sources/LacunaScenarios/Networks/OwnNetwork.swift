import Foundation
import LacunaExperiment
import LacunaIO
import LacunaNets

/// A trained network of one's own and samples for it: what `lacuna compress` makes smaller.
public struct OwnNetwork: Sendable {
    public let network: Network<Float>
    public let parameters: NetworkParameters<Float>
    public let training: DataSet<Float>
    public let evaluation: DataSet<Float>
    /// What was decided while reading.
    public let notes: [String]

    /// - Parameters:
    ///   - description: a file as `NetworkDescription` reads.
    ///   - weights: a safetensors file with the network's arrays.
    ///   - samples: a file as `SampleFile` reads. Without test samples a sixth is held out, drawn by `seed`.
    /// - Throws: `ScenarioErrors` and `LacunaError` that name file and place: what cannot be read, arrays that are missing or of another shape
    ///   than the network's, samples that are not its input, labels that are not its outputs.
    public init(description: String, weights: String, samples: String, seed: UInt64) throws {
        network = try NetworkDescription.read(description)
        var notes: [String] = []
        let layout = network.layout
        try requireMemory(elements: [layout.count], bytesEach: 4 * MemoryLayout<Float>.stride, description)
        let file = try SafetensorsFile.read(weights)
        var parameters = NetworkParameters(network, random: RandomStream(key: 0))
        for entry in layout.entries {
            // Double precision, as numpy and MATLAB have it, is rounded.
            let array = try file.doubles(entry.name, shape: entry.parameter.shape)
            do {
                try parameters.setArray(
                    entry.name, Tensor(dimensions: array.shape, storage: array.values.map { Float($0) }))
            } catch let error as LacunaError {
                throw LacunaError(.file, weights, "\(error.place): \(error.problem)")
            }
        }
        let known = Set(layout.entries.map(\.name)), unused = file.entries.map(\.name).filter { !known.contains($0) }
        if !unused.isEmpty {
            notes.append(
                "\(weights): arrays that the network does not have are ignored: \(unused.joined(separator: ", "))")
        }
        self.parameters = parameters
        // Refused before the work: what cannot be made smaller.
        _ = try CompactNetwork(ParametrizedNetwork(network, parameters))

        let read = try SampleFile.read(samples), shape = network.inputShape, classes = network.outputShape.count
        let sample = Array(read.training.inputs.dimensions.dropFirst()), features = shape.features
        // In the network's shape or flat; images of one channel may leave it out.
        guard
            sample == features || sample == [shape.count]
                || (features.first == 1 && sample == Array(features.dropFirst()))
        else {
            throw LacunaError(
                .shape, samples, "samples are \(describeShape(sample)), the network takes \(shape)",
                remedy: "Write them in this shape, or flat")
        }
        guard read.classCount <= classes else {
            throw LacunaError(
                .value, samples, "labels go up to \(read.classCount - 1), the network has \(classes) outputs (from 0)")
        }
        func data(_ part: SampleFile.Part) throws -> DataSet<Float> {
            try DataSet(
                shape: shape, inputs: part.inputs.storage, targets: .labels(part.labels, classes: classes))
        }
        let all = try data(read.training)
        if let test = read.test {
            training = all
            evaluation = try data(test)
        } else {
            let held = all.count / 6
            guard held > 0 else {
                throw LacunaError(.value, samples, "\(all.count) samples; at least 6 are needed to hold some out")
            }
            var stream = RandomStream([("compress", "\(seed)")])
            let order = stream.permutation(all.count)
            training = try all.selecting(order[held...].sorted())
            evaluation = try all.selecting(order[..<held].sorted())
            notes.append(
                "\(samples): no test_inputs; \(held) of \(all.count) samples are held out for the scores, which flatter a network that was trained on them"
            )
        }
        self.notes = notes
        do {
            _ = try network.classify(parameters, evaluation)
        } catch let error as LacunaError where error.place == "outputs" {
            throw LacunaError(
                .value, weights, "the network's outputs overflow with these weights: \(error.problem)",
                remedy: "Check that they are the trained ones, and that inputs are scaled as in training")
        }
    }

    /// Searches, prunes, fine-tunes and scores.
    /// - Parameters:
    ///   - strength: what the method's `strengths` are; nil takes the middle one of its own.
    ///   - resuming: a `last-good.h5` of the same pruning; learning rates may differ.
    /// - Throws: `LacunaError` for a method that does not compress networks, options that it cannot take, a layer that cannot be made smaller,
    ///   or a checkpoint of another pruning.
    public func compress(
        _ method: any Method, strength: Double?, options: ParameterValues, batch: Int, seed: UInt64,
        resuming: String? = nil
    ) throws -> CompressedNetwork {
        guard let method = method as? any NetworkCompressionMethod,
            method.options.contains(where: { $0.name == "strengths" })
        else {
            throw LacunaError(
                .name, "method '\(method.name)'", "does not compress networks",
                remedy: "`lacuna list methods` shows those that do: magnitude, ard, turbo-vbi-network and others")
        }
        let own = try options.numbers("strengths")
        // Checked as an option is.
        let strength = try options.setting("strengths", to: .list([.number(strength ?? own[own.count / 2])]))
            .numbers("strengths")[0]
        let problem = try CompressionProblem(
            network: network, dense: parameters, data: training, batchSize: min(batch, training.count), key: seed)
        let origin = PruningOrigin(
            method: method.name, strength: strength, options: options, batch: problem.batchSize,
            samples: training.count, seed: seed)
        let checkpoint = try resuming.map { path in
            try PruningCheckpoint.read(
                path, of: origin,
                searched: method.pruning(strength: strength, options: options).search(problem).problem.network,
                pruned: network)
        }
        let began = ContinuousClock.now
        let solution: Solution<PrunedNetwork>
        do {
            solution = try method.solve(
                problem, strength: strength, options: options, limits: SolveLimits(), resuming: checkpoint)
        } catch let error as LacunaError where error.place == "checkpoint" {
            throw LacunaError(.value, resuming ?? error.place, error.problem)
        }
        let seconds = (ContinuousClock.now - began).seconds
        let pruned = solution.estimate
        func scores(_ network: PrunedNetwork) throws -> [String: Double] {
            try NetworkCompressionScores.scores(
                network, dense: parameters, denseScores: self.network.classify(parameters, evaluation), on: evaluation)
        }
        let compact = try CompactNetwork(ParametrizedNetwork(network, pruned.parameters))
        guard solution.report.reason != .diverged else {
            return CompressedNetwork(
                pruned: pruned, compact: compact, scores: [], seconds: seconds, diverged: true, origin: origin)
        }
        let before = try scores(PrunedNetwork(network: network, parameters: parameters, supports: [:]))
        let after = try scores(pruned)
        return CompressedNetwork(
            pruned: pruned, compact: compact,
            scores: NetworkCompressionScores.metrics.compactMap { metric in
                guard metric.name != "dense_accuracy", let value = after[metric.name] else { return nil }
                return CompressedNetwork.Score(
                    name: metric.name, meaning: metric.longName, before: before[metric.name], after: value)
            },
            seconds: seconds, diverged: false, origin: origin)
    }
}

/// A network that was made smaller.
public struct CompressedNetwork: Sendable {
    public struct Score: Encodable, Sendable {
        public let name: String
        public let meaning: String
        /// Of the dense network.
        public let before: Double?
        public let after: Double
    }

    /// In the shapes of the original, zero where weights went.
    public let pruned: PrunedNetwork
    /// Without the neurons and channels that went.
    public let compact: CompactNetwork<Float>
    /// On the evaluation samples; none where the training diverged.
    public let scores: [Score]
    public let seconds: Double
    public let diverged: Bool
    /// What a checkpoint is marked with.
    let origin: PruningOrigin

    /// What `write` may write.
    public static let fileNames = [
        "network.yaml", "weights.safetensors", "pruned.safetensors", "inclusion.safetensors", lastGoodName,
    ]
    public static let lastGoodName = "last-good.h5"

    /// Writes the checkpoint after the last good epoch of a training that diverged, with the phase it is of.
    /// - Returns: its path; nil where there is none.
    /// - Throws: `LacunaError` (environment) where the folder cannot be written.
    public func writeLastGood(to folder: String) throws -> String? {
        guard let divergence = pruned.divergence else { return nil }
        let path = "\(folder)/\(Self.lastGoodName)"
        try CheckpointFile.write(divergence.checkpoint.file(of: origin), to: path)
        return path
    }

    /// Writes `network.yaml` and `weights.safetensors` into a folder: what `OwnNetwork` reads again; `pruned.safetensors`, for the network as
    /// it was; and `inclusion.safetensors`, where the method has probabilities (else one of an earlier run goes, as its `last-good.h5` does).
    /// - Throws: `LacunaError` (environment) where the folder cannot be written.
    public func write(to folder: String) throws {
        func write(_ arrays: [NamedArray<Float>], _ name: String) throws {
            try SafetensorsFile.write(arrays, metadata: ["format": "pt"], to: "\(folder)/\(name).safetensors")
        }
        try write(Self.arrays(pruned.parameters), "pruned")
        let inclusion = pruned.parameters.layout.entries.compactMap { entry in
            pruned.inclusionProbabilities[entry.name].map {
                NamedArray(name: entry.name, shape: entry.parameter.shape, values: $0)
            }
        }
        if inclusion.isEmpty {
            try? FileManager.default.removeItem(atPath: folder + "/inclusion.safetensors")
        } else {
            try write(inclusion, "inclusion")
        }
        try? FileManager.default.removeItem(atPath: "\(folder)/\(Self.lastGoodName)")
        try write(Self.arrays(compact.parameters), "weights")
        try OutputFile.write(NetworkDescription.text(compact.network), to: folder + "/network.yaml")
    }

    private static func arrays(_ parameters: NetworkParameters<Float>) -> [NamedArray<Float>] {
        parameters.layout.entries.map {
            NamedArray(name: $0.name, shape: $0.parameter.shape, values: Array(parameters.values[$0.range]))
        }
    }
}
