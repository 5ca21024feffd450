/// After every step w ← prox_{η λ f}(w) on one parameter array, η being the step's learning rate: proximal stochastic gradient descent.
///
/// Moments of entries that the prox zeroed are zeroed too: what the optimiser remembers would push them away again at the next step.
/// The prox is that of the Euclidean metric, whatever the optimiser's own.
public struct ProximalRule<Element: RealScalar, P: Penalty<Element>>: TrainingRule {
    public let parameter: String
    public let penalty: P
    /// λ.
    public let strength: Double
    /// The prox is taken every so many steps, with their joint length.
    public let interval: Int

    public init(_ parameter: String, _ penalty: P, strength: Double, interval: Int = 1) {
        self.parameter = parameter
        self.penalty = penalty
        self.strength = strength
        self.interval = interval
    }

    public func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element> {
        try requireSetting(strength >= 0 && strength.isFinite, "strength", strength, "≥ 0")
        guard interval >= 1 else { throw LacunaError(.value, "interval", "\(interval) steps; at least 1 is needed") }
        let entry = try memory.layout.trainedEntry(parameter)
        if let required = penalty.requiredCount, required != entry.range.count {
            throw LacunaError(
                .shape, "penalty", "it is for \(required) entries, parameter '\(parameter)' has \(entry.range.count)")
        }
        return Active(self, entry.range)
    }

    private final class Active: ActiveTrainingRule {
        let rule: ProximalRule
        let range: Range<Int>
        var workspace: P.Workspace
        /// Sum of the learning rates since the last prox.
        var length = 0.0

        init(_ rule: ProximalRule, _ range: Range<Int>) {
            self.rule = rule
            self.range = range
            workspace = rule.penalty.makeWorkspace(count: range.count)
        }

        // Other penalties run unspecialised, at some 200 ns a weight.
        @specialized(where Element == Float, P == L1Norm<Float>)
        @specialized(where Element == Float, P == GroupedPenalty<L1Norm<Float>>)
        func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            length += step.rate
            // The last step ends with a prox, so that what is sparse is left so.
            guard (step.number + 1) % rule.interval == 0 || step.number + 1 == step.total else { return }
            let values = UnsafeMutableBufferPointer(start: memory.values + range.lowerBound, count: range.count)
            rule.penalty.prox(values, step: Element(rule.strength * length), workspace: &workspace)
            length = 0
            for moment in memory.moments {
                for index in range where memory.values[index] == 0 { moment[index] = 0 }
            }
        }

        var state: [String: [Element]] { ["length": Self.parts(of: length)] }

        func restore(_ state: [String: [Element]]) throws {
            guard let parts = state["length"], !parts.isEmpty else {
                throw LacunaError(.value, "checkpoint", "it lacks the length of a proximal step")
            }
            length = parts.reduce(0.0) { $0 + Double($1) }
        }

        /// Numbers of fewer digits that sum to `number` exactly, largest first: a Double is two or three Floats.
        private static func parts(of number: Double) -> [Element] {
            var parts: [Element] = [], rest = number
            repeat {
                let part = Element(rest)
                parts.append(part)
                rest -= Double(part)
            } while rest != 0 && parts.count < 3
            return parts
        }
    }
}
