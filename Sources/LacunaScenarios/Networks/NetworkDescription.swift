import LacunaArrays
import LacunaIO
import LacunaNets

/// A chain of layers as a YAML file says it: `input` (features, or channels, height, width) and `layers`, each with its `kind`, its `name` and
/// what the kind needs; weights have the names and shapes of PyTorch, "fc1.weight".
///
///     input: [784]
///     layers:
///       - { kind: linear, name: fc1, outputs: 300 }
///       - { kind: relu }
///       - { kind: linear, name: fc2, outputs: 10 }
public enum NetworkDescription {
    private enum Kind: String, CaseIterable {
        case linear, convolution, relu, gelu, silu, tanh, sigmoid, dropout
        case maxPooling = "max-pooling"
        case averagePooling = "average-pooling"
        case leakyReLU = "leaky-relu"

        var keys: [String] {
            switch self {
            case .linear: ["outputs", "bias"]
            case .convolution: ["channels", "kernel", "stride", "padding", "bias"]
            case .maxPooling, .averagePooling: ["size", "stride"]
            case .leakyReLU: ["slope"]
            case .dropout: ["rate"]
            case .relu, .gelu, .silu, .tanh, .sigmoid: []
            }
        }
    }

    /// - Throws: `ScenarioErrors` for what the file says, each with its place; `LacunaError` (file) if it cannot be read.
    public static func read(_ path: String) throws -> Network<Float> {
        let bytes = try InputFile.read(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LacunaError(.file, path, "is not UTF-8 text; expected a description of a network (YAML)")
        }
        return try read(text: text, name: path)
    }

    public static func read(text: String, name: String) throws -> Network<Float> {
        guard let root = try parseYAML(text, place: { .file(name, line: $0, column: $1) }), !root.isNothing else {
            throw LacunaError(
                .file, name, "the file is empty", remedy: "A network is `input: [784]` and `layers:`, a list")
        }
        var reader = NodeReader()
        let network = try build(root, name, &reader)
        try reader.errors.throwIfAny()
        guard let network else { throw LacunaError(.value, name, "the network could not be read") }
        return network
    }

    private static func build(_ root: SourceNode, _ name: String, _ reader: inout NodeReader) throws -> Network<Float>?
    {
        guard reader.entries(root, "", known: ["input", "layers"], owner: "a network") != nil else { return nil }
        for key in ["input", "layers"] where root[key] == nil {
            reader.refuse(root, key, "missing; a network needs it")
        }
        guard let inputNode = root["input"], let layersNode = root["layers"],
            case .list(let sizes)? = reader.value(inputNode, "input", .integers(1...1_000_000)),
            let layers = reader.list(layersNode, "layers", of: "layers")
        else { return nil }
        let input = sizes.compactMap { if case .integer(let size) = $0 { size } else { nil } }
        guard input.count == 1 || input.count == 3 else {
            reader.refuse(inputNode, "input", "got \(input.count) sizes; expected features, or channels, height, width")
            return nil
        }
        try requireMemory(elements: input, bytesEach: MemoryLayout<Float>.stride, "\(inputNode.place)")
        var network = Network<Float>(input: ValueShape(input))
        for (index, node) in layers.enumerated() {
            guard let (layer, name) = layer(node, "layers[\(index)]", position: index + 1, network, &reader) else {
                return nil
            }
            do {
                try checkSize(of: layer)
                try network.append(layer, name)
                try requireMemory(
                    elements: network.outputShape.features, bytesEach: MemoryLayout<Float>.stride, "output")
            } catch let error as LacunaError {
                reader.refuse(
                    node, "layers[\(index)]", "\(error.place): \(error.problem)", remedy: error.remedy, kind: .shape)
                return nil
            }
        }
        if network.nodes.isEmpty { reader.refuse(layersNode, "layers", "the network has no layers") }
        return network
    }

    /// Before anything multiplies its sizes. - Throws: `LacunaError` (shape).
    private static func checkSize(of layer: any Layer<Float>) throws {
        var sizes: [Int] = []
        if let layer = layer as? Linear<Float> { sizes = [layer.inputs, layer.outputs] }
        if let layer = layer as? Convolution2D<Float> {
            sizes = [layer.inputChannels, layer.outputChannels, layer.kernel, layer.kernel]
        }
        try requireMemory(elements: sizes, bytesEach: MemoryLayout<Float>.stride, "weights")
    }

