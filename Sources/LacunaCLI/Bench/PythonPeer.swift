import LacunaSolvers
import Foundation
import LacunaScenarios

/// A peer's script (Benchmarks/time_*.py) as a process of its own, single-threaded, that prints one JSON object.
struct PythonPeer {
    let interpreter: String
    let script: String

    /// What every script prints.
    struct Result: Decodable {
        /// Best of the repetitions.
        let seconds: Double
        /// Of a solver: iterations and ‖x̂‖₂.
        let iterations: Int?
        let norm: Double?
        /// Versions of the packages.
        let name: String
    }

    /// Why there is no result, in one line.
    struct Unavailable: Error {
        let reason: String
    }

    /// - Throws: `Unavailable` if the interpreter, the script or a package is missing, or the script fails.
    func time(_ arguments: [String]) throws(Unavailable) -> Result {
        let process = Process()
        // env looks the interpreter up in the search path and reports in one line if there is none.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [interpreter, script] + arguments
        let output = Pipe(), errors = Pipe()
        (process.standardOutput, process.standardError) = (output, errors)
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch { throw Unavailable(reason: "\(interpreter) cannot be started") }
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let line = complaint.split(whereSeparator: \.isNewline).last.map(String.init)
            let status = process.terminationStatus
            throw Unavailable(reason: line ?? "\(interpreter) \(script) failed with status \(status)")
        }
        guard let result = try? JSONDecoder().decode(Result.self, from: printed), result.seconds > 0 else {
            throw Unavailable(reason: "\(script) printed no result")
        }
        return result
    }
}
