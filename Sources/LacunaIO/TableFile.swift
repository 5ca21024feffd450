import LacunaArrays
import LacunaExperiment

/// Columns of numbers under names: a text file with a header, fields between commas, semicolons or tabs, whichever the header has.
///
/// Or an HDF5 file: a data set of one axis is a column of its name, one of two axes (rows × k) is k columns with numbers behind the name.
///
/// Empty fields, `nan` and `NA` are missing numbers: NaN. Lines that are empty or begin with # are left out.
public struct TableFile: Sendable {
    public let path: String
    public let names: [String]
    /// One per name, all of one length.
    public let columns: [[Double]]
    /// The line of the file that each row is from, counted from 1.
    public let lines: [Int]

    public var rowCount: Int { lines.count }

    /// - Throws: `LacunaError` (file) in one line: missing, no header, a name twice, a row of another length, a field that is no number.
    public static func read(_ path: String) throws -> TableFile {
        // A byte-order mark, as of spreadsheets, is no part of the first name.
        let bytes = try InputFile.read(path)
        if bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) { return try TableFile(hdf5: path) }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = String(decoding: bytes.starts(with: mark) ? bytes[3...] : bytes[...], as: UTF8.self)
        return try TableFile(text: text, path: path)
    }

    private init(hdf5 path: String) throws {
        (names, columns) = try HDF5File.read(path) { file in
            var names: [String] = [], columns: [[Double]] = []
            for name in try file.names() where try !file.isGroup(name) {
                guard try Double.canRead(file.kind(of: name)) else { continue }
                let array = try file.read(Double.self, from: name)
                switch array.dimensions.count {
                case 1:
                    names.append(name)
                    columns.append(array.storage)
                case 2:
                    let count = array.dimensions[1]
                    for column in 0..<count {
                        names.append("\(name)\(column + 1)")
                        columns.append(
                            stride(from: column, to: array.storage.count, by: count).map { array.storage[$0] })
                    }
                default: continue
                }
            }
            return (names, columns)
        }
        let counts = Set(columns.map(\.count))
        guard let count = counts.first, counts.count == 1, count > 0 else {
            let sizes = zip(names, columns).map { "\($0): \($1.count)" }.joined(separator: ", ")
            throw LacunaError(
                .file, path, "has no columns of one length (\(sizes.isEmpty ? "no data set of numbers" : sizes))",
                remedy: "Keep times, states and inputs as data sets with a row for each sample")
        }
        self.path = path
        lines = Array(1...count)
    }

    init(text: String, path: String) throws {
        var header: (names: [String], separator: Character)?
        var columns: [[Double]] = [], lines: [Int] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = Self.trimmed(line)
            guard !content.isEmpty, !content.hasPrefix("#") else { continue }
            func refuse(_ problem: String, _ remedy: String? = nil) -> LacunaError {
                LacunaError(.file, "\(path), line \(index + 1)", problem, remedy: remedy)
            }
            guard let (names, separator) = header else {
                let separator = ([Character]("\t;,")).first(where: content.contains) ?? ","
                let names = Self.fields(content, separator)
                guard names.allSatisfy({ !$0.isEmpty && Double($0) == nil }) else {
                    throw refuse(
                        "a header is expected, a name for every column",
                        "Put the names of the columns in the first line, not behind a #")
                }
                if let twice = firstDuplicate(in: names) { throw refuse("two columns are called '\(twice)'") }
                header = (names, separator)
                columns = names.map { _ in [] }
                continue
            }
            // Of the whole line: a tab at its end is an empty field.
            let fields = Self.fields(String(line), separator)
            guard fields.count == names.count else {
                throw refuse("\(fields.count) fields, the header has \(names.count)")
            }
            for (column, field) in fields.enumerated() {
                let isMissing = field.isEmpty || ["nan", "na"].contains(field.lowercased())
                guard let value = isMissing ? .nan : Double(field) else {
                    throw refuse(
                        "'\(field)' under '\(names[column])' is no number", "Missing ones are empty, nan or NA")
                }
                columns[column].append(value)
            }
            lines.append(index + 1)
        }
        guard let header else { throw LacunaError(.file, path, "is empty, a header and rows of numbers are expected") }
        guard !lines.isEmpty else { throw LacunaError(.file, path, "has a header and no rows") }
        self.path = path
        names = header.names
        self.columns = columns
        self.lines = lines
    }

    /// - Throws: `LacunaError` (file) with the nearest name for one that is not there.
    public func column(_ name: String) throws -> [Double] {
        guard let index = names.firstIndex(of: name) else {
            throw LacunaError(
                .file, path, "has no column '\(name)'", remedy: knownNamesRemedy(for: name, among: names))
        }
        return columns[index]
    }

    /// Fields without the blanks and quotes around them.
    private static func fields(_ line: String, _ separator: Character) -> [String] {
        var fields = [""], isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == separator && !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
        }
        return fields.map { trimmed($0) }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
