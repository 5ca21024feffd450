import LacunaArrays
import LacunaExperiment

/// The state of a computation that shall go on later as if it had not stopped: named arrays and a few attributes, kept
/// to the last bit in an HDF5 file.
///
/// What belongs into it is the business of whoever writes it: parameters, an optimiser's moments, the keys and positions
/// of random streams (`words`), the number of the next step (attributes).
public struct Checkpoint: Sendable {
    public var floats: [NamedArray<Float>]
    public var doubles: [NamedArray<Double>]
    public var integers: [NamedArray<Int64>]
    /// 64 bits each: states of random streams, masks.
    public var words: [NamedArray<UInt64>]
    /// `lacuna_checkpoint` is the file's own.
    public var attributes: [String: HDF5Attribute]
    /// The file it was read from, for messages.
    public let path: String

    public init(
        floats: [NamedArray<Float>] = [], doubles: [NamedArray<Double>] = [], integers: [NamedArray<Int64>] = [],
        words: [NamedArray<UInt64>] = [], attributes: [String: HDF5Attribute] = [:], path: String = "checkpoint"
    ) {
        self.floats = floats
        self.doubles = doubles
        self.integers = integers
        self.words = words
        self.attributes = attributes
        self.path = path
    }
}

extension Checkpoint {
    /// The array of Float of that name.
    /// - Throws: `LacunaError` (file): there is none, or it is of another shape than `shape`.
    public func floats(_ name: String, shape: [Int]? = nil) throws -> NamedArray<Float> {
        try find(name, in: floats, shape)
    }

    /// The array of Double of that name.
    /// - Throws: `LacunaError` (file): there is none, or it is of another shape than `shape`.
    public func doubles(_ name: String, shape: [Int]? = nil) throws -> NamedArray<Double> {
        try find(name, in: doubles, shape)
    }

    /// The array of Int64 of that name.
    /// - Throws: `LacunaError` (file): there is none, or it is of another shape than `shape`.
    public func integers(_ name: String, shape: [Int]? = nil) throws -> NamedArray<Int64> {
        try find(name, in: integers, shape)
    }

    /// The array of UInt64 of that name.
    /// - Throws: `LacunaError` (file): there is none, or it is of another shape than `shape`.
    public func words(_ name: String, shape: [Int]? = nil) throws -> NamedArray<UInt64> {
        try find(name, in: words, shape)
    }

    /// An attribute that is one text.
    /// - Throws: `LacunaError` (file): there is none, or it is something else.
    public func text(_ name: String) throws -> String {
        guard let text = try attribute(name).asText else { throw wrong(name, "is not one text") }
        return text
    }

    /// An attribute that is one whole number.
    /// - Throws: `LacunaError` (file): there is none, or it is something else.
    public func integer(_ name: String) throws -> Int64 {
        guard case .integer(let value) = try attribute(name) else { throw wrong(name, "is not one whole number") }
        return value
    }

    /// An attribute that is one number.
    /// - Throws: `LacunaError` (file): there is none, or it is something else.
    public func number(_ name: String) throws -> Double {
        guard let value = try attribute(name).asNumber else { throw wrong(name, "is not one number") }
        return value
    }

    private func attribute(_ name: String) throws -> HDF5Attribute {
        guard let value = attributes[name] else {
            throw LacunaError(
                .file, path, "has no attribute '\(name)'",
                remedy: knownNamesRemedy(for: name, among: attributes.keys.sorted()))
        }
        return value
    }

    private func find<Element: CheckpointElement>(
        _ name: String, in arrays: [NamedArray<Element>], _ shape: [Int]?
    ) throws -> NamedArray<Element> {
        guard let array = arrays.first(where: { $0.name == name }) else {
            throw LacunaError(
                .file, path, "has no array '\(name)' of \(Element.checkpointGroup)",
                remedy: knownNamesRemedy(for: name, among: arrays.map(\.name)))
        }
        if let shape, array.shape != shape {
            throw LacunaError(
                .file, "\(path):/\(Element.checkpointGroup)/\(name)",
                "is \(describeShape(array.shape)), \(describeShape(shape)) is expected",
                remedy: "The checkpoint is of another model or setting")
        }
        return array
    }

    private func wrong(_ name: String, _ problem: String) -> LacunaError {
        LacunaError(.file, path, "attribute '\(name)' \(problem)")
    }
}

/// The element types of a checkpoint, each a group of its own in the file.
protocol CheckpointElement: HDF5Element {
    static var checkpointGroup: String { get }
}

extension Float: CheckpointElement { static var checkpointGroup: String { "float32" } }
extension Double: CheckpointElement { static var checkpointGroup: String { "float64" } }
extension Int64: CheckpointElement { static var checkpointGroup: String { "int64" } }
extension UInt64: CheckpointElement { static var checkpointGroup: String { "uint64" } }
