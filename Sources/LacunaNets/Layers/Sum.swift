/// Y = X_1 + … + X_k: a residual connection joins here. The gradient of each term is G.
public struct Sum<Element: RealScalar>: Layer {
    public init() {}

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        guard let first = shapes.first else { throw LacunaError(.shape, "inputs", "a sum needs at least one term") }
        if let other = shapes.first(where: { $0.count != first.count || $0.positions != first.positions }) {
            throw LacunaError(.shape, "inputs", "\(first) and \(other) cannot be added")
        }
        return first
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        Elementwise.copy(pass.inputs[0], into: pass.output, count: pass.outputCount)
        for term in pass.inputs.dropFirst() { Elementwise.add(term, into: pass.output, count: pass.outputCount) }
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        for case let gradient? in pass.inputGradients {
            Elementwise.copy(pass.outputGradient, into: gradient, count: pass.outputCount)
        }
    }
}
