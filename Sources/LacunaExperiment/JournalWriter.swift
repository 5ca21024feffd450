import Foundation
import LacunaArrays
import Synchronization

/// Appends finished cells to one journal file: one write() per cell, so that a kill at any moment tears at most the
/// last line. fsync runs at most once a second: a kill needs none, a power cut loses a second.
///
/// Safe to share between workers. The file is locked against a second process while the writer lives: open the writer
/// before reading the journal that a run resumes, so that no other process adds to it in between.
public final class JournalWriter: Sendable {
    public let path: String
    private let descriptor: Int32
    private let state: Mutex<State>

    private struct State {
        /// Bytes of whole lines, which the file is cut back to if a write fails half-way.
        var size: off_t
        var lastSync: ContinuousClock.Instant
        /// Set by the first failed write; no line follows it.
        var failure: LacunaError?
    }

    /// Opens (or creates) `journal-<shard>-of-<shards>.jsonl` in the folder and appends the header. A torn last line of an
    /// earlier run is closed first, so that the header starts on a fresh line.
    /// - Throws: `LacunaError` if the file cannot be opened or written, or another process is writing it.
    public init(folder: String, shard: Int = 0, of shards: Int = 1, header: JournalHeader) throws {
        path = "\(folder)/journal-\(shard)-of-\(shards).jsonl"
        let (descriptor, size) = try Self.openLocked(path)
        // From here on the object is whole: should a line below throw, deinit closes the file.
        self.descriptor = descriptor
        state = Mutex(State(size: size, lastSync: .now, failure: nil))
        var line = try JournalLine.encode(header)
        var last: UInt8 = 0
        if size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
            line.insert(UInt8(ascii: "\n"), at: 0)
        }
        try append(line)
    }

    deinit { close(descriptor) }

    /// Appends one finished cell.
    /// - Throws: `LacunaError` (environment) if the line could not be written: the file then ends with the line before it.
    public func append(_ record: JournalRecord) throws {
        try append(JournalLine.encode(record))
    }

    /// Waits until all lines are on the device.
    public func synchronize() throws {
        try state.withLock { state in try synchronize(&state) }
    }

    private func append(_ line: [UInt8]) throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            do {
                try write(line)
                state.size += off_t(line.count)
                if .now - state.lastSync >= .seconds(1) { try synchronize(&state) }
            } catch {
                let failure = error as? LacunaError ?? LacunaError(.environment, path, "\(error)")
                state.failure = failure
                ftruncate(descriptor, state.size)
                throw failure
            }
        }
    }

    private func write(_ line: [UInt8]) throws {
        var written = 0
        while written < line.count {
            // The kernel takes a short line whole; what is left after a short write shows the reason on the next call.
            let count = line.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                throw Self.systemError(
                    path, "cannot write the journal", remedy: "Free space (or raise the limit), then resume the run")
            }
        }
    }

    private func synchronize(_ state: inout State) throws {
        // EINVAL: a special file without a device to wait for.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw Self.systemError(path, "cannot flush the journal")
        }
        state.lastSync = .now
    }

    private static func openLocked(_ path: String) throws -> (descriptor: Int32, size: off_t) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw systemError(path, "cannot open the journal", remedy: "Give an output folder that can be written")
        }
        do {
            // Some cluster file systems have no locks (ENOSYS, ENOLCK, …): there the journal is written without one.
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                throw LacunaError(
                    .environment, path, "another process is writing this journal",
                    remedy: "Wait for it to end, or give each process its own --shard")
            }
            let size = lseek(descriptor, 0, SEEK_END)
            guard size >= 0 else { throw systemError(path, "cannot size the journal") }
            return (descriptor, size)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func systemError(_ path: String, _ problem: String, remedy: String? = nil) -> LacunaError {
        LacunaError(.environment, path, "\(problem) (\(String(cString: strerror(errno))))", remedy: remedy)
    }
}
