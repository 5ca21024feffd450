extension Network {
    /// Outputs of every sample, one after the other (features × positions each), in batches of `batch`.
    /// - Throws: `LacunaError` where the samples are not the network's input.
    public func outputs(
        _ parameters: NetworkParameters<Element>, _ data: DataSet<Element>, batch: Int = 128
    ) throws -> [Element] {
        guard data.shape.count == inputShape.count, data.shape.positions == inputShape.positions else {
            throw LacunaError(.shape, "data", "samples are \(data.shape), the network takes \(inputShape)")
        }
        let storage = ParameterStorage(parameters)
        let size = min(batch, data.count), left = data.count % size
        let full = try NetworkExecution(self, batch: size, storage: storage, differentiable: false)
        let rest = left > 0 ? try NetworkExecution(self, batch: left, storage: storage, differentiable: false) : nil
        let order = Array(0..<data.count)
        let outputs = Buffer<Element>(repeating: 0, count: data.count * outputShape.count)
        // Targets play no part: the loader is made for the input alone.
        let loader = BatchLoader(data, output: outputShape, batch: size, loadsTargets: false)
        order.withUnsafeBufferPointer { order in
            for first in stride(from: 0, to: data.count, by: size) {
                let indices = UnsafeBufferPointer(rebasing: order[first..<min(first + size, data.count)])
                let execution = indices.count == size ? full : rest ?? full
                _ = loader.load(indices, into: execution.input)
                execution.forward()
                let positions = outputShape.positions, count = indices.count
                for feature in 0..<outputShape.featureCount {
                    for sample in 0..<count {
                        (outputs.pointer + ((first + sample) * outputShape.featureCount + feature) * positions).update(
                            from: execution.output + (feature * count + sample) * positions, count: positions)
                    }
                }
            }
        }
        return outputs.prefix(outputs.count)
    }

    /// How well the network classifies labelled samples.
    /// - Throws: `LacunaError` where samples are not the network's input or have no labels.
    public func classify(
        _ parameters: NetworkParameters<Element>, _ data: DataSet<Element>, batch: Int = 128
    ) throws -> ClassificationScores {
        try CrossEntropy<Element>().check(output: outputShape, targets: data.targets)
        guard case .labels(let labels, let classes) = data.targets else {
            throw LacunaError(.value, "targets", "classification needs labels")
        }
        let logits = try outputs(parameters, data, batch: batch)
        if let index = logits.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "outputs", "those of sample \(index / classes) (from 0) are not finite")
        }
        return ClassificationScores(logits: logits.map(Double.init), labels: labels, classes: classes)
    }
}

/// Accuracy, likelihood and calibration of class probabilities softmax(logits).
public struct ClassificationScores: Hashable, Sendable {
    /// Share of samples whose largest logit is the label's (the first of equal ones counts).
    public let accuracy: Double
    /// Mean of -log p(label).
    public let negativeLogLikelihood: Double
    /// Expected calibration error: Σ_b n_b/n |accuracy - confidence| over 15 equal bins of the largest probability (Guo et al. 2017,
    /// arXiv 1706.04599, eq. 5).
    public let calibrationError: Double

    /// - Parameter logits: `classes` numbers per sample.
    public init(logits: [Double], labels: [Int32], classes: Int) {
        let bins = 15
        var correct = 0, loss = 0.0
        var counts = Array(repeating: 0, count: bins), hits = counts
        var confidences = Array(repeating: 0.0, count: bins)
        for (sample, label) in labels.enumerated() {
            let row = logits[sample * classes..<(sample + 1) * classes]
            var best = row.startIndex
            for index in row.indices where row[index] > row[best] { best = index }
            let sum = row.reduce(0) { $0 + Double.exp($1 - row[best]) }
            let isHit = best - row.startIndex == Int(label)
            correct += isHit ? 1 : 0
            loss += Double.log(sum) - (row[row.startIndex + Int(label)] - row[best])
            let confidence = 1 / sum
            let bin = min(bins - 1, Int(confidence * Double(bins)))
            counts[bin] += 1
            hits[bin] += isHit ? 1 : 0
            confidences[bin] += confidence
        }
        let n = Double(max(labels.count, 1))
        accuracy = Double(correct) / n
        negativeLogLikelihood = loss / n
        calibrationError = zip(hits, confidences).reduce(0) { $0 + abs(Double($1.0) - $1.1) } / n
    }
}
