/// Hankel alternative view of Koopman (Brunton, Brunton, Proctor, Kaiser & Kutz 2017): delay coordinates v of a measured series obey
/// v' ≈ A v + B u, linear but for the last coordinates u, which force it.
///
/// The decomposition of the delays gives v (`DelayDecomposition`), second-order differences v', least squares v' = M v; A and B are the rows of M for
/// all but the last `forcings` coordinates. u comes from the whole series, its future included: this explains, it does not forecast.
public struct HAVOK: Hashable, Sendable {
    public var delays: Int
    /// Samples from one delay to the next.
    public var lag: Int
    public var rank: RankRule
    /// How many of the last coordinates force the others.
    public var forcings: Int
    /// sHAVOK (Hirsh et al. 2021): v' = (V₂ - V₁) / step from separate decompositions of all windows but the last and all but the first, which
    /// brings M closer to skew-symmetric for short series.
    public var isStructured: Bool

    public init(
        delays: Int = 100, lag: Int = 1, rank: RankRule = .fixed(15), forcings: Int = 1, isStructured: Bool = false
    ) {
        self.delays = delays
        self.lag = lag
        self.rank = rank
        self.forcings = forcings
        self.isStructured = isStructured
    }

    /// - Parameter series: samples × variables, `step` apart; commonly one variable.
    /// - Throws: what that of several series throws.
    public func fit(_ series: Matrix<Double>, step: Double) throws -> HAVOKModel {
        try fit([series], step: step)
    }

    /// One model for several series, such as orbits from different starts.
    /// - Throws: `LacunaError` for too few samples, a rank without room for forcings, and what `DelayDecomposition` throws.
    public func fit(_ series: [Matrix<Double>], step: Double) throws -> HAVOKModel {
        guard step > 0, step.isFinite, forcings >= 1 else {
            throw LacunaError(
                .value, "HAVOK", "\(forcings) forcings, step \(step); at least 1, and a positive step")
        }
        let needed = (delays - 1) * lag + 3
        guard series.allSatisfy({ $0.rows >= needed }) else {
            throw LacunaError(
                .shape, "HAVOK",
                "\(series.map(\.rows)) samples; \(delays) delays of \(lag) need at least \(needed)")
        }
        let decomposition: DelayDecomposition, map: Matrix<Double>
        if isStructured {
            decomposition = try decompose(series.map { $0.selectingRows(0..<$0.rows - 1) })
            let later = try decompose(series.map { $0.selectingRows(1..<$0.rows) }), first = decomposition.right
            guard later.rank >= decomposition.rank else {
                throw LacunaError(.value, "HAVOK", "the rank changes with one sample", remedy: "Fix it.")
            }
            // A first row of U near 0 may have another sign in the other decomposition.
            let signs = (0..<first.columns).map { column in
                zip(first.column(column), later.right.column(column)).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1
            }
            let derivatives = Matrix(rows: first.rows, columns: first.columns) { row, column in
                (signs[column] * later.right[row, column] - first[row, column]) / step
            }
            map = Self.map(first, derivatives)
        } else {
            decomposition = try decompose(series)
            let parts = try decomposition.windowRanges.map { range in
                let v = decomposition.right.selectingRows(range)
                let path = try Trajectory(
                    variables: (1...v.columns).map { "v\($0)" }, times: (0..<v.rows).map { Double($0) * step },
                    states: v)
                return Self.map(v, try FiniteDifferences().differentiate(path).derivatives)
            }
            let r = decomposition.rank
            map = Matrix(rows: r, columns: r) { row, column in parts.reduce(0) { $0 + $1[row, column] } }
        }
        let r = decomposition.rank
        guard r > forcings else {
            throw LacunaError(
                .value, "HAVOK", "rank \(r) leaves nothing beside \(forcings) forcings",
                remedy: "Raise the rank, or take fewer forcings.")
        }
        return HAVOKModel(decomposition: decomposition, map: map, forcings: forcings, step: step)
    }

    /// V'ᵀ V: summed over all series M, V having orthonormal columns.
    private static func map(_ coordinates: Matrix<Double>, _ derivatives: Matrix<Double>) -> Matrix<Double> {
        let (m, r) = (coordinates.rows, coordinates.columns)
        var map = Matrix<Double>(repeating: 0, rows: r, columns: r)
        map.storage.withUnsafeMutableBufferPointer { map in
            guard let map = map.baseAddress else { return }
            BLAS<Double>.multiply(
                .transposed, .plain, r, r, m, derivatives.storage, m, coordinates.storage, m, into: map, r)
        }
        return map
    }

