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
private func executable() throws -> String {
    let here = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let beside = [here, CommandLine.arguments.first ?? ""].map { ($0 as NSString).deletingLastPathComponent + "/lacuna" }
    return try #require(beside.first { FileManager.default.isExecutableFile(atPath: $0) })
}

@Test(arguments: [
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

@Test func aReaderThatGoesAwayIsNoError() throws {
    let ended = try spawn("/bin/bash", ["-c", "'\(try executable())' describe --schema | true; echo ${PIPESTATUS[0]}"])
    #expect(ended.output == "0\n")
    #expect(ended.errors.isEmpty)
}
