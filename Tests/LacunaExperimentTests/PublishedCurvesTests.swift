import Foundation
import LacunaArrays
import LacunaExperiment
import Testing

@Suite struct PublishedCurvesTests {
    private let text = """
        {"source": "authors' files", "snr_db": [4, 8], "realisations": 50, "methods": {"svd-krosbl": {"nmse":
        {"mean": [0.6, 0.3], "median": [0.431047, 0.09], "q25": [0.2, 0.02], "q75": [0.99, 5e-1]}}}}
        """

    private func read(_ text: String) async throws -> PublishedCurves {
        try await withTemporaryFolder { folder in
            let file = folder + "/published.json"
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            return try PublishedCurves(file: file)
        }
    }

    @Test func reads() async throws {
        let published = try await read(text)
        #expect(published.xName == "snr_db" && published.xValues == [4, 8] && published.realisations == 50)
        #expect(published.source == "authors' files")
        let curve = try #require(published.methods["svd-krosbl"]?["nmse"])
        #expect(curve.median == [0.431047, 0.09] && curve.q75 == [0.99, 0.5])
    }

    @Test func parametersAreHeldAgainstTheScenario() async throws {
        func differences(_ parameters: String) async throws -> [String] {
            let text = text.replacingOccurrences(of: "\"realisations\"", with: "\(parameters), \"realisations\"")
            return try await read(text).differences(from: toyScenario(draws: [1]))
        }
        // pilot_draw is swept with the one value 1; snr_db has three.
        #expect(try await differences("\"parameters\": {\"pilot_draw\": 1.0}") == [])
        #expect(
            try await differences("\"parameters\": {\"pilot_draw\": 3, \"snr_db\": 15, \"users\": \"many\"}") == [
                "pilot_draw 1 (published: 3)", "snr_db 0, 10, 20 (published: 15)", "users none (published: many)",
            ])
        // One of the values that are swept: there the numbers hold.
        #expect(try await differences("\"parameters\": {\"snr_db\": 10}") == [])
        await #expect(throws: LacunaError.self) { try await differences("\"rounding\": -1") }
        await #expect(throws: LacunaError.self) {
            try await read(text.replacingOccurrences(of: "50", with: "50, \"parameters\": {\"users\": {}}"))
        }
    }

    @Test(arguments: [
        (
            "\"median\"", "\"medien\"",
            "published.json: methods.svd-krosbl.nmse: no key 'median'. Did you mean 'medien'?"
        ),
        ("[0.6, 0.3]", "[0.6]", "methods.svd-krosbl.nmse.mean: got 1 numbers; expected 2"),
        ("[0.6, 0.3]", "[0.6, \"x\"]", "methods.svd-krosbl.nmse.mean: expected numbers"),
        ("50", "0", "realisations: got 0"),
        ("\"authors' files\"", "1", "published.json: source: expected a text"),
        ("\"source\"", "\"users\": [1], \"source\"", "2 keys hold a list (snr_db, users)"),
        ("}}}}", "}}}", "published.json: not valid JSON"),
        ("{\"source\"", "[{\"source\"", "published.json: not valid JSON"),
    ])
    func errorsNameFileAndKey(old: String, new: String, expected: String) async throws {
        let error = await #expect(throws: LacunaError.self) {
            try await read(text.replacingOccurrences(of: old, with: new))
        }
        let message = error?.description ?? ""
        #expect(message.contains(expected), "\(message)")
    }

    @Test func missingFile() {
        let error = #expect(throws: LacunaError.self) { try PublishedCurves(file: "/nonexistent/published.json") }
        #expect(error?.description.contains("/nonexistent/published.json: cannot read the file") == true)
    }
}
