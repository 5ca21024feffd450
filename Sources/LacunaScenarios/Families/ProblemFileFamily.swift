import Foundation
import LacunaExperiment
import LacunaIO
import LacunaSolvers
import Synchronization

/// `problem-file`: a recorded problem, the same at every trial.
struct ProblemFileFamily: ProblemFamily {
    let name = "problem-file"
    let summary = "a recorded problem from an HDF5 file: y, dictionary/A1 …, and noise variance and truth if known"
    let citation: Citation? = nil
    let parameters = [
        ParameterDeclaration("path", .text, required: true, "HDF5 file, relative to the folder that lacuna is run in"),
        ParameterDeclaration("snapshot", .integer(1...100_000_000), default: .integer(1), "column of y, from 1"),
        ParameterDeclaration(
            "preset", .choice(Preset.allCases.map(\.rawValue)), default: .text(Preset.recovery.rawValue),
            "the study whose settings methods take"),
        ParameterDeclaration(
            "gives_noise", .flag, default: .flag(true), "tell the methods the noise variance of the file"),
        ParameterDeclaration(
            "order", .choice(ArrayOrder.allCases.map(\.rawValue)),
            "who wrote the file, where its sizes fit either order of dimensions"),
    ]
    let metrics = [
        ResultTable.Metric(name: "nmse", longName: "normalised squared error ‖x̂ - x‖² / ‖x‖²", better: .lower),
        ResultTable.Metric(
            name: "support_recovery", longName: "support recovery rate |Ŝ ∩ S| / |Ŝ ∪ S|", better: .higher),
        ResultTable.Metric(name: "residual", longName: "relative residual ‖y - A x̂‖ / ‖y‖", better: .lower),
    ]

    private let files = ReadFiles()

    func draw(_ parameters: ParameterValues, randomness: Randomness) throws -> DrawnProblem {
        let order = try parameters.optionalText("order").flatMap(ArrayOrder.init(rawValue:))
        switch try files.read(try parameters.text("path"), order: order) {
        case .real(let recorded):
            return try drawn(recorded, parameters, erase: { .real($0) }) { estimate in
                guard case .real(let estimate) = estimate else { return nil }
                return estimate.coefficients
            }
        case .complex(let recorded):
            return try drawn(recorded, parameters, erase: { .complex($0) }) { estimate in
                guard case .complex(let estimate) = estimate else { return nil }
                return estimate.coefficients
            }
        }
    }

    private func drawn<S: Scalar>(
        _ recorded: RecordedProblem<S>, _ parameters: ParameterValues,
        erase: (LinearModel<S>) -> LinearProblem.Model,
        coefficients: @escaping @Sendable (LinearEstimate) -> [S]?
    ) throws -> DrawnProblem where S.RealPart == Double {
        let snapshot = try parameters.integer("snapshot")
        guard snapshot <= recorded.snapshotCount else {
            throw LacunaError(
                .value, "snapshot",
                "\(snapshot); y of '\(try parameters.text("path"))' has \(recorded.snapshotCount) columns")
        }
        let model = try LinearModel(
            dictionary: KroneckerOperator(recorded.dictionaries),
            measurements: Array(recorded.snapshots.column(snapshot - 1)),
            noiseVariance: try parameters.flag("gives_noise") ? recorded.noiseVariance : nil)
        let truth = recorded.truth.map { Array($0.column($0.columns == 1 ? 0 : snapshot - 1)) }
        let preset = Preset(rawValue: try parameters.text("preset")) ?? .recovery
        let problem = LinearProblem(erase(model), preset: preset, support: truth.map { Support(of: $0) })
        return DrawnProblem(problem: problem) { estimate in
            guard let estimate = estimate as? LinearEstimate, let x = coefficients(estimate) else {
                throw wrongEstimate(name)
            }
            let fit = try model.dictionary.apply(x)
            var scores = ["residual": try normalizedSquareError(fit, against: model.measurements).squareRoot()]
            if let truth {
                scores["nmse"] = try normalizedSquareError(x, against: truth)
                scores["support_recovery"] = try Support.recovered(x).jaccard(Support(of: truth))
            }
            return scores
        }
    }
}

/// Files that were read already: all trials and methods share one reading, as long as the file stays the same.
private final class ReadFiles: Sendable {
    private struct Key: Hashable {
        let path: String
        let order: ArrayOrder?
    }

    private struct Reading {
        let modified: Date?
        let size: UInt64?
        let data: LinearProblemData
    }

    private let readings = Mutex<[Key: Reading]>([:])

    /// Workers that come for a file while it is read wait for it.
    func read(_ path: String, order: ArrayOrder?) throws -> LinearProblemData {
        try readings.withLock { readings in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let modified = attributes?[.modificationDate] as? Date
            let size = (attributes?[.size] as? NSNumber)?.uint64Value
            let key = Key(path: path, order: order)
            if let reading = readings[key], modified != nil, reading.modified == modified, reading.size == size {
                return reading.data
            }
            let file = try ProblemFile.read(path, order: order)
            // A note would go under in a run.
            guard !file.isOrderGuessed else {
                throw LacunaError(
                    .file, path, "the sizes fit either order of dimensions",
                    remedy: "Say who wrote the file: `order: h5py` or `order: matlab` under `problem`")
            }
            readings[key] = Reading(modified: modified, size: size, data: file.data)
            return file.data
        }
    }
}
