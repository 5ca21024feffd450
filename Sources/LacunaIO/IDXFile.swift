import LacunaArrays

/// IDX files, the form of MNIST and Fashion-MNIST: arrays of unsigned bytes, plain or packed with gzip.
///
/// Layout: bytes 0, 0, element type (0x08: unsigned byte), number of axes; each axis' size as a big-endian 32-bit
/// integer; the elements, last index fastest. Source: Y. LeCun, C. Cortes, C. J. C. Burges, the MNIST database's page.
public enum IDXFile {
    /// Reads an array; a gzip stream is recognised by its first bytes, whatever the file is called.
    /// - Throws: `LacunaError` (file) in one line: missing, no IDX, another element type, cut short, too long, damaged.
    public static func read(_ path: String) throws -> Tensor<UInt8> {
        let bytes = try InputFile.read(path)
        return try decode(Gzip.isGzip(bytes) ? Gzip.unpacked(bytes, place: path) : bytes, place: path)
    }

    /// Writes an array, packed where `path` ends in ".gz"; the file appears whole or not at all.
    /// - Throws: `LacunaError`: an axis too long for the format; the file cannot be written.
    public static func write(_ array: Tensor<UInt8>, to path: String) throws {
        let bytes = try encode(array, place: path)
        let contents = path.hasSuffix(".gz") ? try Gzip.packed(bytes, place: path) : bytes
        try contents.withUnsafeBytes { try OutputFile.write($0, to: path) }
    }

    static func decode(_ bytes: [UInt8], place: String) throws -> Tensor<UInt8> {
        func wrong(_ problem: String, remedy: String? = nil) -> LacunaError {
            LacunaError(.file, place, problem, remedy: remedy)
        }
        guard bytes.count >= 4 else {
            throw wrong("is cut short: \(bytes.count) bytes, an IDX file begins with 4 bytes of magic")
        }
        guard bytes[0] == 0, bytes[1] == 0, let type = typeNames[bytes[2]] else {
            let found = bytes[..<4].map(hexadecimal).joined(separator: " ")
            throw wrong("is not an IDX file: it begins with \(found), 00 00 08 is expected")
        }
        guard bytes[2] == unsignedByte else {
            throw wrong("holds IDX elements of type \(type), unsigned bytes are read")
        }
        let axes = Int(bytes[3])
        guard (1...maximumAxes).contains(axes) else {
            throw wrong("has \(axes) axes, 1 to \(maximumAxes) are expected")
        }
        let header = 4 + 4 * axes
        guard bytes.count >= header else {
            throw wrong("is cut short: the header of \(axes) axes takes \(header) bytes, the file has \(bytes.count)")
        }
        let dimensions = (0..<axes).map { axis in
            bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
        }
        var count = 1
        for size in dimensions {
            let product = count.multipliedReportingOverflow(by: size)
            guard !product.overflow else { throw wrong("states impossible sizes: \(describeShape(dimensions))") }
            count = product.partialValue
        }
        let found = bytes.count - header
        guard found == count else {
            let difference = found < count ? "\(count - found) missing" : "\(found - count) too many"
            throw wrong(
                "\(describeShape(dimensions)) elements take \(count) bytes after the header, found \(found) (\(difference))",
                remedy: "Copy or download the file again")
        }
        return Tensor(dimensions: dimensions, storage: Array(bytes[header...]))
    }

    static func encode(_ array: Tensor<UInt8>, place: String) throws -> [UInt8] {
        guard (1...maximumAxes).contains(array.dimensions.count),
            array.dimensions.allSatisfy({ UInt32(exactly: $0) != nil })
        else {
            throw LacunaError(.shape, place, "IDX files hold no array of \(describeShape(array.dimensions)) elements")
        }
        var bytes: [UInt8] = [0, 0, unsignedByte, UInt8(array.dimensions.count)]
        for size in array.dimensions {
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: size >> shift)) }
        }
        bytes.append(contentsOf: array.storage)
        return bytes
    }

    private static let unsignedByte: UInt8 = 0x08
    /// As many as data sets have; a damaged file may claim 255.
    private static let maximumAxes = 8
    private static let typeNames: [UInt8: String] = [
        0x08: "unsigned byte", 0x09: "signed byte", 0x0B: "16-bit integer", 0x0C: "32-bit integer", 0x0D: "float",
        0x0E: "double",
    ]

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
