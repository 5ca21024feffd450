import LacunaNets

/// Samples for delay models: windows u_t = [z_t; z_{t-1}; …; z_{t-n+1}] of N = n d numbers (the newest state first, its variables beside each
/// other) with the increments that follow them, both in the units of `scaling`. No window crosses from one trajectory to the next.
public struct DelayWindows: Sendable {
    /// n.
    public let delays: Int
    public let scaling: DelayScaling
    /// One window after the other, N numbers each.
    public let inputs: [Double]
    /// One increment after the other, d numbers each.
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
    /// - Throws: `LacunaError` for trajectories that `DelayScaling` refuses, fewer than one delay, and no trajectory that is long enough.
    public init(_ trajectories: [Trajectory], delays: Int, scaling given: DelayScaling? = nil) throws {
        guard delays >= 1 else { throw LacunaError(.value, "delays", "\(delays); at least 1 is needed") }
        let scaling = try given ?? DelayScaling(trajectories)
        for trajectory in trajectories { try scaling.check(trajectory) }
        var inputs: [Double] = [], targets: [Double] = [], positions: [Position] = []
        for (index, trajectory) in trajectories.enumerated() {
            for sample in delays - 1..<max(trajectory.count - 1, delays - 1) {
                inputs += scaling.window(trajectory.states, endingAt: sample, delays: delays)
                for column in 0..<scaling.dimension {
                    let change = trajectory.states[sample + 1, column] - trajectory.states[sample, column]
                    targets.append(change / scaling.incrementDeviations[column])
                }
                positions.append(Position(trajectory: index, sample: sample))
            }
        }
        guard !positions.isEmpty else {
            throw LacunaError(
                .shape, "delay windows",
                "\(delays) delays and the sample after them, but the longest trajectory has \(trajectories.map(\.count).max() ?? 0) samples",
                remedy: "Take fewer delays, or longer trajectories.")
        }
        self.delays = delays
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
