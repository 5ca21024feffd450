import Foundation
import LacunaExperiment
import LacunaScenarios
import Testing

/// Every file under Scenarios/: valid in all its profiles, and run at its smallest.
@Suite struct ShippedScenarioTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let files: [String] = {
        let folder = root.appendingPathComponent("Scenarios")
        let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "yaml" }.map(\.path).sorted()
    }()

    @Test func thereAreScenarios() {
        #expect(Self.files.count >= 8)
    }

    @Test(arguments: files)
    func isValidInAllProfiles(file: String) throws {
        let reader = ScenarioReader(catalogue: .standard)
        #expect(reader.validate(file: file).isEmpty)
        #expect(try Set(reader.profiles(file: file)) == Set(Profile.allCases))
    }

    @Test func figures3aAnd7SayWhatToExpect() throws {
        for name in ["he-joseph-2024-figure-3a", "he-joseph-2024-figure-7"] {
            let file = try #require(Self.files.first { $0.hasSuffix("\(name).yaml") })
            for profile in Profile.allCases {
                let scenario = try ScenarioReader().read(file: file, changes: .init(profile: profile))
                #expect(scenario.expectations.count >= 2)
                guard let published = scenario.published else { continue }
                let curves = try PublishedCurves(file: resolve(published, beside: file))
                #expect(!curves.parameters.isEmpty && curves.differences(from: scenario) == [])
            }
        }
    }

    @Test(arguments: files)
    func runsAtItsSmallest(file: String) async throws {
        var changes = ScenarioReader.Changes(profile: .smoke)
        if file.hasSuffix("recorded-problem.yaml") {
            // Its path is relative to the folder that lacuna is run in.
            let path = Self.root.appendingPathComponent("Data/references/kronecker/two-mode-real.h5").path
            changes.overrides = ["problem.path=\(path)"]
        }
        let scenario = try ScenarioReader(catalogue: .standard).read(file: file, changes: changes)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lacuna-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let header = JournalHeader(
            scenario: scenario.name, scenarioText: scenario.resolvedText, machine: "test", workers: 2, started: "now")
        let writer = try JournalWriter(folder: folder.path, shard: 0, of: 1, header: header)
        let plan = try Plan(scenario)
        let summary = try await Runner(workers: 2).run(
            plan, journal: try Journal(folder: folder.path), writer: writer, observe: { _ in })
        #expect(summary.counts[.failed] == nil)
        let table = ResultTable(plan: plan, journal: try Journal(folder: folder.path))
        for figure in scenario.estimateFigures {
            let masks = table.masks.flatMap { $0.filter { $0.array == figure.subject } }
            let views = table.curves.filter { $0.contains { $0.view == figure.subject && $0.x.count > 1 } }
            let drawn = plan.batches.filter { $0.trial == 0 && scenario.axes.isPoint($0.point, at: figure.at) }
                .flatMap(\.cells).count { figure.draws(scenario.methods[$0.algorithm].label) }
            #expect(drawn > 0, "\(figure.name)")
            switch figure.kind {
            case .masks:
                #expect(masks.count == drawn, "\(figure.name)")
                #expect(masks.contains { 0 < $0.density && $0.density < 1 }, "\(figure.name)")
            case .views: #expect(views.count == drawn, "\(figure.name)")
            }
        }
        #expect(summary.counts[.done] == plan.cellCount, "\(summary.counts)")
        for metric in scenario.metrics where metric != "iterations" {
            #expect(table.values[metric]?.contains { $0.isFinite } == true, "\(metric)")
        }
        for check in try table.check(expectationsOf: plan) {
            #expect(check.verdict == .holds, "\(check.expectation): \(check.found)")
        }
    }
}
