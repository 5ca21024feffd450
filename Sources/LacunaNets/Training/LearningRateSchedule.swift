/// The factor of the learning rate at each step.
public enum LearningRateSchedule: Hashable, Sendable {
    case constant
    /// × `factor` from each of these fractions of the training on.
    case steps(at: [Double], factor: Double)
    /// Half a cosine from 1 to `floor` (Loshchilov & Hutter 2017, arXiv 1608.03983, without restarts).
    case cosine(floor: Double)
    /// A straight line from 1 to `floor`.
    case linear(floor: Double)
    /// Rises in a straight line over this fraction of the training, then follows another schedule on the rest.
    indirect case warmUp(fraction: Double, then: LearningRateSchedule)
    /// Another schedule between these fractions of its training: for a training in stages that share one.
    indirect case part(from: Double, to: Double, of: LearningRateSchedule)

    /// The factor at step `step` (from 0) of `total`.
    public func factor(step: Int, of total: Int) -> Double {
        factor(at: Double(step) / Double(max(total, 1)), stepFraction: 1 / Double(max(total, 1)))
    }

    private func factor(at fraction: Double, stepFraction: Double) -> Double {
        switch self {
        case .constant: 1
        case .steps(let borders, let factor): borders.reduce(1) { fraction >= $1 ? $0 * factor : $0 }
        case .cosine(let floor): floor + (1 - floor) * (1 + Double.cos(.pi * min(fraction, 1))) / 2
        case .linear(let floor): 1 - (1 - floor) * min(fraction, 1)
        case .warmUp(let rise, let then):
            // The first step moves already.
            if fraction < rise {
                min(1, (fraction + stepFraction) / rise)
            } else {
                then.factor(at: (fraction - rise) / max(1 - rise, .ulpOfOne), stepFraction: stepFraction)
            }
        case .part(let from, let to, let whole):
            whole.factor(at: from + (to - from) * fraction, stepFraction: (to - from) * stepFraction)
        }
    }
}
