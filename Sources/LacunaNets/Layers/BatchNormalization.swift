/// y = γ (x - μ)/√(σ² + ε) + β per channel (the first feature axis), with mean and variance over everything else: pixels, positions and
/// samples of the batch in training, running averages otherwise (Ioffe & Szegedy 2015, arXiv 1502.03167).
///
/// In training σ² divides by the count n; the running variance averages n/(n-1) σ², with weight `momentum` on the newest, as PyTorch does.
/// Gradient: dx = γ/√(σ²+ε) (g - mean(g) - x̂ mean(g x̂)). A batch that is cut into parts normalises each part by itself.
public struct BatchNormalization<Element: RealScalar>: Layer {
    public let channels: Int
    public let momentum: Double
    public let epsilon: Double

    public init(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5) {
        self.channels = channels
        self.momentum = momentum
        self.epsilon = epsilon
    }

    public var parameters: [LayerParameter] {
        [
            LayerParameter("weight", [channels], .constant(1), role: .offset),
            LayerParameter("bias", [channels], .constant(0), role: .offset),
            LayerParameter("running_mean", [channels], .constant(0), role: .statistic),
            LayerParameter("running_var", [channels], .constant(1), role: .statistic),
        ]
    }

    public func outputShape(_ shapes: [ValueShape]) throws -> ValueShape {
        let input = try oneInput(shapes)
        guard channels > 0, input.features.first == channels else {
            throw LacunaError(.shape, "input", "\(input), the normalisation is for \(channels) channels")
        }
        return input
    }

    /// Mean and 1/√(σ² + ε) of each channel, as used.
    public func savedCount(_ shapes: [ValueShape], batch: Int) -> Int { 2 * channels }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func forward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.count() / channels
        let means = pass.saved, scales = pass.saved + channels
        for channel in 0..<channels {
            let x = pass.inputs[0] + channel * n, y = pass.output + channel * n
            var mean = pass.statistics[channel], variance = pass.statistics[channels + channel]
            if context.isTraining {
                mean = Elementwise.sum(x, count: n) / Element(n)
                variance = Elementwise.squaredDeviation(x, from: mean, count: n) / Element(n)
            }
            let scale = 1 / (variance + Element(epsilon)).squareRoot()
            means[channel] = mean
            scales[channel] = scale
            let slope = pass.parameters[channel] * scale, offset = pass.parameters[channels + channel] - mean * slope
            for index in 0..<n { y[index] = slope * x[index] + offset }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func backward(_ pass: LayerPass<Element>, _ context: PassContext) {
        let n = pass.count() / channels
        for channel in 0..<channels {
            let x = pass.inputs[0] + channel * n, g = pass.outputGradient + channel * n
            let mean = pass.saved[channel], scale = pass.saved[channels + channel]
            let sum = Elementwise.sum(g, count: n)
            let product = scale * Elementwise.centredProduct(x, mean, g, count: n)
            pass.parameterGradients[channel] += product
            pass.parameterGradients[channels + channel] += sum
            guard let dx = pass.inputGradients[0] else { continue }
            let slope = pass.parameters[channel] * scale
            if context.isTraining {
                let meanGradient = sum / Element(n), meanProduct = product / Element(n) * scale
                for index in 0..<n {
                    dx[channel * n + index] = slope * (g[index] - meanGradient - (x[index] - mean) * meanProduct)
                }
            } else {
                for index in 0..<n { dx[channel * n + index] = slope * g[index] }
            }
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func updateStatistics(_ pass: LayerPass<Element>) {
        let n = Element(pass.count() / channels), rate = Element(momentum), epsilon = Element(epsilon)
        for channel in 0..<channels {
            let scale = pass.saved[channels + channel]
            let variance = (1 / (scale * scale) - epsilon) * n / max(n - 1, 1)
            pass.statistics[channel] += rate * (pass.saved[channel] - pass.statistics[channel])
            pass.statistics[channels + channel] += rate * (variance - pass.statistics[channels + channel])
        }
    }
}
