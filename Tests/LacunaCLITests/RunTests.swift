import Foundation
import LacunaExperiment
import LacunaIO
import Testing

@testable import LacunaCLI

@Suite struct RunTests {
    @Test func aRunEndsWithTableFilesAndStatus0() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            let ended = await lacuna("run", scenario, "-o", folder + "/out", "-j", "2")
            #expect(ended.status == .success, "\(ended.errors)")
            #expect(ended.output.contains("error, median over 4 trials"))
            #expect(ended.output.contains("level [dB]  answers"))
            let result = try ResultFile.read(folder + "/out/results.h5")
            #expect(result.table.status.allSatisfy { $0 == .done })
            #expect(
                result.provenance.scenario
                    == (try String(contentsOfFile: folder + "/out/scenario.yaml", encoding: .utf8)))
            #expect(try timelessRows(folder + "/out").count == 1 + 12)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder + "/out").allSatisfy {
                    !$0.contains(".part")
                })
        }
    }

    @Test func thePipedOutputHasNoControlCodes() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder, methods: "[answers, throws]")
            for isTerminal in [false, true] {
                let ended = await lacuna("run", scenario, "-o", folder + "/\(isTerminal)", "-v", isTerminal: isTerminal)
                let controls = (ended.output + (isTerminal ? "" : ended.errors)).unicodeScalars.filter {
                    ($0.value < 0x20 && $0 != "\n") || $0.value == 0x7F
                }
                #expect(controls.isEmpty)
                #expect(!ended.errors.unicodeScalars.contains("\u{1B}"))
            }
        }
    }

    @Test func aPointThatCompletesHasItsRow() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            let ended = await lacuna("run", scenario, "-o", folder + "/out")
            let rows = ended.errors.split(separator: "\n").filter { $0.contains("error, median: answers") }
            #expect(rows.count == 3)
            let quiet = await lacuna("run", scenario, "-o", folder + "/quiet", "-q")
            #expect(quiet.errors.isEmpty, "\(quiet.errors)")
            #expect(!quiet.output.isEmpty)
        }
    }

    @Test func aCellThatThrowsIsStatus1AndStopsNothing() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder, methods: "[throws, diverges, skips, answers]")
            // One worker: of two, either may be the first to fail.
            let ended = await lacuna("run", scenario, "-o", folder + "/out", "-j", "1")
            #expect(ended.status == .someCellsFailed)
            #expect(ended.errors.contains("12 failed (first: level=1 throws trial 0): toy: always fails"))
            let status = try ResultFile.read(folder + "/out/results.h5").table.status
            for expected in [CellStatusCount(.failed, 12), .init(.diverged, 12), .init(.skipped, 12), .init(.done, 12)]
            {
                #expect(status.count { $0 == expected.status } == expected.count)
            }
            let others = await lacuna("run", scenario, "-o", folder + "/two", "-m", "diverges", "-m", "skips", "-v")
            #expect(others.status == .success)
            #expect(others.errors.contains("diverges trial 0: diverged: in the search at step 13, 0.001 s"))
        }
    }

    @Test func failFastStopsAtTheFirstFailure() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder, methods: "[throws]")
            let ended = await lacuna("run", scenario, "-o", folder + "/out", "-j", "1", "--fail-fast")
            #expect(ended.status == .someCellsFailed)
            #expect(ended.errors.contains("11 cells are left; to go on: lacuna resume \(folder)/out"))
        }
    }

    @Test func aFolderInUseIsRefusedWithTheResumeCommand() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            _ = await lacuna("run", scenario, "-o", folder + "/out", "-q")
            let again = await lacuna("run", scenario, "-o", folder + "/out", "-q")
            #expect(again.status == .usage)
            #expect(
                again.errors.contains(
                    "the output folder exists and is not empty. To go on with the run in it: lacuna resume \(folder)/out"
                ))
            #expect(again.errors.split(separator: "\n").count == 1)
            let other = await lacuna("run", scenario, "-o", folder, "-q")
            #expect(other.status == .usage)
            #expect(!other.errors.contains("resume"))
            let unwritable = await lacuna("run", scenario, "-o", "/proc/lacuna/out", "-q")
            #expect(unwritable.status == .environment)
            #expect(unwritable.errors.split(separator: "\n").count == 1)
            let file = await lacuna("run", scenario, "-o", scenario, "-q")
            #expect(file.status == .usage)
        }
    }

    @Test func shardsAndCollectGiveTheSameNumbers() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(
                in: folder, methods: "[answers, { kind: answers, label: half, gain: 0.5 }]")
            _ = await lacuna("run", scenario, "-o", folder + "/whole", "-j", "1")
            for shard in 0..<7 {
                let ended = await lacuna("run", scenario, "-o", folder + "/parts", "--shard", "\(shard)/7", "-q")
                #expect(ended.status == .success, "\(ended.errors)")
                #expect(ended.output.isEmpty)
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/parts/results.h5"))
            #expect(await lacuna("collect", folder + "/parts").status == .success)
            #expect(try timelessRows(folder + "/parts") == timelessRows(folder + "/whole"))
            let other = await lacuna("run", scenario, "-o", folder + "/parts", "--shard", "0/7", "--set", "seed=2")
            #expect(other.status == .usage)
            #expect(other.errors.contains("holds the run of another scenario"))
        }
    }

    @Test func resumeRunsWhatTheJournalLacks() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            _ = await lacuna("run", scenario, "-o", folder + "/whole", "-j", "1")
            _ = await lacuna("run", scenario, "-o", folder + "/torn", "-j", "1")
            let journal = folder + "/torn/journal-0-of-1.jsonl"
            let lines = try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n")
            // As a kill leaves it: the last line torn.
            let kept = lines.prefix(6).joined(separator: "\n") + "\n" + lines[6].prefix(20)
            try kept.write(toFile: journal, atomically: false, encoding: .utf8)
            let partial = await lacuna("collect", folder + "/torn")
            #expect(partial.status == .success)
            #expect(partial.errors.contains("7 cells have no result yet; to run them: lacuna resume"))
            let resumed = await lacuna("resume", folder + "/torn", "-j", "2")
            #expect(resumed.status == .success, "\(resumed.errors)")
            #expect(resumed.errors.contains("5 of 12 cells are finished already"))
            #expect(try timelessRows(folder + "/torn") == timelessRows(folder + "/whole"))
        }
    }

    @Test func theKeptScenarioRunsAgain() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            _ = await lacuna("run", scenario, "-o", folder + "/a", "--profile", "paper", "--set", "sweep.level=[5, 7]")
            let ended = await lacuna("run", folder + "/a/scenario.yaml", "-o", folder + "/b")
            #expect(ended.status == .success)
            #expect(try timelessRows(folder + "/a") == timelessRows(folder + "/b"))
            #expect(try timelessRows(folder + "/a").count == 1 + 12)
        }
    }

    /// In a process of its own: the signal goes to the whole process.
    @Test func anInterruptFinishesTheCellsAndIsStatus75() async {
        await #expect(processExitsWith: .success) {
            try await withTemporaryFolder { folder in
                let scenario = try writeScenario(in: folder, methods: "[interrupts]")
                let ended = await lacuna("run", scenario, "-o", folder + "/out", "-j", "1")
                #expect(ended.status == .interrupted, "\(ended.errors)")
                #expect(ended.errors.contains("interrupted: the current cells are finished first"))
                #expect(ended.errors.contains("to go on: lacuna resume \(folder)/out"))
                #expect(ended.output.isEmpty)
                let journal = try String(contentsOfFile: folder + "/out/journal-0-of-1.jsonl", encoding: .utf8)
                #expect(journal.split(separator: "\n").count == 2)
            }
        }
    }

    @Test func jsonIsOneObjectOnTheOutput() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            let ended = await lacuna("run", scenario, "-o", folder + "/out", "--json")
            let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
            #expect(object?["scenario"] as? String == "toy")
            #expect((object?["cells"] as? [String: Int]) == ["done": 12])
            #expect((object?["metrics"] as? [Any])?.count == 3)
        }
    }

    @Test func figuresAreDrawnAgainAndOfOnesOwn() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(
                in: folder, methods: "[answers, { kind: answers, label: half, gain: 0.5 }]")
            let run = await lacuna("run", scenario, "-o", folder + "/out")
            #expect(FileManager.default.fileExists(atPath: folder + "/out/figures/error-vs-level.gp"), "\(run.errors)")
            let own = await lacuna("plot", folder + "/out", "--x", "level", "--y", "seconds", "--scale", "log")
            #expect(own.status == .success, "\(own.errors)")
            #expect(FileManager.default.fileExists(atPath: folder + "/out/figures/seconds-vs-level.gp"))
            let wrong = await lacuna("plot", folder + "/out", "--x", "level", "--y", "eror")
            #expect(wrong.status == .usage)
            #expect(wrong.errors.contains("Did you mean 'error'?"))
            #expect(await lacuna("plot", folder + "/out", "--x", "level").status == .usage)
            // Without gnuplot there is no drawing in the terminal, but a line that says so.
            let terminal = await lacuna("plot", folder + "/out", "--terminal")
            #expect(terminal.output.contains("half") || terminal.errors.contains("gnuplot"))
        }
    }

    /// Masks are among a run's pictures and are drawn again from its journal; an older journal has none, which costs nothing else.
    @Test func masksAreDrawn() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(
                in: folder, methods: "[answers, { kind: answers, label: half, gain: 0.5 }]")
            let masks = "figures=[{x: level, y: error}, {kind: masks, array: bits, at: {level: 2}}]"
            let run = await lacuna("run", scenario, "-o", folder + "/out", "--set", masks)
            #expect(run.status == .success && run.errors.contains("error-vs-level, masks"), "\(run.errors)")
            let path = folder + "/out/figures/masks.gp", files = FileManager.default
            let script = try String(contentsOfFile: path, encoding: .utf8)
            #expect(script.contains("'answers: ") && script.contains("'half: "))
            try files.removeItem(atPath: path)
            #expect(await lacuna("plot", folder + "/out").status == .success)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == script)
            // A terminal shows the curves.
            let terminal = await lacuna("plot", folder + "/out", "--terminal")
            #expect(terminal.output.contains("half") || terminal.errors.contains("gnuplot"))

            let journal = folder + "/out/journal-0-of-1.jsonl"
            let lines = try String(contentsOfFile: journal, encoding: .utf8)
            #expect(lines.contains(#","masks":[{"array":"bits""#))
            let old = lines.replacing(#/,"masks":\[.*?}\]/#, with: "")
            #expect(!old.contains("masks\":["))
            try old.write(toFile: journal, atomically: true, encoding: .utf8)
            try files.removeItem(atPath: path)
            let again = await lacuna("resume", folder + "/out")
            #expect(again.status == .success, "\(again.errors)")
            #expect(again.errors.contains("figure 'masks' is not drawn: no cell that it shows has recorded its masks"))
            #expect(!files.fileExists(atPath: path))
        }
    }

    @Test func picturesInOtherFormats() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            _ = await lacuna("run", scenario, "-o", folder + "/out", "-q")
            let ended = await lacuna("plot", folder + "/out", "--format", "pdf", "--format", "svg")
            #expect(ended.status == .success, "\(ended.errors)")
            let script = try String(contentsOfFile: folder + "/out/figures/error-vs-level.gp", encoding: .utf8)
            #expect(script.contains("'error-vs-level.pdf'") && !script.contains("'error-vs-level.png'"))
            // Without gnuplot a line says so instead.
            let pictures = ended.output.split(separator: "\n").map { $0.suffix(3) }
            #expect(pictures == ["svg", "pdf"] || ended.errors.contains("gnuplot"), "\(ended.output)")
            #expect(await lacuna("plot", folder + "/out", "--format", "gif").status == .usage)
            #expect(await lacuna("plot", folder + "/out", "--format", "png", "--terminal").status == .usage)
        }
    }

    @Test func resumeWarnsOfAnotherBuild() async throws {
        try await withTemporaryFolder { folder in
            let scenario = try writeScenario(in: folder)
            _ = await lacuna("run", scenario, "-o", folder + "/out", "-q")
            let same = await lacuna("resume", folder + "/out", "-q")
            #expect(same.errors.isEmpty, "\(same.errors)")
            let journal = folder + "/out/journal-0-of-1.jsonl"
            let text = try String(contentsOfFile: journal, encoding: .utf8)
            #expect(text.contains("\"build\":\"lacuna \(lacunaVersion), executable "))
            try text.replacingOccurrences(of: "\"build\":\"lacuna \(lacunaVersion)", with: "\"build\":\"lacuna 0.0.1")
                .write(toFile: journal, atomically: false, encoding: .utf8)
            let other = await lacuna("resume", folder + "/out", "-q")
            #expect(other.errors.hasPrefix("warning: earlier cells ran on another build (lacuna 0.0.1, executable "))
            #expect(other.errors.split(separator: "\n").count == 1)
        }
    }
}

private struct CellStatusCount {
    let status: CellStatus
    let count: Int

    init(_ status: CellStatus, _ count: Int) { (self.status, self.count) = (status, count) }
}
