import Foundation
import LacunaScenarios
import Testing

/// What `lacuna validate` says of a whole file, all profiles of it.
@Suite struct ValidationTests {
    private func errors(_ text: String, catalogue: Catalogue = toyCatalogue) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lacuna-validate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "study.yaml")
        try Data(text.utf8).write(to: file)
        let found = ScenarioReader(catalogue: catalogue).validate(file: file.path(percentEncoded: false))
        return found.map { "\($0)".replacingOccurrences(of: folder.path(percentEncoded: false), with: "") }
    }

    private func recovery(_ problem: String, _ extra: String = "") -> String {
        """
        lacuna: 1
        name: study
        problem: { kind: \(problem) }
        methods: [omp]
        trials: 1
        \(extra)
        """
    }

    @Test func aMisspeltKeyIsNotMissingAsWell() throws {
        let lines = try errors(recovery("toy-mean, snr_db: 3").replacingOccurrences(of: "trials", with: "trails"))
        #expect(
            lines == [
                "/study.yaml:5:1  trails: unknown key of a scenario. Did you mean 'trials'? Known: lacuna, name, title, paper, "
                    + "problem, sweep, methods, trials, metrics, seed, history, time_limit, figures, expect, published, notes"
            ])
    }

    @Test func anErrorOfSomeProfilesNamesThem() throws {
        let profiles = "profiles: { smoke: { seed: -1 }, paper: { problem: { users: 0 } } }"
        let lines = try errors(recovery("toy-mean, snr_db: 3", "history: 2\n" + profiles))
        #expect(lines.count == 3)
        #expect(lines.contains { $0.contains("6:10  history: got the number 2; expected true or false. Write") })
        #expect(lines.contains { $0.contains("7:28  seed: ") && $0.hasSuffix("(profile smoke)") }, "\(lines)")
        #expect(lines.contains { $0.contains("problem.users: ") && $0.hasSuffix("(profile paper)") }, "\(lines)")
        // The file as it stands is what runs where there is no default profile.
        let hidden = recovery("toy-mean", "profiles: { smoke: { problem: { snr_db: 3 } } }")
        #expect(try errors(hidden).map { $0.contains("problem.snr_db: missing") } == [true])
    }

    /// Options that the chosen law of the support does not use, each at its place; what they are by default is no error.
    @Test func optionsWithoutEffectAreRefused() throws {
        func scenario(_ kind: String, _ method: String) -> String {
            """
            lacuna: 1
            name: study
            problem: { kind: \(kind) }
            methods:
              - { kind: \(method) }
            trials: 1
            """
        }
        func lines(_ kind: String, _ method: String) throws -> [String] {
            try errors(scenario(kind, method), catalogue: .standard)
        }
        let options = "support: independent, gate: 0.5, group_size: 2, p01: 0.1, learn_support: true, activity: 0.2"
        let independent = try lines("clustered-recovery", "turbo-vbi, \(options)")
        #expect(independent.count == 3, "\(independent)")
        for (line, words) in zip(independent, ["gate", "group_size", "p01"]) {
            #expect(line.contains("methods.turbo-vbi.\(words): has no effect with support: independent"), "\(line)")
        }
        #expect(independent[2].hasSuffix("Leave it out; it applies to support: chain or grid"), "\(independent)")
        let grid = try lines("clustered-recovery", "turbo-vbi, support: grid, learn_support: true, chain_mode: 1")
        #expect(grid.count == 2 && grid.allSatisfy { $0.contains("has no effect with support: grid") }, "\(grid)")
        #expect(try lines("clustered-recovery", "turbo-vbi, gate: 0.5, p01: 0.1, chain_mode: 1").isEmpty)
        #expect(try lines("clustered-recovery", "turbo-vbi, activity: 0.5").count == 1)
        let networks = [
            ("independent, p01: 0.1, p10: 0.1, gate: 0.1", 3), ("independent, learn_support: true", 0),
            ("chain, p01: 0.1, gate: 0.5", 1), ("grid, learn_support: true", 1),
            ("gated-chain, p01: 0.1, gate: 0.5, learn_support: true", 0), ("group, p10: 0.5", 1),
        ]
        for (options, count) in networks {
            let found = try lines("network-compression", "turbo-vbi-network, structure: \(options)")
            #expect(found.count == count, "\(options): \(found)")
        }
        // On the command line too.
        let method = try Catalogue.standard.method("turbo-vbi-network")
        #expect { try readOptions(["structure=independent", "gate=0.1"], of: method) } throws: {
            "\($0)".contains("gate: has no effect with structure: independent")
        }
        // The text of a scenario with all defaults leaves out those without an effect, and reads back.
        let text = scenario("clustered-recovery", "turbo-vbi, support: grid, p01: 0.1")
        let resolved = try ScenarioReader(catalogue: .standard).read(text: text, name: "study").resolvedText
        #expect(!resolved.contains("learn_support") && !resolved.contains("\n    activity:"), "\(resolved)")
        #expect(try ScenarioReader(catalogue: .standard).read(text: resolved, name: "study").resolvedText == resolved)
    }

    @Test func knownLabelsAreListedOnce() throws {
        let extra = """
            figures: [{ x: snr_db, y: nmse, algorithms: [ompp] }]
            sweep: { snr_db: [1] }
            profiles: { smoke: { methods: [omp] }, paper: { methods: [omp, sbl] } }
            """
        let lines = try errors(recovery("toy-mean", extra))
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix("Did you mean 'omp'? Known: omp, sbl") == true, "\(lines)")
    }

    @Test func publishedCurvesThatAreNotThereHaveAPlace() throws {
        let lines = try errors(recovery("toy-mean, snr_db: 3", "published: none.json"))
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("/study.yaml:6:12  published: /none.json: ") == true, "\(lines)")
    }

    @Test(arguments: [
        ("irs-mimo, angular_spread: 300", "", "3:44  problem.angular_spread: 300 adjacent atoms do not fit"),
        (
            "irs-mimo", "sweep: { angular_spread: [3, 19] }",
            "6:26  sweep.angular_spread: 19 adjacent atoms do not fit into a grid of 18"
        ),
        ("irs-mimo, irs_grid: 2", "", "3:10  problem: angular_spread: 3 adjacent atoms do not fit into a grid of 2"),
        (
            "kronecker-recovery, rows: [8, 12]", "",
            "3:10  problem: rows and columns: 2 row counts for 3 column counts; one per factor"
        ),
    ])
    func contradictionsAreFoundBeforeTheRun(problem: String, extra: String, line: String) throws {
        let lines = try errors(recovery(problem, extra), catalogue: .standard)
        #expect(lines.count == 1)
        #expect(lines.first?.contains(line) == true, "\(lines)")
    }
}
