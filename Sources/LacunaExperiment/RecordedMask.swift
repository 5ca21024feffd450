/// Which entries of an array an estimate keeps, as a journal stores it: by the lengths of runs, short where few entries or whole stretches stay.
public struct RecordedMask: Hashable, Sendable {
    /// "fc1.weight".
    public let array: String
    public let rows: Int
    public let columns: Int
    /// Row by row: entries left out, kept, left out, …, beginning with those left out (0 if the first is kept). They sum to rows × columns.
    public let runs: [Int]

    /// Precondition: `kept` has rows × columns entries, row by row.
    public init(array: String, rows: Int, columns: Int, kept: [Bool]) {
        precondition(kept.count == rows * columns, "\(kept.count) entries for \(rows)×\(columns)")
        var runs = [0], last = false
        for entry in kept {
            if entry != last { runs.append(0) }
            runs[runs.count - 1] += 1
            last = entry
        }
        self.array = array
        self.rows = rows
        self.columns = columns
        self.runs = runs
    }

    /// Row by row.
    public var kept: [Bool] { runs.indices.flatMap { Array(repeating: $0 % 2 == 1, count: runs[$0]) } }

    /// Entries kept over all entries; 0 for an empty array.
    public var density: Double {
        guard rows * columns > 0 else { return 0 }
        let kept = runs.indices.reduce(0) { $0 + ($1 % 2 == 1 ? runs[$1] : 0) }
        return Double(kept) / Double(rows * columns)
    }
}

extension RecordedMask: Codable {
    private enum Key: String, CodingKey { case array, rows, columns, runs }

    /// Refuses runs that do not make up the array.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        array = try container.decode(String.self, forKey: .array)
        rows = try container.decode(Int.self, forKey: .rows)
        columns = try container.decode(Int.self, forKey: .columns)
        runs = try container.decode([Int].self, forKey: .runs)
        let (count, isTooLarge) = rows.multipliedReportingOverflow(by: columns)
        var left = count
        guard rows >= 0, columns >= 0, !isTooLarge,
            runs.allSatisfy({ run in
                guard 0...left ~= run else { return false }
                left -= run
                return true
            }), left == 0
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .runs, in: container,
                debugDescription: "the runs of '\(array)' do not make up \(rows)×\(columns)")
        }
    }
}
