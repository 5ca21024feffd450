import LacunaNets
import LacunaScenarios
import Testing

@Suite struct NetworkDescriptionTests {
    private let text = """
        input: [2, 12, 12]
        layers:
          - { kind: convolution, name: conv1, channels: 4, kernel: 3, padding: 1, bias: false }
          - { kind: leaky-relu, slope: 0.1 }
          - { kind: max-pooling, size: 2 }
          - { kind: convolution, name: conv2, channels: 5, kernel: 3, stride: 2 }
          - { kind: tanh, name: squash }
          - { kind: average-pooling, size: 2, stride: 1 }
          - { kind: dropout, rate: 0.25 }
          - { kind: linear, name: "fc: 1", outputs: 7 }
          - { kind: gelu }
          - { kind: linear, name: fc2, outputs: 3, bias: false }
        """

    @Test func roundTrip() throws {
        let network = try NetworkDescription.read(text: text, name: "net.yaml")
        #expect(network.nodes.count == 10 && network.outputShape.count == 3)
        #expect(
            network.layout.entries.map(\.name)
                == ["conv1.weight", "conv2.weight", "conv2.bias", "fc: 1.weight", "fc: 1.bias", "fc2.weight"])
        let again = try NetworkDescription.read(text: NetworkDescription.text(network), name: "again")
        #expect(again.layout == network.layout && again.shapes == network.shapes)
        #expect(zip(network.nodes, again.nodes).allSatisfy { "\($0.layer)" == "\($1.layer)" && $0.name == $1.name })
        #expect(network.nodes.map(\.name).contains("squash"))
    }

    @Test func whatCannotBeWritten() throws {
        var network = Network<Float>(input: ValueShape([4]))
        try network.append(LayerNormalization(4), "norm")
        #expect { try NetworkDescription.text(network) } throws: { "\($0)".contains("layer 'norm'") }
    }

    @Test(arguments: [
        ("", "empty"), ("layers: []", "input: missing"), ("input: [3]", "layers: missing"),
        ("input: [3, 4]\nlayers: []", "expected features, or channels, height, width"),
        ("input: [3]\nlayers: []", "no layers"), ("input: [3]\nlayers: [{ name: a }]", "missing kind"),
        ("input: [3]\nlayers: [{ kind: liner }]", "linear"),
        ("input: [3]\nlayers: [{ kind: linear, outputs: 2 }]", "name: missing"),
        ("input: [3]\nlayers: [{ kind: linear, name: a }]", "outputs: missing"),
        ("input: [3]\nlayers: [{ kind: linear, name: a, outputs: 0 }]", "at least 1"),
        ("input: [3]\nlayers: [{ kind: linear, name: a, outputs: 2, size: 3 }]", "unknown key"),
        ("input: [3]\nlayers: [{ kind: convolution, name: a, channels: 2, kernel: 3 }]", "the convolution takes"),
        ("input: [3]\nlayers: [{ kind: relu, name: a }, { kind: relu, name: a }]", "of that name already"),
        ("input: [1000000, 1000000, 1000000]\nlayers: [{ kind: relu }]", "this machine"),
        ("input: [1000000]\nlayers: [{ kind: linear, name: a, outputs: 1000000 }]", "this machine"),
        ("input: [9, 9, 9]\nlayers: [{ kind: convolution, name: a, channels: 2, kernel: 1000000 }]", "0 to 1024"),
        ("input: [3]\nlayers: [{ kind: relu", "net.yaml"),
    ])
    func badInput(text: String, words: String) {
        #expect { try NetworkDescription.read(text: text, name: "net.yaml") } throws: { "\($0)".contains(words) }
    }
}
