import LacunaArrays

extension SafetensorsFile {
    /// Reads a whole file.
    /// - Throws: `LacunaError` (file) in one line: missing, cut short, too long, a wrong header, an unknown type, arrays
    ///   that overlap, leave gaps or do not have the bytes of their shape.
    public static func read(_ path: String) throws -> SafetensorsFile {
        try decode(try InputFile.read(path), path: path)
    }

    static func decode(_ bytes: [UInt8], path: String) throws -> SafetensorsFile {
        func wrong(_ problem: String, remedy: String? = nil) -> LacunaError {
            LacunaError(.file, path, problem, remedy: remedy)
        }
        guard bytes.count >= 8 else {
            throw wrong("is cut short: \(bytes.count) bytes, a safetensors file begins with 8 bytes of header length")
        }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
        guard length <= maximumHeader else {
            throw wrong(
                "is not a safetensors file: it states a header of \(length) bytes, at most \(maximumHeader) are allowed"
            )
        }
        guard length <= bytes.count - 8 else {
            throw wrong(
                "is cut short: the header takes \(length) bytes, \(bytes.count - 8) follow its length",
                remedy: copyAgain)
        }
        let start = 8 + Int(length)
        let header = try SafetensorsHeader(bytes[8..<start], path: path)
        var position = 0
        var entries: [Entry] = []
        for member in header.members {
            let place = "\(path): \(member.name)"
            guard let type = SafetensorsType(rawValue: member.type) else {
                let known = SafetensorsType.allCases.map(\.rawValue).joined(separator: ", ")
                throw LacunaError(.file, place, "is of type '\(member.type)', which is not read. Read are \(known)")
            }
            guard member.begin == position else {
                throw LacunaError(
                    .file, place,
                    "begins at byte \(member.begin) of the data, \(position) is expected: arrays follow each other without gap or overlap"
                )
            }
            guard let size = byteCount(member.shape, type.size) else {
                throw LacunaError(.file, place, "states the impossible shape \(describeShape(member.shape))")
            }
            guard member.end - member.begin == size else {
                throw LacunaError(
                    .file, place,
                    "has \(member.end - member.begin) bytes, its shape \(describeShape(member.shape)) of \(type.rawValue) takes \(size)"
                )
            }
            guard member.end <= bytes.count - start else {
                throw LacunaError(
                    .file, place,
                    "ends at byte \(member.end) of the data, the file has \(bytes.count - start) (\(member.end - bytes.count + start) missing)",
                    remedy: copyAgain)
            }
            let values = try bytes[start + member.begin..<start + member.end].withUnsafeBytes {
                try type.values($0, place: place)
            }
            entries.append(Entry(name: member.name, type: member.type, shape: member.shape, values: values))
            position = member.end
        }
        guard position == bytes.count - start else {
            throw wrong(
                "has \(bytes.count - start) bytes of data, its arrays take \(position) (\(bytes.count - start - position) too many)"
            )
        }
        return SafetensorsFile(path: path, entries: entries, metadata: header.metadata)
    }

    /// The reference implementation's limit.
    private static let maximumHeader = 100_000_000
    private static let copyAgain = "Copy or download the file again"

    /// Nil where the product exceeds an Int.
    private static func byteCount(_ shape: [Int], _ size: Int) -> Int? {
        var bytes = size
        for axis in shape {
            let product = bytes.multipliedReportingOverflow(by: axis)
            if product.overflow { return nil }
            bytes = product.partialValue
        }
        return bytes
    }
}

/// The element types that are read.
enum SafetensorsType: String, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u64 = "U64"
    case u32 = "U32"
    case u16 = "U16"
    case u8 = "U8"
    case bool = "BOOL"

    /// Bytes of an element.
    var size: Int {
        switch self {
        case .f64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool: 1
        }
    }

    func values(_ bytes: UnsafeRawBufferPointer, place: String) throws -> SafetensorsFile.Values {
        switch self {
        case .f64: return .doubles(words(bytes).map { Double(bitPattern: $0) })
        case .f32: return .floats(words(bytes).map { Float(bitPattern: $0) })
        case .f16: return .floats(words(bytes).map { Float(Float16(bitPattern: $0)) })
        // The upper half of a Float.
        case .bf16: return .floats(words(bytes).map { (word: UInt16) in Float(bitPattern: UInt32(word) << 16) })
        case .i64: return .integers(words(bytes))
        case .i32: return .integers(words(bytes).map { (word: Int32) in Int64(word) })
        case .i16: return .integers(words(bytes).map { (word: Int16) in Int64(word) })
        case .i8: return .integers(words(bytes).map { (word: Int8) in Int64(word) })
        case .u32: return .integers(words(bytes).map { (word: UInt32) in Int64(word) })
        case .u16: return .integers(words(bytes).map { (word: UInt16) in Int64(word) })
        case .u8, .bool: return .bytes(Array(bytes))
        case .u64:
            let numbers: [UInt64] = words(bytes)
            return .integers(
                try numbers.map { number in
                    guard let number = Int64(exactly: number) else {
                        throw LacunaError(.file, place, "holds \(number), more than \(Int64.max)")
                    }
                    return number
                })
        }
    }

    /// Little-endian words at any alignment.
    private func words<Word: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) -> [Word] {
        let size = MemoryLayout<Word>.size
        return (0..<bytes.count / size).map {
            Word(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Word.self))
        }
    }
}
