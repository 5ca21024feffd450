/// y = z x with a gate z_i ~ N(μ_i, σ_i²) per neuron or channel, drawn once per sample and shared over its positions and pixels. In
/// evaluation z = μ.
///
/// `count` gates stand before equal shares of consecutive features: as many as there are channels for one each, or as there are
/// features. Parameters `mean` (start 1) and `log_deviation` = log σ. Gradients: dx = z g, dμ = Σ g x, d log σ = σ Σ ε g x, over
/// samples and what shares the gate.
///
/// Behind a layer this is VIBNet's gate (Dai, Zhu, Guo & Wipf 2018, arXiv 1802.10399); before a `Variational` layer, or behind a
/// convolution, the group scale of Bayesian compression (Louizos, Ullrich & Welling 2017, arXiv 1705.08665). They differ by the
/// divergence that a `DivergenceRule` adds.
public struct GaussianGate<Element: RealScalar>: Layer {
    public let count: Int
    public let startDeviation: Double

    /// - Parameter deviation: σ before training; the default is e^-4.5, log σ² = -9, of the released codes.
    public init(_ count: Int, deviation: Double = Double.exp(-4.5)) {
        self.count = count
        startDeviation = deviation
    }

    public var parameters: [LayerParameter] {
        [
            LayerParameter("mean", [count], .constant(1), role: .offset),
            LayerParameter("log_deviation", [count], .constant(Double.log(startDeviation)), role: .offset),
        ]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        try requireSetting(startDeviation > 0 && startDeviation.isFinite, "deviation", startDeviation, "positive")
        return try gatedShape(oneInput(shapes), count)
    }

    /// z and ε of every gate and sample.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int { 2 * count * batch }

    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let gates = pass.saved, noise = gates + count * pass.batch
        if context.isTraining {
            NormalNoise.fill(noise, count: count * pass.batch, key: context.randomKey)
        } else {
            Elementwise.fill(0, into: noise, count: count * pass.batch)
        }
        GateLoops<Element>.draw(pass.parameters, noise, into: gates, count: count, batch: pass.batch)
        GateLoops<Element>.multiply(pass, gates, count: count, pass.inputs[0], into: pass.output)
    }

    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let gates = pass.saved, noise = gates + count * pass.batch
        GateLoops<Element>.addGradients(pass, gates, noise, count: count)
        if let gradient = pass.inputGradients[0] {
            GateLoops<Element>.multiply(pass, gates, count: count, pass.outputGradient, into: gradient)
        }
    }
}

/// - Throws: `LacunaError` (shape) unless the gates share out the features.
func gatedShape(_ input: ValueShape, _ count: Int) throws -> ValueShape {
    guard count > 0, input.featureCount % count == 0 else {
        throw LacunaError(
            .shape, "gates", "\(count) for \(input.featureCount) features (\(input)); they must divide them")
    }
    return input
}

enum GateLoops<E: RealScalar> {
    typealias Source = UnsafePointer<E>
    typealias Target = UnsafeMutablePointer<E>

    /// z ← μ + σ ε, of count × batch.
    @specialized(where E == Float)
    @specialized(where E == Double)
    static func draw(_ parameters: Source, _ noise: Source, into gates: Target, count: Int, batch: Int) {
        for gate in 0..<count {
            let mean = parameters[gate], deviation = E.exp(parameters[count + gate]), first = gate * batch
            for index in first..<first + batch { gates[index] = mean + deviation * noise[index] }
        }
    }

    /// y ← z x over a pass's value, gates of count × batch.
    @specialized(where E == Float)
    @specialized(where E == Double)
    static func multiply(_ pass: LayerPass<E>, _ gates: Source, count: Int, _ x: Source, into y: Target) {
        let batch = pass.batch, positions = pass.outputShape.positions
        let share = pass.outputShape.featureCount / count
        for feature in 0..<count * share {
            let z = gates + feature / share * batch, first = feature * batch * positions
            if positions == 1 {
                for sample in 0..<batch { y[first + sample] = z[sample] * x[first + sample] }
            } else {
                for sample in 0..<batch {
                    for index in first + sample * positions..<first + (sample + 1) * positions {
                        y[index] = z[sample] * x[index]
                    }
                }
            }
        }
    }

    /// Σ g x of one gate and one sample, over features and positions that share it.
    @inline(__always)
    static func product(_ pass: LayerPass<E>, gate: Int, sample: Int, share: Int) -> E {
        let positions = pass.outputShape.positions
        var sum = E.zero
        for feature in gate * share..<(gate + 1) * share {
            let first = (feature * pass.batch + sample) * positions
            for index in first..<first + positions { sum += pass.outputGradient[index] * pass.inputs[0][index] }
        }
        return sum
    }

    @specialized(where E == Float)
    @specialized(where E == Double)
    static func addGradients(_ pass: LayerPass<E>, _ gates: Source, _ noise: Source, count: Int) {
        let batch = pass.batch, share = pass.outputShape.featureCount / count
        for gate in 0..<count {
            var ofMean = E.zero, ofDeviation = E.zero
            for sample in 0..<batch {
                let product = product(pass, gate: gate, sample: sample, share: share)
                ofMean += product
                ofDeviation += product * noise[gate * batch + sample]
            }
            pass.parameterGradients[gate] += ofMean
            pass.parameterGradients[count + gate] += ofDeviation * E.exp(pass.parameters[count + gate])
        }
    }
}