    private static func layer(
        _ node: SourceNode, _ path: String, position: Int, _ network: Network<Float>, _ reader: inout NodeReader
    ) -> (any Layer<Float>, String)? {
        guard let kindNode = node["kind"] else {
            reader.refuse(
                node, path, "missing kind", remedy: "Known: " + Kind.allCases.map(\.rawValue).joined(separator: ", "))
            return nil
        }
        guard let kind = reader.choice(kindNode, "\(path).kind", Kind.self),
            reader.entries(node, path, known: ["kind", "name"] + kind.keys, owner: "a \(kind.rawValue) layer") != nil
        else { return nil }
        func integer(_ key: String, _ fallback: Int?) -> Int? {
            guard let value = node[key] else {
                if fallback == nil {
                    reader.refuse(node, "\(path).\(key)", "missing; a \(kind.rawValue) layer needs it")
                }
                return fallback
            }
            let isCount = key == "outputs" || key == "channels"
            return reader.integer(value, "\(path).\(key)", 0...(isCount ? 1_000_000 : 1024))
        }
        func number(_ key: String, _ fallback: Double, _ range: ClosedRange<Double>) -> Double? {
            guard let value = node[key] else { return fallback }
            guard case .number(let number)? = reader.value(value, "\(path).\(key)", .number(range)) else { return nil }
            return number
        }
        func flag(_ key: String) -> Bool? {
            guard let value = node[key] else { return true }
            return reader.flag(value, "\(path).\(key)")
        }
        var name = "\(kind.rawValue)\(position)"
        if let nameNode = node["name"] {
            guard let given = reader.text(nameNode, "\(path).name") else { return nil }
            name = given
        } else if kind == .linear || kind == .convolution {
            reader.refuse(node, "\(path).name", "missing; weights are found by it: \"fc1\" for fc1.weight")
            return nil
        }
        let shape = network.outputShape
        switch kind {
        case .linear:
            guard let outputs = integer("outputs", nil), let bias = flag("bias") else { return nil }
            return (Linear(shape.featureCount, outputs, bias: bias), name)
        case .convolution:
            guard let channels = integer("channels", nil), let kernel = integer("kernel", nil),
                let stride = integer("stride", 1), let padding = integer("padding", 0), let bias = flag("bias")
            else { return nil }
            return (
                Convolution2D(
                    shape.features.first ?? 1, channels, kernel: kernel, stride: stride, padding: padding, bias: bias),
                name
            )
        case .maxPooling:
            guard let size = integer("size", nil), let stride = integer("stride", size) else { return nil }
            return (MaxPooling2D(size, stride: stride), name)
        case .averagePooling:
            guard let size = integer("size", nil), let stride = integer("stride", size) else { return nil }
            return (AveragePooling2D(size, stride: stride), name)
        case .dropout:
            guard let rate = number("rate", 0.5, 0...0.999) else { return nil }
            return (Dropout(rate), name)
        case .leakyReLU:
            guard let slope = number("slope", 0.01, 0...1) else { return nil }
            return (Activation(.leakyReLU(slope: slope)), name)
        case .relu: return (Activation(.relu), name)
        case .gelu: return (Activation(.gelu), name)
        case .silu: return (Activation(.silu), name)
        case .tanh: return (Activation(.tanh), name)
        case .sigmoid: return (Activation(.sigmoid), name)
        }
    }

    /// The file that `read` makes this network of. - Throws: `LacunaError` for a layer that a description cannot hold.
    public static func text(_ network: Network<Float>) throws -> String {
        var lines = [
            "# A network as `lacuna compress` reads it; weights are beside it, named as the layers.",
            "input: [\(network.inputShape.features.map(String.init).joined(separator: ", "))]", "layers:",
        ]
        for node in network.nodes {
            lines.append("  - { \(try entry(node)), name: \(JSONText.quoted(node.name)) }")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func entry(_ node: Network<Float>.Node) throws -> String {
        switch node.layer {
        case let layer as Linear<Float>: return "kind: linear, outputs: \(layer.outputs), bias: \(layer.hasBias)"
        case let layer as Convolution2D<Float> where layer.groups == 1:
            return
                "kind: convolution, channels: \(layer.outputChannels), kernel: \(layer.kernel), stride: \(layer.stride), padding: \(layer.padding), bias: \(layer.hasBias)"
        case let layer as MaxPooling2D<Float>:
            return "kind: max-pooling, size: \(layer.kernel), stride: \(layer.stride)"
        case let layer as AveragePooling2D<Float>:
            return "kind: average-pooling, size: \(layer.kernel), stride: \(layer.stride)"
        case let layer as Dropout<Float>: return "kind: dropout, rate: \(layer.probability)"
        case let layer as Activation<Float>:
            switch layer.function {
            case .relu: return "kind: relu"
            case .leakyReLU(let slope): return "kind: leaky-relu, slope: \(slope)"
            case .gelu: return "kind: gelu"
            case .silu: return "kind: silu"
            case .tanh: return "kind: tanh"
            case .sigmoid: return "kind: sigmoid"
            }
        default:
            throw LacunaError(.shape, "layer '\(node.name)'", "it is of a kind that a description cannot hold")
        }
    }
}
