extension SINDyModel {
    /// The model's trajectory from `state`: at `times` by an adaptive method for a differential equation, step by step for a map.
    ///
    /// - Parameter inputs: times × inputs; linear between times for a differential equation.
    /// - Throws: `LacunaError` for sizes that do not agree, and with the time at which the solution blows up.
    public func simulate(
        from state: [Double], times: [Double], inputs: Matrix<Double>? = nil,
        integrator: DormandPrince = DormandPrince()
    ) throws -> Trajectory {
        let inputs = inputs ?? Matrix(repeating: 0, rows: times.count, columns: 0)
        guard inputs.rows == times.count, inputs.columns == inputNames.count else {
            throw LacunaError(
                .shape, "inputs",
                "\(describeShape(inputs.shape)) numbers for \(times.count) times and the inputs "
                    + "[\(inputNames.joined(separator: ", "))]")
        }
        let states: Matrix<Double>
        switch kind {
        case .differentialEquation:
            states = try integrator.trajectory(
                of: DrivenModel(model: self, times: times, inputs: inputs), from: state, times: times
            ).states
        case .map: states = try mapped(state, times, inputs)
        }
        return try Trajectory(
            variables: stateNames, times: times, states: states, inputNames: inputNames, inputs: inputs)
    }

    private func mapped(_ state: [Double], _ times: [Double], _ inputs: Matrix<Double>) throws -> Matrix<Double> {
        try requireState(state)
        var states = Matrix<Double>(repeating: 0, rows: times.count, columns: dimension)
        let variables = Buffer(state + Array(repeating: 0, count: inputs.columns))
        let next = Buffer<Double>(repeating: 0, count: dimension)
        for step in times.indices {
            for column in 0..<dimension {
                guard variables[column].isFinite else {
                    throw LacunaError(.value, "map", "the state is not finite any more after \(step) steps")
                }
                states[step, column] = variables[column]
            }
            for input in 0..<inputs.columns { variables[dimension + input] = inputs[step, input] }
            rate(variables.pointer, into: next.pointer)
            for column in 0..<dimension { variables[column] = next[column] }
        }
        return states
    }
}

/// A model whose inputs are functions of time: straight lines between samples, constant outside.
private struct DrivenModel: DynamicalSystem {
    let model: SINDyModel
    let times: [Double]
    let inputs: Matrix<Double>

    var variables: [String] { model.stateNames }
    var dimension: Int { model.dimension }
    var equations: [String] { model.equations }
    var parameters: [SystemParameter] { [] }

    func derivative(_ time: Double, _ state: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        let d = dimension, count = inputs.columns
        guard count > 0 else { return model.rate(state, into: rate) }
        // The last sample that is not later.
        var low = 0, high = times.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if times[middle] <= time { low = middle } else { high = middle - 1 }
        }
        let next = min(low + 1, times.count - 1)
        let share = next > low ? min(max((time - times[low]) / (times[next] - times[low]), 0), 1) : 0
        withUnsafeTemporaryAllocation(of: Double.self, capacity: d + count) { variables in
            guard let variables = variables.baseAddress else { return }
            for index in 0..<d { variables[index] = state[index] }
            for input in 0..<count {
                variables[d + input] = (1 - share) * inputs[low, input] + share * inputs[next, input]
            }
            model.rate(variables, into: rate)
        }
    }
}
