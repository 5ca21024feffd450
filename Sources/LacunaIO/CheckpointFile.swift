import LacunaArrays

/// Checkpoints on disk.
///
/// Layout: an HDF5 file with a data set per array in the groups `float32`, `float64`, `int64`, `uint64`; `contents`, the
/// list of the data sets in order; on the file, the checkpoint's attributes and `lacuna_checkpoint`, the version of this
/// layout. Behind it, where HDF5 does not look, 16 characters: a mark and the CRC-32 of all bytes before.
///
/// The checksum is looked at first: HDF5 returns numbers that a fault of the disk has changed, and can be caught in an
/// endless loop by one changed byte of its own tables.
public enum CheckpointFile {
    static let versionName = "lacuna_checkpoint"
    static let version: Int64 = 1
    private static let contentsName = "contents"
    private static let mark = Array("LACUNAck".utf8)

    /// Writes a checkpoint. It replaces an older one of that name only when it is whole and on disk.
    /// - Throws: `LacunaError`: a name twice, empty or with a slash; the file cannot be written. The older file stays.
    public static func write(_ checkpoint: Checkpoint, to path: String) throws {
        var bytes = try HDF5File.image(of: path) { file in
            var contents: [String] = []
            try add(checkpoint.floats, to: file, &contents)
            try add(checkpoint.doubles, to: file, &contents)
            try add(checkpoint.integers, to: file, &contents)
            try add(checkpoint.words, to: file, &contents)
            try file.write(contents, to: contentsName)
            for (name, value) in checkpoint.attributes.sorted(by: { $0.key < $1.key }) {
                guard name != versionName, !name.isEmpty, !name.contains("\0") else {
                    throw LacunaError(.name, path, "no attribute may be called \(JSONText.quoted(name))")
                }
                guard !texts(of: value).contains(where: { $0.contains("\0") }) else {
                    throw LacunaError(
                        .value, path, "the attribute '\(name)' holds a zero character, at which HDF5 ends texts")
                }
                try file.setAttribute(name, to: value)
            }
            try file.setAttribute(versionName, to: .integer(version))
        }
        bytes += mark + checksum(of: bytes[...])
        try bytes.withUnsafeBytes { try OutputFile.write($0, to: path) }
    }

    /// Reads a checkpoint.
    /// - Throws: `LacunaError` (file) in one line: missing, no checkpoint, cut short, damaged, of a later version.
    public static func read(_ path: String) throws -> Checkpoint {
        try checkWhole(path)
        return try HDF5File.read(path) { file in
            let found = try file.attribute(versionName)
            guard found == .integer(version) else {
                let layout = if case .integer(let number)? = found { "\(number)" } else { "unknown" }
                throw LacunaError(
                    .file, path, "is a checkpoint of layout \(layout), this program reads \(version)",
                    remedy: "Use the version of lacuna that wrote it")
            }
            var checkpoint = Checkpoint(path: path)
            for name in try file.attributeNames() where name != versionName {
                checkpoint.attributes[name] = try file.attribute(name)
            }
            for name in try file.readText(from: contentsName).storage {
                let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
                switch parts.count == 2 ? parts[0] : nil {
                case Float.checkpointGroup?: checkpoint.floats.append(try array(name, parts[1], file))
                case Double.checkpointGroup?: checkpoint.doubles.append(try array(name, parts[1], file))
                case Int64.checkpointGroup?: checkpoint.integers.append(try array(name, parts[1], file))
                case UInt64.checkpointGroup?: checkpoint.words.append(try array(name, parts[1], file))
                default: throw LacunaError(.file, path, "lists the array '\(name)' of an unknown type")
                }
            }
            return checkpoint
        }
    }

    private static func add<Element: CheckpointElement>(
        _ arrays: [NamedArray<Element>], to file: HDF5File, _ contents: inout [String]
    ) throws {
        if let name = firstDuplicate(in: arrays.map(\.name)) {
            throw LacunaError(.name, file.path, "two arrays of \(Element.checkpointGroup) are called '\(name)'")
        }
        for array in arrays {
            guard !array.name.isEmpty, array.name != ".", !array.name.contains(where: { $0 == "/" || $0 == "\0" })
            else {
                throw LacunaError(
                    .name, file.path, "no array may be called \(JSONText.quoted(array.name))",
                    remedy: "Names have at least one character and no slash")
            }
            contents.append("\(Element.checkpointGroup)/\(array.name)")
            try file.write(array.tensor, to: contents[contents.count - 1])
        }
    }

    private static func array<Element: CheckpointElement>(
        _ name: String, _ shortName: String, _ file: HDF5File
    ) throws -> NamedArray<Element> {
        let tensor = try file.read(Element.self, from: name)
        return NamedArray(name: shortName, shape: tensor.dimensions, values: tensor.storage)
    }

    private static func texts(of value: HDF5Attribute) -> [String] {
        switch value {
        case .text(let text): [text]
        case .texts(let texts): texts
        case .integer, .integers, .number, .numbers: []
        }
    }

    /// Whether the file ends as checkpoints do and no byte has changed.
    private static func checkWhole(_ path: String) throws {
        let bytes = try InputFile.read(path)
        let content = bytes.dropLast(mark.count + 8)
        guard bytes[content.endIndex...].starts(with: mark) else {
            throw LacunaError(
                .file, path, "is not a whole checkpoint: the checksum at its end is missing",
                remedy: "It is cut short, changed by another program, or not a checkpoint: use an older one")
        }
        guard bytes.suffix(8).elementsEqual(checksum(of: content)) else {
            throw LacunaError(
                .file, path, "is damaged: its checksum is not that of its bytes", remedy: "Use an older one")
        }
    }

    /// Eight hexadecimal digits.
    private static func checksum(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        let digits = String(bytes.withUnsafeBytes { crc32(of: $0) }, radix: 16)
        return Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
    }
}
