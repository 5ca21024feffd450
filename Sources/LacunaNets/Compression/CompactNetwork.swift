/// A pruned network without its dead neurons and channels: smaller arrays, the same outputs up to rounding.
public struct CompactNetwork<Element: RealScalar>: Sendable {
    public let network: Network<Element>
    public let parameters: NetworkParameters<Element>
    /// The outputs of each linear layer and convolution that are left, as they were numbered. Of a layer with none `network` keeps one whose
    /// weights are 0.
    public let kept: [String: [Int]]

    /// Numbers of the network.
    public var parameterCount: Int { parameters.values.count }
    /// Weights and offsets that are not 0.
    public var nonZeroCount: Int { parameters.values.reduce(0) { $1 == 0 ? $0 : $0 + 1 } }
    /// Multiplications and additions on one sample, zeros among the weights counted like others.
    public var operationCount: Int { network.operationCount }
}

extension CompactNetwork {
    /// Removes what does not matter from a chain of linear layers, convolutions without groups, pooling layers and activations; dropout is
    /// left out.
    ///
    /// A neuron with no weight from a neuron that lives is a constant: what it makes of the next layer is added to the biases there. One
    /// with no weight to a neuron that lives is dropped. One sweep forward and one back find all of them. Inputs and outputs stay, and so does a constant channel other than 0 before a convolution with padding, whose borders it changes.
    ///
    /// - Throws: `LacunaError` for another kind of layer or network.
    public init(_ pruned: ParametrizedNetwork<Element>) throws {
        var stages = try Self.stages(pruned)
        for index in stages.indices.dropLast() { Self.foldConstants(&stages, index) }
        for index in stages.indices.dropLast().reversed() { Self.dropUnused(&stages, index) }
        var network = Network<Element>(input: pruned.network.inputShape)
        var next = 0
        for node in pruned.network.nodes where !(node.layer is Dropout<Element>) {
            guard next < stages.count, stages[next].name == node.name else {
                try network.append(node.layer, node.name)
                continue
            }
            let stage = stages[next], inputs = next == 0 ? stage.columns : stages[next - 1].rowsLeft.count * stage.block
            if let layer = node.layer as? Convolution2D<Element> {
                try network.append(
                    Convolution2D(
                        inputs, stage.rowsLeft.count, kernel: layer.kernel, stride: layer.stride,
                        padding: layer.padding,
                        bias: stage.needsBias), stage.name)
            } else {
                try network.append(Linear(inputs, stage.rowsLeft.count, bias: stage.needsBias), stage.name)
            }
            next += 1
        }
        var parameters = NetworkParameters(network, random: RandomStream(key: 0))
        for (index, stage) in stages.enumerated() {
            let before = index == 0 ? nil : stages[index - 1]
            let range = try parameters.layout.entry("\(stage.name).weight").range
            parameters.values.replaceSubrange(range, with: stage.weightsLeft(after: before))
            if stage.needsBias {
                let range = try parameters.layout.entry("\(stage.name).bias").range
                parameters.values.replaceSubrange(range, with: stage.rowsLeft.map { Element(stage.bias[$0]) })
            }
        }
        self.network = network
        self.parameters = parameters
        kept = Dictionary(uniqueKeysWithValues: stages.map { ($0.name, $0.living) })
    }

    /// A linear layer or convolution with what follows it up to the next.
    struct Stage {
        let name: String
        let weight: [Element]
        var bias: [Double]
        var needsBias: Bool
        let rows: Int
        /// Features or channels that come in, and entries of the weight per row and column.
        let columns: Int
        let taps: Int
        let padding: Int
        /// Columns that one output of the stage before is, being flattened.
        var block = 1
        var functions: [Activation<Element>.Function] = []
        var isAlive: [Bool]

        var living: [Int] { isAlive.indices.filter { isAlive[$0] } }
        /// What the network keeps: a layer needs an output.
        var rowsLeft: [Int] { living.isEmpty ? [0] : living }

        /// Entries of a row that come from output `unit` of the stage before.
        func columnsOf(_ unit: Int, row: Int) -> Range<Int> {
            let first = (row * columns + unit * block) * taps
            return first..<first + block * taps
        }

        /// The weights of `rowsLeft`, on the outputs that are left of the stage before; 0 from and to those that don't live.
        func weightsLeft(after before: Stage?) -> [Element] {
            rowsLeft.flatMap { row -> [Element] in
                guard let before else {
                    return weights(row * columns * taps..<(row + 1) * columns * taps, isAlive[row])
                }
                return before.rowsLeft.flatMap { weights(columnsOf($0, row: row), isAlive[row] && before.isAlive[$0]) }
            }
        }

