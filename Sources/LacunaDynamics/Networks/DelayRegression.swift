/// Linear regression on delays: ŷ = W u + b by least squares. What any delay network must be compared with; at small steps it is hard to beat,
/// for n samples of a smooth signal extrapolate nearly exactly.
///
/// By QR; where windows depend on each other (a signal of few frequencies), the solution of least norm by an SVD.
/// Cost: 2 m (N + 1)² operations for m windows.
public struct DelayRegression: Hashable, Sendable {
    /// n.
    public var delays: Int

    public init(delays: Int = 8) {
        self.delays = delays
    }

    /// - Throws: `LacunaError` for trajectories that make no windows, and for fewer windows than unknowns.
    public func fit(_ trajectories: [Trajectory]) throws -> LinearDelayModel {
        try fit(DelayWindows(trajectories, delays: delays))
    }

    func fit(_ windows: DelayWindows) throws -> LinearDelayModel {
        let m = windows.count, size = windows.size, d = windows.scaling.dimension
        guard m > size else {
            throw LacunaError(
                .shape, "delay regression", "\(m) windows for \(size + 1) unknowns per variable",
                remedy: "Take fewer delays, or more samples.")
        }
        let design = Matrix<Double>(rows: m, columns: size + 1) { $1 < size ? windows.inputs[$0 * size + $1] : 1 }
        let factors = try QRFactorization(design)
        let inverse =
            factors.reciprocalConditionEstimate < 1e-14
            ? try SingularValueDecomposition(design).pseudoInverse() : nil
        let rows = try (0..<d).map { variable in
            let targets = (0..<m).map { windows.targets[$0 * d + variable] }
            guard let inverse else { return try factors.leastSquares(targets) }
            return try inverse.multiplied(by: Matrix(rows: m, columns: 1, storage: targets)).storage
        }
        return try LinearDelayModel(
            delays: windows.delays, scaling: windows.scaling,
            weights: Matrix(rows: d, columns: size) { rows[$0][$1] }, offsets: rows.map { $0[size] })
    }
}

/// ŷ = W u + b.
public struct LinearDelayModel: DelayModel, Hashable {
    public let delays: Int
    public let scaling: DelayScaling
    /// W, d × N.
    public let weights: Matrix<Double>
    /// b.
    public let offsets: [Double]

    /// - Throws: `LacunaError` for sizes that do not agree.
    public init(delays: Int, scaling: DelayScaling, weights: Matrix<Double>, offsets: [Double]) throws {
        guard weights.shape == [scaling.dimension, delays * scaling.dimension], offsets.count == scaling.dimension
        else {
            throw LacunaError(
                .shape, "delay regression",
                "\(weights.rows)×\(weights.columns) weights for \(delays) delays of \(scaling.dimension) variables")
        }
        self.delays = delays
        self.scaling = scaling
        self.weights = weights
        self.offsets = offsets
    }

    public var parameterCount: Int { weights.storage.count + offsets.count }
    public var operationCount: Int { 2 * weights.storage.count }

    public func predictor(batch: Int) throws -> (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void {
        // Column-major d × N is row-major N × d, as BLAS takes the transpose of the values.
        let matrix = Buffer(weights.storage), offsets = Buffer(offsets)
        let (d, size) = (weights.rows, weights.columns)
        return { windows, increments in
            for row in 0..<d { (increments + row * batch).update(repeating: offsets[row], count: batch) }
            BLAS<Double>.multiply(
                .plain, .transposed, batch, d, size, windows, batch, matrix.pointer, d, beta: 1, into: increments,
                batch)
            withExtendedLifetime(matrix) {}
        }
    }
}
