/// Training on batches in random order: one `step` of the solver is one epoch.
///
/// Randomness: the order of an epoch and the noise of a step follow from `key` and their number alone, so a training that was
/// interrupted after any epoch and resumed gives the same bits as one that was not. Results do not depend on `threads`.
/// The loss is minimised as its mean over samples; weight decay and rules add to it.
public struct StochasticTraining<Element: RealScalar>: Solver {
    public var optimizer: any Optimizer<Element>
    public var epochs: Int
    public var batchSize: Int
    public var schedule: LearningRateSchedule
    /// Gradients of a larger 2-norm are shortened to it.
    public var gradientLimit: Double?
    public var rules: [any TrainingRule<Element>]
    public var key: UInt64
    /// Parts of a batch whose gradients are computed apart and summed in order: what threads can share.
    public var parts: Int
    public var threads: Int

    public init(
        _ optimizer: some Optimizer<Element>, epochs: Int, batchSize: Int = 128,
        schedule: LearningRateSchedule = .constant, gradientLimit: Double? = nil,
        rules: [any TrainingRule<Element>] = [], key: UInt64 = 1, parts: Int = 1, threads: Int = 1
    ) {
        self.optimizer = optimizer
        self.epochs = epochs
        self.batchSize = batchSize
        self.schedule = schedule
        self.gradientLimit = gradientLimit
        self.rules = rules
        self.key = key
        self.parts = parts
        self.threads = threads
    }

    public var iterationLimit: Int { epochs }

    public struct State {
        /// Epochs done.
        public fileprivate(set) var epoch = 0
        /// Mean loss of each epoch.
        public fileprivate(set) var losses: [Double] = []
        /// The step (from 0) whose loss was not finite, or after whose epoch parameters, moments or states of rules were not.
        public fileprivate(set) var divergedAt: Int?
        fileprivate let problem: TrainingProblem<Element>
        let storage: ParameterStorage<Element>
        let moments: [Buffer<Element>]
        fileprivate let full: BatchGradient<Element>
        /// For the last, smaller batch of an epoch.
        fileprivate let rest: BatchGradient<Element>?
        var rules: [any ActiveTrainingRule<Element>] = []
        /// All that the training was after the last epoch: what one that diverges falls back on. Epoch and losses are of then anyway.
        let good: ParameterStorage<Element>
        let goodMoments: [Buffer<Element>]
        private(set) var goodRules: [[String: [Element]]] = []

        /// Takes over numbers whose lengths were checked.
        /// - Throws: `LacunaError` where a rule does not know its state.
        mutating func restore(_ checkpoint: TrainingCheckpoint<Element>) throws {
            epoch = checkpoint.epoch
            losses = checkpoint.losses
            storage.values.pointer.update(from: checkpoint.values, count: storage.values.count)
            storage.statistics.pointer.update(from: checkpoint.statistics, count: storage.statistics.count)
            for (moment, saved) in zip(moments, checkpoint.moments) {
                moment.pointer.update(from: saved, count: moment.count)
            }
            for (rule, saved) in zip(rules, checkpoint.rules) { try rule.restore(saved) }
            keep()
        }

        /// Makes the present the last good state.
        fileprivate mutating func keep() {
            good.copy(storage)
            for (kept, moment) in zip(goodMoments, moments) {
                kept.pointer.update(from: moment.pointer, count: moment.count)
            }
            goodRules = rules.map { $0.state }
        }

        /// Back to the last good state.
        fileprivate func fallBack() {
            storage.copy(good)
            for (moment, kept) in zip(moments, goodMoments) {
                moment.pointer.update(from: kept.pointer, count: moment.count)
            }
            // A rule knows what it gave itself.
            for (rule, kept) in zip(rules, goodRules) { try? rule.restore(kept) }
        }

        /// A finite loss does not tell: the last step of an epoch may overflow, and so may moments that only slow the steps down,
        /// or what a rule counts along.
        fileprivate var isFinite: Bool {
            ([storage.values, storage.statistics] + moments).allSatisfy {
                Elementwise.isFinite($0.pointer, count: $0.count)
            } && rules.allSatisfy { $0.state.values.allSatisfy { $0.allSatisfy(\.isFinite) } }
        }

        fileprivate func memory(_ gradient: Buffer<Element>) -> TrainingMemory<Element> {
            TrainingMemory(
                layout: storage.layout, values: storage.values.pointer, gradient: gradient.pointer,
                moments: moments.map(\.pointer))
        }
    }

