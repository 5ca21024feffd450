import Foundation
import LacunaArrays

/// Files that appear whole or not at all.
public enum OutputFile {
    /// Writes `text` as UTF-8.
    public static func write(_ text: String, to path: String) throws {
        var text = text
        try text.withUTF8 { try write(UnsafeRawBufferPointer($0), to: path) }
    }

    /// Writes `bytes` under a temporary name in the same folder, then renames it to `path`, replacing what was there.
    /// - Throws: `LacunaError` (environment) if the folder cannot be written, the device is full or the size limit of
    ///   the process is too small; then nothing is left and an older file of that name is untouched.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
        try checkIsNotFolder(path)
        try checkSizeLimit(bytes.count, path)
        if isDevice(path) {
            // Nothing to rename onto a device such as /dev/stdout.
            try writeAll(bytes, to: openForWriting(path, O_WRONLY, path), path)
            return
        }
        let temporary = "\(path).part-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let descriptor = try openForWriting(temporary, O_WRONLY | O_CREAT | O_EXCL, path)
        do {
            try writeAll(bytes, to: descriptor, path, synchronising: true)
            guard rename(temporary, path) == 0 else { throw failure(path, bytes.count) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Whether `path` can be written, told before the work that fills it is done.
    /// - Throws: `LacunaError` (environment) that names the folder.
    public static func checkWritable(_ path: String) throws {
        try checkIsNotFolder(path)
        let folder = folder(of: path)
        guard access(folder, W_OK | X_OK) == 0 else {
            throw LacunaError(
                .environment, path, "cannot write into the folder \(folder): \(reason(errno))",
                remedy: "Create the folder or choose another with -o")
        }
    }

    /// Whether two paths, links included, lead to one existing file.
    public static func isSame(_ path: String, _ other: String) -> Bool {
        var first = stat(), second = stat()
        guard stat(path, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    private static func checkIsNotFolder(_ path: String) throws {
        if fileType(path) == S_IFDIR { throw LacunaError(.environment, path, "is a folder, a file name is expected") }
    }

    private static func openForWriting(_ name: String, _ flags: Int32, _ path: String) throws -> Int32 {
        let descriptor = open(name, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let code = errno
            try checkWritable(path)
            throw LacunaError(.environment, path, "cannot be written: \(reason(code))")
        }
        return descriptor
    }

    /// Writes everything and closes the descriptor, also after a failure.
    private static func writeAll(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String, synchronising: Bool = false
    ) throws {
        var isOpen = true
        defer { if isOpen { close(descriptor) } }
        var written = 0
        while written < bytes.count {
            let count = Foundation.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path, bytes.count) }
            written += count
        }
        if synchronising {
            guard fsync(descriptor) == 0 else { throw failure(path, bytes.count) }
        }
        isOpen = false
        // Network file systems report a full device only here.
        guard close(descriptor) == 0 else { throw failure(path, bytes.count) }
    }

    /// Going past RLIMIT_FSIZE (`ulimit -f`) raises a signal that ends the process: the sizes are compared instead.
    private static func checkSizeLimit(_ count: Int, _ path: String) throws {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, rlim_t(count) > limit.rlim_cur else {
            return
        }
        throw LacunaError(
            .environment, path,
            "needs \(count) bytes, files of this process are limited to \(limit.rlim_cur)",
            remedy: "Raise the limit with 'ulimit -f'")
    }

    private static func isDevice(_ path: String) -> Bool {
        let type = fileType(path)
        return type == S_IFCHR || type == S_IFIFO
    }

    private static func fileType(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    private static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private static func failure(_ path: String, _ count: Int) -> LacunaError {
        let code = errno
        let remedy =
            switch code {
            case ENOSPC, EDQUOT: "Free space or choose another folder with -o"
            case EFBIG: "Raise the limit with 'ulimit -f'"
            default: nil as String?
            }
        return LacunaError(.environment, path, "cannot write \(count) bytes: \(reason(code))", remedy: remedy)
    }

    static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
