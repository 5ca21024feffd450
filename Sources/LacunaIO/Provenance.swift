import Foundation
import LacunaArrays

/// Where a result comes from: with it alone the experiment runs again, and its times can be judged.
///
/// The host is described by its class (system, processor, cores, memory), never by its name.
public struct Provenance: Hashable, Sendable {
    /// Of the scenario, or of the problem file that was solved.
    public var name: String
    /// The complete YAML after profile and overrides; empty where there is none.
    public var scenario: String
    public var command: String
    public var seed: UInt64
    /// ISO 8601, UTC.
    public var started: String
    public var finished: String
    /// "Linux x86_64, 2 cores, 8 GB".
    public var hostClass: String
    public var cpu: String
    /// Threads of one cell's linear algebra.
    public var threads: Int
    /// The linear-algebra library with the kernel it chose for this processor.
    public var blas: String
    /// Version by component: os, kernel, hdf5.
    public var versions: [String: String]
    /// nil where the program does not run from a checkout.
    public var gitRevision: String?
    public var lacunaVersion: String

    /// Describes this process on this machine, now.
    /// - Parameters:
    ///   - blas: what `LacunaArrays` says of its linear algebra.
    ///   - command: the words of the command line, program first; nil: this process's own.
    public static func collect(
        name: String, scenario: String = "", seed: UInt64 = 0, started: Date, finished: Date = Date(), threads: Int = 1,
        blas: String, lacunaVersion: String, command: [String]? = nil
    ) -> Provenance {
        let process = ProcessInfo.processInfo
        let memory = (Double(process.physicalMemory) / 1e9).rounded()
        let words = command ?? ["lacuna"] + process.arguments.dropFirst()
        return Provenance(
            name: name, scenario: scenario, command: words.map(quotedForShell).joined(separator: " "), seed: seed,
            started: timestamp(started), finished: timestamp(finished),
            hostClass: "Linux \(machine), \(process.processorCount) cores, \(Int(memory)) GB", cpu: cpuModel,
            threads: threads, blas: blas, versions: versions, gitRevision: gitRevision(),
            lacunaVersion: lacunaVersion)
    }

    static func timestamp(_ date: Date) -> String { date.formatted(.iso8601) }

    /// A word as a POSIX shell reads it back.
    public static func quotedForShell(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:=,+@%".utf8.contains(byte)
            }
        }
        if plain, !word.isEmpty { return word }
        return "'" + word.replacingOccurrences(of: "'", with: #"'\''"#) + "'"
    }

    private static var machine: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "unknown" }
        return text(of: names.machine)
    }

    private static func text<Bytes>(of bytes: Bytes) -> String {
        withUnsafeBytes(of: bytes) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// "AMD EPYC 7543 32-Core Processor", from /proc/cpuinfo; the architecture where that says nothing.
    public static var cpuModel: String {
        let lines = ((try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "").split(separator: "\n")
        for key in ["model name", "Model", "Hardware"] {
            for line in lines where line.hasPrefix(key) {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { return parts[1].trimmingCharacters(in: .whitespaces) }
            }
        }
        return machine
    }

    private static var versions: [String: String] {
        var versions: [String: String] = ["os": ProcessInfo.processInfo.operatingSystemVersionString]
        var names = utsname()
        if uname(&names) == 0 { versions["kernel"] = text(of: names.release) }
        versions["hdf5"] = try? HDF5File.libraryVersion
        return versions
    }

    /// The commit that is checked out around the running program, read from the `.git` folder itself.
    public static func gitRevision(near program: String = "/proc/self/exe") -> String? {
        var folder = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
        func read(_ url: URL) -> String? {
            (try? String(contentsOf: url, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        while folder.path != "/" {
            let git = folder.appendingPathComponent(".git")
            if let head = read(git.appendingPathComponent("HEAD")) {
                guard head.hasPrefix("ref: ") else { return head }
                let reference = String(head.dropFirst("ref: ".count))
                if let revision = read(git.appendingPathComponent(reference)) { return revision }
                let packed = read(git.appendingPathComponent("packed-refs"))?.split(separator: "\n") ?? []
                return packed.first { $0.hasSuffix(" " + reference) }?.split(separator: " ").first.map(String.init)
            }
            folder.deleteLastPathComponent()
        }
        return nil
    }
}

extension Provenance {
    /// Writes each entry as an attribute of the file.
    func write(to file: HDF5File) throws {
        let texts = [
            ("name", name), ("scenario", scenario), ("command", command), ("started", started), ("finished", finished),
            ("host_class", hostClass), ("cpu", cpu), ("blas", blas), ("git_revision", gitRevision ?? ""),
            ("lacuna_version", lacunaVersion),
            ("versions", versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "; ")),
            // As text, because half of the seeds do not fit into the signed integers of HDF5 readers.
            ("seed", String(seed)),
        ]
        for (name, text) in texts { try file.setAttribute(name, to: .text(text)) }
        try file.setAttribute("threads", to: .integer(Int64(threads)))
    }

    init(readingFrom file: HDF5File) throws {
        func text(_ name: String) throws -> String { try file.attribute(name)?.asText ?? "" }
        var versions: [String: String] = [:]
        for entry in try text("versions").components(separatedBy: "; ") {
            let words = entry.split(separator: " ", maxSplits: 1)
            if words.count == 2 { versions[String(words[0])] = String(words[1]) }
        }
        let revision = try text("git_revision")
        let threads = try file.attribute("threads")?.asNumber ?? 1
        self.init(
            name: try text("name"), scenario: try text("scenario"), command: try text("command"),
            seed: UInt64(try text("seed")) ?? 0, started: try text("started"), finished: try text("finished"),
            hostClass: try text("host_class"), cpu: try text("cpu"), threads: Int(exactly: threads) ?? 1,
            blas: try text("blas"), versions: versions, gitRevision: revision.isEmpty ? nil : revision,
            lacunaVersion: try text("lacuna_version"))
    }
}
