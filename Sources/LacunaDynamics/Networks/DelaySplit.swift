/// Which samples a delay model is trained on, and which it is tested on.
public enum DelaySplit: Hashable, Sendable {
    /// Of each trajectory the first `training` samples, and for the test all from `gap` samples after them on: with as many as the windows
    /// are long no sample is in windows of both.
    case time(training: Int, gap: Int)
    /// The first `training` trajectories, and the others.
    case trajectories(training: Int)

    /// - Throws: `LacunaError` where a part would be empty.
    public func parts(of trajectories: [Trajectory]) throws -> (training: [Trajectory], test: [Trajectory]) {
        switch self {
        case .trajectories(let count):
            guard (1..<max(trajectories.count, 1)).contains(count) else {
                throw LacunaError(
                    .value, "split", "\(count) of \(trajectories.count) trajectories for training",
                    remedy: "Both parts need at least one.")
            }
            return (Array(trajectories[..<count]), Array(trajectories[count...]))
        case .time(let count, let gap):
            guard !trajectories.isEmpty, count >= 2, gap >= 0,
                trajectories.allSatisfy({ $0.count >= count + gap + 2 })
            else {
                throw LacunaError(
                    .value, "split",
                    "\(count) samples for training and a gap of \(gap) in trajectories of \(trajectories.map(\.count)) samples",
                    remedy: "Both parts need at least two samples.")
            }
            return (
                try trajectories.map { try $0.segment(0..<count) },
                try trajectories.map { try $0.segment(count + gap..<$0.count) }
            )
        }
    }
}

extension Trajectory {
    /// Some of its samples, in a row. - Throws: `LacunaError` (shape) where there are no such samples.
    public func segment(_ range: Range<Int>) throws -> Trajectory {
        guard range.lowerBound >= 0, range.upperBound <= count, !range.isEmpty else {
            throw LacunaError(.shape, "trajectory", "samples \(range) of \(count)")
        }
        func rows(_ values: Matrix<Double>) -> Matrix<Double> {
            Matrix(rows: range.count, columns: values.columns) { values[range.lowerBound + $0, $1] }
        }
        return try Trajectory(
            variables: variables, times: Array(times[range]), states: rows(states), inputNames: inputNames,
            inputs: rows(inputs))
    }
}
