/// y = z x with a horseshoe gate per neuron or channel, z_i = s h_i: half-Cauchy scales, one for the layer and one for each gate, drawn once
/// per sample. In evaluation z is its mean.
///
/// A squared half-Cauchy variable is the product of a Gamma(½) and an inverse Gamma(½) one; all of them are log-normal under q, so log z is
/// normal: log z_i = ½ (log a + log b + log α_i + log β_i). Parameters: `mean` and `log_deviation` of log α and log β (2 × count),
/// `global_mean` and `global_log_deviation` of log a and log b. Start: all means 0, z near 1. What they cost is added by `HorseshoeRule`.
///
/// Before a `Variational` layer with unit-normal weights it is the group horseshoe of Bayesian compression (Louizos, Ullrich & Welling 2017,
/// arXiv 1705.08665).
public struct HorseshoeGate<Element: RealScalar>: Layer {
    public let count: Int
    public let startDeviation: Double

    public init(_ count: Int, deviation: Double = Double.exp(-4.5)) {
        self.count = count
        startDeviation = deviation
    }

    public var parameters: [LayerParameter] {
        let spread = ParameterStart.constant(Double.log(startDeviation))
        return [
            LayerParameter("mean", [2, count], .constant(0), role: .offset),
            LayerParameter("log_deviation", [2, count], spread, role: .offset),
            LayerParameter("global_mean", [2], .constant(0), role: .offset),
            LayerParameter("global_log_deviation", [2], spread, role: .offset),
        ]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        try requireSetting(startDeviation > 0 && startDeviation.isFinite, "deviation", startDeviation, "positive")
        return try gatedShape(oneInput(shapes), count)
    }

    /// z of every gate and sample, then the noise of every gate and of the layer.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int { (2 * count + 1) * batch }

    /// Mean and deviation of log z's part that is gate i's own, or (i = count) the layer's.
    @inline(__always)
    private func law(_ parameters: UnsafePointer<Element>, _ index: Int) -> (mean: Element, deviation: Element) {
        let means = index < count ? parameters + index : parameters + 4 * count
        let step = index < count ? count : 1, deviations = means + 2 * step
        let first = Element.exp(2 * deviations[0]), second = Element.exp(2 * deviations[step])
        return ((means[0] + means[step]) / 2, (first + second).squareRoot() / 2)
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let batch = pass.batch, gates = pass.saved, noise = gates + count * batch
        if context.isTraining { NormalNoise.fill(noise, count: (count + 1) * batch, key: context.randomKey) }
        let shared = law(pass.parameters, count)
        for gate in 0..<count {
            let own = law(pass.parameters, gate)
            for sample in 0..<batch {
                let index = gate * batch + sample
                // Without noise: the mean of a log-normal variable.
                let deviation =
                    context.isTraining
                    ? own.deviation * noise[index] + shared.deviation * noise[count * batch + sample]
                    : (own.deviation * own.deviation + shared.deviation * shared.deviation) / 2
                gates[index] = Element.exp(own.mean + shared.mean + deviation)
            }
        }
        GateLoops<Element>.multiply(pass, gates, count: count, pass.inputs[0], into: pass.output)
    }

    /// With d = Σ g x z over samples, by both of a gate's means ½ d, by a log deviation ∂(log z)/∂ς σ²/(4 ς) with ς the gate's deviation:
    /// Σ ε g x z σ²/(4 ς), in evaluation σ²/4 · d.
    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let batch = pass.batch, gates = pass.saved, noise = gates + count * batch
        let share = pass.outputShape.featureCount / count
        var total = Element.zero, totalByDeviation = Element.zero
        let shared = law(pass.parameters, count)
        for gate in 0..<count {
            let own = law(pass.parameters, gate)
            var sum = Element.zero, byDeviation = Element.zero
            for sample in 0..<batch {
                let index = gate * batch + sample
                let slope = gates[index] * GateLoops<Element>.product(pass, gate: gate, sample: sample, share: share)
                sum += slope
                byDeviation += slope * (context.isTraining ? noise[index] : own.deviation)
                totalByDeviation +=
                    slope * (context.isTraining ? noise[count * batch + sample] : shared.deviation)
            }
            total += sum
            addGradient(pass, gate, sum, byDeviation / own.deviation)
        }
        addGradient(pass, count, total, totalByDeviation / shared.deviation)
        if let gradient = pass.inputGradients[0] {
            GateLoops<Element>.multiply(pass, gates, count: count, pass.outputGradient, into: gradient)
        }
    }

    @inline(__always)
    private func addGradient(_ pass: LayerPass<Element>, _ index: Int, _ byMean: Element, _ byDeviation: Element) {
        let start = index < count ? index : 4 * count, step = index < count ? count : 1
        for offset in Swift.stride(from: start, through: start + step, by: step) {
            pass.parameterGradients[offset] += byMean / 2
            let variance = Element.exp(2 * pass.parameters[offset + 2 * step])
            pass.parameterGradients[offset + 2 * step] += byDeviation * variance / 4
        }
    }
}
