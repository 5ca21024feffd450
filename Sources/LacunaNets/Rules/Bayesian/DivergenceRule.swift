/// Adds KL(q ‖ p)/N for the variables of one layer to the mean loss over N samples: the other half of a variational bound. After every step
/// log deviations are cut to their bounds.
///
/// The variables' means are the layer's `weight` or, of a gate, its `mean`; their log deviations are `log_deviation`.
public struct DivergenceRule<Element: RealScalar>: TrainingRule {
    public let layer: String
    public let divergence: Divergence
    /// N.
    public let samples: Int
    /// Multiplies the divergence: 1 is the bound.
    public let weight: Double
    /// Over this share of the training the weight rises from 0, in proportion to the steps.
    public let warmUp: Double
    public let logDeviationBounds: ClosedRange<Double>

    public init(
        _ layer: String, _ divergence: Divergence, samples: Int, weight: Double = 1, warmUp: Double = 0,
        logDeviationBounds: ClosedRange<Double>? = nil
    ) {
        self.layer = layer
        self.divergence = divergence
        self.samples = samples
        self.weight = weight
        self.warmUp = warmUp
        self.logDeviationBounds = logDeviationBounds ?? (divergence == .truncatedLogNormal ? -20...5 : -12...1)
    }

    public func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element> {
        try requireSetting(weight >= 0 && weight.isFinite, "weight", weight, "≥ 0")
        try requireSetting(warmUp >= 0 && warmUp <= 1, "warm-up", warmUp, "in [0, 1]")
        guard samples > 0 else { throw LacunaError(.value, "samples", "\(samples); at least 1 is needed") }
        return Active(self, try memory.layout.variables(of: layer))
    }

    private final class Active: ActiveTrainingRule {
        let rule: DivergenceRule
        let variables: VariationalVariables

        init(_ rule: DivergenceRule, _ variables: VariationalVariables) {
            self.rule = rule
            self.variables = variables
        }

        func afterBackward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            let rise = rule.warmUp * Double(step.total)
            let ramp = rise > 0 ? min(1, Double(step.number + 1) / rise) : 1
            rule.divergence.addGradient(
                UnsafePointer(memory.values + variables.means), UnsafePointer(memory.values + variables.deviations),
                count: variables.count, scale: Element(ramp * rule.weight / Double(rule.samples)),
                to: memory.gradient + variables.means, memory.gradient + variables.deviations)
        }

        func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            let bounds = rule.logDeviationBounds
            VariationalLoops<Element>.clip(
                memory.values + variables.deviations, Element(bounds.lowerBound), Element(bounds.upperBound),
                variables.count)
            if rule.divergence == .truncatedLogNormal {
                VariationalLoops<Element>.clip(
                    memory.values + variables.means, Element(TruncatedLogNormal.bounds.lower), 5, variables.count)
            }
        }
    }
}

/// Where a layer's means and log deviations lie among the trained parameters.
struct VariationalVariables {
    let means: Int
    let deviations: Int
    let count: Int
}

extension ParameterLayout {
    /// The variables of a variational layer or a gate. - Throws: `LacunaError` where the layer has none.
    func variables(of layer: String) throws -> VariationalVariables {
        guard let deviations = entries.first(where: { $0.name == "\(layer).log_deviation" }),
            let means = entries.first(where: { $0.name == "\(layer).weight" || $0.name == "\(layer).mean" }),
            means.range.count == deviations.range.count
        else {
            let known = entries.filter { $0.name.hasSuffix(".log_deviation") }.map { $0.name.dropLast(14) }
            throw LacunaError(
                .name, "layer '\(layer)'", "it has no means with deviations",
                remedy: "Known: \(known.joined(separator: ", "))")
        }
        return VariationalVariables(
            means: means.range.lowerBound, deviations: deviations.range.lowerBound, count: means.range.count)
    }
}
