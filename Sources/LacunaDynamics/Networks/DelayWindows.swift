import LacunaNets

/// Samples for delay models: windows u_t = [z_t; z_{t-1}; …; z_{t-n+1}] of N = n d numbers (the newest state first, its variables beside each
/// other) with the q increments that follow them, both in the units of `scaling`. No window crosses from one trajectory to the next.
public struct DelayWindows: Sendable {
    /// n.
    public let delays: Int
    /// q.
    public let horizon: Int
    public let scaling: DelayScaling
    /// One window after the other, N numbers each.
    public let inputs: [Double]
    /// The increments after one window, then those after the next: d numbers of the next step, d of that after it, to q d.
    public let targets: [Double]
    /// Where each window ends.
    public let positions: [Position]

    public struct Position: Hashable, Sendable {
        /// Among the trajectories given.
        public let trajectory: Int
        /// t.
        public let sample: Int
    }

    /// - Parameter scaling: nil takes it from these trajectories.
    /// - Throws: `LacunaError` for trajectories that `DelayScaling` refuses, fewer than one delay or step, and no trajectory that is long enough.
    public init(
        _ trajectories: [Trajectory], delays: Int, horizon: Int = 1, scaling given: DelayScaling? = nil
    ) throws {
        guard delays >= 1 else { throw LacunaError(.value, "delays", "\(delays); at least 1 is needed") }
        guard horizon >= 1 else { throw LacunaError(.value, "horizon", "\(horizon); at least 1 is needed") }
        let scaling = try given ?? DelayScaling(trajectories)
        for trajectory in trajectories { try scaling.check(trajectory) }
        var inputs: [Double] = [], targets: [Double] = [], positions: [Position] = []
        for (index, trajectory) in trajectories.enumerated() {
            let states = trajectory.states
            for sample in delays - 1..<max(trajectory.count - horizon, delays - 1) {
                inputs += scaling.window(states, endingAt: sample, delays: delays)
                for step in sample..<sample + horizon {
                    for column in 0..<scaling.dimension {
                        let change = states[step + 1, column] - states[step, column]
                        targets.append(change / scaling.incrementDeviations[column])
                    }
                }
                positions.append(Position(trajectory: index, sample: sample))
            }
        }
        guard !positions.isEmpty else {
            throw LacunaError(
                .shape, "delay windows",
                "\(delays) delays and \(horizon == 1 ? "the sample" : "\(horizon) samples") after them, but the longest trajectory has \(trajectories.map(\.count).max() ?? 0) samples",
                remedy: "Take fewer delays, or longer trajectories.")
        }
        self.delays = delays
        self.horizon = horizon
        self.scaling = scaling
        self.inputs = inputs
        self.targets = targets
        self.positions = positions
    }

    public var count: Int { positions.count }
    /// N.
    public var size: Int { delays * scaling.dimension }

    /// For the training of networks.
    func dataSet() throws -> DataSet<Double> {
        try DataSet(shape: ValueShape([size]), inputs: inputs, targets: .values(targets))
    }
}

extension DelayScaling {
    /// The window that ends at a sample of samples × variables.
    func window(_ states: Matrix<Double>, endingAt sample: Int, delays: Int) -> [Double] {
        (0..<delays).flatMap { delay in
            (0..<dimension).map { (states[sample - delay, $0] - means[$0]) / deviations[$0] }
        }
    }
}
