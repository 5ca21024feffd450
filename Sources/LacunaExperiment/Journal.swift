import Foundation
import LacunaArrays

/// What the journals of an output folder hold together: the cells that are finished, from all runs and shards.
///
/// The files are JSON Lines, `journal-<shard>-of-<shards>.jsonl`, one line per finished cell and a header line per run.
public struct Journal: Sendable {
    public private(set) var headers: [JournalHeader] = []
    /// Cell id -> its record. Of several records the first result stands; without a result the last record.
    public private(set) var records: [String: JournalRecord] = [:]
    /// Lines that are no record: a line torn by a kill is one. They are ignored; their cells run again.
    public private(set) var unreadableLines = 0

    /// An empty journal: a run's start.
    public init() {}

    /// Reads and merges all journals in the folder, in the order of their names.
    /// - Throws: `LacunaError` if the folder or a journal cannot be read, or a newer version wrote it.
    public init(folder: String) throws {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw LacunaError(
                .file, folder, "cannot list the folder (\(systemMessage(of: error)))",
                remedy: "Give the output folder of a run")
        }
        for name in names.sorted() where name.hasPrefix("journal-") && name.hasSuffix(".jsonl") {
            try read(file: folder + "/" + name)
        }
    }

    mutating func read(file: String) throws {
        let decoder = JournalLine.decoder
        for line in try readFile(file).split(separator: UInt8(ascii: "\n")) {
            if let record = try? decoder.decode(JournalRecord.self, from: line) {
                add(record)
            } else if let header = try? decoder.decode(JournalHeader.self, from: line) {
                guard header.schema <= JournalHeader.currentSchema else {
                    throw LacunaError(
                        .file, file,
                        "journal schema \(header.schema); this version reads up to \(JournalHeader.currentSchema)",
                        remedy: "Use the version of lacuna that wrote it")
                }
                headers.append(header)
            } else {
                unreadableLines += 1
            }
        }
    }

    /// Adds a record by the rule of `records`.
    public mutating func add(_ record: JournalRecord) {
        if records[record.id]?.status.isResult != true { records[record.id] = record }
    }
}

/// How a line is spelled: numbers as the shortest decimal that reads back to the same bits, non-finite ones as texts.
enum JournalLine {
    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
