import Foundation
import LacunaArrays

extension ImageDataSet {
    public enum FileState: Hashable, Sendable {
        case missing
        /// Size and checksum are the authors'.
        case verified
        /// The size is the authors'; no checksum of this file is published.
        case sizeOnly
        case wrongSize(found: Int, expected: Int)
        case wrongChecksum(found: String, expected: String)

        public var isWrong: Bool {
            switch self {
            case .missing, .verified, .sizeOnly: false
            case .wrongSize, .wrongChecksum: true
            }
        }
    }

    public struct FileCheck: Sendable {
        /// As it lies there; the plain name if it does not.
        public let name: String
        /// What is expected of it.
        public let expected: Fingerprint
        public let state: FileState
    }

    /// Holds every file against the sizes and checksums of its authors; an archive that lies beside them too.
    /// - Throws: `LacunaError` for a file that cannot be read, or if `md5sum` is not there.
    public func check(in folder: DataFolder) throws -> [FileCheck] {
        let place = folder.folder(of: self)
        var checks = try files.map { file in
            guard let path = place.flatMap({ file.path(in: $0) }) else {
                return FileCheck(name: file.name, expected: file.packed ?? file.plain, state: .missing)
            }
            return try file.check(path)
        }
        if let archive, let path = place.flatMap({ archive.path(in: $0) }) { checks.append(try archive.check(path)) }
        return checks
    }
}

extension ImageDataSet.File {
    fileprivate func check(_ path: String) throws -> ImageDataSet.FileCheck {
        let isPacked = path.hasSuffix(".gz") && !name.hasSuffix(".gz")
        let expected = isPacked ? packed ?? plain : plain
        return ImageDataSet.FileCheck(
            name: (path as NSString).lastPathComponent, expected: expected, state: try state(of: path, expected))
    }

    private func state(of path: String, _ expected: ImageDataSet.Fingerprint) throws -> ImageDataSet.FileState {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
        guard size == expected.bytes else { return .wrongSize(found: size, expected: expected.bytes) }
        guard let checksum = expected.md5 else { return .sizeOnly }
        let found = try MD5Sum.of(path)
        return found == checksum ? .verified : .wrongChecksum(found: found, expected: checksum)
    }
}

/// MD5, because that is what the data sets' authors publish; it tells a damaged file, not a forged one.
///
/// By the `md5sum` of the GNU core utilities, which every Debian and Ubuntu has: no library for four files, and no hash
/// of our own to keep right.
enum MD5Sum {
    /// 32 hexadecimal digits.
    static func of(_ path: String) throws -> String {
        guard let input = FileHandle(forReadingAtPath: path) else {
            throw LacunaError(.file, path, "cannot be read", remedy: "Check its permissions")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["md5sum"]
        // By its standard input: file names with a line feed or a backslash are printed in another form.
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let failure = LacunaError(
            .environment, "md5sum", "cannot check \(path)", remedy: "Install it with: apt-get install coreutils")
        do { try process.run() } catch { throw failure }
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let sum = String(printed.prefix { $0.isHexDigit })
        guard process.terminationReason == .exit, process.terminationStatus == 0, sum.count == 32 else { throw failure }
        return sum
    }
}
