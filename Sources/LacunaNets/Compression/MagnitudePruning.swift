/// Keeps the weights of largest modulus over all layers together: a given share of them (Han et al. 2015, arXiv 1506.02626, in one shot).
public struct MagnitudePruning: PruningMethod, Hashable {
    /// Weights that stay, over all weights.
    public var density: Double

    public init(density: Double) {
        self.density = density
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        try requireDensity(density)
        return PruningSearch(
            try problem.training(from: problem.dense), StochasticTraining(Adam<Float>(), epochs: 0, key: problem.key))
    }

    public func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork {
        let supports = try found.largestWeights(Int((density * Double(problem.weightCount)).rounded()))
        return try PrunedNetwork(network: problem.network, parameters: found, supports: supports)
    }
}

/// Magnitude pruning while the network trains: the share of weights that are cut rises as s(t) = s_f (1 - (1 - t)³), t going from 0 to 1 over the
/// first `fraction` of the epochs, and is cut anew every `interval` steps and at t = 1 (Zhu & Gupta 2017, arXiv 1710.01878, eq. 1, from s = 0):
/// an interval longer than the schedule cuts once, at its end. Weights that are cut may come back until then.
public struct GradualMagnitudePruning: PruningMethod, Hashable {
    public var density: Double
    public var epochs: Int
    public var learningRate: Double
    public var fraction: Double
    public var interval: Int

    public init(
        density: Double, epochs: Int = 10, learningRate: Double = 1e-3, fraction: Double = 0.8, interval: Int = 100
    ) {
        self.density = density
        self.epochs = epochs
        self.learningRate = learningRate
        self.fraction = fraction
        self.interval = interval
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        try requireDensity(density)
        try requireSetting(fraction > 0 && fraction <= 1, "fraction", fraction, "in (0, 1]")
        guard interval >= 1, epochs >= 1 else {
            throw LacunaError(.value, "schedule", "\(epochs) epochs, every \(interval) steps; at least 1 is needed")
        }
        return PruningSearch(
            try problem.training(from: problem.dense),
            StochasticTraining(
                Adam<Float>(learningRate: learningRate), epochs: epochs, batchSize: problem.batchSize,
                rules: [GradualRule(method: self)], key: problem.key))
    }

    public func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork {
        try MagnitudePruning(density: density).prune(found, problem)
    }

    /// The weights that are cut now are 0 after every step.
    private struct GradualRule: TrainingRule {
        let method: GradualMagnitudePruning

        func start(_ memory: TrainingMemory<Float>) throws -> any ActiveTrainingRule<Float> { Active(method, memory) }

        private final class Active: ActiveTrainingRule {
            typealias Element = Float
            let method: GradualMagnitudePruning
            var isCut: [Bool]

            init(_ method: GradualMagnitudePruning, _ memory: TrainingMemory<Float>) {
                self.method = method
                isCut = Array(repeating: false, count: memory.layout.count)
            }

            func afterStep(_ memory: TrainingMemory<Float>, _ step: TrainingStep) {
                // The step whose t is 1: the last one, whatever the interval, so that the density is reached.
                let last = max(1, Int((method.fraction * Double(step.total)).rounded())), done = step.number + 1
                if done == last || (done < last && done.isMultiple(of: method.interval)) {
                    let left = 1 - Double(done) / Double(last)
                    choose(memory, density: 1 - (1 - method.density) * (1 - left * left * left))
                }
                for index in isCut.indices where isCut[index] { memory.values[index] = 0 }
            }

            private func choose(_ memory: TrainingMemory<Float>, density: Double) {
                let entries = memory.layout.entries(of: .weight)
                let moduli = entries.flatMap { $0.range.map { memory.values[$0].magnitude } }
                let kept = Int((density * Double(moduli.count)).rounded())
                let threshold = kept < moduli.count ? moduli.sorted(by: >)[kept] : -1
                for entry in entries {
                    for index in entry.range { isCut[index] = memory.values[index].magnitude <= threshold }
                }
            }

            var state: [String: [Float]] { ["cut": isCut.map { $0 ? 1 : 0 }] }
            func restore(_ state: [String: [Float]]) throws {
                guard let cut = state["cut"], cut.count == isCut.count else {
                    throw LacunaError(.value, "checkpoint", "it lacks the mask of gradual pruning")
                }
                isCut = cut.map { $0 != 0 }
            }
        }
    }
}

func requireDensity(_ density: Double) throws {
    try requireSetting(density > 0 && density <= 1, "density", density, "in (0, 1]")
}

extension NetworkParameters<Float> {
    /// Supports of the `count` weights of largest modulus in all weight arrays together; ties go to the first.
    func largestWeights(_ count: Int) throws -> [String: Support] {
        let entries = layout.entries(of: .weight)
        let moduli = entries.flatMap { $0.range.map { values[$0].magnitude } }
        let mask = try TopTiles.entries(min(count, moduli.count), of: moduli.count).select(moduli).mask
        var supports: [String: Support] = [:], start = 0
        for entry in entries {
            supports[entry.name] = Support(mask: Array(mask[start..<start + entry.range.count]))
            start += entry.range.count
        }
        return supports
    }

    /// Supports of the weights that are not 0.
    func nonZeroWeights() -> [String: Support] {
        var supports: [String: Support] = [:]
        for entry in layout.entries(of: .weight) {
            supports[entry.name] = Support(mask: entry.range.map { values[$0] != 0 })
        }
        return supports
    }
}
