import Foundation

/// The interpreter that users read our files with.
enum Python {
    static func canImport(_ module: String) -> Bool {
        (try? run("import \(module)")) != nil
    }

    struct Failure: Error { let status: Int32 }

    /// What the script prints. - Throws: if it cannot be started or fails.
    static func run(_ script: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-W", "ignore", "-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        return String(decoding: data, as: UTF8.self)
    }
}
