/// The numbers that executions work on: one copy of the parameters, shared by all executions of a training.
public final class ParameterStorage<Element: RealScalar> {
    public let layout: ParameterLayout
    public let values: Buffer<Element>
    public let statistics: Buffer<Element>

    public init(_ parameters: NetworkParameters<Element>) {
        layout = parameters.layout
        values = Buffer(parameters.values)
        statistics = Buffer(parameters.statistics)
    }

    /// A copy of the numbers as a value.
    public func parameters(like template: NetworkParameters<Element>) -> NetworkParameters<Element> {
        var copy = template
        copy.values = values.prefix(values.count)
        copy.statistics = statistics.prefix(statistics.count)
        return copy
    }

    /// Takes over the numbers of a storage of the same layout.
    func copy(_ other: ParameterStorage<Element>) {
        values.pointer.update(from: other.values.pointer, count: values.count)
        statistics.pointer.update(from: other.statistics.pointer, count: statistics.count)
    }
}

/// A network made ready for batches of one size: every activation, gradient and scratch is allocated here, passes allocate nothing.
///
/// Write the batch to `input` (features × columns, see `ValueShape`), call `forward`, read `output`; for gradients write
/// ∂loss/∂output to `outputGradient`, call `backward`, read `parameterGradients`.
public final class NetworkExecution<Element: RealScalar> {
    public let network: Network<Element>
    public let batch: Int
    public let storage: ParameterStorage<Element>
    /// Sums of `backward`: zeroed by its caller.
    public let parameterGradients: Buffer<Element>
    public let input: UnsafeMutablePointer<Element>
    public let output: UnsafePointer<Element>
    public let outputGradient: UnsafeMutablePointer<Element>
    /// ∂loss/∂input after `backward`, if asked for.
    public let inputGradient: UnsafePointer<Element>?

    private let buffers: [Buffer<Element>]
    private let passes: [LayerPass<Element>]
    /// Of values that several layers take: the gradient and what it is the sum of.
    private let sums: [Int: (total: UnsafeMutablePointer<Element>, parts: [UnsafeMutablePointer<Element>], count: Int)]

    /// - Parameters:
    ///   - differentiable: false saves the memory of gradients; `backward` must then not be called.
    ///   - sharedGradients: what `parameterGradients` is to be: that of another execution, where a network is evaluated several times in one
    ///     function and the gradients add up. nil makes one.
    /// - Throws: `LacunaError` for an empty batch or network, gradients of another length, or where memory does not suffice.
    public init(
        _ network: Network<Element>, batch: Int, storage: ParameterStorage<Element>, differentiable: Bool = true,
        inputGradient wantsInputGradient: Bool = false, sharedGradients: Buffer<Element>? = nil
    ) throws {
        guard batch > 0 else { throw LacunaError(.value, "batch", "\(batch) samples; at least 1 is needed") }
        guard !network.nodes.isEmpty else { throw LacunaError(.shape, "network", "it has no layers") }
        guard storage.layout == network.layout else {
            throw LacunaError(.shape, "parameters", "they are of another network")
        }
        guard sharedGradients.map({ $0.count == storage.layout.count }) ?? true else {
            throw LacunaError(
                .shape, "shared gradients", "they are not as many as the \(storage.layout.count) parameters")
        }
        let saved = network.nodes.map { $0.layer.savedCount(network.inputShapes(of: $0), batch: batch) }
        let scratch = network.nodes.map { $0.layer.workspaceCount(network.inputShapes(of: $0), batch: batch) }
        let values = network.shapes.map { $0.count * batch }
        try requireMemory(
            elements: [values.reduce(0, +) * (differentiable ? 2 : 1) + saved.reduce(0, +) + (scratch.max() ?? 0)],
            bytesEach: MemoryLayout<Element>.stride, "network")

        var buffers: [Buffer<Element>] = []
        func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
            let buffer = Buffer<Element>(repeating: 0, count: count)
            buffers.append(buffer)
            return buffer.pointer
        }
        let activations = values.map { allocate($0) }
        let workspace = allocate(scratch.max() ?? 0)

