/// Sparse identification of nonlinear dynamics (Brunton, Proctor & Kutz 2016): x' = Ξ θ(x), Ξ sparse, from samples of x.
///
/// Derivatives are taken per trajectory, the equations fitted to all trajectories together. Inputs follow the state as variables of
/// the library.
public struct SINDy: Sendable {
    public var library: any FeatureLibrary
    public var differentiation: any Differentiation
    public var regression: any SparseRegression
    /// Integrals over windows in place of derivatives: then `differentiation` is not used.
    public var weakForm: WeakForm?

    public init(
        library: any FeatureLibrary = PolynomialLibrary(), differentiation: any Differentiation = FiniteDifferences(),
        regression: any SparseRegression = STLSQ(), weakForm: WeakForm? = nil
    ) {
        self.library = library
        self.differentiation = differentiation
        self.regression = regression
        self.weakForm = weakForm
    }

    /// - Throws: `LacunaError` for no trajectory, trajectories of different variables, fewer samples than terms, terms that depend on
    ///   each other, and a regression that leaves no term in any equation.
    public func fit(_ trajectories: [Trajectory]) throws -> SINDyModel {
        let problem = try problem(trajectories)
        return try problem.model(regression.fit(problem.regression))
    }

    /// The regression that `fit` solves, for ensembles, scans and errors of coefficients.
    public func problem(_ trajectories: [Trajectory]) throws -> IdentificationProblem {
        if let weakForm { return try assemble(trajectories, samples: nil, weakForm) }
        return try assemble(trajectories, samples: trajectories.map { try differentiation.differentiate($0) })
    }

    /// The same from derivatives that are known: one matrix of samples × variables per trajectory.
    public func fit(_ trajectories: [Trajectory], derivatives: [Matrix<Double>]) throws -> SINDyModel {
        guard derivatives.count == trajectories.count,
            zip(trajectories, derivatives).allSatisfy({ $0.states.shape == $1.shape })
        else {
            throw LacunaError(.shape, "derivatives", "they are not as many as the states of each trajectory")
        }
        let problem = try assemble(
            trajectories,
            samples: zip(trajectories, derivatives).map { DifferentiatedStates(states: $0.states, derivatives: $1) })
        return try problem.model(regression.fit(problem.regression))
    }

    /// A map x_{k+1} = Ξ θ(x_k) instead of a differential equation. Steps of the times are not looked at.
    public func fitMap(_ trajectories: [Trajectory]) throws -> SINDyModel {
        let problem = try mapProblem(trajectories)
        return try problem.model(regression.fit(problem.regression))
    }

    /// The regression that `fitMap` solves.
    public func mapProblem(_ trajectories: [Trajectory]) throws -> IdentificationProblem {
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
        return try assemble(trajectories, samples: pairs, kind: .map)
    }

    /// - Parameter samples: states and derivatives of each trajectory; nil for its states alone, which the weak form takes.
    private func assemble(
        _ trajectories: [Trajectory], samples: [DifferentiatedStates]?, _ weakForm: WeakForm? = nil,
        kind: SINDyModel.Kind = .differentialEquation
    ) throws -> IdentificationProblem {
        guard let first = trajectories.first else { throw LacunaError(.shape, "SINDy", "there is no trajectory") }
        guard trajectories.allSatisfy({ $0.variables == first.variables && $0.inputNames == first.inputNames }) else {
            throw LacunaError(.shape, "SINDy", "the trajectories have different variables")
        }
        let features = try library.features(of: first.variables + first.inputNames)
        let states = samples?.map(\.states) ?? trajectories.map(\.states)
        let variables = Self.stacked(
            zip(states, trajectories).map { states, trajectory in
                [(states, states.rows), (trajectory.inputs, states.rows)]
            })
        var values = try features.evaluate(variables)
        var segments = Self.segments(states.map(\.rows))
        let targets: Matrix<Double>
        if let weakForm {
            let windows = try weakForm.integrate(trajectories, features: values, segments: segments)
            (values, targets) = (windows.features, windows.targets)
            segments = Self.segments(trajectories.map { _ in weakForm.windows })
        } else {
            targets = Self.stacked((samples ?? []).map { [($0.derivatives, $0.derivatives.rows)] })
        }
        return IdentificationProblem(
            kind: kind, stateNames: first.variables, inputNames: first.inputNames, features: features,
            regression: try RegressionProblem(features: values, targets: targets, featureNames: features.names),
            segments: segments)
    }

    /// Matrices (their first rows) side by side, and those of the next trajectory below.
    private static func stacked(_ parts: [[(matrix: Matrix<Double>, rows: Int)]]) -> Matrix<Double> {
        // One whole matrix is itself.
        let filled = parts.first?.filter { $0.matrix.columns > 0 } ?? []
        if parts.count == 1, filled.count == 1, filled[0].rows == filled[0].matrix.rows { return filled[0].matrix }
        let columns = parts.first?.map(\.matrix.columns) ?? []
        var storage: [Double] = []
        storage.reserveCapacity(parts.reduce(0) { $0 + ($1.first?.rows ?? 0) } * columns.reduce(0, +))
        for (index, count) in columns.enumerated() {
            for column in 0..<count {
                for part in parts {
                    storage.append(contentsOf: part[index].matrix.column(column).prefix(part[index].rows))
                }
            }
        }
        return Matrix(
            rows: parts.reduce(0) { $0 + ($1.first?.rows ?? 0) }, columns: columns.reduce(0, +), storage: storage)
    }

    private static func segments(_ counts: [Int]) -> [Range<Int>] {
        var start = 0
        return counts.map { count in
            defer { start += count }
            return start..<start + count
        }
    }
}
