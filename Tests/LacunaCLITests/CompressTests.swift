import Foundation
import LacunaArrays
import LacunaIO
import LacunaScenarios
import Testing

@testable import LacunaCLI

/// `lacuna compress` on files as users have them.
@Suite struct CompressTests {
    private static let description = """
        input: [6]
        layers:
          - { kind: linear, name: fc1, outputs: 12 }
          - { kind: relu }
          - { kind: linear, name: fc2, outputs: 2 }
        """

    /// Inputs of which the first tells the class; a network that knows it, most of whose weights are noise.
    private func writeFiles(
        to folder: String, test: Bool = true, label: Int64? = nil, weight: Float? = nil, scale: Float = 1
    ) throws {
        var stream = RandomStream(key: 4)
        func samples(_ count: Int) -> (inputs: [Float], labels: [Int64]) {
            let inputs: [Float] = stream.vector(6 * count)
            return (inputs, (0..<count).map { inputs[6 * $0] > 0 ? 1 : 0 })
        }
        try HDF5File.write(to: folder + "/samples.h5") { file in
            for (prefix, count) in test ? [("", 200), ("test_", 100)] : [("", 200)] {
                var (inputs, labels) = samples(count)
                if let label { labels[7] = label }
                if let weight { inputs[20] = weight }
                try file.write(Tensor(dimensions: [count, 6], storage: inputs), to: prefix + "inputs")
                try file.write(labels, to: prefix + "labels")
            }
        }
        var first = (stream.vector(72) as [Float]).map { 0.02 * $0 }
        for unit in 0..<12 { first[6 * unit] = unit % 2 == 0 ? scale : -scale }
        let second = (0..<24).map { Float(($0 < 12) == ($0 % 2 == 0) ? -scale : scale) }
        try SafetensorsFile.write(
            [
                NamedArray(name: "fc1.weight", shape: [12, 6], values: first),
                NamedArray(name: "fc1.bias", values: Array(repeating: 0, count: 12)),
                NamedArray(name: "fc2.weight", shape: [2, 12], values: second),
                NamedArray(name: "fc2.bias", values: [0, 0]),
            ], to: folder + "/weights.safetensors")
        try OutputFile.write(Self.description, to: folder + "/network.yaml")
    }

    private func compress(_ folder: String, _ arguments: String...) async -> Ended {
        await compress(folder, arguments)
    }

    private func compress(_ folder: String, _ arguments: [String]) async -> Ended {
        await run(
            [
                "compress", folder + "/network.yaml", folder + "/weights.safetensors", folder + "/samples.h5", "-o",
                folder + "/small",
            ] + arguments, catalogue: .standard)
    }

