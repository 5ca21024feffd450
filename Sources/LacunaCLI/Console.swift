import Foundation
import LacunaArrays

/// The two output streams of a command. No escape codes are ever written; a terminal gets its progress line rewritten
/// by a carriage return.
struct Console: Sendable {
    /// Writes to the standard output.
    let write: @Sendable (String) throws -> Void
    /// Writes to the standard error, which has nowhere to report its own failures.
    let writeError: @Sendable (String) -> Void
    /// Whether the standard error is a terminal on which a line may be rewritten.
    let isTerminal: Bool

    /// One line (or several) of result.
    func print(_ text: String) throws { try write(text + "\n") }

    func error(_ line: String) { writeError(line + "\n") }

    /// Success, unless writing the result fails.
    func printing(_ body: () throws -> Void) -> CommandStatus {
        do {
            try body()
            return .success
        } catch {
            self.error("\(error)")
            return .environment
        }
    }

    static let standard = Console(
        write: { try writeAll($0, to: STDOUT_FILENO) },
        writeError: { text in try? writeAll(text, to: STDERR_FILENO) },
        isTerminal: isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb")

    /// - Throws: `LacunaError` (environment), for example for a full device. A reader that has gone away (`| head`) has
    ///   seen what it wanted: no error.
    private static func writeAll(_ text: String, to descriptor: Int32) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                return
            } else if errno != EINTR {
                throw LacunaError(
                    .environment, "standard output", "cannot be written (\(String(cString: strerror(errno))))",
                    remedy: "Free space or send the output elsewhere")
            }
        }
    }
}
