/// x' = Ξ θ(x, u), or x_{k+1} = Ξ θ(x_k, u_k): equations with names, to be printed, scored and solved.
public struct SINDyModel: Sendable {
    public enum Kind: Hashable, Sendable { case differentialEquation, map }

    public let kind: Kind
    public let stateNames: [String]
    public let inputNames: [String]
    public let features: FeatureSet
    /// Ξ, equations × terms.
    public let coefficients: Matrix<Double>
    /// How sure the coefficients are, where that is known.
    public let uncertainty: CoefficientUncertainty?
    /// From one state of a map to the next, where its samples had one step.
    public let step: Double?
    /// What the regression noticed.
    public let warnings: [String]
    /// Of each equation, the nodes of its terms and their coefficients.
    private let terms: [[(node: Int, value: Double)]]

    public init(
        kind: Kind = .differentialEquation, stateNames: [String], inputNames: [String] = [], features: FeatureSet,
        coefficients: Matrix<Double>, uncertainty: CoefficientUncertainty? = nil, step: Double? = nil,
        warnings: [String] = []
    ) {
        self.kind = kind
        self.stateNames = stateNames
        self.inputNames = inputNames
        self.features = features
        self.coefficients = coefficients
        self.uncertainty = uncertainty
        self.step = step
        self.warnings = warnings
        terms = (0..<coefficients.rows).map { row in
            (0..<coefficients.columns).filter { coefficients[row, $0] != 0 }
                .map { (features.outputs[$0], coefficients[row, $0]) }
        }
    }

    /// The number of non-zero coefficients.
    public var complexity: Int { coefficients.storage.count { $0 != 0 } }

    /// Ξ θ for samples × variables (and inputs): derivatives, or the next states of a map.
    public func predict(_ states: Matrix<Double>, inputs: Matrix<Double>? = nil) throws -> Matrix<Double> {
        var all = states.storage
        if let inputs {
            guard inputs.rows == states.rows else {
                throw LacunaError(.shape, "inputs", "\(inputs.rows) rows for \(states.rows) states")
            }
            all += inputs.storage
        }
        let columns = states.columns + (inputs?.columns ?? 0)
        let values = try features.evaluate(Matrix(rows: states.rows, columns: columns, storage: all))
        return try values.multiplied(by: coefficients.transposed)
    }

    /// R² = 1 - Σ(ẋ - ẋ̂)² / Σ(ẋ - mean)², mean over the variables: of derivatives, not of the trajectory. 1 is perfect.
    public func score(_ samples: DifferentiatedStates, inputs: Matrix<Double>? = nil) throws -> Double {
        let predicted = try predict(samples.states, inputs: inputs)
        let targets = samples.derivatives
        let scores = (0..<targets.columns).map { column in
            let values = targets.column(column)
            let mean = values.reduce(0, +) / Double(values.count)
            let error = zip(values, predicted.column(column)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            return 1 - error / values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        return scores.reduce(0, +) / Double(scores.count)
    }

    /// x_0 = state, x_{k+1} = Ξ θ(x_k), so many steps. For maps without inputs.
    public func iterate(from state: [Double], steps: Int) throws -> Trajectory {
        guard kind == .map, inputNames.isEmpty else {
            throw LacunaError(
                .value, "model", "only a map without inputs is iterated", remedy: "Integrate it as a system.")
        }
        try requireState(state)
        var states = Matrix<Double>(repeating: 0, rows: steps + 1, columns: dimension)
        var current = state
        for step in 0...steps {
            guard current.allSatisfy(\.isFinite) else {
                throw LacunaError(.value, "map", "the state is not finite any more after \(step) steps")
            }
            for (column, value) in current.enumerated() { states[step, column] = value }
            current = try derivative(of: current)
        }
        return try Trajectory(variables: stateNames, times: (0...steps).map(Double.init), states: states)
    }
}

/// A model without inputs is a system like any other, for `RungeKutta4` and `DormandPrince`.
extension SINDyModel: DynamicalSystem {
    public var variables: [String] { stateNames }
    public var dimension: Int { stateNames.count }
    public var equations: [String] { equationLines() }
    public var parameters: [SystemParameter] { [] }

    public func derivative(_ time: Double, _ state: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        precondition(inputNames.isEmpty, "a model with inputs needs them")
        self.rate(state, into: rate)
    }

    /// Ξ θ of the state and the inputs after it.
    func rate(_ variables: UnsafePointer<Double>, into rate: UnsafeMutablePointer<Double>) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: features.nodes.count) { values in
            guard let values = values.baseAddress else { return }
            features.evaluate(variables, into: values)
            for equation in terms.indices {
                var sum = 0.0
                for term in terms[equation] { sum += term.value * values[term.node] }
                rate[equation] = sum
            }
        }
    }
}
