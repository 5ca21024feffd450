/// What a `HorseshoeGate` costs: Σ KL/N over its scales, added to the mean loss over N samples.
///
/// log x ~ N(μ, σ²) against Gamma(½, rate c) costs -½ log 2πeσ² + log Γ(½) - ½ (μ + log c) + c e^(μ + σ²/2); against the inverse Gamma(½, 1)
/// it is the same at -μ. The α_i and β_i have c = 1, the layer's a has c = 1/τ²: small τ asks for few open gates.
public struct HorseshoeRule<Element: RealScalar>: TrainingRule {
    /// Of the gate.
    public let layer: String
    /// N.
    public let samples: Int
    public let weight: Double
    /// τ.
    public let globalScale: Double
    public let warmUp: Double
    public let logDeviationBounds: ClosedRange<Double>

    public init(
        _ layer: String, samples: Int, weight: Double = 1, globalScale: Double = 1, warmUp: Double = 0,
        logDeviationBounds: ClosedRange<Double> = -12...1
    ) {
        self.layer = layer
        self.samples = samples
        self.weight = weight
        self.globalScale = globalScale
        self.warmUp = warmUp
        self.logDeviationBounds = logDeviationBounds
    }

    /// KL of a log-normal scale, its derivatives by μ and log σ.
    public static func divergence(
        mean: Double, logDeviation: Double, rate: Double = 1, isInverse: Bool
    ) -> (value: Double, byMean: Double, byLogDeviation: Double) {
        let sign = isInverse ? -1.0 : 1.0, variance = Double.exp(2 * logDeviation)
        let moment = rate * Double.exp(sign * mean + variance / 2)
        let value =
            -0.5 * (Double.log(2 * Double.pi) + 1) - logDeviation + 0.5 * Double.log(Double.pi)
            - 0.5 * (sign * mean + Double.log(rate)) + moment
        return (value, sign * (moment - 0.5), variance * moment - 1)
    }

    public func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element> {
        try requireSetting(weight >= 0 && weight.isFinite, "weight", weight, "≥ 0")
        try requireSetting(globalScale > 0 && globalScale.isFinite, "global scale", globalScale, "positive")
        try requireSetting(warmUp >= 0 && warmUp <= 1, "warm-up", warmUp, "in [0, 1]")
        guard samples > 0 else { throw LacunaError(.value, "samples", "\(samples); at least 1 is needed") }
        return Active(
            self, count: try memory.layout.trainedEntry("\(layer).mean").range.count / 2,
            means: try memory.layout.trainedEntry("\(layer).mean").range.lowerBound,
            global: try memory.layout.trainedEntry("\(layer).global_mean").range.lowerBound)
    }

    private final class Active: ActiveTrainingRule {
        let rule: HorseshoeRule
        let count: Int
        let means: Int
        let global: Int

        init(_ rule: HorseshoeRule, count: Int, means: Int, global: Int) {
            self.rule = rule
            self.count = count
            self.means = means
            self.global = global
        }

        func afterBackward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            let rise = rule.warmUp * Double(step.total)
            let ramp = rise > 0 ? min(1, Double(step.number + 1) / rise) : 1
            let scale = ramp * rule.weight / Double(rule.samples)
            add(memory, scale, first: means, count: count, rate: 1)
            add(memory, scale, first: global, count: 1, rate: 1 / (rule.globalScale * rule.globalScale))
        }

        /// `count` Gamma variables, then as many inverse ones; their log deviations follow.
        private func add(_ memory: TrainingMemory<Element>, _ scale: Double, first: Int, count: Int, rate: Double) {
            for index in first..<first + 2 * count {
                let isInverse = index >= first + count
                let all = HorseshoeRule.divergence(
                    mean: Double(memory.values[index]), logDeviation: Double(memory.values[index + 2 * count]),
                    rate: isInverse ? 1 : rate, isInverse: isInverse)
                memory.gradient[index] += Element(scale * all.byMean)
                memory.gradient[index + 2 * count] += Element(scale * all.byLogDeviation)
            }
        }

        func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            let low = Element(rule.logDeviationBounds.lowerBound), high = Element(rule.logDeviationBounds.upperBound)
            VariationalLoops<Element>.clip(memory.values + means + 2 * count, low, high, 2 * count)
            VariationalLoops<Element>.clip(memory.values + global + 2, low, high, 2)
        }
    }
}

extension NetworkParameters {
    /// Horseshoe gates that stay: those whose log z has a mode μ - σ² of at least `threshold`, without the layer's scale.
    /// - Throws: `LacunaError` where the layer is no horseshoe gate.
    public func horseshoeSupport(of gate: String, threshold: Double) throws -> Support {
        guard layout.entries.contains(where: { $0.name == "\(gate).global_mean" }) else {
            throw LacunaError(.name, "layer '\(gate)'", "it is no horseshoe gate")
        }
        let means = try layout.entry("\(gate).mean").range, deviations = try layout.entry("\(gate).log_deviation").range
        let count = means.count / 2
        func mode(_ index: Int) -> Double {
            var mode = 0.0
            for offset in [index, index + count] {
                mode += Double(values[means.lowerBound + offset]) / 2
                mode -= Double.exp(2 * Double(values[deviations.lowerBound + offset])) / 4
            }
            return mode
        }
        return Support(mask: (0..<count).map { mode($0) >= threshold })
    }
}