    public func start(_ problem: TrainingProblem<Element>) throws -> State {
        try optimizer.validate()
        guard batchSize > 0 else { throw LacunaError(.value, "batch size", "\(batchSize); at least 1 is needed") }
        guard parts > 0 else { throw LacunaError(.value, "parts", "\(parts); at least 1 is needed") }
        if let gradientLimit {
            try requireSetting(gradientLimit > 0, "gradient limit", gradientLimit, "positive")
        }
        let storage = ParameterStorage(problem.start)
        let batch = min(batchSize, problem.data.count), left = problem.data.count % batch
        func gradient(_ batch: Int) throws -> BatchGradient<Element> {
            try BatchGradient(problem, storage: storage, batch: batch, parts: parts, threads: threads)
        }
        func moments() -> [Buffer<Element>] {
            (0..<optimizer.momentCount).map { _ in Buffer(repeating: 0, count: storage.values.count) }
        }
        var state = State(
            problem: problem, storage: storage, moments: moments(), full: try gradient(batch),
            rest: left > 0 ? try gradient(left) : nil, good: ParameterStorage(problem.start), goodMoments: moments())
        let memory = state.memory(state.full.gradient)
        state.rules = try rules.map { try $0.start(memory) }
        state.keep()
        return state
    }

    public func step(_ state: inout State) -> StopReason? {
        let order = RandomStream([("training", "\(key)"), ("epoch", "\(state.epoch)")]).shuffled(
            state.problem.data.count)
        let steps = (order.count + state.full.batch - 1) / state.full.batch
        let total = steps * epochs
        var sum = 0.0
        for batch in 0..<steps {
            let number = state.epoch * steps + batch
            let first = batch * state.full.batch
            let indices = first..<min(first + state.full.batch, order.count)
            let gradient = indices.count == state.full.batch ? state.full : state.rest ?? state.full
            let loss = order.withUnsafeBufferPointer {
                descend(&state, gradient, UnsafeBufferPointer(rebasing: $0[indices]), number, steps, total)
            }
            guard loss.isFinite, batch + 1 < steps || state.isFinite else {
                state.divergedAt = number
                state.fallBack()
                return .diverged
            }
            sum += loss * Double(indices.count)
        }
        state.epoch += 1
        state.losses.append(sum / Double(order.count))
        state.keep()
        return state.epoch >= epochs ? .iterationLimit : nil
    }

    /// One step of descent; the loss before it. Allocates nothing.
    private func descend(
        _ state: inout State, _ batch: BatchGradient<Element>, _ indices: UnsafeBufferPointer<Int>, _ number: Int,
        _ stepsPerEpoch: Int, _ total: Int
    ) -> Double {
        let rate = optimizer.learningRate * schedule.factor(step: number, of: total)
        let step = TrainingStep(number: number, total: total, stepsPerEpoch: stepsPerEpoch, rate: rate)
        let memory = state.memory(batch.gradient)
        for rule in state.rules { rule.beforeForward(memory, step) }
        let loss = batch.evaluate(indices, isTraining: true, randomKey: mixedKey(key, UInt64(number)))
        for rule in state.rules.reversed() { rule.afterBackward(memory, step) }
        guard loss.isFinite else { return loss }
        if let gradientLimit {
            let norm = Elementwise.squaredNorm(memory.gradient, count: memory.layout.count).squareRoot()
            if norm > gradientLimit {
                Elementwise.scale(memory.gradient, by: Element(gradientLimit / norm), count: memory.layout.count)
            }
        }
        for entry in memory.layout.entries where entry.parameter.role != .statistic {
            optimizer.update(
                memory.values, gradient: memory.gradient, moments: memory.moments, offset: entry.range.lowerBound,
                count: entry.range.count, rate: rate, step: number + 1, decays: entry.parameter.role == .weight)
        }
        for rule in state.rules { rule.afterStep(memory, step) }
        return loss
    }

    /// The mean loss of the last epoch.
    public func cost(_ state: inout State) -> Double? { state.losses.last }

    public func estimate(_ state: inout State) -> TrainedNetwork<Element> {
        let final = ParameterStorage(state.storage.parameters(like: state.problem.start))
        let memory = TrainingMemory(
            layout: final.layout, values: final.values.pointer, gradient: state.full.gradient.pointer,
            moments: state.moments.map(\.pointer))
        for rule in state.rules { rule.finish(memory) }
        return TrainedNetwork(
            parameters: final.parameters(like: state.problem.start), losses: state.losses, divergedAt: state.divergedAt,
            findings: state.rules.map { $0.findings })
    }
}

extension RandomStream {
    /// The numbers 0..<count in random order, from a copy of the stream.
    fileprivate func shuffled(_ count: Int) -> [Int] {
        var stream = self
        return stream.permutation(count)
    }
}
