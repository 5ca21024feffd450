/// Automatic relevance determination, or plain variational Bayes: every weight has a precision of its own (`PrecisionRule`), and goes where
/// |μ| < threshold σ.
///
/// Source: the prior is MacKay's and Tipping's (2001); for networks see Turbo-VBI, whose control it is.
public struct PrecisionPruning: PruningMethod, Hashable {
    /// β: 1 is the variational bound, more prunes more.
    public var temperature: Double
    public var search: VariationalSearch
    public var epochsPerRound: Int
    /// Least |μ|/σ of a weight that stays.
    public var threshold: Double

    public init(
        temperature: Double = 1, search: VariationalSearch = VariationalSearch(epochs: 40), epochsPerRound: Int = 2,
        threshold: Double = 1
    ) {
        self.temperature = temperature
        self.search = search
        self.epochsPerRound = epochsPerRound
        self.threshold = threshold
    }

    private func network(_ problem: CompressionProblem) throws -> Network<Float> {
        try problem.network.variational(deviation: search.startDeviation)
    }

    public func search(_ problem: CompressionProblem) throws -> PruningSearch {
        try requireSetting(threshold > 0 && threshold.isFinite, "threshold", threshold, "positive")
        let schedule = VariationalSchedule(
            samples: problem.data.count, temperature: temperature, epochsPerRound: epochsPerRound)
        return try search.search(
            problem, network(problem), problem.affineLayers().map { PrecisionRule($0.name, schedule) })
    }

    public func prune(_ found: NetworkParameters<Float>, _ problem: CompressionProblem) throws -> PrunedNetwork {
        try problem.pruned(network(problem), found, by: .signalToNoise(threshold))
    }
}
