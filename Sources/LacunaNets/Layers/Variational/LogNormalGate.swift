/// y = θ x with a truncated log-normal gate per neuron or channel (see `TruncatedLogNormal`), drawn once per sample and shared over its
/// positions and pixels. In evaluation θ is its mean.
///
/// `count` gates stand before equal shares of consecutive features. Parameters `mean` = μ (start 0) and `log_deviation` = log σ (start -5)
/// of log θ. Gradients through θ = exp(μ + σ Φ⁻¹(Φ(α) + u Z)). Cost: about 100 ns per gate and sample.
public struct LogNormalGate<Element: RealScalar>: Layer {
    public let count: Int

    public init(_ count: Int) {
        self.count = count
    }

    public var parameters: [LayerParameter] {
        [
            LayerParameter("mean", [count], .constant(0), role: .offset),
            LayerParameter("log_deviation", [count], .constant(-5), role: .offset),
        ]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape { try gatedShape(oneInput(shapes), count) }

    /// θ, ∂θ/∂μ and ∂θ/∂log σ of every gate and sample.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int { 3 * count * batch }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let batch = pass.batch, gates = pass.saved
        let byMean = gates + count * batch, byDeviation = byMean + count * batch
        var random = RandomStream(key: context.randomKey)
        for gate in 0..<count {
            let law = TruncatedLogNormal(
                mean: Double(pass.parameters[gate]), logDeviation: Double(pass.parameters[count + gate]))
            var drawn = law.expectation
            for index in gate * batch..<(gate + 1) * batch {
                if context.isTraining { drawn = law.sample(random.openUniform()) }
                gates[index] = Element(drawn.value)
                byMean[index] = Element(drawn.byMean)
                byDeviation[index] = Element(drawn.byLogDeviation)
            }
        }
        GateLoops<Element>.multiply(pass, gates, count: count, pass.inputs[0], into: pass.output)
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let batch = pass.batch, gates = pass.saved, share = pass.outputShape.featureCount / count
        let byMean = gates + count * batch, byDeviation = byMean + count * batch
        for gate in 0..<count {
            for sample in 0..<batch {
                let product = GateLoops<Element>.product(pass, gate: gate, sample: sample, share: share)
                pass.parameterGradients[gate] += product * byMean[gate * batch + sample]
                pass.parameterGradients[count + gate] += product * byDeviation[gate * batch + sample]
            }
        }
        if let gradient = pass.inputGradients[0] {
            GateLoops<Element>.multiply(pass, gates, count: count, pass.outputGradient, into: gradient)
        }
    }
}
