import LacunaExperiment
import LacunaIO
import LacunaNets

/// What a pruning is besides its network: a checkpoint goes on only as the same one. Learning rates may differ.
struct PruningOrigin: Hashable, Sendable {
    /// "method=ard", "batch=128" and the like.
    let settings: [String]

    init(method: String, strength: Double, options: ParameterValues, batch: Int, samples: Int, seed: UInt64) {
        let own = options.declarations.map(\.name).filter { !["strengths", "rate", "fine_tune_rate"].contains($0) }
        settings =
            ["method=\(method)", "strength=\(strength)", "batch=\(batch)", "seed=\(seed)", "samples=\(samples)"]
            + own.compactMap { name in options[name].map { "\(name)=\($0)" } }
    }

    /// One that was kept.
    init(_ text: String) { settings = text.split(separator: "\n").map(String.init) }

    var text: String { settings.joined(separator: "\n") }
}

extension PruningCheckpoint {
    /// The checkpoint as a file holds it: that of the training, and what the search found.
    func file(of origin: PruningOrigin) -> Checkpoint {
        var file = training.file
        file.attributes["phase"] = .text(phase.rawValue)
        file.attributes["origin"] = .text(origin.text)
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
    /// - Throws: `LacunaError` (file) for a file that is no such checkpoint, or of another network or origin.
    static func read(
        _ path: String, of origin: PruningOrigin, searched: Network<Float>, pruned network: Network<Float>
    ) throws -> PruningCheckpoint {
        let file = try CheckpointFile.read(path)
        guard let phase = Phase(rawValue: try file.text("phase")) else {
            throw LacunaError(.file, path, "is a checkpoint of phase '\(try file.text("phase"))', which is not known")
        }
        let made = PruningOrigin(try file.text("origin")).settings
        let differing = made.filter { !origin.settings.contains($0) }
        guard made.count == origin.settings.count, differing.isEmpty else {
            throw LacunaError(
                .file, path, "was made with other settings: \(differing.joined(separator: ", "))",
                remedy: "Give the same ones; only rate and fine_tune_rate may differ.")
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
