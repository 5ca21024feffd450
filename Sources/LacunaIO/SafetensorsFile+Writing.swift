import LacunaArrays

extension SafetensorsFile {
    /// Writes arrays as F64 and F32. Within the file the wider type comes first and the header is padded with spaces, so
    /// that every array lies at a multiple of its element's size; arrays of one type keep their order.
    /// - Throws: `LacunaError`: a name twice or reserved; the file cannot be written.
    public static func write(
        _ floats: [NamedArray<Float>], doubles: [NamedArray<Double>] = [], metadata: [String: String] = [:],
        to path: String
    ) throws {
        let bytes = try encode(floats, doubles: doubles, metadata: metadata, path: path)
        try bytes.withUnsafeBytes { try OutputFile.write($0, to: path) }
    }

    static func encode(
        _ floats: [NamedArray<Float>], doubles: [NamedArray<Double>] = [], metadata: [String: String] = [:],
        path: String
    ) throws -> [UInt8] {
        let names = doubles.map(\.name) + floats.map(\.name)
        if let name = firstDuplicate(in: names) {
            throw LacunaError(.name, path, "two arrays are called '\(name)'")
        }
        if names.contains(SafetensorsHeader.metadataName) {
            throw LacunaError(.name, path, "no array may be called '\(SafetensorsHeader.metadataName)'")
        }
        var members: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map {
                JSONText.quoted($0.key) + ":" + JSONText.quoted($0.value)
            }
            members.append("\"\(SafetensorsHeader.metadataName)\":{\(texts.joined(separator: ","))}")
        }
        var position = 0
        func add<Element>(_ array: NamedArray<Element>, _ type: SafetensorsType) {
            let end = position + array.values.count * type.size
            let shape = array.shape.map(String.init).joined(separator: ",")
            members.append(
                """
                \(JSONText.quoted(array.name)):{"dtype":"\(type.rawValue)","shape":[\(shape)],"data_offsets":[\(position),\(end)]}
                """)
            position = end
        }
        for array in doubles { add(array, .f64) }
        for array in floats { add(array, .f32) }
        var header = Array("{\(members.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + position)
        append([UInt64(header.count)], to: &bytes)
        bytes.append(contentsOf: header)
        for array in doubles { append(array.values.map(\.bitPattern), to: &bytes) }
        for array in floats { append(array.values.map(\.bitPattern), to: &bytes) }
        return bytes
    }

    private static func append<Word: FixedWidthInteger>(_ words: [Word], to bytes: inout [UInt8]) {
        words.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}
