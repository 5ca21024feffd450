import LacunaArrays

/// An array with a name, as files of parameters hold them: row-major, last index fastest.
public struct NamedArray<Element> {
    public let name: String
    public let shape: [Int]
    public let values: [Element]

    /// Precondition: `values.count` is the product of `shape` (1 for an empty shape: a single number).
    public init(name: String, shape: [Int], values: [Element]) {
        precondition(
            values.count == shape.reduce(1, *), "\(values.count) values for '\(name)' of \(describeShape(shape))")
        self.name = name
        self.shape = shape
        self.values = values
    }

    /// A vector.
    public init(name: String, values: [Element]) {
        self.init(name: name, shape: [values.count], values: values)
    }

    public var tensor: Tensor<Element> { Tensor(dimensions: shape, storage: values) }
}

extension NamedArray: Equatable where Element: Equatable {}
extension NamedArray: Hashable where Element: Hashable {}
extension NamedArray: Sendable where Element: Sendable {}

/// The first name that occurs twice.
func firstDuplicate(in names: some Sequence<String>) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
}
