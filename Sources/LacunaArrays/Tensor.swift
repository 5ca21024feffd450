/// A dense array with any number of axes, stored so that the LAST index varies fastest (row-major).
///
/// This is the Kronecker order: the vector x with `A_1 ⊗ … ⊗ A_I` acting on it is the storage of the tensor
/// `X[n_1, …, n_I]`. (`Matrix` is column-major, because LAPACK is and because dictionaries are read by column.)
public struct Tensor<Element> {
    public let dimensions: [Int]
    public var storage: [Element]

    /// Takes `storage` in row-major order. Precondition: its count is the product of `dimensions`.
    public init(dimensions: [Int], storage: [Element]) {
        precondition(
            storage.count == dimensions.reduce(1, *),
            "\(storage.count) elements for a tensor of \(describeShape(dimensions))")
        self.dimensions = dimensions
        self.storage = storage
    }

    public init(repeating value: Element, dimensions: [Int]) {
        self.init(dimensions: dimensions, storage: Array(repeating: value, count: dimensions.reduce(1, *)))
    }

    /// The element at one index per axis.
    public subscript(indices: Int...) -> Element {
        get { storage[offset(of: indices)] }
        set { storage[offset(of: indices)] = newValue }
    }

    /// Position in `storage` of a multi-index: ((n_1 N_2 + n_2) N_3 + n_3) …
    public func offset(of indices: [Int]) -> Int {
        precondition(indices.count == dimensions.count, "\(indices.count) indices for \(dimensions.count) axes")
        return zip(indices, dimensions).reduce(0) { offset, axis in
            precondition(axis.0 >= 0 && axis.0 < axis.1, "index \(axis.0) outside 0..<\(axis.1)")
            return offset * axis.1 + axis.0
        }
    }
}

extension Tensor: Equatable where Element: Equatable {}
extension Tensor: Hashable where Element: Hashable {}
extension Tensor: Sendable where Element: Sendable {}

/// "30×50": how every message of Lacuna writes sizes.
public func describeShape(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: "×")
}