        // One gradient per edge; a value taken once has its edge's, a value taken more often the sum of them.
        var edges: [[UnsafeMutablePointer<Element>?]] = []
        var partsOfValue: [Int: [UnsafeMutablePointer<Element>]] = [:]
        for node in network.nodes {
            edges.append(
                node.inputs.map { value in
                    guard differentiable, value.index > 0 || wantsInputGradient else { return nil }
                    let gradient = allocate(values[value.index])
                    partsOfValue[value.index, default: []].append(gradient)
                    return gradient
                })
        }
        var sums: [Int: (total: UnsafeMutablePointer<Element>, parts: [UnsafeMutablePointer<Element>], count: Int)] =
            [:]
        var gradients: [UnsafeMutablePointer<Element>] = []
        let last = values.count - 1
        for (index, count) in values.enumerated() {
            var parts = partsOfValue[index] ?? []
            // The loss is one more taker of the output.
            if index == last { parts.append(allocate(differentiable ? count : 0)) }
            if parts.count == 1 {
                gradients.append(parts[0])
            } else {
                let total = allocate(differentiable ? count : 0)
                gradients.append(total)
                // A value that nobody takes has gradient 0, which its buffer holds from the start.
                if differentiable, !parts.isEmpty { sums[index] = (total, parts, count) }
            }
        }
        outputGradient = sums[last]?.parts.last ?? gradients[last]
        inputGradient = wantsInputGradient && differentiable ? UnsafePointer(gradients[0]) : nil
        parameterGradients =
            sharedGradients ?? Buffer(repeating: 0, count: differentiable ? storage.layout.count : 0)

        var passes: [LayerPass<Element>] = []
        for (index, node) in network.nodes.enumerated() {
            let start = storage.layout.starts[index]
            passes.append(
                LayerPass(
                    batch: batch, inputShapes: network.inputShapes(of: node), outputShape: network.shapes[index + 1],
                    inputs: node.inputs.map { UnsafePointer(activations[$0.index]) }, output: activations[index + 1],
                    parameters: UnsafePointer(storage.values.pointer + start.parameters),
                    statistics: storage.statistics.pointer + start.statistics, saved: allocate(saved[index]),
                    workspace: workspace, outputGradient: UnsafePointer(gradients[index + 1]),
                    inputGradients: edges[index],
                    parameterGradients: parameterGradients.pointer + (differentiable ? start.parameters : 0)))
        }
        self.network = network
        self.batch = batch
        self.storage = storage
        self.buffers = buffers
        self.passes = passes
        self.sums = sums
        input = activations[0]
        output = UnsafePointer(activations[last])
    }

    /// Elements of the output: features × columns.
    public var outputCount: Int { network.outputShape.count * batch }
    public var outputColumns: Int { network.outputShape.columns(batch: batch) }

    /// All layers in order. Equal keys draw equal noise.
    public func forward(isTraining: Bool = false, randomKey: UInt64 = 0) {
        for index in passes.indices {
            network.nodes[index].layer.forward(passes[index], context(index, isTraining, randomKey))
        }
    }

    /// All layers from last to first, after a `forward` with the same arguments; adds to `parameterGradients`.
    public func backward(isTraining: Bool = false, randomKey: UInt64 = 0) {
        for index in passes.indices.reversed() {
            sumGradients(of: index + 1)
            network.nodes[index].layer.backward(passes[index], context(index, isTraining, randomKey))
        }
        sumGradients(of: 0)
    }

    /// Running statistics, after a `forward` in training.
    public func updateStatistics() {
        for index in passes.indices { network.nodes[index].layer.updateStatistics(passes[index]) }
    }

    /// The activation of a value, features × columns, as the last `forward` left it.
    public func activation(of value: Network<Element>.Value) -> UnsafeBufferPointer<Element> {
        if value.index == 0 { return UnsafeBufferPointer(start: input, count: network.inputShape.count * batch) }
        let pass = passes[value.index - 1]
        return UnsafeBufferPointer(start: pass.output, count: pass.outputCount)
    }

    private func sumGradients(of value: Int) {
        guard let sum = sums[value] else { return }
        Elementwise.copy(sum.parts[0], into: sum.total, count: sum.count)
        for part in sum.parts.dropFirst() { Elementwise.add(part, into: sum.total, count: sum.count) }
    }

    private func context(_ index: Int, _ isTraining: Bool, _ randomKey: UInt64) -> PassContext {
        PassContext(isTraining: isTraining, randomKey: mixedKey(randomKey, UInt64(index)))
    }
}

/// A key for part `index` of what has key `key` (Steele, Lea & Flood 2014, the finaliser of SplitMix64).
func mixedKey(_ key: UInt64, _ index: UInt64) -> UInt64 {
    var z = key &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z &>> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z &>> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z &>> 31
}
