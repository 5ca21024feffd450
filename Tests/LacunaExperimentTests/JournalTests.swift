import Foundation
import LacunaArrays
import LacunaExperiment
import Testing

@Suite struct JournalTests {
    private func record(
        _ id: String, _ status: CellStatus = .done, _ metrics: [String: Double] = [:], history: [Double]? = nil
    ) -> JournalRecord {
        JournalRecord(
            id: id, algorithm: "a", point: ["snr_db": "10"], trial: 0, status: status, metrics: metrics,
            message: status == .failed ? "line \"one\"/two ø" : nil, workers: 2, history: history)
    }

    @Test func numbersReadBackToTheSameBits() async throws {
        var stream = RandomStream(key: 7)
        var numbers = (0..<2000).map { _ in Double(bitPattern: stream.next()) }.filter { !$0.isNaN }
        numbers += [0, -0.0, 1, 0.1, 1e16, 123_456_789_012_345_680]
        numbers += [.leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity]
        try await withTemporaryFolder { folder in
            let metrics = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ("m\($0)", $1) })
            let written = record("1", .done, metrics, history: numbers)
            try JournalWriter(folder: folder, header: toyHeader).append(written)
            let read = try #require(try Journal(folder: folder).records["1"])
            #expect(read.metrics.mapValues(\.bitPattern) == metrics.mapValues(\.bitPattern))
            #expect(read.history?.map(\.bitPattern) == numbers.map(\.bitPattern))
        }
    }

    @Test func allElseReadsBack() async throws {
        try await withTemporaryFolder { folder in
            let writer = try JournalWriter(folder: folder, header: toyHeader)
            for status in CellStatus.allCases { try writer.append(record("\(status)", status, ["nan": .nan])) }
            let journal = try Journal(folder: folder)
            #expect(journal.headers == [toyHeader])
            #expect(journal.unreadableLines == 0)
            for status in CellStatus.allCases {
                let read = try #require(journal.records["\(status)"])
                #expect(read.metrics["nan"]?.isNaN == true)
                #expect(read.status == status && read.message == record("", status).message && read.workers == 2)
            }
        }
    }

    /// Whatever a kill leaves of the last line is ignored, and the next run starts on a fresh line.
    @Test func tornLastLine() async throws {
        try await withTemporaryFolder { folder in
            let path: String
            do {
                let writer = try JournalWriter(folder: folder, header: toyHeader)
                try writer.append(record("1"))
                try writer.append(record("2"))
                path = writer.path
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let lastLine = try #require(whole.dropLast().lastIndex(of: 10)) + 1
            for length in lastLine + 1..<whole.count - 1 {
                try whole[..<length].write(to: URL(fileURLWithPath: path))
                #expect(Set(try Journal(folder: folder).records.keys) == ["1"])
                try JournalWriter(folder: folder, header: toyHeader).append(record("3"))
                let journal = try Journal(folder: folder)
                #expect(Set(journal.records.keys) == ["1", "3"])
                #expect(journal.unreadableLines == 1 && journal.headers.count == 2)
            }
            // All but the line feed: the record is whole, and counts.
            try whole.dropLast().write(to: URL(fileURLWithPath: path))
            try JournalWriter(folder: folder, header: toyHeader).append(record("3"))
            #expect(Set(try Journal(folder: folder).records.keys) == ["1", "2", "3"])
        }
    }

    @Test func firstResultOfAllJournalsStands() async throws {
        try await withTemporaryFolder { folder in
            let first = try JournalWriter(folder: folder, shard: 0, of: 2, header: toyHeader)
            let second = try JournalWriter(folder: folder, shard: 1, of: 2, header: toyHeader)
            try first.append(record("1", .failed))
            try first.append(record("2", .done, ["error": 1]))
            try second.append(record("1", .diverged, ["error": 2]))
            try second.append(record("2", .done, ["error": 3]))
            try second.append(record("1", .interrupted))
            let journal = try Journal(folder: folder)
            #expect(journal.records["1"]?.status == .diverged)
            #expect(journal.records["2"]?.metrics["error"] == 1)
        }
    }

    @Test func secondWriterIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let writer = try JournalWriter(folder: folder, header: toyHeader)
            let error = #expect(throws: LacunaError.self) { try JournalWriter(folder: folder, header: toyHeader) }
            #expect(error?.description.contains("another process is writing this journal") == true)
            try writer.append(record("1"))
        }
    }

    @Test func fullDevice() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/journal-0-of-1.jsonl", withDestinationPath: "/dev/full")
            let error = #expect(throws: LacunaError.self) { try JournalWriter(folder: folder, header: toyHeader) }
            #expect(error?.kind == .environment)
            #expect(
                error?.description.contains("journal-0-of-1.jsonl: cannot write the journal (No space left") == true)
        }
    }

    @Test func missingFolder() {
        #expect(throws: LacunaError.self) { try Journal(folder: "/nonexistent/folder") }
        let error = #expect(throws: LacunaError.self) {
            try JournalWriter(folder: "/nonexistent/folder", header: toyHeader)
        }
        #expect(error?.description.contains("No such file or directory") == true)
    }

    /// Journals from before the build was recorded.
    @Test func aHeaderWithoutABuildIsRead() async throws {
        try await withTemporaryFolder { folder in
            let line = #"{"schema":1,"scenario":"a","scenarioText":"","machine":"m","workers":1,"started":""}"#
            try Data(line.utf8).write(to: URL(fileURLWithPath: folder + "/journal-0-of-1.jsonl"))
            let journal = try Journal(folder: folder)
            #expect(journal.headers.map(\.machine) == ["m"] && journal.headers[0].build == nil)
            #expect(journal.unreadableLines == 0)
        }
    }

    @Test func newerSchemaIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let line = #"{"schema":99,"scenario":"","scenarioText":"","machine":"","workers":1,"started":""}"#
            try Data(line.utf8).write(to: URL(fileURLWithPath: folder + "/journal-0-of-1.jsonl"))
            let error = #expect(throws: LacunaError.self) { try Journal(folder: folder) }
            #expect(error?.description.contains("journal schema 99") == true)
        }
    }
}
