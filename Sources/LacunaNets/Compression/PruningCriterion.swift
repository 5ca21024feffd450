/// Which variables of a trained Bayesian layer stay, from their mean parameter μ and log deviation log σ.
public enum PruningCriterion: Hashable, Sendable {
    /// |μ|/σ ≥ t. Automatic relevance determination: t = 1.
    case signalToNoise(Double)
    /// log α = log σ²/(μ² + 1e-8) < t. Sparse variational dropout: 3, VIBNet: 0, Bayesian compression: from each layer's histogram.
    case logAlpha(Double)
    /// E θ/√Var θ ≥ t of a truncated log-normal gate. Structured Bayesian pruning: 1.
    case logNormalSignalToNoise(Double)

    public func keeps(mean: Double, logDeviation: Double) -> Bool {
        switch self {
        case .signalToNoise(let threshold): abs(mean) >= threshold * Double.exp(logDeviation)
        case .logAlpha(let threshold): 2 * logDeviation - Double.log(mean * mean + 1e-8) < threshold
        case .logNormalSignalToNoise(let threshold):
            TruncatedLogNormal(mean: mean, logDeviation: logDeviation).signalToNoise >= threshold
        }
    }
}

extension NetworkParameters {
    /// The variables of a variational layer or a gate that stay. - Throws: `LacunaError` for a layer without deviations.
    public func support(of layer: String, _ criterion: PruningCriterion) throws -> Support {
        let variables = try layout.variables(of: layer)
        return Support(
            mask: (0..<variables.count).map {
                criterion.keeps(
                    mean: Double(values[variables.means + $0]), logDeviation: Double(values[variables.deviations + $0]))
            })
    }

    /// Of every weight array the entries that are not 0, by name: the masks of a pruned network.
    public var weightSupports: [String: Support] {
        var supports: [String: Support] = [:]
        for entry in layout.entries(of: .weight) { supports[entry.name] = Support(of: Array(values[entry.range])) }
        return supports
    }

    /// Rules that keep what is 0 now at 0: fine-tuning of a pruned network.
    public var maskRules: [any TrainingRule<Element>] {
        weightSupports.sorted { $0.key < $1.key }.map { MaskRule($0.key, $0.value) }
    }
}
