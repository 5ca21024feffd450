import LacunaNets

/// How long networks take for samples of a batch, in turn on one thread.
enum NetworkTiming {
    /// The dense network's time over the other's, median of `rounds`.
    static func speedup(
        _ network: ParametrizedNetwork<Float>, over dense: ParametrizedNetwork<Float>, batch: Int,
        on data: DataSet<Float>, rounds: Int = 5
    ) throws -> Double {
        let executions = try [dense, network].map {
            try NetworkExecution(
                $0.network, batch: batch, storage: ParameterStorage($0.parameters), differentiable: false)
        }
        let outputs = executions.map { execution in
            for index in 0..<data.shape.count * batch {
                execution.input[index] = data.inputs[index % data.inputs.count]
            }
            return PreparedProduct(result: Buffer(repeating: 0, count: 1)) { execution.forward(isTraining: false) }
        }
        return median(inTurn(outputs, rounds: rounds).map { $0[0] / $0[1] })
    }
}