        private func weights(_ range: Range<Int>, _ live: Bool) -> [Element] {
            live ? Array(weight[range]) : Array(repeating: 0, count: range.count)
        }

        /// What a unit is that nothing reaches.
        func constant(_ unit: Int) -> Double {
            functions.reduce(bias[unit]) { x, function in
                switch function {
                case .relu: max(x, 0)
                case .leakyReLU(let slope): x > 0 ? x : slope * x
                case .gelu: x * Double.erfc(-x / 2.0.squareRoot()) / 2
                case .silu: x / (1 + Double.exp(-x))
                case .tanh: Double.tanh(x)
                case .sigmoid: 1 / (1 + Double.exp(-x))
                }
            }
        }
    }

    private static func stages(_ pruned: ParametrizedNetwork<Element>) throws -> [Stage] {
        let network = pruned.network
        guard pruned.parameters.layout == network.layout else {
            throw LacunaError(.shape, "parameters", "they are of another network")
        }
        var stages: [Stage] = []
        for (index, node) in network.nodes.enumerated() {
            func refuse(_ problem: String) -> LacunaError {
                LacunaError(
                    .shape, "layer '\(node.name)'", problem,
                    remedy: "Chains of linear layers, convolutions, pooling layers and activations can be made smaller."
                )
            }
            guard node.inputs.map(\.index) == [index] else { throw refuse("it does not follow the layer before it") }
            let input = network.shapes[index]
            guard input.positions == 1 else { throw refuse("it works on sequences") }
            switch node.layer {
            case let layer as any AffineLayer<Element>:
                let convolution = layer as? Convolution2D<Element>
                guard convolution != nil || layer is Linear<Element> else { throw refuse("it is of an unknown kind") }
                guard convolution?.groups ?? 1 == 1 else { throw refuse("it has groups") }
                let weight = try pruned.parameters.array("\(node.name).weight")
                let rows = weight.dimensions[0], columns = weight.dimensions[1]
                let bias =
                    layer.hasBias ? try pruned.parameters.array("\(node.name).bias").storage.map(Double.init) : nil
                var stage = Stage(
                    name: node.name, weight: weight.storage, bias: bias ?? Array(repeating: 0, count: rows),
                    needsBias: layer.hasBias, rows: rows, columns: columns,
                    taps: weight.storage.count / (rows * columns),
                    padding: convolution?.padding ?? 0, isAlive: Array(repeating: true, count: rows))
                if let last = stages.last { stage.block = columns / last.rows }
                stages.append(stage)
            case let layer as Activation<Element>:
                guard !stages.isEmpty else { throw refuse("it comes before all weights") }
                stages[stages.count - 1].functions.append(layer.function)
            case is MaxPooling2D<Element>, is AveragePooling2D<Element>, is Dropout<Element>: break
            default: throw refuse("it is of a kind that cannot be made smaller")
            }
        }
        guard !stages.isEmpty else { throw LacunaError(.shape, "network", "it has no weights") }
        return stages
    }

    private static func foldConstants(_ stages: inout [Stage], _ index: Int) {
        let inputs = index == 0 ? nil : stages[index - 1].isAlive
        for unit in 0..<stages[index].rows {
            let stage = stages[index]
            let isReached =
                if let inputs {
                    inputs.indices.contains {
                        inputs[$0] && stage.weight[stage.columnsOf($0, row: unit)].contains { $0 != 0 }
                    }
                } else {
                    stage.weight[unit * stage.columns * stage.taps..<(unit + 1) * stage.columns * stage.taps].contains {
                        $0 != 0
                    }
                }
            let constant = stage.constant(unit)
            guard !isReached, constant == 0 || stages[index + 1].padding == 0 else { continue }
            stages[index].isAlive[unit] = false
            guard constant != 0 else { continue }
            for row in 0..<stages[index + 1].rows {
                let sum = stages[index + 1].weight[stages[index + 1].columnsOf(unit, row: row)].reduce(0.0) {
                    $0 + Double($1)
                }
                guard sum != 0 else { continue }
                stages[index + 1].bias[row] += constant * sum
                stages[index + 1].needsBias = true
            }
        }
    }

    private static func dropUnused(_ stages: inout [Stage], _ index: Int) {
        let next = stages[index + 1], targets = next.living
        for unit in stages[index].living {
            let isUsed = targets.contains { next.weight[next.columnsOf(unit, row: $0)].contains { $0 != 0 } }
            if !isUsed { stages[index].isAlive[unit] = false }
        }
    }
}
