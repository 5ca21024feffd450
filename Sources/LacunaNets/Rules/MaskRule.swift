/// Keeps one parameter array on a support: entries outside are 0 after every step, and so are their gradients and moments.
public struct MaskRule<Element: RealScalar>: TrainingRule {
    public let parameter: String
    public let support: Support

    public init(_ parameter: String, _ support: Support) {
        self.parameter = parameter
        self.support = support
    }

    public func start(_ memory: TrainingMemory<Element>) throws -> any ActiveTrainingRule<Element> {
        let entry = try memory.layout.trainedEntry(parameter)
        guard support.count == entry.range.count else {
            throw LacunaError(
                .shape, "mask", "it is for \(support.count) entries, parameter '\(parameter)' has \(entry.range.count)")
        }
        let active = Active(entry.range, support.mask)
        active.clear(memory.values)
        return active
    }

    private final class Active: ActiveTrainingRule {
        let range: Range<Int>
        let mask: [Bool]

        init(_ range: Range<Int>, _ mask: [Bool]) {
            self.range = range
            self.mask = mask
        }

        @specialized(where Element == Float)
        @specialized(where Element == Double)
        func clear(_ vector: UnsafeMutablePointer<Element>) {
            let first = vector + range.lowerBound
            for position in 0..<mask.count where !mask[position] { first[position] = 0 }
        }

        func afterBackward(_ memory: TrainingMemory<Element>, _ step: TrainingStep) { clear(memory.gradient) }

        func afterStep(_ memory: TrainingMemory<Element>, _ step: TrainingStep) {
            clear(memory.values)
            for moment in memory.moments { clear(moment) }
        }
    }
}