    /// The same for one variable of a trajectory. - Throws: also for a variable that is not there, and unequal steps.
    public func fit(_ trajectory: Trajectory, variable: String) throws -> HAVOKModel {
        guard let index = trajectory.variables.firstIndex(of: variable) else {
            throw LacunaError(
                .value, "HAVOK", "there is no variable \(variable)",
                remedy: "There are \(trajectory.variables.joined(separator: ", ")).")
        }
        return try fit(
            trajectory.states.selectingColumns([index]), step: trajectory.requireUniformStep(for: "HAVOK"))
    }

    private func decompose(_ series: [Matrix<Double>]) throws -> DelayDecomposition {
        try DelayDecomposition(series, delays: delays, lag: lag, rank: rank)
    }
}

/// v' = A v + B u, with the coordinates and the forcing that were measured.
public struct HAVOKModel: Sendable {
    public let decomposition: DelayDecomposition
    /// M of v' = M v, r × r. The rows of the forcings fit badly and are not used.
    public let map: Matrix<Double>
    public let forcings: Int
    public let step: Double

    public init(decomposition: DelayDecomposition, map: Matrix<Double>, forcings: Int, step: Double) {
        self.decomposition = decomposition
        self.map = map
        self.forcings = forcings
        self.step = step
    }

    /// Coordinates that are not forcings.
    public var order: Int { map.rows - forcings }
    /// A, order × order.
    public var dynamics: Matrix<Double> { Matrix(rows: order, columns: order) { map[$0, $1] } }
    /// B, order × forcings.
    public var inputMap: Matrix<Double> { Matrix(rows: order, columns: forcings) { map[$0, order + $1] } }
    /// u, windows × forcings, of all series.
    public var forcing: Matrix<Double> { decomposition.right.selectingColumns(order..<map.rows) }

    /// V for another series: S⁻¹ Uᵀ of its windows, a row per window.
    /// - Throws: `LacunaError` for other variables, and fewer samples than a window has.
    public func coordinates(of series: Matrix<Double>) throws -> Matrix<Double> {
        let (delays, lag) = (decomposition.delays, decomposition.lag)
        guard series.columns == decomposition.variables, series.rows > (delays - 1) * lag else {
            throw LacunaError(
                .shape, "HAVOK",
                "\(series.rows) samples of \(series.columns) variables; windows have \((delays - 1) * lag + 1) of \(decomposition.variables)"
            )
        }
        let windows = DelayWindowBlocks(series: series, delays: delays, lag: lag)
        let (n, r, m) = (windows.width, map.rows, windows.count)
        let scaled = Buffer(
            Matrix(rows: n, columns: r) { decomposition.left[$0, $1] / decomposition.values[$1] }.storage)
        let size = min(m, 1024), block = Buffer<Double>(repeating: 0, count: size * n)
        let result = Buffer<Double>(repeating: 0, count: m * r)
        windows.forEachBlock(of: size, into: block.pointer) { first, rows in
            BLAS<Double>.multiply(
                .plain, .plain, rows, r, n, block.pointer, rows, scaled.pointer, n, into: result.pointer + first, m)
        }
        withExtendedLifetime((scaled, block)) {}
        return Matrix(rows: m, columns: r, storage: result.prefix(m * r))
    }

    /// Eigenvalues of A: growth rates and angular frequencies.
    public func eigenvalues() throws -> [Complex<Double>] {
        let a = dynamics
        return try GeneralEigen(Matrix(rows: order, columns: order) { Complex(a[$0, $1], 0) }).values
    }

