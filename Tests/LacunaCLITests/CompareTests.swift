import Foundation
import Testing

@testable import LacunaCLI

@Suite struct CompareTests {
    @Test func aViolatedExpectationIsStatus1() async throws {
        try await withTemporaryFolder { folder in
            func expecting(_ bound: String) -> String {
                "expect: [{ at: { level: 2 }, metric: error, methods: [answers], at_most: \(bound) }]"
            }
            let fair = try writeScenario(in: folder, extra: expecting("1"))
            let holds = await lacuna("run", fair, "-o", folder + "/fair", "-q")
            #expect(holds.status == .success && holds.errors.isEmpty, "\(holds.errors)")
            #expect(holds.output.contains("holds: mean error at level=2: answers at most 1 (answers 0.0"))
            let hard = try writeScenario(in: folder, extra: expecting("1e-9"))
            let violated = await lacuna("run", hard, "-o", folder + "/hard", "-q")
            #expect(violated.status == .someCellsFailed)
            #expect(violated.errors.hasPrefix("expectation violated: mean error at level=2: answers at most 1e-09"))
            for command in ["collect", "compare"] {
                #expect(await lacuna(command, folder + "/hard").status == .someCellsFailed)
                #expect(await lacuna(command, folder + "/fair").status == .success)
            }
            let ended = await lacuna("compare", folder + "/hard", "--json")
            let object = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
            let checks = try #require(object["expectations"] as? [[String: Any]])
            #expect(checks.map { $0["verdict"] as? String } == ["violated"])
            // What holds for the file as it stands is not asked of another problem.
            #expect(await lacuna("run", hard, "-o", folder + "/set", "-q", "--set", "seed=2").status == .success)
        }
    }

