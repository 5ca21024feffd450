import Foundation
import Testing

/// What a child process did.
struct Spawned {
    let status: Int32
    let output: String
    let errors: String
}

func spawn(_ program: String, _ arguments: [String], environment: [String: String]? = nil) throws -> Spawned {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let environment { process.environment = environment }
    let output = Pipe(), errors = Pipe()
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let outputText = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Spawned(status: process.terminationStatus, output: outputText, errors: errorText)
}

/// The built `lacuna`, beside the test bundle.
func executable() throws -> String {
    let here = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let beside = [here, CommandLine.arguments.first ?? ""].map {
        ($0 as NSString).deletingLastPathComponent + "/lacuna"
    }
    return try #require(beside.first { FileManager.default.isExecutableFile(atPath: $0) })
}

@Test(
    arguments: [
        (["--version"], 0), (["--help"], 0), (["help", "run"], 0), ([], 0), (["doctor"], 0), (["list"], 0),
        (["rnu"], 2), (["run"], 2), (["run", "x.yaml", "--bogus"], 2), (["run", "x.yaml", "-j", "0"], 2),
        (["run", "x.yaml", "--shard", "4/4"], 2), (["run", "x.yaml", "--profile", "huge"], 2),
        (["run", "/no/such/file.yaml"], 2), (["run", "/"], 2), (["resume", "/no/such/folder"], 2),
        (["validate", "/dev/null"], 2), (["solve", "x.h5", "-m", "no-such-method", "-o", "out.h5"], 2),
        (["describe", "no-such-name"], 2), (["plan", "x.yaml", "--shards", "0"], 2),
    ] as [([String], Int32)])
func theExitStatusIsAsDocumented(arguments: [String], status: Int32) throws {
    let ended = try spawn(try executable(), arguments)
    #expect(ended.status == status, "\(ended.errors)")
    if status == 0 {
        #expect(!ended.output.isEmpty)
    } else {
        #expect(ended.output.isEmpty)
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    }
    let text = (ended.output + ended.errors).unicodeScalars
    #expect(!text.contains { $0.value < 0x20 && $0 != "\n" })
}

@Test func aMisspeltCommandIsNamedWithTheNearest() throws {
    #expect(try spawn(try executable(), ["rnu"]).errors.hasPrefix("lacuna rnu: unknown command. Did you mean 'run'?"))
}

@Test func aFullDeviceIsAnEnvironmentError() throws {
    let ended = try spawn("/bin/bash", ["-c", "'\(try executable())' doctor > /dev/full"])
    #expect(ended.status == 3)
    #expect(ended.errors.contains("No space left on device"))
}

/// The limit is that of the files written, of which the output of this test is one.
@Test func aSizeLimitLeavesNoFolder() async throws {
    try await withTemporaryFolder { folder in
        let scenario = try writeScenario(in: folder).replacingOccurrences(of: "toy.yaml", with: "recovery.yaml")
        try "{lacuna: 1, name: recovery, problem: {kind: kronecker-recovery, snr_db: 20}, methods: [omp], trials: 1}"
            .write(toFile: scenario, atomically: true, encoding: .utf8)
        let ended = try spawn(
            "/bin/bash", ["-c", "ulimit -f 0; '\(try executable())' run '\(scenario)' -o '\(folder)/out'"])
        #expect(ended.status == 3)
        #expect(ended.errors.contains("Raise the limit with 'ulimit -f'"), "\(ended.errors)")
        #expect(ended.errors.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
    }
}

@Test func solvePrintsOneObject() async throws {
    try await withTemporaryFolder { folder in
        let ended = try spawn(
            try executable(), ["solve", recordedProblem, "-m", "svd-krosbl", "-o", folder + "/out.h5", "--json"])
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        #expect(object["method"] as? String == "svd-krosbl" && object["problem"] as? String == recordedProblem)
        #expect((object["options"] as? [String: Any])?["iterations"] as? Int == 150)
        let snapshot = try #require((object["snapshots"] as? [[String: Any]])?.first)
        #expect(snapshot["stop_reason"] as? String == "converged")
        #expect(try #require(snapshot["nmse"] as? Double) < 0.1)
        #expect(object["notes"] as? [String] == [])
    }
}

@Test func solveSaysWhatItCountedInAndWhereItStoppedEarly() async throws {
    try await withTemporaryFolder { folder in
        let solve = ["solve", recordedProblem, "-m", "svd-krosbl", "-o", folder + "/out.h5"]
        let ended = try spawn(try executable(), solve + ["--option", "iterations=2"])
        let note = "stopped at the iteration limit (2) before converging; --option iterations=10 allows more"
        #expect(ended.status == 0 && ended.errors == "note: \(note)\n", "\(ended.errors)")
        let object = try spawn(try executable(), solve + ["--option", "iterations=2", "--json"])
        #expect(object.errors.isEmpty && object.output.contains(note))
        // OMP has no such option.
        let greedy = try spawn(
            try executable(), ["solve", recordedProblem, "-m", "omp", "--option", "atoms=1", "-o", folder + "/omp.h5"])
        #expect(greedy.status == 0 && greedy.errors.isEmpty, "\(greedy.errors)")
    }
}

@Test func aReaderThatGoesAwayIsNoError() throws {
    let ended = try spawn("/bin/bash", ["-c", "'\(try executable())' describe --schema | true; echo ${PIPESTATUS[0]}"])
    #expect(ended.output == "0\n")
    #expect(ended.errors.isEmpty)
}

/// HDF5 1.10 would print of its clean-up at exit after such a file.
@Test func aTruncatedProblemFileIsOneLine() async throws {
    try await withTemporaryFolder { folder in
        let whole = try Data(contentsOf: URL(filePath: recordedProblem))
        let cut = folder + "/cut.h5"
        try whole.prefix(whole.count / 2).write(to: URL(filePath: cut))
        let ended = try spawn(try executable(), ["solve", cut, "-m", "svd-krosbl", "-o", folder + "/out.h5"])
        #expect(ended.status == 2)
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["cut.h5"])
    }
}

@Test func solveDoesNotOverwriteItsProblem() async throws {
    try await withTemporaryFolder { folder in
        let problem = folder + "/problem.h5", link = folder + "/link.h5"
        try FileManager.default.copyItem(atPath: recordedProblem, toPath: problem)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: problem)
        for output in [problem, link] {
            let ended = try spawn(try executable(), ["solve", problem, "-m", "svd-krosbl", "-o", output])
            #expect(ended.status == 2 && ended.errors.contains("is the problem file"), "\(ended.errors)")
        }
        #expect(FileManager.default.contentsEqual(atPath: problem, andPath: recordedProblem))
    }
}

private let recordedProblem = URL(filePath: #filePath)
    .appending(path: "../../../Data/references/kronecker/two-mode-real.h5").standardizedFileURL.path(
        percentEncoded: false)