    /// v, one row per row of `forcing` (default: that of the first series), from `start` on (default: its first window), the forcing linear between samples (first-order hold).
    /// With E = exp [[A h, B h, 0], [0, 0, 1], [0, 0, 0]]: v⁺ = E₁₁ v + (E₁₂ - E₁₃) u + E₁₃ u⁺.
    /// - Throws: `LacunaError` for another number of forcings or coordinates.
    public func simulate(forcing: Matrix<Double>? = nil, from start: [Double]? = nil) throws -> Matrix<Double> {
        let u = forcing ?? firstForcing
        let first = start ?? (0..<order).map { decomposition.right[0, $0] }
        guard u.columns == forcings, first.count == order, u.rows >= 1 else {
            throw LacunaError(
                .shape, "HAVOK",
                "\(u.columns) forcings and \(first.count) coordinates; the model has \(forcings) and \(order)")
        }
        let size = order + 2 * forcings
        let augmented = try Matrix<Double>(rows: size, columns: size) { row, column in
            if row < order && column < order + forcings { return map[row, column] * step }
            return row >= order && column == row + forcings ? 1 : 0
        }.exponential()
        func part(_ column: Int, _ count: Int) -> Matrix<Double> {
            Matrix(rows: order, columns: count) { augmented[$0, column + $1] }
        }
        let transition = Buffer(part(0, order).storage)
        let held = part(order, forcings), rising = part(order + forcings, forcings)
        let falling = Matrix(rows: order, columns: forcings) { held[$0, $1] - rising[$0, $1] }
        // A sample after the other in memory: what the forcing adds to each first, then what the sample before does.
        let samples = u.rows, states = Buffer<Double>(repeating: 0, count: samples * order), v = states.pointer
        for (index, value) in first.enumerated() { v[index] = value }
        u.storage.withUnsafeBufferPointer { u in
            guard let u = u.baseAddress, samples > 1 else { return }
            BLAS<Double>.multiply(
                .plain, .transposed, order, samples - 1, forcings, falling.storage, order, u, samples, into: v + order,
                order)
            BLAS<Double>.multiply(
                .plain, .transposed, order, samples - 1, forcings, rising.storage, order, u + 1, samples, beta: 1,
                into: v + order, order)
        }
        for sample in 1..<samples {
            BLAS<Double>.multiply(
                .plain, order, order, transition.pointer, order, vector: v + (sample - 1) * order, beta: 1,
                into: v + sample * order)
        }
        withExtendedLifetime(transition) {}
        return Matrix(rows: order, columns: samples, storage: states.prefix(samples * order)).transposed
    }

    private var firstForcing: Matrix<Double> { forcing.selectingRows(0..<decomposition.windowCounts[0]) }

    /// The first series as `simulate` gives it with the measured forcing.
    public func reconstruct() throws -> Matrix<Double> {
        let states = try simulate(), u = firstForcing
        return try decomposition.series(
            from: Matrix(rows: states.rows, columns: map.rows) {
                $1 < order ? states[$0, $1] : u[$0, $1 - order]
            })
    }

    /// What the distribution of one forcing looks like.
    public func forcingStatistics(_ index: Int = 0, tail: Double = 0.01) -> ForcingStatistics {
        ForcingStatistics(Array(forcing.column(index)), tail: tail)
    }
}

/// Long tails of a forcing mark the times at which it acts: a chaotic system switches then.
public struct ForcingStatistics: Hashable, Sendable {
    public let standardDeviation: Double
    /// Fourth standardised moment less 3: 0 for a normal distribution.
    public let excessKurtosis: Double
    /// |u| above it is active: the mean distance from 0 of the bins (of 50) below and above which half of `tail` lies.
    public let threshold: Double
    /// Samples whose |u| is above the threshold.
    public let activeFraction: Double

    public init(_ values: [Double], tail: Double = 0.01) {
        let count = Double(max(values.count, 1))
        let mean = values.reduce(0, +) / count
        let second = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let fourth = values.reduce(0) { $0 + Double.pow($1 - mean, 4) } / count
        standardDeviation = second.squareRoot()
        excessKurtosis = second > 0 ? fourth / (second * second) - 3 : 0
        let low = values.min() ?? 0, high = values.max() ?? 0, bins = 50
        let width = (high - low) / Double(bins)
        guard width > 0 else {
            threshold = abs(high)
            activeFraction = 0
            return
        }
        var histogram = Array(repeating: 0, count: bins)
        for value in values { histogram[min(Int((value - low) / width), bins - 1)] += 1 }
        func bin(below share: Double) -> Double {
            var sum = 0
            let index = histogram.firstIndex {
                sum += $0
                return Double(sum) >= share * count
            }
            return low + (Double(index ?? bins - 1) + 0.5) * width
        }
        let cut = (abs(bin(below: tail / 2)) + abs(bin(below: 1 - tail / 2))) / 2
        threshold = cut
        activeFraction = Double(values.count { abs($0) > cut }) / count
    }
}

extension Matrix {
    /// The rows in a range.
    fileprivate func selectingRows(_ range: Range<Int>) -> Matrix {
        if range == 0..<rows { return self }
        return Matrix(
            rows: range.count, columns: columns,
            storage: (0..<columns).flatMap { storage[$0 * rows + range.lowerBound..<$0 * rows + range.upperBound] })
    }
}
