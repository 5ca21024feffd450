/// Samples with their targets: what a network is trained on.
public struct DataSet<Element: RealScalar>: Sendable {
    public let shape: ValueShape
    /// One sample after the other, each features × positions.
    public let inputs: [Element]
    public let targets: Targets<Element>
    public let count: Int

    /// - Throws: `LacunaError` where inputs are not whole samples or not finite, where targets are not as many, or labels outside the classes.
    public init(shape: ValueShape, inputs: [Element], targets: Targets<Element>) throws {
        guard shape.count > 0, inputs.count % shape.count == 0 else {
            throw LacunaError(
                .shape, "inputs", "\(inputs.count) numbers are no multiple of a sample's \(shape.count) (\(shape))")
        }
        count = inputs.count / shape.count
        guard count > 0 else { throw LacunaError(.shape, "inputs", "there are no samples") }
        if let index = inputs.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "inputs", "sample \(index / shape.count) is not finite")
        }
        switch targets {
        case .labels(let labels, let classes):
            guard labels.count == count else {
                throw LacunaError(.shape, "labels", "\(labels.count) for \(count) samples")
            }
            if let index = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
                throw LacunaError(.value, "labels", "label \(index) is \(labels[index]), not one of 0..<\(classes)")
            }
        case .values(let values):
            guard values.count % count == 0 else {
                throw LacunaError(.shape, "targets", "\(values.count) numbers for \(count) samples")
            }
        }
        self.shape = shape
        self.inputs = inputs
        self.targets = targets
    }

    /// The samples at `indices`, in that order. Precondition: they are among 0..<count.
    public func selecting(_ indices: some Collection<Int>) throws -> DataSet {
        var selected: [Element] = []
        selected.reserveCapacity(indices.count * shape.count)
        for index in indices { selected += inputs[index * shape.count..<(index + 1) * shape.count] }
        switch targets {
        case .labels(let labels, let classes):
            return try DataSet(
                shape: shape, inputs: selected, targets: .labels(indices.map { labels[$0] }, classes: classes))
        case .values(let values):
            let size = values.count / count
            return try DataSet(
                shape: shape, inputs: selected,
                targets: .values(indices.flatMap { values[$0 * size..<($0 + 1) * size] }))
        }
    }
}

/// Memory of one batch's targets, and the copies from samples into the layout of values.
final class BatchLoader<Element: RealScalar> {
    private let labels: Buffer<Int32>
    private let values: Buffer<Element>
    private let gathered: Buffer<Element>
    private let data: DataSet<Element>
    private let targetShape: ValueShape
    private let loadsTargets: Bool

    /// - Parameter loadsTargets: false leaves them out: `load` then returns none of use.
    init(_ data: DataSet<Element>, output: ValueShape, batch: Int, loadsTargets: Bool = true) {
        self.data = data
        self.loadsTargets = loadsTargets
        targetShape = output
        gathered = Buffer(repeating: 0, count: max(data.shape.featureCount, output.featureCount) * batch)
        switch data.targets {
        case .labels:
            labels = Buffer(repeating: 0, count: batch)
            values = Buffer(repeating: 0, count: 0)
        case .values:
            labels = Buffer(repeating: 0, count: 0)
            values = Buffer(repeating: 0, count: output.count * batch)
        }
    }

    /// Copies the samples at `indices` to a network's input, features × columns; allocates nothing.
    func load(_ indices: UnsafeBufferPointer<Int>, into input: UnsafeMutablePointer<Element>) -> BatchTargets<Element> {
        data.inputs.withUnsafeBufferPointer { arrange($0, data.shape, indices, into: input) }
        guard loadsTargets else { return .labels(UnsafePointer(labels.pointer)) }
        switch data.targets {
        case .labels(let all, _):
            for position in 0..<indices.count { labels[position] = all[indices[position]] }
            return .labels(UnsafePointer(labels.pointer))
        case .values(let all):
            all.withUnsafeBufferPointer { arrange($0, targetShape, indices, into: values.pointer) }
            return .values(UnsafePointer(values.pointer))
        }
    }

    private func arrange(
        _ source: UnsafeBufferPointer<Element>, _ shape: ValueShape, _ indices: UnsafeBufferPointer<Int>,
        into target: UnsafeMutablePointer<Element>
    ) {
        let features = shape.featureCount, batch = indices.count
        if shape.positions == 1 {
            // Samples gathered beside each other, then transposed in tiles.
            for position in 0..<batch {
                (gathered.pointer + position * features).update(
                    from: source.baseAddress! + indices[position] * features, count: features)
            }
            Elementwise.transpose(
                gathered.pointer, rows: batch, columns: features, into: target, targetStride: batch)
        } else {
            let positions = shape.positions
            for feature in 0..<features {
                for position in 0..<batch {
                    (target + (feature * batch + position) * positions).update(
                        from: source.baseAddress! + (indices[position] * features + feature) * positions,
                        count: positions)
                }
            }
        }
    }
}
