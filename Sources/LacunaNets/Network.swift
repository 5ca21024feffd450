/// A directed graph of layers without cycles: the architecture, not the numbers.
///
///     var network = Network<Float>(input: ValueShape([784]))
///     try network.append(Linear(784, 300), "fc1")
///     try network.append(.relu(), "relu1")
///     try network.append(Linear(300, 10), "fc2")
///     let parameters = NetworkParameters(network, random: RandomStream(key: 1))
///
/// A layer takes the last value unless others are named, so a chain needs no names for values; `append` returns the value
/// that it made, for branches and residual connections.
public struct Network<Element: RealScalar>: Sendable {
    /// A value of the graph: 0 is the input, k the output of layer k - 1.
    public struct Value: Hashable, Sendable {
        public let index: Int
    }

    public struct Node: Sendable {
        public let name: String
        public let layer: any Layer<Element>
        public let inputs: [Value]
    }

    public private(set) var nodes: [Node] = []
    /// Of each value, per sample.
    public private(set) var shapes: [ValueShape]

    public init(input: ValueShape) {
        shapes = [input]
    }

    public var input: Value { Value(index: 0) }
    /// The last layer's.
    public var output: Value { Value(index: shapes.count - 1) }
    public var inputShape: ValueShape { shapes[0] }
    public var outputShape: ValueShape { shapes[shapes.count - 1] }

    /// Adds a layer that takes `inputs`, by default the last value.
    /// - Throws: `LacunaError` with the layer's name where shapes do not fit or the name is taken.
    @discardableResult
    public mutating func append(_ layer: some Layer<Element>, _ name: String, inputs: [Value]? = nil) throws -> Value {
        let inputs = inputs ?? [output]
        guard !nodes.contains(where: { $0.name == name }) else {
            throw LacunaError(.name, "layer '\(name)'", "there is a layer of that name already")
        }
        guard inputs.allSatisfy({ $0.index >= 0 && $0.index < shapes.count }) else {
            throw LacunaError(.shape, "layer '\(name)'", "takes a value that is not of this network")
        }
        do {
            shapes.append(try layer.outputShape(inputs.map { shapes[$0.index] }))
        } catch let error as LacunaError {
            throw LacunaError(
                error.kind, "layer '\(name)'", "\(error.place): \(error.problem)", remedy: error.remedy)
        }
        nodes.append(Node(name: name, layer: layer, inputs: inputs))
        return output
    }

    func inputShapes(of node: Node) -> [ValueShape] { node.inputs.map { shapes[$0.index] } }

    /// Multiplications and additions of a forward pass on one sample.
    public var operationCount: Int {
        nodes.reduce(0) { $0 + $1.layer.operationCount(inputShapes(of: $1)) }
    }

    /// All parameter arrays in the order of memory.
    public var layout: ParameterLayout { ParameterLayout(self) }
}

/// Where each parameter array of a network lies. Trained parameters are contiguous, layer after layer, so that optimisers run over one
/// vector; statistics lie in a second one.
public struct ParameterLayout: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// "fc1.weight": layer and parameter, as PyTorch and safetensors files write it.
        public let name: String
        public let layer: Int
        public let parameter: LayerParameter
        /// In the vector of trained parameters, or of statistics.
        public let range: Range<Int>
    }

    public let entries: [Entry]
    /// Trained parameters.
    public let count: Int
    public let statisticCount: Int
    /// Where each layer's parameters begin.
    let starts: [(parameters: Int, statistics: Int)]

    init<Element>(_ network: Network<Element>) {
        var entries: [Entry] = []
        var starts: [(Int, Int)] = []
        var count = 0, statisticCount = 0
        for (index, node) in network.nodes.enumerated() {
            starts.append((count, statisticCount))
            for parameter in node.layer.parameters {
                let start = parameter.role == .statistic ? statisticCount : count
                entries.append(
                    Entry(
                        name: "\(node.name).\(parameter.name)", layer: index, parameter: parameter,
                        range: start..<start + parameter.count))
                if parameter.role == .statistic { statisticCount += parameter.count } else { count += parameter.count }
            }
        }
        self.entries = entries
        self.starts = starts
        self.count = count
        self.statisticCount = statisticCount
    }

    public static func == (left: ParameterLayout, right: ParameterLayout) -> Bool { left.entries == right.entries }
    public func hash(into hasher: inout Hasher) { hasher.combine(entries) }

    /// The array of this name. - Throws: `LacunaError` (name) that lists the names there are.
    public func entry(_ name: String) throws -> Entry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        throw LacunaError(
            .name, "parameter '\(name)'", "unknown", remedy: "Known: \(entries.map(\.name).joined(separator: ", "))")
    }

    /// Arrays of a role, in order.
    public func entries(of role: LayerParameter.Role) -> [Entry] { entries.filter { $0.parameter.role == role } }
}
