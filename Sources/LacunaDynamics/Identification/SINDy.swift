/// Sparse identification of nonlinear dynamics (Brunton, Proctor & Kutz 2016): x' = Ξ θ(x), Ξ sparse, from samples of x.
///
/// Derivatives are taken per trajectory, the equations fitted to all trajectories together. Inputs follow the state as variables of
/// the library.
public struct SINDy: Sendable {
    public var library: any FeatureLibrary
    public var differentiation: any Differentiation
    public var regression: any SparseRegression

    public init(
        library: any FeatureLibrary = PolynomialLibrary(), differentiation: any Differentiation = FiniteDifferences(),
        regression: any SparseRegression = STLSQ()
    ) {
        self.library = library
        self.differentiation = differentiation
        self.regression = regression
    }

    /// - Throws: `LacunaError` for no trajectory, trajectories of different variables, fewer samples than terms, terms that depend on
    ///   each other, and a regression that leaves no term in any equation.
    public func fit(_ trajectories: [Trajectory]) throws -> SINDyModel {
        try fit(trajectories, samples: trajectories.map { try differentiation.differentiate($0) })
    }

    /// The same from derivatives that are known: one matrix of samples × variables per trajectory.
    public func fit(_ trajectories: [Trajectory], derivatives: [Matrix<Double>]) throws -> SINDyModel {
        guard derivatives.count == trajectories.count,
            zip(trajectories, derivatives).allSatisfy({ $0.states.shape == $1.shape })
        else {
            throw LacunaError(.shape, "derivatives", "they are not as many as the states of each trajectory")
        }
        return try fit(
            trajectories,
            samples: zip(trajectories, derivatives).map { DifferentiatedStates(states: $0.states, derivatives: $1) })
    }

    /// A map x_{k+1} = Ξ θ(x_k) instead of a differential equation. Steps of the times are not looked at.
    public func fitMap(_ trajectories: [Trajectory]) throws -> SINDyModel {
        let pairs = try trajectories.map { trajectory in
            guard trajectory.count >= 2 else {
                throw LacunaError(
                    .shape, "trajectory", "a map needs at least two samples, there is \(trajectory.count)")
            }
            let (states, count) = (trajectory.states, trajectory.count - 1)
            return DifferentiatedStates(
                states: Matrix(rows: count, columns: states.columns) { states[$0, $1] },
                derivatives: Matrix(rows: count, columns: states.columns) { states[$0 + 1, $1] })
        }
        return try fit(trajectories, samples: pairs, kind: .map)
    }

    private func fit(
        _ trajectories: [Trajectory], samples: [DifferentiatedStates], kind: SINDyModel.Kind = .differentialEquation
    ) throws -> SINDyModel {
        guard let first = trajectories.first else { throw LacunaError(.shape, "SINDy", "there is no trajectory") }
        guard trajectories.allSatisfy({ $0.variables == first.variables && $0.inputNames == first.inputNames }) else {
            throw LacunaError(.shape, "SINDy", "the trajectories have different variables")
        }
        let features = try library.features(of: first.variables + first.inputNames)
        let rows = samples.reduce(0) { $0 + $1.states.rows }, d = first.variables.count
        let inputs = first.inputNames.count
        var states = Matrix<Double>(repeating: 0, rows: rows, columns: d + inputs)
        var targets = Matrix<Double>(repeating: 0, rows: rows, columns: d)
        var row = 0
        for (trajectory, sample) in zip(trajectories, samples) {
            let count = sample.states.rows
            for column in 0..<d {
                let start = row + column * rows
                states.storage.replaceSubrange(start..<start + count, with: sample.states.column(column))
                targets.storage.replaceSubrange(start..<start + count, with: sample.derivatives.column(column))
            }
            for input in 0..<inputs {
                let start = row + (d + input) * rows
                states.storage.replaceSubrange(
                    start..<start + count, with: trajectory.inputs.column(input).prefix(count))
            }
            row += count
        }
        let problem = try RegressionProblem(
            features: try features.evaluate(states), targets: targets, featureNames: features.names)
        let coefficients = try regression.fit(problem)
        guard coefficients.complexity > 0 else {
            throw LacunaError(
                .value, "SINDy", (["no term is left in any equation"] + coefficients.warnings).joined(separator: "; "))
        }
        return SINDyModel(
            kind: kind, stateNames: first.variables, inputNames: first.inputNames, features: features,
            coefficients: coefficients.values, warnings: coefficients.warnings)
    }
}
