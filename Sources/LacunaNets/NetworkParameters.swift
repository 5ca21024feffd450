/// The numbers of a network: trained parameters and running statistics.
public struct NetworkParameters<Element: RealScalar>: Sendable {
    public let layout: ParameterLayout
    /// All trained parameters, in the order of `layout`.
    public var values: [Element]
    public var statistics: [Element]

    /// Drawn as each layer's parameters say; every array from a stream of its own, so that adding a layer leaves the others.
    public init(_ network: Network<Element>, random: RandomStream) {
        layout = network.layout
        values = Array(repeating: 0, count: layout.count)
        statistics = Array(repeating: 0, count: layout.statisticCount)
        var keys = random
        let key = keys.next()
        for entry in layout.entries {
            var stream = RandomStream([("parameters", "\(key)"), ("array", entry.name)])
            if entry.parameter.role == .statistic {
                statistics.withUnsafeMutableBufferPointer {
                    entry.parameter.start.fill(.init(rebasing: $0[entry.range]), &stream)
                }
            } else {
                values.withUnsafeMutableBufferPointer {
                    entry.parameter.start.fill(.init(rebasing: $0[entry.range]), &stream)
                }
            }
        }
    }

    /// One array, row-major. Reading and writing give and take its elements in order.
    /// - Throws: `LacunaError` (name) for an array that the network does not have.
    public func array(_ name: String) throws -> Tensor<Element> {
        let entry = try layout.entry(name)
        let source = entry.parameter.role == .statistic ? statistics : values
        return Tensor(dimensions: entry.parameter.shape, storage: Array(source[entry.range]))
    }

    /// - Throws: `LacunaError` for an unknown name, another shape, or numbers that are not finite.
    public mutating func setArray(_ name: String, _ tensor: Tensor<Element>) throws {
        let entry = try layout.entry(name)
        guard tensor.dimensions == entry.parameter.shape else {
            throw LacunaError(
                .shape, "parameter '\(name)'",
                "\(describeShape(tensor.dimensions)), the network's is \(describeShape(entry.parameter.shape))")
        }
        if let index = tensor.storage.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "parameter '\(name)'", "element \(index) is not finite")
        }
        if entry.parameter.role == .statistic {
            statistics.replaceSubrange(entry.range, with: tensor.storage)
        } else {
            values.replaceSubrange(entry.range, with: tensor.storage)
        }
    }

    public var isFinite: Bool { values.allSatisfy(\.isFinite) && statistics.allSatisfy(\.isFinite) }
}
