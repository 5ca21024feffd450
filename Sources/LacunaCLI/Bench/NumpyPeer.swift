import LacunaSolvers
import Foundation
import LacunaScenarios

/// The numpy prototype (Benchmarks/time_krosbl.py) as a process of its own, single-threaded.
struct NumpyPeer {
    let interpreter: String
    let script: String

    /// What the script prints.
    struct Result: Decodable {
        /// Best of the solves.
        let seconds: Double
        let iterations: Int
        /// ‖x̂‖₂.
        let norm: Double
        /// Versions of the packages.
        let name: String
    }

    /// Why there is no result, in one line.
    struct Unavailable: Error {
        let reason: String
    }

    /// - Throws: `Unavailable` if the interpreter, the script or a package is missing, or the script fails.
    func time(file: String, method: String, preset: Preset, solves: Int) throws(Unavailable) -> Result {
        let process = Process()
        // env looks the interpreter up in the search path and reports in one line if there is none.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [interpreter, script, file, method, "--preset", preset.rawValue, "--solves", "\(solves)"]
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
