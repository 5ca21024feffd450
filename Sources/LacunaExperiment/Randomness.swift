import LacunaArrays

/// Where a family's draws come from: one stream per purpose, named by what that draw may depend on.
///
/// A stream is keyed by the scenario's seed, the purpose, the names and VALUES of the parameters it depends on, and the
/// trial; never by positions in a sweep. So adding a point or reordering an axis changes no other cell's numbers, and a
/// draw that does not depend on `snr_db` is the same at every SNR. Methods are not in the key: all see the same draw.
public struct Randomness: Hashable, Sendable {
    public let seed: UInt64
    public let trial: Int

    public init(seed: UInt64, trial: Int) {
        self.seed = seed
        self.trial = trial
    }

    /// The stream for one purpose ("channel", "pilots", "noise").
    /// - Parameters:
    ///   - parameters: what the draw may depend on: `try parameters.subset(["users", "pilot_draw"])`, in any order.
    ///   - perTrial: false for a draw that is made once per study and kept over the trials.
    public func stream(
        _ purpose: String, dependingOn parameters: [(name: String, value: String)] = [], perTrial: Bool = true
    ) -> RandomStream {
        var identity = [(name: "seed", value: "\(seed)"), (name: "purpose", value: purpose)]
        identity += parameters.sorted { $0.name < $1.name }.map { ("parameter " + $0.name, $0.value) }
        if perTrial { identity.append(("trial", "\(trial)")) }
        return RandomStream(identity)
    }
}
