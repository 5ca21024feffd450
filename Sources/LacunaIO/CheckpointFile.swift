import LacunaArrays

/// Checkpoints on disk.
///
/// Layout (HDF5): a data set per array in the groups `float32`, `float64`, `int64`, `uint64`, each with an attribute
/// `crc32` of its shape and bytes; `contents`, the list of the data sets in order; on the file, the checkpoint's
/// attributes, `attributes_crc32`, and `lacuna_checkpoint`, the version of this layout.
public enum CheckpointFile {
    static let versionName = "lacuna_checkpoint"
    static let version: Int64 = 1
    private static let attributesChecksumName = "attributes_crc32"
    private static let checksumName = "crc32"
    private static let contentsName = "contents"
    private static let copyAgain = "The file is damaged: use an older checkpoint"

    /// Writes a checkpoint. It replaces an older one of that name only when it is whole and on disk.
    /// - Throws: `LacunaError`: a name twice, empty or with a slash; the file cannot be written. The older file stays.
    public static func write(_ checkpoint: Checkpoint, to path: String) throws {
        try HDF5File.write(to: path) { file in
            var contents: [String] = []
            func add<Element: CheckpointElement>(_ arrays: [NamedArray<Element>]) throws {
                if let name = firstDuplicate(in: arrays.map(\.name)) {
                    throw LacunaError(.name, path, "two arrays of \(Element.checkpointGroup) are called '\(name)'")
                }
                for array in arrays {
                    guard !array.name.isEmpty, array.name != ".",
                        !array.name.contains(where: { $0 == "/" || $0 == "\0" })
                    else {
                        throw LacunaError(
                            .name, path, "no array may be called \(JSONText.quoted(array.name))",
                            remedy: "Names have at least one character and no slash")
                    }
                    let name = "\(Element.checkpointGroup)/\(array.name)"
                    try file.write(array.tensor, to: name)
                    try file.setAttribute(checksumName, of: name, to: .integer(checksum(array.tensor)))
                    contents.append(name)
                }
            }
            try add(checkpoint.floats)
            try add(checkpoint.doubles)
            try add(checkpoint.integers)
            try add(checkpoint.words)
            try file.write(contents, to: contentsName)
            for name in checkpoint.attributes.keys.sorted() {
                guard name != versionName, name != attributesChecksumName, !name.isEmpty, !name.contains("\0") else {
                    throw LacunaError(.name, path, "no attribute may be called \(JSONText.quoted(name))")
                }
                let value = checkpoint.attributes[name]!
                guard !text(of: value).contains("\0") else {
                    throw LacunaError(
                        .value, path, "the attribute '\(name)' holds a zero character, which HDF5 ends texts at")
                }
                try file.setAttribute(name, to: value)
            }
            try file.setAttribute(
                attributesChecksumName, to: .integer(checksum(contents, checkpoint.attributes)))
            try file.setAttribute(versionName, to: .integer(version))
        }
    }

    /// Reads a checkpoint.
    /// - Throws: `LacunaError` (file) in one line: missing, no checkpoint, of a later version, cut short, an array
    ///   missing or not as it was written.
    public static func read(_ path: String) throws -> Checkpoint {
        try HDF5File.read(path) { file in
            guard let found = try file.attribute(versionName) else {
                throw LacunaError(.file, path, "is an HDF5 file but not a checkpoint: it has no '\(versionName)'")
            }
            guard found == .integer(version) else {
                throw LacunaError(
                    .file, path, "is a checkpoint of layout \(text(of: found)), this program reads \(version)",
                    remedy: "Use the version of lacuna that wrote it")
            }
            let contents = try file.readText(from: contentsName).storage
            var checkpoint = Checkpoint(path: path)
            for name in try file.attributeNames() where name != versionName && name != attributesChecksumName {
                checkpoint.attributes[name] = try file.attribute(name)
            }
            guard try file.attribute(attributesChecksumName) == .integer(checksum(contents, checkpoint.attributes))
            else {
                throw LacunaError(.file, path, "its attributes are not as they were written", remedy: copyAgain)
            }
            for name in contents {
                let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { throw LacunaError(.file, path, "lists the impossible array '\(name)'") }
                switch parts[0] {
                case Float.checkpointGroup: checkpoint.floats.append(try array(name, parts[1], file))
                case Double.checkpointGroup: checkpoint.doubles.append(try array(name, parts[1], file))
                case Int64.checkpointGroup: checkpoint.integers.append(try array(name, parts[1], file))
                case UInt64.checkpointGroup: checkpoint.words.append(try array(name, parts[1], file))
                default: throw LacunaError(.file, path, "lists the array '\(name)' of an unknown type")
                }
            }
            return checkpoint
        }
    }

    private static func array<Element: CheckpointElement>(
        _ name: String, _ shortName: String, _ file: HDF5File
    ) throws -> NamedArray<Element> {
        let tensor = try file.read(Element.self, from: name)
        guard try file.attribute(checksumName, of: name) == .integer(checksum(tensor)) else {
            throw LacunaError(.file, file.place(name), "is not as it was written", remedy: copyAgain)
        }
        return NamedArray(name: shortName, shape: tensor.dimensions, values: tensor.storage)
    }

    // MARK: - Checksums

    private static func checksum<Element>(_ array: Tensor<Element>) -> Int64 {
        let shape = checksum(describeShape(array.dimensions), after: 0)
        return Int64(array.storage.withUnsafeBytes { crc32(of: $0, after: shape) })
    }

    /// Of everything that is not in an array.
    private static func checksum(_ contents: [String], _ attributes: [String: HDF5Attribute]) -> Int64 {
        var sum: UInt32 = 0
        for name in contents { sum = checksum(name + "\n", after: sum) }
        for name in attributes.keys.sorted() {
            sum = checksum("\(name)\0\(text(of: attributes[name]!))\0", after: sum)
        }
        return Int64(sum)
    }

    private static func checksum(_ text: String, after start: UInt32) -> UInt32 {
        Array(text.utf8).withUnsafeBytes { crc32(of: $0, after: start) }
    }

    /// Distinct for distinct values, to the last bit.
    private static func text(of value: HDF5Attribute) -> String {
        switch value {
        case .text(let text): "text \(text)"
        case .integer(let number): "\(number)"
        case .number(let number): "bits \(number.bitPattern)"
        case .texts(let texts): "texts \(texts.map { "\($0.utf8.count) \($0)" })"
        case .integers(let numbers): "integers \(numbers)"
        case .numbers(let numbers): "bits \(numbers.map(\.bitPattern))"
        }
    }
}