    @Test func aReferenceResultIsReproducedOrTheDifferencesShown() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            _ = await lacuna("run", scenario, "-o", folder + "/a")
            _ = await lacuna("run", scenario, "-o", folder + "/b", "--set", "seed=3")
            #expect(await lacuna("compare", folder + "/a", folder + "/a/results.h5").status == .success)
            let other = await lacuna("compare", folder + "/a", folder + "/b/results.h5")
            #expect(other.status == .someCellsFailed)
            #expect(other.output.contains("12 numbers differ"))
        }
    }

    @Test func publishedCurvesOfAnotherProblemAreNotCompared() async throws {
        try await withTemporaryFolder { folder in
            let curve = #"{"mean": [1, 1], "median": [1, 9], "q25": [0, 0], "q75": [1, 1]}"#
            let published =
                #"{"source": "a paper", "level": [1, 2], "realisations": 4, "parameters": {"draw": 0}, "methods": {"answers": {"error": "#
            try (published + curve + "}}}").write(toFile: folder + "/curves.json", atomically: true, encoding: .utf8)
            let scenario = try writeScenario(in: folder, extra: "published: curves.json")
            let drawn = ["--set", "figures=[{x: level, y: error, published: true}]"]
            let same = await lacuna("run", scenario, "-o", folder + "/same", drawn[0], drawn[1])
            #expect(!same.errors.contains("published curves"), "\(same.errors)")
            #expect(await lacuna("compare", folder + "/same", "--minimum-draws", "1").status == .success)
            let run = await lacuna(
                "run", scenario, "-o", folder + "/out", drawn[0], drawn[1], "--set", "problem.draw=5")
            #expect(run.status == .success)
            #expect(run.errors.contains("are not drawn: they hold for another problem: draw 5 (published: 0)"))
            let ended = await lacuna("compare", folder + "/out", "--minimum-draws", "1")
            #expect(ended.status == .usage && ended.output.isEmpty)
            #expect(ended.errors.contains("hold for another problem: draw 5 (published: 0)"), "\(ended.errors)")
            #expect(ended.errors.split(separator: "\n").count == 1)
        }
    }

    /// Numbers of another machine stand beside ours; a swept parameter that they name is looked up at their value.
    @Test func timesAreNotJudged() async throws {
        try await withTemporaryFolder { folder in
            let curve = #"{"mean": [1, 1], "median": [1, 2], "q25": [1, 2], "q75": [1, 2]}"#
            let published =
                #"{"source": "our prototype", "noun": "prototype", "level": [1, 2], "realisations": 1, "parameters": {"draw": 1}, "methods": {"answers": {"seconds": "#
            try (published + curve + "}}}").write(toFile: folder + "/curves.json", atomically: true, encoding: .utf8)
            let scenario = try writeScenario(in: folder, extra: "published: curves.json")
            let run = await lacuna("run", scenario, "-o", folder + "/out", "--set", "sweep.draw=[1, 2]")
            #expect(run.status == .success, "\(run.errors)")
            let ended = await lacuna("compare", folder + "/out")
            #expect(ended.status == .success, "\(ended.errors)")
            #expect(
                ended.output.hasPrefix(
                    "Times and speeds depend on the machine: our median beside the prototype's.\n"), "\(ended.output)")
            #expect(ended.output.contains("ratio") && ended.output.hasSuffix("\n2 of a clock, not judged\n"))
            #expect(!ended.output.contains("inside") && !ended.output.contains("OUTSIDE"), "\(ended.output)")
        }
    }

    @Test func publishedCurvesAreTakenAlongAndCompared() async throws {
        try await withTemporaryFolder { folder in
            let curve = #"{"mean": [1, 1], "median": [0.005, 9], "q25": [0, 0], "q75": [1, 1]}"#
            let published =
                #"{"source": "a paper", "level": [1, 2], "realisations": 4, "methods": {"answers": {"error": "#
            try (published + curve + "}}}").write(toFile: folder + "/curves.json", atomically: true, encoding: .utf8)
            let scenario = try writeScenario(in: folder, extra: "published: curves.json")
            let run = await lacuna(
                "run", scenario, "-o", folder + "/out", "--set", "sweep.draw={from: 1, to: 20, step: 1}")
            #expect(run.status == .success, "\(run.errors)")
            #expect(FileManager.default.fileExists(atPath: folder + "/out/published.json"))
            let ended = await lacuna("compare", folder + "/out")
            #expect(ended.status == .success, "\(ended.errors)")
            #expect(
                ended.output.hasPrefix(
                    "Is the authors' median (4 realisations, one draw) where our median of 4 realisations of one draw"
                        + " would be, with 95 % probability?\n"), "\(ended.output)")
            #expect(ended.output.contains("answers error: 1 of 2 inside"), "\(ended.output)")
            #expect(ended.output.hasSuffix("\n1 of 2 judged points inside (2 expected by chance)\n"), "\(ended.output)")
            let few = await lacuna("compare", folder + "/out", "--minimum-draws", "21")
            #expect(few.status == .success)
            #expect(
                few.output.hasSuffix("\nno point could be judged; 2 not judged (20 draws, 21 asked for)\n"),
                "\(few.output)")
            let inDecibels = "figures=[{x: level, y: error, scale: db, statistic: median}]"
            let drawn = await lacuna("run", scenario, "-o", folder + "/one", "--set", inDecibels)
            #expect(drawn.status == .success, "\(drawn.errors)")
            let one = await lacuna("compare", folder + "/one")
            #expect(one.output.contains("not judged (1 draw, 20 asked for)"), "\(one.output)")
            #expect(one.output.contains("error [dB]") && one.output.contains("-23.01"), "\(one.output)")
            try FileManager.default.removeItem(atPath: folder + "/curves.json")
            let without = await lacuna("run", scenario, "-o", folder + "/without")
            #expect(without.status == .success)
            #expect(without.errors.contains("no such file; the published curves are left out"))
            #expect(await lacuna("validate", scenario).status == .usage)
            #expect(await lacuna("compare", folder + "/without").status == .usage)
        }
    }
}
