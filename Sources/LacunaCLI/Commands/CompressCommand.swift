import ArgumentParser
import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO
import LacunaNets
import LacunaPlot
import LacunaScenarios

struct CompressCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "compress",
        abstract: "Prune a trained network of your own and write the smaller one.",
        discussion: """
            NETWORK is a chain of layers in YAML:

              input: [784]
              layers:
                - { kind: linear, name: fc1, outputs: 300 }
                - { kind: relu }
                - { kind: linear, name: fc2, outputs: 10 }

            WEIGHTS has its arrays as PyTorch names them (fc1.weight, fc1.bias). SAMPLES has inputs (samples x numbers) and \
            labels, and test_inputs and test_labels if there are any. The output folder gets network.yaml and \
            weights.safetensors of the network without the neurons and channels that went, pruned.safetensors in the \
            shapes of WEIGHTS, and, from turbo-vbi-network, inclusion.safetensors with the probabilities of weights. Of a \
            training that diverges it gets last-good.h5, the checkpoint after the last good epoch: --resume goes on from it.
            """)

    @Argument(help: "Description of the network (YAML).")
    var network: String
    @Argument(help: "Its trained weights (safetensors).")
    var weights: String
    @Argument(help: "Samples with labels (HDF5).")
    var samples: String
    @Option(name: .shortAndLong, help: "Method; `lacuna list methods` shows them.")
    var method = "turbo-vbi-network"
    @Option(help: "How strongly to prune, in the method's own terms (default: the middle one of its `strengths`).")
    var strength: Double?
    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "Option of the method (repeatable); `lacuna describe METHOD` shows them.", valueName: "key=value"))
    var options: [String] = []
    @Option(help: "Samples of a batch.")
    var batch = 128
    @Option(help: "Seed of orders, noise and held-out samples.")
    var seed: UInt64 = 1
    @Option(name: .shortAndLong, help: "Folder for the smaller network; made where there is none.")
    var output: String
    @Option(
        help: ArgumentHelp(
            "Go on from the last-good.h5 of a training that diverged, with the same settings but a smaller rate.",
            valueName: "file"))
    var resume: String?
    @Flag(help: "Draw masks and inclusion probabilities of each layer into OUTPUT/figures.")
    var figures = false
    @Flag(help: "As JSON: output, method, seconds, notes, scores (name, meaning, before, after).")
    var json = false
    @Flag(name: .shortAndLong, help: "Print nothing on success.")
    var quiet = false

    func validate() throws {
        guard batch >= 1 else { throw ValidationError("--batch: got \(batch); expected at least 1") }
        if let strength, !(strength >= 0 && strength.isFinite) {
            throw ValidationError("--strength: got \(strength); expected a number of at least 0")
        }
    }

    /// Those of an earlier method would be taken for this one's.
    private func removeEarlierPictures(of network: Network<Float>) {
        let folder = OutputFolder(path: output).figureFolder
        for entry in network.layout.entries(of: .weight) {
            for kind in CompressedNetwork.PictureKind.allCases {
                for ending in ["gp"] + PictureFormat.standard.map(\.rawValue) {
                    let name = CompressedNetwork.pictureName(entry.name, kind)
                    try? FileManager.default.removeItem(atPath: "\(folder)/\(name).\(ending)")
                }
            }
        }
    }

    private func draw(_ pictures: [HeatMap], in session: Session) throws {
        let folder = OutputFolder(path: output)
        try folder.createFigureFolder()
        let files = try FigureFiles.write(
            pictures, to: folder.figureFolder, redrawCommand: "gnuplot *.gp in \(folder.figureFolder)")
        if let notice = files.notice { session.console.error(notice) }
    }

    /// Keeps what was good before a training diverged, and says where it did.
    private func lastGoodMessage(of result: CompressedNetwork, _ method: any Method) throws -> String {
        let divergence = result.pruned.divergence
        let place = divergence.map { " \($0.place)" } ?? ""
        var message = "\(network): \(method.name) diverged\(place); "
        let path = try result.writeLastGood(to: output)
        if let path {
            message += "the last good checkpoint, of epoch \(divergence?.checkpoint.training.epoch ?? 0), is \(path)"
        } else {
            message += "nothing is written"
        }
        message += ". Try a smaller \(divergence?.checkpoint.phase == .fineTuning ? "fine_tune_rate" : "rate")"
        if let path, divergence?.step != nil { message += " (--resume \(path) goes on from it)" }
        return message
    }

    private struct Report: Encodable {
        let output: String
        let method: String
        let seconds: Double
        let notes: [String]
        let scores: [CompressedNetwork.Score]
    }

    func execute(in session: Session) async throws -> CommandStatus {
        let method = try session.catalogue.method(method), values = try readOptions(options, of: method)
        setBLASThreads(1)
        let own = try OwnNetwork(description: network, weights: weights, samples: samples, seed: seed)
        if !quiet, !json { for note in own.notes { session.console.error("note: \(note)") } }
        do { try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true) } catch {
            throw LacunaError(
                .environment, output, "the folder cannot be made (\(systemMessage(of: error)))",
                remedy: "Choose one that can be written with -o")
        }
        for name in CompressedNetwork.fileNames {
            // A last-good.h5 is made to go when it has served.
            let checkpoint = resume.flatMap { name == CompressedNetwork.lastGoodName ? nil : $0 }
            for input in [network, weights, samples, checkpoint].compactMap({ $0 })
            where OutputFile.isSame("\(output)/\(name)", input) {
                throw LacunaError(
                    .value, "-o \(output)", "holds \(input), which would be lost", remedy: "Choose another folder")
            }
            try OutputFile.checkWritable("\(output)/\(name)")
        }
        let result = try own.compress(
            method, strength: strength, options: values, batch: batch, seed: seed, resuming: resume)
        guard !result.diverged else {
            session.console.error(try lastGoodMessage(of: result, method))
            return .someCellsFailed
        }
        try result.write(to: output)
        removeEarlierPictures(of: own.network)
        if figures { try draw(result.pictures(), in: session) }
        if json {
            try session.console.print(
                try jsonText(
                    Report(
                        output: output, method: method.name, seconds: result.seconds, notes: own.notes,
                        scores: result.scores)))
        } else if !quiet {
            var table = TextTable(["", "dense", method.name])
            for score in result.scores {
                table.append([score.meaning, score.before.map { readable($0) } ?? "-", readable(score.after)])
            }
            try session.console.print(table.text)
            try session.console.print("written: \(output)/network.yaml, \(output)/weights.safetensors")
        }
        return .success
    }
}