    @Test func theSmallNetworkIsReadAgain() async throws {
        try await withTemporaryFolder { folder in
            try writeFiles(to: folder)
            let ended = await compress(folder, "-m", "magnitude", "--strength", "0.25")
            #expect(ended.status == .success && ended.errors.isEmpty, "\(ended.errors)")
            #expect(ended.output.contains("remaining weights") && ended.output.contains("written:"))
            let written = try FileManager.default.contentsOfDirectory(atPath: folder + "/small")
            #expect(written.sorted() == ["network.yaml", "pruned.safetensors", "weights.safetensors"])
            let pruned = try SafetensorsFile.read(folder + "/small/pruned.safetensors").floats("fc1.weight")
            #expect(pruned.shape == [12, 6] && pruned.values.contains(0))
            // The first input alone is left, and 24 of 96 weights.
            let small = try NetworkDescription.read(folder + "/small/network.yaml")
            let weights = try SafetensorsFile.read(folder + "/small/weights.safetensors")
            #expect(small.outputShape.count == 2 && weights.entries.count >= 3)
            let again = await run(
                [
                    "compress", folder + "/small/network.yaml", folder + "/small/weights.safetensors",
                    folder + "/samples.h5", "-m", "magnitude", "--strength", "1", "--option", "fine_tune_epochs=0",
                    "-o", folder + "/again", "--json",
                ], catalogue: .standard)
            #expect(again.status == .success, "\(again.errors)")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
            let scores = try #require(report["scores"] as? [[String: Any]])
            func score(_ name: String) throws -> (before: Double, after: Double) {
                let score = try #require(scores.first { $0["name"] as? String == name })
                return (try #require(score["before"] as? Double), try #require(score["after"] as? Double))
            }
            #expect(try score("accuracy").after > 97 && score("accuracy").after == score("accuracy").before)
            #expect(try score("kept_weights").before == 24)
        }
    }

    /// The Bayesian default, with samples held out.
    @Test func turboFindsTheInput() async throws {
        try await withTemporaryFolder { folder in
            try writeFiles(to: folder, test: false)
            let ended = await compress(folder, "--batch", "20", "--option", "rate=0.01", "--strength", "1", "--figures")
            #expect(ended.status == .success, "\(ended.errors)")
            #expect(ended.errors.contains("33 of 200 samples are held out"))
            #expect(ended.output.contains("turbo-vbi-network"))
            let small = try NetworkDescription.read(folder + "/small/network.yaml")
            let weights = try SafetensorsFile.read(folder + "/small/weights.safetensors")
            let inclusion = try SafetensorsFile.read(folder + "/small/inclusion.safetensors").floats("fc1.weight")
            #expect(inclusion.shape == [12, 6] && inclusion.values.allSatisfy { 0...1 ~= $0 })
            let figures = try FileManager.default.contentsOfDirectory(atPath: folder + "/small/figures")
            #expect(figures.count { $0.hasSuffix(".gp") } == 4)
            // A method without probabilities leaves none of the earlier ones, and what is not ours stays.
            let foreign = folder + "/small/figures/brain-mask.png"
            try "".write(toFile: foreign, atomically: true, encoding: .utf8)
            let after = await compress(folder, "-m", "magnitude", "--strength", "0.25", "--figures")
            let left = try FileManager.default.contentsOfDirectory(atPath: folder + "/small/figures")
            #expect(after.status == .success && !left.contains { $0.contains("inclusion") }, "\(left)")
            #expect(left.count { $0.hasSuffix(".gp") } == 2 && FileManager.default.fileExists(atPath: foreign))
            let first = try weights.floats("fc1.weight"), units = first.shape[0]
            #expect(small.nodes.count == 3 && units <= 12)
            let others = first.values.indices.count { $0 % 6 != 0 && first.values[$0] != 0 }
            #expect(others < 2 * units, "\(others) of \(units)")
        }
    }

    /// Inputs stay, and nothing of an earlier run is left to be taken for this one's.
    @Test func outputsReplaceOutputsOnly() async throws {
        try await withTemporaryFolder { folder in
            try writeFiles(to: folder)
            let first = await compress(folder, "--option", "epochs=2", "--option", "fine_tune_epochs=0")
            #expect(first.status == .success, "\(first.errors)")
            let small = folder + "/small", inclusion = small + "/inclusion.safetensors"
            #expect(FileManager.default.fileExists(atPath: inclusion))
            let pruned = try SafetensorsFile.read(small + "/pruned.safetensors")
            let probabilities = try SafetensorsFile.read(inclusion)
            for name in ["fc1.weight", "fc2.weight"] {
                let pairs = zip(try pruned.floats(name).values, try probabilities.floats(name).values)
                #expect(pairs.allSatisfy { $0.0 == 0 || $0.1 > 0.5 } && pairs.allSatisfy { $0.1 > 0.5 || $0.0 == 0 })
            }
            let second = await compress(folder, "-m", "magnitude")
            #expect(second.status == .success && !FileManager.default.fileExists(atPath: inclusion))
            let third = await run(
                [
                    "compress", folder + "/network.yaml", small + "/pruned.safetensors", folder + "/samples.h5", "-o",
                    small, "-m", "magnitude",
                ], catalogue: .standard)
            #expect(third.status == .usage && third.errors.contains("would be lost"), "\(third.errors)")
        }
    }

    /// A training that diverges says where, and leaves the last good epoch.
    @Test func divergenceKeepsTheLastGood() async throws {
        try await withTemporaryFolder { folder in
            // Variances overflow once a deviation has grown by the rate.
            try writeFiles(to: folder, weight: 1e18)
            let ended = await compress(folder, "--batch", "200", "--option", "rate=10")
            #expect(ended.status == .someCellsFailed, "\(ended.output)\(ended.errors)")
            let path = folder + "/small/last-good.h5"
            for words in ["diverged in the search at step ", "of 40); ", path, "Try a smaller rate"] {
                #expect(ended.errors.contains(words), "\(ended.errors)")
            }
            #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
            let file = try CheckpointFile.read(path)
            #expect(try file.text("phase") == "search" && file.integer("epoch") >= 1)
            #expect(try file.floats("values").values.allSatisfy(\.isFinite))
            #expect(try file.floats("moment1").values.allSatisfy(\.isFinite))
            #expect(ended.errors.contains("--resume \(path) goes on from it"), "\(ended.errors)")
            for (words, changed) in [
                ("batch=200", ["--batch", "100"]), ("seed=1", ["--batch", "200", "--seed", "2"]),
                ("strength=", ["--batch", "200", "--strength", "0.5"]),
                ("structure=gated-chain", ["--batch", "200", "--option", "structure=grid"]),
                ("method=turbo-vbi-network", ["--batch", "200", "-m", "ard"]),
            ] {
                let other = await compress(folder, changed + ["--resume", path])
                #expect(other.status == .usage && other.errors.contains("other settings: "), "\(other.errors)")
                #expect(other.errors.contains(words), "\(other.errors)")
            }
            // The same rate fails in the same step.
            let same = await compress(folder, "--batch", "200", "--option", "rate=10", "--resume", path)
            #expect(same.status == .someCellsFailed && same.errors == ended.errors, "\(same.errors)")
            // Samples whose outliers were repaired.
            try writeFiles(to: folder)
            let mended = await compress(folder, "--batch", "200", "--option", "rate=1e-3", "--resume", path)
            #expect(mended.status == .success && !FileManager.default.fileExists(atPath: path), "\(mended.errors)")
            // A run that succeeds leaves none to be taken for its own.
            try "".write(toFile: path, atomically: true, encoding: .utf8)
            let again = await compress(folder, "-m", "magnitude", "--strength", "0.25")
            #expect(again.status == .success && !FileManager.default.fileExists(atPath: path), "\(again.errors)")
        }
    }

    @Test func whatDoesNotFitIsRefused() async throws {
        try await withTemporaryFolder { folder in
            func refuses(_ status: CommandStatus, _ words: String, _ arguments: String...) async {
                let ended = await run(
                    [
                        "compress", folder + "/network.yaml", folder + "/weights.safetensors", folder + "/samples.h5",
                        "-o", folder + "/small",
                    ] + arguments, catalogue: .standard)
                #expect(ended.status == status && ended.errors.contains(words), "\(words): \(ended.errors)")
                #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
                #expect(!FileManager.default.fileExists(atPath: folder + "/small/network.yaml"))
            }
            try writeFiles(to: folder)
            await refuses(.usage, "does not compress networks", "-m", "omp")
            await refuses(.usage, "does not compress networks", "-m", "dense-network")
            await refuses(.usage, "strengths", "-m", "magnitude", "--strength", "2")
            await refuses(.usage, "--batch", "--batch", "0")
            try writeFiles(to: folder, label: 2)
            await refuses(.usage, "labels go up to 2")
            try HDF5File.write(to: folder + "/samples.h5") { file in
                try file.write(
                    Tensor<Float>(dimensions: [2, 6], storage: Array(repeating: 1, count: 12)), to: "inputs")
                try file.write([0.0, 0.5], to: "labels")
            }
            await refuses(.usage, "label 1 (from 0) is 0.5; expected a whole number")
            try writeFiles(to: folder, label: -1)
            await refuses(.usage, "labels: label 7 (from 0) is -1")
            try writeFiles(to: folder, weight: .nan)
            await refuses(.usage, "inputs: sample 3 (from 0) is not finite")
            try writeFiles(to: folder, scale: 1e30)
            await refuses(.usage, "weights.safetensors: the network's outputs overflow")
            try writeFiles(to: folder)
            try OutputFile.write(
                Self.description.replacingOccurrences(of: "outputs: 12", with: "outputs: 13"),
                to: folder + "/network.yaml")
            await refuses(.usage, "fc1.weight")
            try OutputFile.write(
                Self.description.replacingOccurrences(of: "input: [6]", with: "input: [7]"),
                to: folder + "/network.yaml")
            await refuses(.usage, "fc1.weight")
            try OutputFile.write(
                Self.description.replacingOccurrences(
                    of: "layers:", with: "layers:\n  - { kind: relu }"), to: folder + "/network.yaml")
            await refuses(.usage, "before all weights")
            try OutputFile.write("input: [6]", to: folder + "/network.yaml")
            await refuses(.usage, "layers: missing")
            try OutputFile.write(Self.description, to: folder + "/network.yaml")
            try OutputFile.write("nothing", to: folder + "/weights.safetensors")
            await refuses(.usage, "weights.safetensors")
        }
    }
}
