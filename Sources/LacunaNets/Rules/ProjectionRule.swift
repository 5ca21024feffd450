/// After every `interval` steps, one parameter array is projected on a support set by its magnitudes: iterative hard thresholding.
/// Between projections all entries move.
public struct ProjectionRule<Element: RealScalar>: TrainingRule {
    public let parameter: String
    public let set: any SupportSet
    public let interval: Int

    public init(_ parameter: String, _ set: any SupportSet, interval: Int = 1) {
        self.parameter = parameter
        self.set = set
        self.interval = interval
    }

    public func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element> {
        guard interval >= 1 else { throw LacunaError(.value, "interval", "\(interval) steps; at least 1 is needed") }
        return Active(self, try memory.layout.trainedEntry(parameter, for: set).range)
    }

    private final class Active: ActiveTrainingRule {
        let rule: ProjectionRule
        let range: Range<Int>

        init(_ rule: ProjectionRule, _ range: Range<Int>) {
            self.rule = rule
            self.range = range
        }

        func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            guard (step.number + 1) % rule.interval == 0 || step.number + 1 == step.total else { return }
            project(memory, rule.set, range)
        }
    }
}

/// The straight-through estimator: the network sees the projection of a parameter array on a support set, and the gradient it gives there
/// moves all entries of the array kept beneath (Bengio et al. 2013, arXiv 1308.3432; for N:M, Zhou et al. 2021, arXiv 2102.04010).
/// With `decay` λ > 0 the gradient of hidden entries has λ w added, which is SR-STE.
public struct StraightThroughRule<Element: RealScalar>: TrainingRule {
    public let parameter: String
    public let set: any SupportSet
    public let decay: Double

    public init(_ parameter: String, _ set: any SupportSet, decay: Double = 0) {
        self.parameter = parameter
        self.set = set
        self.decay = decay
    }

    public func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element> {
        try requireSetting(decay >= 0 && decay.isFinite, "decay", decay, "≥ 0")
        return Active(self, try memory.layout.trainedEntry(parameter, for: set).range)
    }

    private final class Active: ActiveTrainingRule {
        let rule: StraightThroughRule
        let range: Range<Int>
        let kept: Buffer<Element>

        init(_ rule: StraightThroughRule, _ range: Range<Int>) {
            self.rule = rule
            self.range = range
            kept = Buffer(repeating: 0, count: range.count)
        }

        func beforeForward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            kept.pointer.update(from: memory.values + range.lowerBound, count: range.count)
            project(memory, rule.set, range)
        }

        func afterBackward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            if rule.decay > 0 {
                let decay = Element(rule.decay)
                for (position, index) in range.enumerated() where memory.values[index] == 0 {
                    memory.gradient[index] += decay * kept[position]
                }
            }
            (memory.values + range.lowerBound).update(from: kept.pointer, count: range.count)
        }

        func finish(_ memory: TrainingMemory<Element>) { project(memory, rule.set, range) }
    }
}

/// Values in `range` ← their projection. A support is made anew every time: projections allocate.
private func project<Element: RealScalar>(
    _ memory: TrainingMemory<Element>, _ set: any SupportSet, _ range: Range<Int>
) {
    let values = Array(UnsafeBufferPointer(start: memory.values + range.lowerBound, count: range.count))
    // Only a value that is not a number is refused: the training then ends as diverged anyway.
    guard let projected = try? set.project(values) else { return }
    projected.withUnsafeBufferPointer {
        if let source = $0.baseAddress { (memory.values + range.lowerBound).update(from: source, count: range.count) }
    }
}

extension ParameterLayout {
    /// A trained array. - Throws: `LacunaError` for an unknown name or a running statistic.
    func trainedEntry(_ name: String) throws -> Entry {
        let entry = try entry(name)
        guard entry.parameter.role != .statistic else {
            throw LacunaError(.value, "parameter '\(name)'", "it is a running statistic, which is not trained")
        }
        return entry
    }

    /// A trained array of as many entries as the set is for.
    func trainedEntry(_ name: String, for set: any SupportSet) throws -> Entry {
        let entry = try trainedEntry(name)
        guard set.count == entry.range.count else {
            throw LacunaError(
                .shape, "support set", "it is for \(set.count) entries, parameter '\(name)' has \(entry.range.count)")
        }
        return entry
    }
}
