/// When and how strongly the prior of a variational network acts: rounds of `epochsPerRound` epochs, each of which begins with an update of
/// the precisions, and annealing over the first rounds.
public struct VariationalSchedule: Hashable, Sendable {
    /// N, of the training set.
    public var samples: Int
    /// β: 1 is the variational bound, less prunes less.
    public var temperature: Double
    public var epochsPerRound: Int
    /// Share of the rounds over which β rises from `coldStart` β, geometrically.
    public var annealedShare: Double
    public var coldStart: Double
    public var logDeviationBounds: ClosedRange<Double>

    public init(
        samples: Int, temperature: Double = 1, epochsPerRound: Int = 4, annealedShare: Double = 0.6,
        coldStart: Double = 0.05, logDeviationBounds: ClosedRange<Double> = -12...1
    ) {
        self.samples = samples
        self.temperature = temperature
        self.epochsPerRound = epochsPerRound
        self.annealedShare = annealedShare
        self.coldStart = coldStart
        self.logDeviationBounds = logDeviationBounds
    }

    func validate() throws {
        guard samples > 0 else { throw LacunaError(.value, "samples", "\(samples); at least 1 is needed") }
        guard epochsPerRound > 0 else {
            throw LacunaError(.value, "epochs per round", "\(epochsPerRound); at least 1 is needed")
        }
        try requireSetting(temperature > 0 && temperature.isFinite, "temperature", temperature, "positive")
        try requireSetting(annealedShare >= 0 && annealedShare <= 1, "annealed share", annealedShare, "in [0, 1]")
        try requireSetting(coldStart > 0 && coldStart <= 1, "cold start", coldStart, "in (0, 1]")
    }

    /// f of round k: 1 from the end of the annealing on.
    func progress(_ step: TrainingStep) -> Double {
        let perRound = step.stepsPerEpoch * epochsPerRound
        let rounds = (step.total + perRound - 1) / perRound, annealed = annealedShare * Double(rounds)
        return annealed > 0 ? min(1, Double(step.number / perRound + 1) / annealed) : 1
    }

    /// β_k/N, which multiplies the penalty beside the mean loss.
    func scale(_ step: TrainingStep) -> Double {
        temperature * Double.pow(coldStart, 1 - progress(step)) / Double(samples)
    }

    func startsRound(_ step: TrainingStep) -> Bool { step.number % (step.stepsPerEpoch * epochsPerRound) == 0 }
}

/// Plain variational Bayes, or automatic relevance determination, on the weights of one `Variational` layer: w ~ N(0, 1/ρ) with a precision
/// ρ ~ Gamma(a, b) of its own for each. Adds β/N Σ ½ E (μ² + σ²) - log σ to the mean loss; every round starts with
/// E = (a + ½)/(b + e/2), e = μ² + σ².
public struct PrecisionRule<Element: RealScalar>: TrainingRule {
    public let layer: String
    public let schedule: VariationalSchedule
    public let shape: Double
    public let rate: Double

    public init(_ layer: String, _ schedule: VariationalSchedule, shape: Double = 1e-6, rate: Double = 1e-6) {
        self.layer = layer
        self.schedule = schedule
        self.shape = shape
        self.rate = rate
    }

    public func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element> {
        try schedule.validate()
        try requireSetting(shape >= 0 && shape.isFinite, "shape", shape, "≥ 0")
        try requireSetting(rate > 0 && rate.isFinite, "rate", rate, "positive")
        return Active(self, WeightPenalty(try memory.layout.variables(of: layer), schedule))
    }

    private final class Active: ActiveTrainingRule {
        let rule: PrecisionRule
        let penalty: WeightPenalty<Element>

        init(_ rule: PrecisionRule, _ penalty: WeightPenalty<Element>) {
            self.rule = rule
            self.penalty = penalty
        }

        func beforeForward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            guard rule.schedule.startsRound(step) else { return }
            penalty.updateMoments(memory)
            let half = Element(0.5), shape = Element(rule.shape) + half, rate = Element(rule.rate)
            for index in 0..<penalty.count {
                penalty.precisions[index] = shape / (rate + half * penalty.moments[index])
            }
        }

        func afterBackward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            penalty.addGradient(memory, step)
        }

        func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep) { penalty.clip(memory) }

        var state: [String: [Element]] { ["precisions": penalty.precisions.prefix(penalty.count)] }
        func restore(_ state: [String: [Element]]) throws {
            try restoreArray(state, "precisions", into: penalty.precisions)
        }
    }
}

/// Σ ½ E (μ² + σ²) - log σ over the weights of one layer, and its memory.
final class WeightPenalty<Element: RealScalar> {
    let means: Int
    /// nil: point estimates, whose σ is `pointDeviation`.
    let deviations: Int?
    let count: Int
    let schedule: VariationalSchedule
    /// E and e.
    let precisions: Buffer<Element>
    let moments: Buffer<Element>
    static var pointDeviation: Double { 1e-5 }

    init(_ variables: VariationalVariables, _ schedule: VariationalSchedule) {
        means = variables.means
        deviations = variables.deviations
        count = variables.count
        self.schedule = schedule
        precisions = Buffer(repeating: 0, count: count)
        moments = Buffer(repeating: 0, count: count)
    }

    init(pointsAt range: Range<Int>, _ schedule: VariationalSchedule) {
        means = range.lowerBound
        deviations = nil
        count = range.count
        self.schedule = schedule
        precisions = Buffer(repeating: 0, count: count)
        moments = Buffer(repeating: 0, count: count)
    }

    func updateMoments(_ memory: TrainingMemory<Element>) { setMoments(memory.values, into: moments.pointer) }

    func setMoments(_ values: UnsafePointer<Element>, into moments: UnsafeMutablePointer<Element>) {
        if let deviations {
            VariationalLoops<Element>.secondMoments(values + means, values + deviations, into: moments, count)
        } else {
            VariationalLoops<Element>.squares(values + means, into: moments, count)
            let variance = Element(Self.pointDeviation * Self.pointDeviation)
            for index in 0..<count { moments[index] += variance }
        }
    }

    func addGradient(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
        let scale = Element(schedule.scale(step)), values = UnsafePointer(memory.values)
        if let deviations {
            VariationalLoops<Element>.addPrecisionGradient(
                values + means, values + deviations, UnsafePointer(precisions.pointer), scale: scale,
                to: memory.gradient + means, memory.gradient + deviations, count)
        } else {
            VariationalLoops<Element>.addScaledProducts(
                values + means, UnsafePointer(precisions.pointer), scale: scale, to: memory.gradient + means, count)
        }
    }

    func clip(_ memory: TrainingMemory<Element>) {
        guard let deviations else { return }
        let bounds = schedule.logDeviationBounds
        VariationalLoops<Element>.clip(
            memory.values + deviations, Element(bounds.lowerBound), Element(bounds.upperBound), count)
    }
}

/// - Throws: `LacunaError` where the saved array is missing or of another length.
func restoreArray<Element>(_ state: [String: [Element]], _ name: String, into buffer: Buffer<Element>) throws {
    guard let values = state[name], values.count == buffer.count else {
        throw LacunaError(.value, "checkpoint", "a rule's '\(name)' is missing or of another length")
    }
    buffer.pointer.update(from: values, count: values.count)
}
