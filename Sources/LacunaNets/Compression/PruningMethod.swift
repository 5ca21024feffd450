/// A way to find out which weights a network can do without: a training that looks for them, and a rule that reads off what it found.
///
/// Magnitude pruning searches for no epoch; a penalty or a gradual schedule is a training with a rule; Bayesian methods train another
/// network, whose layers have the same names, with distributions for weights. Fine-tuning on the found supports is common to
/// all (`NetworkPruning`).
public protocol PruningMethod: Sendable {
    /// The training that searches, of the problem's own network or one with its layer names.
    /// - Throws: `LacunaError` for settings that make no sense or a network that the method cannot take.
    func search(_ problem: CompressionProblem) throws -> PruningSearch

    /// The network's own parameters and the supports of its weights, after the search.
    /// - Throws: `LacunaError` where what was found cannot be read so.
    func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork

    /// Probabilities that weights are needed, by array, from what the search's rules found; empty where there are none.
    func inclusionProbabilities(_ findings: [[String: [Float]]], _ problem: CompressionProblem) -> [String: [Float]]
}

extension PruningMethod {
    public func inclusionProbabilities(
        _ findings: [[String: [Float]]], _ problem: CompressionProblem
    ) -> [String: [Float]] { [:] }
}

/// What a method trains before it prunes.
public struct PruningSearch: Sendable {
    public let problem: TrainingProblem<Float>
    public let training: StochasticTraining<Float>

    public init(_ problem: TrainingProblem<Float>, _ training: StochasticTraining<Float>) {
        self.problem = problem
        self.training = training
    }
}

/// Where a pruning ended in numbers that are not finite, and what was good before.
public struct PruningDivergence: Hashable, Sendable {
    /// Of the phase, from 0; nil: all steps were finite, what they found cannot be pruned.
    public let step: Int?
    /// Why it cannot.
    public let problem: String?
    /// After the last good epoch.
    public let checkpoint: PruningCheckpoint

    /// "in the search at step 13 (epoch 2 of 40)", counted from 1.
    public var place: String {
        let phase = checkpoint.phase.rawValue, training = checkpoint.training
        guard let step else { return "after the \(phase): \(problem ?? "what it found cannot be pruned")" }
        return "in the \(phase) at step \(step + 1) (epoch \(training.epoch + 1) of \(training.epochs))"
    }
}

/// Search, prune, fine-tune: the one course of all pruning methods. A step of the solver is an epoch.
public struct NetworkPruning<Method: PruningMethod>: Solver {
    public var method: Method
    /// Epochs on the found supports, with Adam and a cosine schedule.
    public var fineTuneEpochs: Int
    public var fineTuneRate: Double
    /// Goes on from there instead of from the dense network, perhaps with another rate.
    public var resuming: PruningCheckpoint?

    public init(
        _ method: Method, fineTuneEpochs: Int = 5, fineTuneRate: Double = 1e-3, resuming: PruningCheckpoint? = nil
    ) {
        self.method = method
        self.fineTuneEpochs = fineTuneEpochs
        self.fineTuneRate = fineTuneRate
        self.resuming = resuming
    }

    public struct State {
        fileprivate let problem: CompressionProblem
        fileprivate let search: PruningSearch
        fileprivate var searching: StochasticTraining<Float>.State
        /// nil until the search is over.
        public fileprivate(set) var pruned: PrunedNetwork?
        public fileprivate(set) var divergence: PruningDivergence?
        fileprivate var fineTuning: (training: StochasticTraining<Float>, state: StochasticTraining<Float>.State)?
    }

    public var iterationLimit: Int { .max }

    public func start(_ problem: CompressionProblem) throws -> State {
        guard fineTuneEpochs >= 0 else {
            throw LacunaError(.value, "fine-tuning", "\(fineTuneEpochs) epochs; at least 0 are needed")
        }
        try Adam<Float>(learningRate: fineTuneRate).validate()
        let search = try method.search(problem)
        guard let resuming else {
            return State(problem: problem, search: search, searching: try search.training.start(search.problem))
        }
        switch resuming.phase {
        case .search:
            return State(
                problem: problem, search: search,
                searching: try search.training.start(search.problem, resuming: resuming.training))
        case .fineTuning:
            let pruned = try resuming.pruned(problem), training = fineTuning(of: pruned, problem)
            let tuning = try training.start(problem.training(from: pruned.parameters), resuming: resuming.training)
            return State(
                problem: problem, search: search, searching: try search.training.start(search.problem), pruned: pruned,
                fineTuning: (training, tuning))
        }
    }

