import Foundation
import LacunaArrays
import LacunaExperiment
import LacunaIO
import LacunaScenarios

/// The folder of one experiment: `scenario.yaml`, journals, and once collected `results.h5`, `table.csv`, `figures/`.
struct OutputFolder: Sendable {
    let path: String

    var scenarioFile: String { path + "/scenario.yaml" }
    var resultFile: String { path + "/results.h5" }
    var tableFile: String { path + "/table.csv" }
    var figureFolder: String { path + "/figures" }
    static let publishedName = "published.json"

    /// "lacuna resume FOLDER": what messages tell the user to type.
    func command(_ verb: String) -> String { "lacuna \(verb) \(Provenance.quotedForShell(path))" }

    /// - Throws: `LacunaError` (environment) if it cannot be made.
    func createFigureFolder() throws { try create(figureFolder) }

    private func create(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw LacunaError(
                .environment, path, "the folder cannot be made (\(systemMessage(of: error)))",
                remedy: "Choose an output folder that can be written with -o")
        }
    }

    /// Makes the folder for a new run, with the scenario and its published curves in it.
    ///
    /// Shards share a folder: one that holds the same scenario is taken as it is.
    /// - Throws: `LacunaError` (value) if the folder holds something else, (environment) if it cannot be written.
    func create(for scenario: Scenario, published: Data?, isShard: Bool) throws {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
            guard isDirectory.boolValue else {
                throw LacunaError(.value, path, "exists and is no folder", remedy: "Choose another with -o")
            }
            try refuseContents(scenario: scenario, isShard: isShard)
        }
        try create(path)
        let publishedFile = path + "/" + Self.publishedName
        do {
            if let published { try published.withUnsafeBytes { try OutputFile.write($0, to: publishedFile) } }
            try OutputFile.write(scenario.resolvedText, to: scenarioFile)
        } catch {
            // Nothing half-made stays; a folder that other shards have written into does.
            if !isShard { unlink(publishedFile) }
            rmdir(path)
            throw error
        }
    }

    private func refuseContents(scenario: Scenario, isShard: Bool) throws {
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw LacunaError(.environment, path, "the output folder cannot be read (\(systemMessage(of: error)))")
        }
        if entries.isEmpty { return }
        let present = FileManager.default.contents(atPath: scenarioFile).map { String(decoding: $0, as: UTF8.self) }
        let isRun = present != nil
        if isShard {
            // Another shard may be at the same point of starting.
            let names = ["scenario.yaml", Self.publishedName, "journal-"]
            let isOurs = entries.allSatisfy { entry in names.contains { entry.hasPrefix($0) } }
            if present == scenario.resolvedText || (!isRun && isOurs) { return }
            guard isRun else {
                throw LacunaError(
                    .value, path, "the output folder exists and is not empty", remedy: "Choose another with -o")
            }
            throw LacunaError(
                .value, path, "the output folder holds the run of another scenario (or of another profile or override)",
                remedy: "Choose another with -o")
        }
        throw LacunaError(
            .value, path, "the output folder exists and is not empty",
            remedy: isRun
                ? "To go on with the run in it: \(command("resume")); for a new one choose another with -o"
                : "Choose another with -o")
    }

    /// The scenario of an existing run.
    /// - Parameter data: the value of `--data`.
    /// - Throws: `LacunaError` (file) if the folder holds none.
    func readScenario(catalogue: Catalogue, data: String? = nil) throws -> Scenario {
        guard FileManager.default.fileExists(atPath: scenarioFile) else {
            throw LacunaError(
                .file, path,
                FileManager.default.fileExists(atPath: path) ? "holds no run (no scenario.yaml)" : "no such folder",
                remedy: "Give the output folder of `lacuna run`")
        }
        return try ScenarioReader(catalogue: catalogue, data: data).read(file: scenarioFile)
    }

    /// The published curves kept with the run; nil if it has none.
    func readPublished(_ scenario: Scenario) throws -> PublishedCurves? {
        guard let name = scenario.published else { return nil }
        return try PublishedCurves(file: resolve(name, beside: scenarioFile))
    }
}
