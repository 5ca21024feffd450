import CHDF5
import LacunaArrays
import Synchronization

/// The one door to the HDF5 C library.
///
/// Debian's serial build is not thread-safe, so every call is made inside `locked`, one thread at a time in the whole
/// process. The library's own printing to standard error is off; its error stack becomes the text of a `LacunaError`.
enum HDF5Library {
    private static let lock = Mutex(())

    /// Every file is closed where it was opened. The library's own clean-up at exit is kept from running: after a
    /// truncated file 1.10 prints "infinite loop closing library" there. Has to come before any other call.
    private static let hasNoCleanUpAtExit: Bool = H5dont_atexit() >= 0

    /// Runs `body` with the library to itself. Not re-entrant: what runs inside calls C functions only.
    static func locked<Result: Sendable>(_ body: () throws -> Result) throws -> Result {
        try lock.withLock { _ in
            _ = hasNoCleanUpAtExit
            // Per call and not once: a thread-safe build keeps this setting per thread.
            H5Eset_auto2(lacuna_H5E_DEFAULT(), nil, nil)
            return try body()
        }
    }

    /// "1.10.8".
    static var version: String {
        get throws {
            try locked {
                var major: UInt32 = 0
                var minor: UInt32 = 0
                var release: UInt32 = 0
                H5get_libversion(&major, &minor, &release)
                return "\(major).\(minor).\(release)"
            }
        }
    }

    /// What the last failing call says of itself: the innermost entry of the error stack. Call inside `locked`, before
    /// any other call clears the stack.
    static func lastError() -> String {
        var message = ""
        withUnsafeMutablePointer(to: &message) { pointer in
            _ = H5Ewalk2(
                lacuna_H5E_DEFAULT(), H5E_WALK_UPWARD,
                { number, entry, data in
                    if number == 0, let text = entry?.pointee.desc, let data {
                        data.assumingMemoryBound(to: String.self).pointee = String(cString: text)
                    }
                    return 0
                }, pointer)
        }
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.isEmpty ? "no further reason given" : line
    }
}
