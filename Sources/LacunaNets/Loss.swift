/// What a network's output is compared with.
public enum Targets<Element: RealScalar>: Sendable {
    /// The class of each sample, 0..<classes.
    case labels([Int32], classes: Int)
    /// Numbers of the output's shape, one sample after the other.
    case values([Element])

    public func count(sampleCount: Int) -> Int {
        switch self {
        case .labels(let labels, _): labels.count
        case .values(let values): sampleCount == 0 ? 0 : values.count / sampleCount
        }
    }
}

/// The targets of one batch, in memory.
public enum BatchTargets<Element: RealScalar> {
    case labels(UnsafePointer<Int32>)
    /// features × columns, as the output is.
    case values(UnsafePointer<Element>)
}

/// A loss, summed over samples: what training minimises is the mean over samples.
public protocol Loss<Element>: Sendable {
    associatedtype Element: RealScalar

    /// - Throws: `LacunaError` where the loss cannot compare this output with these targets.
    func check(output: ValueShape, targets: Targets<Element>) throws

    /// Σ of the loss over the batch; writes `scale` times its gradient to `gradient` where that is given. Allocates nothing.
    func evaluate(
        _ output: UnsafePointer<Element>, shape: ValueShape, batch: Int, targets: BatchTargets<Element>, scale: Element,
        gradient: UnsafeMutablePointer<Element>?
    ) -> Double
}

/// -log softmax(z)_c for logits z and class c, at every position of every sample.
///
/// Gradient: softmax(z) - e_c. Cost: one exponential per logit.
public struct CrossEntropy<Element: RealScalar>: Loss {
    public init() {}

    public func check(output: ValueShape, targets: Targets<Element>) throws {
        guard case .labels(let labels, let classes) = targets else {
            throw LacunaError(.value, "targets", "cross-entropy needs class labels")
        }
        guard output.featureCount == classes, output.positions == 1 else {
            throw LacunaError(.shape, "output", "\(output) for \(classes) classes, one logit per class is needed")
        }
        if let index = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
            throw LacunaError(.value, "labels", "label \(index) is \(labels[index]), not one of 0..<\(classes)")
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func evaluate(
        _ output: UnsafePointer<Element>, shape: ValueShape, batch: Int, targets: BatchTargets<Element>, scale: Element,
        gradient: UnsafeMutablePointer<Element>?
    ) -> Double {
        guard case .labels(let labels) = targets else { return .nan }
        let classes = shape.featureCount
        var total = 0.0
        for sample in 0..<batch {
            var largest = output[sample]
            for label in 1..<max(1, classes) { largest = max(largest, output[label * batch + sample]) }
            var sum = Element.zero
            for label in 0..<classes {
                let exponential = Element.exp(output[label * batch + sample] - largest)
                sum += exponential
                gradient?[label * batch + sample] = exponential
            }
            let target = Int(labels[sample])
            total += Double(Element.log(sum) - (output[target * batch + sample] - largest))
            guard let gradient else { continue }
            let factor = scale / sum
            for label in 0..<classes { gradient[label * batch + sample] *= factor }
            gradient[target * batch + sample] -= scale
        }
        return total
    }
}

/// Mean over the output's features of (y - t)²; half of it is not taken. Gradient: 2 (y - t) / features.
public struct MeanSquaredError<Element: RealScalar>: Loss {
    public init() {}

    public func check(output: ValueShape, targets: Targets<Element>) throws {
        guard case .values(let values) = targets else {
            throw LacunaError(.value, "targets", "a squared error needs numbers, not labels")
        }
        guard output.count > 0, values.count % output.count == 0 else {
            throw LacunaError(
                .shape, "targets", "\(values.count) numbers are no multiple of the output's \(output.count)")
        }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "targets", "number \(index) is not finite")
        }
    }

    @specialized(where Element == Float)
    @specialized(where Element == Double)
    public func evaluate(
        _ output: UnsafePointer<Element>, shape: ValueShape, batch: Int, targets: BatchTargets<Element>, scale: Element,
        gradient: UnsafeMutablePointer<Element>?
    ) -> Double {
        guard case .values(let values) = targets else { return .nan }
        let count = shape.count * batch
        let share = 1 / Element(shape.count)
        var total = 0.0
        for index in 0..<count {
            let difference = output[index] - values[index]
            total += Double(difference) * Double(difference)
        }
        if let gradient {
            let factor = 2 * scale * share
            for index in 0..<count { gradient[index] = factor * (output[index] - values[index]) }
        }
        return total * Double(share)
    }
}
