import LacunaArrays
import LacunaExperiment

/// A safetensors file: named arrays without code, the form in which weights of networks are passed on.
///
/// Layout: length N of the header (64 bits, little-endian); N bytes of JSON {name: {"dtype", "shape", "data_offsets":
/// [begin, end]}, "__metadata__": {text: text}}; the arrays' bytes, little-endian, row-major, without gaps.
/// Source: the format's description in github.com/huggingface/safetensors.
public struct SafetensorsFile: Sendable {
    /// The numbers of an array, in the smallest of our types that holds them exactly.
    public enum Values: Hashable, Sendable {
        /// F32, F16 and BF16.
        case floats([Float])
        /// F64.
        case doubles([Double])
        /// I8 to I64, U16, U32, and U64 where it fits.
        case integers([Int64])
        /// U8 and BOOL.
        case bytes([UInt8])
    }

    public struct Entry: Hashable, Sendable {
        public let name: String
        /// As in the file: "F32", "BF16".
        public let type: String
        public let shape: [Int]
        public let values: Values
    }

    /// The file's name, for messages.
    public let path: String
    /// In the order of their bytes.
    public let entries: [Entry]
    public let metadata: [String: String]

    /// The array of that name as Float: F32, F16 or BF16.
    /// - Throws: `LacunaError` (file): there is none, of another type, or of another shape than `shape`.
    public func floats(_ name: String, shape: [Int]? = nil) throws -> NamedArray<Float> {
        let entry = try entry(name, shape: shape)
        guard case .floats(let values) = entry.values else { throw wrongType(entry, "F32, F16 or BF16") }
        return NamedArray(name: name, shape: entry.shape, values: values)
    }

    /// The array of that name as Double, from any floating-point type.
    /// - Throws: `LacunaError` (file): there is none, of another type, or of another shape than `shape`.
    public func doubles(_ name: String, shape: [Int]? = nil) throws -> NamedArray<Double> {
        let entry = try entry(name, shape: shape)
        switch entry.values {
        case .doubles(let values): return NamedArray(name: name, shape: entry.shape, values: values)
        case .floats(let values): return NamedArray(name: name, shape: entry.shape, values: values.map(Double.init))
        case .integers, .bytes: throw wrongType(entry, "F64, F32, F16 or BF16")
        }
    }

    /// The array of that name as it is.
    /// - Throws: `LacunaError` (file): there is none, or of another shape than `shape`.
    public func entry(_ name: String, shape: [Int]? = nil) throws -> Entry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw LacunaError(
                .file, path, "has no array '\(name)'", remedy: knownNamesRemedy(for: name, among: entries.map(\.name)))
        }
        if let shape, entry.shape != shape {
            throw LacunaError(
                .file, "\(path): \(name)", "is \(describe(entry.shape)), \(describe(shape)) is expected")
        }
        return entry
    }

    private func wrongType(_ entry: Entry, _ expected: String) -> LacunaError {
        LacunaError(.file, "\(path): \(entry.name)", "is of type \(entry.type), \(expected) is expected")
    }

    private func describe(_ shape: [Int]) -> String {
        shape.isEmpty ? "a single number" : describeShape(shape)
    }
}
