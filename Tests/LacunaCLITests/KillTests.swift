import Foundation
import LacunaExperiment
import Testing

/// `kill -9` of the real program, at several moments, in every shard of a run.
@Suite struct KillTests {
    /// 120 cells of some milliseconds, in 60 batches: 20 batches and 40 cells in each of three shards.
    private static let scenario = """
        lacuna: 1
        name: recovery
        problem: { kind: kronecker-recovery, rows: [6, 8, 9], columns: [10, 10, 10], sparsity: 2 }
        sweep: { snr_db: [10, 20] }
        methods: [svd-krosbl, am-krosbl]
        trials: 30

        """

    @Test(.timeLimit(.minutes(5))) func killedShardsResumeToTheNumbersOfOneWorker() async throws {
        try await withTemporaryFolder { folder in
            let scenario = folder + "/recovery.yaml", output = folder + "/killed"
            try Self.scenario.write(toFile: scenario, atomically: true, encoding: .utf8)
            let whole = try spawn(try executable(), ["run", scenario, "-o", folder + "/whole", "-q", "-j", "1"])
            #expect(whole.status == 0, "\(whole.errors)")

            var kills = 0
            for shard in 0..<3 {
                let journal = RunJournal(path: output + "/journal-\(shard)-of-3.jsonl")
                let place = ["--shard", "\(shard)/3", "-j", "2", "-q"]
                var finished: [String] = []
                // The first kill comes as soon as there is a journal, the others in the midst of cells.
                for (start, cells) in [0, 1 + 4 * shard, 12 + 4 * shard].enumerated() {
                    let arguments = start == 0 ? ["run", scenario, "-o", output] : ["resume", output]
                    kills += try journal.kill(running: arguments + place, whenItHolds: cells) ? 1 : 0
                    let now = try journal.cells()
                    // Lines are only added.
                    #expect(now.starts(with: finished))
                    finished = now
                }
                let resumed = try spawn(try executable(), ["resume", output] + place)
                #expect(resumed.status == 0, "\(resumed.errors)")
                let cells = try journal.cells()
                #expect(cells.starts(with: finished))
                #expect(cells.count == 40 && Set(cells).count == 40)
            }
            // A machine so busy that a run ends before it is killed must not pass for a kill.
            #expect(kills >= 6, "\(kills) of 9 runs were killed while they ran")
            let collected = try spawn(try executable(), ["collect", output])
            #expect(collected.status == 0, "\(collected.errors)")
            #expect(try timelessRows(output) == timelessRows(folder + "/whole"))
        }
    }
}

private struct RunJournal {
    let path: String

    private struct Line: Decodable {
        let id: String?
    }

    /// Ids of the finished cells, in the order of the file. What a kill tore is no line of JSON.
    func cells() throws -> [String] {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSONDecoder().decode(Line.self, from: line))?.id
        }
    }

    /// Starts `lacuna` and kills it when the journal has a header of this start and so many cells.
    /// - Returns: whether it still ran.
    func kill(running arguments: [String], whenItHolds count: Int) throws -> Bool {
        func headers() -> Int {
            let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
            return text.split(separator: "\n").count { $0.contains("\"schema\":") }
        }
        let before = headers()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try executable())
        process.arguments = arguments
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        // Not `Task.sleep`: other tests may keep the threads of tasks busy until the run is long over.
        while process.isRunning, headers() == before { usleep(1000) }
        while process.isRunning, try cells().count < count { usleep(1000) }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
    }
}