    public func step(_ state: inout State) -> StopReason? {
        if state.pruned == nil {
            if state.searching.epoch < state.search.training.epochs {
                if state.search.training.step(&state.searching) == .diverged { return divergedSearch(&state) }
                if state.searching.epoch < state.search.training.epochs { return nil }
            }
            do {
                try fineTune(pruned(state), &state)
                return fineTuneEpochs == 0 ? .iterationLimit : nil
            } catch {
                return divergedSearch(&state, "\(error)")
            }
        }
        guard let training = state.fineTuning?.training, var tuning = state.fineTuning?.state else {
            return .iterationLimit
        }
        state.fineTuning = nil
        let reason = training.step(&tuning)
        state.fineTuning = (training, tuning)
        if reason == .diverged {
            state.divergence = PruningDivergence(step: tuning.divergedAt, problem: nil, checkpoint: checkpoint(state))
        }
        return reason
    }

    /// The pruning after its last good epoch.
    public func checkpoint(_ state: State) -> PruningCheckpoint {
        guard let fineTuning = state.fineTuning else {
            return PruningCheckpoint(search: state.search.training.checkpoint(state.searching))
        }
        return PruningCheckpoint(
            fineTuning: fineTuning.training.checkpoint(fineTuning.state), supports: state.pruned?.supports ?? [:],
            inclusionProbabilities: state.pruned?.inclusionProbabilities ?? [:])
    }

    private func divergedSearch(_ state: inout State, _ problem: String? = nil) -> StopReason {
        state.divergence = PruningDivergence(
            step: state.searching.divergedAt, problem: problem, checkpoint: checkpoint(state))
        return .diverged
    }

    /// The estimate of an interrupted search is what it would prune now; of one that found nothing finite, the dense network.
    public func estimate(_ state: inout State) -> PrunedNetwork {
        var pruned = state.pruned ?? (try? pruned(state)) ?? PrunedNetwork(whole: state.problem)
        pruned.divergence = state.divergence
        if let training = state.fineTuning?.training, var tuning = state.fineTuning?.state {
            pruned.parameters = training.estimate(&tuning).parameters
        }
        return pruned
    }

    /// The supports that the search has found by now.
    /// - Throws: `LacunaError` where what it found is not finite or cannot be pruned.
    private func pruned(_ state: State) throws -> PrunedNetwork {
        var searching = state.searching
        let found = state.search.training.estimate(&searching)
        guard found.isFinite else { throw LacunaError(.value, "search", "its parameters are not all finite") }
        var pruned = try method.prune(found.parameters, state.problem)
        pruned.inclusionProbabilities = method.inclusionProbabilities(found.findings, state.problem)
        return pruned
    }

    /// Makes the fine-tuning ready.
    private func fineTune(_ pruned: PrunedNetwork, _ state: inout State) throws {
        guard fineTuneEpochs > 0 else {
            state.pruned = pruned
            return
        }
        let training = fineTuning(of: pruned, state.problem)
        state.fineTuning = (training, try training.start(state.problem.training(from: pruned.parameters)))
        state.pruned = pruned
    }

    private func fineTuning(of pruned: PrunedNetwork, _ problem: CompressionProblem) -> StochasticTraining<Float> {
        let masks = pruned.supports.sorted { $0.key < $1.key }.map { MaskRule<Float>($0.key, $0.value) }
        return StochasticTraining(
            Adam<Float>(learningRate: fineTuneRate), epochs: fineTuneEpochs, batchSize: problem.batchSize,
            schedule: .cosine(floor: 0), rules: masks, key: mixedKey(problem.key, 1))
    }
}
