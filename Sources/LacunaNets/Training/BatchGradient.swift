/// Loss and gradient of a network on batches of one size.
///
/// A batch is cut into `parts`, each with an execution of its own, that any number of threads work on; gradients are summed in the order
/// of the parts. So results depend on the number of parts, never on the number of threads.
final class BatchGradient<Element: RealScalar> {
    let batch: Int
    private let parts: [Range<Int>]
    private let executions: [NetworkExecution<Element>]
    private let loaders: [BatchLoader<Element>]
    private let losses: Buffer<Double>
    private let loss: any Loss<Element>
    private let threads: Int

    init(_ problem: TrainingProblem<Element>, storage: ParameterStorage<Element>, batch: Int, parts: Int, threads: Int)
        throws
    {
        self.batch = batch
        self.threads = max(1, min(threads, parts))
        let count = max(1, min(parts, batch))
        self.parts = (0..<count).map { batch * $0 / count..<batch * ($0 + 1) / count }
        executions = try self.parts.map { try NetworkExecution(problem.network, batch: $0.count, storage: storage) }
        loaders = self.parts.map { BatchLoader(problem.data, output: problem.network.outputShape, batch: $0.count) }
        losses = Buffer(repeating: 0, count: count)
        loss = problem.loss
    }

    /// ∂(mean loss)/∂parameters after `evaluate`.
    var gradient: Buffer<Element> { executions[0].parameterGradients }

    /// Mean loss over the samples at `indices`, with its gradient. Allocates nothing.
    func evaluate(_ indices: UnsafeBufferPointer<Int>, isTraining: Bool, randomKey: UInt64) -> Double {
        if threads == 1 {
            for part in parts.indices { evaluatePart(part, indices, isTraining, randomKey) }
        } else {
            concurrently(threads) { thread, threads in
                for part in parts.indices where part % threads == thread {
                    evaluatePart(part, indices, isTraining, randomKey)
                }
            }
        }
        var total = losses[0]
        for part in 1..<max(1, parts.count) {
            total += losses[part]
            Elementwise.add(
                executions[part].parameterGradients.pointer, into: gradient.pointer, count: gradient.count)
        }
        if isTraining { for execution in executions { execution.updateStatistics() } }
        return total / Double(batch)
    }

    private func evaluatePart(_ part: Int, _ indices: UnsafeBufferPointer<Int>, _ isTraining: Bool, _ key: UInt64) {
        let execution = executions[part]
        let key = mixedKey(key, UInt64(part))
        let targets = loaders[part].load(UnsafeBufferPointer(rebasing: indices[parts[part]]), into: execution.input)
        Elementwise.fill(0, into: execution.parameterGradients.pointer, count: execution.parameterGradients.count)
        execution.forward(isTraining: isTraining, randomKey: key)
        losses[part] = loss.evaluate(
            execution.output, shape: execution.network.outputShape, batch: execution.batch, targets: targets,
            scale: 1 / Element(batch), gradient: execution.outputGradient)
        execution.backward(isTraining: isTraining, randomKey: key)
    }
}
