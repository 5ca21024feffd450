import Foundation
import LacunaArrays

/// The gnuplot program, run as a process.
public struct Gnuplot: Sendable {
    public let executable: String

    public init(executable: String) {
        self.executable = executable
    }

    /// The gnuplot of the search path; nil if there is none.
    public static func find(
        searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    ) -> Gnuplot? {
        for folder in searchPath.split(separator: ":") {
            let executable = "\(folder)/gnuplot"
            if FileManager.default.isExecutableFile(atPath: executable) { return Gnuplot(executable: executable) }
        }
        return nil
    }

    public static let installation = "Install it with: apt-get install gnuplot-nox"

    /// "gnuplot 5.4 patchlevel 4".
    public var version: String {
        get throws { try run(["--version"], in: nil).trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// Runs a script in a folder and returns what it prints.
    /// - Throws: `LacunaError` (environment) with gnuplot's own first line if it fails.
    func draw(_ script: String, in folder: URL) throws -> String {
        // -d: without the user's own start-up file, which could change the picture.
        try run(["-d", script], in: folder)
    }

    private func run(_ arguments: [String], in folder: URL?) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Both streams go into one pipe: two could fill while the other is read.
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw LacunaError(.environment, executable, "cannot be started", remedy: Self.installation)
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let reason = text.split(whereSeparator: \.isNewline).last { $0.contains("line") || $0.contains(":") }
            throw LacunaError(
                .environment, executable,
                "failed with status \(process.terminationStatus)" + (reason.map { ": \($0)" } ?? ""))
        }
        return text
    }
}
