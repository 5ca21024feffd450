import LacunaIO
import LacunaNets

extension PruningCheckpoint {
    /// What a checkpoint belongs to besides its network and seed.
    struct Pruning: Hashable, Sendable {
        let method: String
        let batch: Int
    }

    /// The checkpoint as a file holds it: that of the training, and what the search found.
    func file(of pruning: Pruning) -> Checkpoint {
        var file = training.file
        file.attributes["phase"] = .text(phase.rawValue)
        file.attributes["method"] = .text(pruning.method)
        file.attributes["batch"] = .integer(Int64(pruning.batch))
        for (name, support) in supports.sorted(by: { $0.key < $1.key }) {
            file.integers.append(NamedArray(name: "support.\(name)", values: support.indices.map(Int64.init)))
        }
        for (name, probabilities) in inclusionProbabilities.sorted(by: { $0.key < $1.key }) {
            file.floats.append(NamedArray(name: "inclusion.\(name)", values: probabilities))
        }
        return file
    }

    /// Reads what `file(of:)` made.
    /// - Parameter searched: the network that the search trains, which may be another than the one that is pruned.
    /// - Throws: `LacunaError` (file) for a file that is no such checkpoint, or of another network, method or batch.
    static func read(
        _ path: String, of pruning: Pruning, searched: Network<Float>, pruned network: Network<Float>
    ) throws -> PruningCheckpoint {
        let file = try CheckpointFile.read(path)
        guard let phase = Phase(rawValue: try file.text("phase")) else {
            throw LacunaError(.file, path, "is a checkpoint of phase '\(try file.text("phase"))', which is not known")
        }
        let made = Pruning(method: try file.text("method"), batch: Int(clamping: try file.integer("batch")))
        guard made == pruning else {
            throw LacunaError(
                .file, path,
                "was made by method \(made.method) with batches of \(made.batch), this is \(pruning.method) with batches of \(pruning.batch)",
                remedy: "Go on with -m \(made.method) --batch \(made.batch)")
        }
        let training = try TrainingCheckpoint<Float>(file, of: phase == .search ? searched : network)
        guard phase == .fineTuning else { return PruningCheckpoint(search: training) }
        var supports: [String: Support] = [:], probabilities: [String: [Float]] = [:]
        for entry in network.layout.entries(of: .weight) {
            let name = "support.\(entry.name)"
            if file.integers.contains(where: { $0.name == name }) {
                supports[entry.name] = try Support(
                    file.integers(name).values.map { Int(clamping: $0) }, of: entry.range.count)
            }
            let inclusion = "inclusion.\(entry.name)"
            if file.floats.contains(where: { $0.name == inclusion }) {
                probabilities[entry.name] = try file.floats(inclusion, shape: [entry.range.count]).values
            }
        }
        return PruningCheckpoint(fineTuning: training, supports: supports, inclusionProbabilities: probabilities)
    }
}
