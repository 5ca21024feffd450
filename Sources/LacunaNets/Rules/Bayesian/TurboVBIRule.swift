/// Turbo-VBI on the weights of one layer: the three-layer prior of `GammaSupportPrior` with a structured law of the support.
///
/// Adds β/N Σ ½ E (μ² + σ²) - log σ to the mean loss. Every round starts with Module A, e = μ² + σ² -> evidence ℓ, then Module B, ℓ -> log
/// prior odds m by the `SupportDenoiser`, then q = σ(m + ℓ) and E to go with it. At the end weights with q ≤ ½ are 0.
///
/// The scale of the layer follows from its weights at the start, which should be trained: b = rateFactor · a · mean μ², and the inactive
/// rate is `contrast` b. Annealing starts with 0.05 β and 100 times the contrast.
///
/// On a `Variational` layer q(w) is normal; on a deterministic one it is a point: a reweighted ridge penalty. The denoiser is a law of the
/// weight array read row-major: `MarkovSupport(length: inputs)` is a chain along the incoming weights of every neuron, with `length: k²`
/// one along every flattened kernel. Cost: per round, some ten elementary functions per weight.
///
/// Source: Xia, Tsang & Lau 2023 (arXiv 2302.10483) for the idea; the joint coupling, the scale and the annealing are ours.
public struct TurboVBIRule<Element: RealScalar, Law: SupportDenoiser>: TrainingRule where Law.Real == Element {
    public let layer: String
    public let schedule: VariationalSchedule
    public let support: Law
    public var coupling: GammaSupportPrior<Element>.Coupling
    /// a, active and inactive.
    public var shape: Double
    public var rateFactor: Double
    /// r: the inactive rate over the active one.
    public var contrast: Double
    /// λ0, before Module B has spoken.
    public var activity: Double
    /// Sweeps of Module A where the coupling is mean-field.
    public var sweeps: Int
    /// Whether the denoiser's parameters are estimated along.
    public var learnsSupport: Bool

    public init(
        _ layer: String, _ schedule: VariationalSchedule, support: Law,
        coupling: GammaSupportPrior<Element>.Coupling = .joint, shape: Double = 1, rateFactor: Double = 4,
        contrast: Double = 1e-3, activity: Double = 0.2, sweeps: Int = 5, learnsSupport: Bool = false
    ) {
        self.layer = layer
        self.schedule = schedule
        self.support = support
        self.coupling = coupling
        self.shape = shape
        self.rateFactor = rateFactor
        self.contrast = contrast
        self.activity = activity
        self.sweeps = sweeps
        self.learnsSupport = learnsSupport
    }

    public func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element> {
        try schedule.validate()
        try requireSetting(shape > 0 && shape.isFinite, "shape", shape, "positive")
        try requireSetting(rateFactor > 0 && rateFactor.isFinite, "rate factor", rateFactor, "positive")
        try requireSetting(contrast > 0 && contrast < 1e-2, "contrast", contrast, "above 0 and below 0.01")
        try requireSetting(activity > 0 && activity < 1, "activity", activity, "above 0 and below 1")
        guard sweeps > 0 else { throw LacunaError(.value, "sweeps", "\(sweeps); at least 1 is needed") }
        let penalty: WeightPenalty<Element>
        if memory.layout.entries.contains(where: { $0.name == "\(layer).log_deviation" }) {
            penalty = WeightPenalty(try memory.layout.variables(of: layer), schedule)
        } else {
            penalty = WeightPenalty(pointsAt: try memory.layout.trainedEntry("\(layer).weight").range, schedule)
        }
        do { try support.validate(count: penalty.count) } catch let error as LacunaError {
            throw LacunaError(error.kind, "layer '\(layer)'", "\(error.place): \(error.problem)", remedy: error.remedy)
        }
        let square = Elementwise.squaredNorm(memory.values + penalty.means, count: penalty.count)
        guard square > 0 else {
            throw LacunaError(
                .value, "layer '\(layer)'", "all weights are 0: they give no scale",
                remedy: "Start from a trained network.")
        }
        return Active(self, penalty, rate: rateFactor * shape * square / Double(penalty.count))
    }

    private final class Active: ActiveTrainingRule {
        let rule: TurboVBIRule
        let penalty: WeightPenalty<Element>
        let belief: SupportBelief<Element>
        var prior: GammaSupportPrior<Element>
        var law: Law
        var workspace: Law.Workspace
        /// b.
        let rate: Buffer<Element>
        var inclusion: [Element] = []

        init(_ rule: TurboVBIRule, _ penalty: WeightPenalty<Element>, rate: Double) {
            self.rule = rule
            self.penalty = penalty
            self.rate = Buffer(repeating: Element(rate), count: 1)
            belief = SupportBelief(count: penalty.count, activity: Element(rule.activity))
            law = rule.support
            workspace = law.makeWorkspace(count: penalty.count)
            prior = GammaSupportPrior(
                isComplex: false, coupling: rule.coupling, activeShape: Element(rule.shape),
                activeRate: Element(rate), inactiveShape: Element(rule.shape),
                inactiveRate: Element(rule.contrast * rate), activity: Element(rule.activity))
        }

