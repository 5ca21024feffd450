/// In training every entry is zeroed with probability p and the others are multiplied by 1/(1-p); otherwise the identity (Srivastava et al.
/// 2014, JMLR 15). The mask follows from the pass's random key alone.
public struct Dropout<Element: RealScalar>: Layer {
    public let probability: Double

    public init(_ probability: Double) {
        self.probability = probability
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        guard probability >= 0, probability < 1 else {
            throw LacunaError(.value, "dropout", "probability \(probability); it must be in [0, 1)")
        }
        return try oneInput(shapes)
    }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        mask(pass.inputs[0], into: pass.output, pass.outputCount, context)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        guard let gradient = pass.inputGradients[0] else { return }
        mask(pass.outputGradient, into: gradient, pass.outputCount, context)
    }

    /// The same mask both ways: drawn again, not stored. One random number decides four entries, 16 bits each.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    private func mask(
        _ x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>, _ count: Int, _ context: PassContext
    ) {
        guard context.isTraining, probability > 0 else { return Elementwise.copy(x, into: y, count: count) }
        var random = RandomStream(key: context.randomKey)
        let limit = UInt64((probability * 65536).rounded()), scale = 1 / (1 - Element(limit) / 65536)
        var index = 0
        while index < count {
            var bits = random.next()
            for _ in 0..<min(4, count - index) {
                y[index] = bits & 0xFFFF < limit ? 0 : scale * x[index]
                bits >>= 16
                index += 1
            }
        }
    }
}