        func beforeForward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            guard rule.schedule.startsRound(step) else { return }
            penalty.updateMoments(memory)
            let contrast = rule.contrast * Double.pow(100, 1 - rule.schedule.progress(step))
            prior.activeRate = rate[0]
            prior.inactiveRate = Element(contrast) * rate[0]
            exchange(belief, &law, &workspace, prior, penalty.moments.pointer, penalty.precisions.pointer)
            if rule.learnsSupport {
                law.learn(
                    UnsafePointer(belief.likelihoodRatio.pointer), UnsafePointer(belief.logPriorOdds.pointer),
                    count: belief.count, workspace: &workspace)
            }
        }

        /// Modules A and B once.
        private func exchange(
            _ belief: SupportBelief<Element>, _ law: inout Law, _ workspace: inout Law.Workspace,
            _ prior: GammaSupportPrior<Element>, _ moments: UnsafePointer<Element>,
            _ precisions: UnsafeMutablePointer<Element>
        ) {
            for _ in 0..<(prior.coupling == .joint ? 1 : rule.sweeps) {
                prior.update(moments, belief, precisions: precisions)
            }
            law.update(
                UnsafePointer(belief.likelihoodRatio.pointer), into: belief.logPriorOdds.pointer, count: belief.count,
                workspace: &workspace)
            prior.setPrecisions(moments, belief, precisions)
        }

        func afterBackward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            penalty.addGradient(memory, step)
        }

        func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep) { penalty.clip(memory) }

        /// One more exchange, on copies, at the final contrast; weights that are probably inactive become 0.
        func finish(_ memory: TrainingMemory<Element>) {
            let final = SupportBelief<Element>(count: belief.count, activity: Element(rule.activity))
            for (copy, source) in [
                (final.logPriorOdds, belief.logPriorOdds), (final.likelihoodRatio, belief.likelihoodRatio),
                (final.probability, belief.probability),
            ] { copy.pointer.update(from: source.pointer, count: source.count) }
            var law = law, workspace = law.makeWorkspace(count: belief.count), prior = prior
            (prior.activeRate, prior.inactiveRate) = (rate[0], Element(rule.contrast) * rate[0])
            let moments = Buffer<Element>(repeating: 0, count: belief.count)
            defer { withExtendedLifetime(moments) {} }
            let precisions = Buffer<Element>(repeating: 0, count: belief.count)
            defer { withExtendedLifetime(precisions) {} }
            penalty.setMoments(memory.values, into: moments.pointer)
            exchange(final, &law, &workspace, prior, moments.pointer, precisions.pointer)
            for index in 0..<belief.count where !(final.probability[index] > 0.5) {
                memory.values[penalty.means + index] = 0
            }
            inclusion = final.probability.prefix(belief.count)
        }

        /// `probability`: that a weight is active; those of at most ½ are the ones that became 0.
        var findings: [String: [Element]] { ["probability": inclusion] }

        var state: [String: [Element]] {
            [
                "precisions": penalty.precisions.prefix(penalty.count),
                "log_prior_odds": belief.logPriorOdds.prefix(belief.count),
                "likelihood_ratio": belief.likelihoodRatio.prefix(belief.count),
                "probability": belief.probability.prefix(belief.count), "rate": [rate[0]],
                "support": (law as? any ResumableSupport<Element>)?.numbers ?? [],
            ]
        }

        func restore(_ state: [String: [Element]]) throws {
            try restoreArray(state, "precisions", into: penalty.precisions)
            try restoreArray(state, "log_prior_odds", into: belief.logPriorOdds)
            try restoreArray(state, "likelihood_ratio", into: belief.likelihoodRatio)
            try restoreArray(state, "probability", into: belief.probability)
            try restoreArray(state, "rate", into: rate)
            guard var resumed = law as? any ResumableSupport<Element> else { return }
            let numbers = state["support"] ?? []
            guard numbers.count == resumed.numbers.count else {
                throw LacunaError(.value, "checkpoint", "a rule's 'support' is missing or of another law")
            }
            resumed.numbers = numbers
            if let resumed = resumed as? Law { law = resumed }
        }
    }
}

/// A law whose learnt parameters are a few numbers.
private protocol ResumableSupport<Real> {
    associatedtype Real: RealScalar
    var numbers: [Real] { get set }
}

extension IndependentSupport: ResumableSupport {
    fileprivate var numbers: [Real] {
        get { [activity] }
        set { activity = newValue[0] }
    }
}

extension GroupSupport: ResumableSupport {
    fileprivate var numbers: [Real] {
        get { [activity] }
        set { activity = newValue[0] }
    }
}

extension MarkovSupport: ResumableSupport {
    fileprivate var numbers: [Real] {
        get { [transition.p01, transition.p10] + (gate.map { [$0] } ?? []) }
        set {
            transition = MarkovTransition(p01: newValue[0], p10: newValue[1])
            if newValue.count > 2 { gate = newValue[2] }
        }
    }
}
