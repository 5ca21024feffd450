/// How x' is got from samples of x.
public protocol Differentiation: Sendable {
    /// States, smoothed where the method smooths, and their derivatives.
    /// - Throws: `LacunaError` where the samples are too few or their steps differ for a method that needs equal ones.
    func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates
}

/// Both samples × variables. What identifies equations uses the smoothed states too.
public struct DifferentiatedStates: Hashable, Sendable {
    public let states: Matrix<Double>
    public let derivatives: Matrix<Double>

    public init(states: Matrix<Double>, derivatives: Matrix<Double>) {
        self.states = states
        self.derivatives = derivatives
    }
}

/// x' as the derivative of the polynomial through `order` + 1 neighbouring samples, as near to the middle as there are: an error
/// of O(h^order), at the ends too. Steps may differ (weights of Fornberg 1988). Cost: order multiply-adds a sample.
public struct FiniteDifferences: Differentiation, Hashable {
    /// 1 is the forward difference, even orders are central.
    public var order: Int

    public init(order: Int = 2) { self.order = order }

    public func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates {
        guard (1...12).contains(order) else {
            throw LacunaError(.value, "finite differences", "order \(order); 1 to 12 is expected")
        }
        let count = trajectory.count, width = order + 1
        guard count >= width else {
            throw LacunaError(.shape, "finite differences", "\(count) samples; order \(order) needs \(width)")
        }
        let states = trajectory.states
        var derivatives = Matrix<Double>(repeating: 0, rows: count, columns: states.columns)
        let behind = order / 2
        let step = trajectory.uniformStep
        var weights = Self.weights(at: 0, nodes: (0..<width).map { Double($0 - behind) }, derivative: 1)
        // With equal steps all samples but those at the ends have the same weights.
        var inside = behind..<behind
        if let step {
            weights = weights.map { $0 / step }
            inside = behind..<count - order + behind
            Self.apply(weights, behind, inside, states, &derivatives)
        }
        for sample in 0..<count where !inside.contains(sample) {
            let first = min(max(sample - behind, 0), count - width)
            let nodes = (first..<first + width).map { trajectory.times[$0] }
            let own = Self.weights(at: trajectory.times[sample], nodes: nodes, derivative: 1)
            Self.apply(own, first, sample, states, &derivatives)
        }
        return DifferentiatedStates(states: states, derivatives: derivatives)
    }

    /// The same weights for a range of samples, a weight and a column at a time.
    private static func apply(
        _ weights: [Double], _ behind: Int, _ inside: Range<Int>, _ states: Matrix<Double>,
        _ derivatives: inout Matrix<Double>
    ) {
        let (rows, columns) = (states.rows, states.columns)
        states.storage.withUnsafeBufferPointer { x in
            derivatives.storage.withUnsafeMutableBufferPointer { y in
                for column in 0..<columns {
                    for (offset, weight) in weights.enumerated() where weight != 0 {
                        let shift = offset - behind
                        for place in inside.lowerBound + column * rows..<inside.upperBound + column * rows {
                            y[place] += weight * x[place + shift]
                        }
                    }
                }
            }
        }
    }

    private static func apply(
        _ weights: [Double], _ first: Int, _ sample: Int, _ states: Matrix<Double>, _ derivatives: inout Matrix<Double>
    ) {
        for column in 0..<states.columns {
            var sum = 0.0
            for (offset, weight) in weights.enumerated() { sum += weight * states[first + offset, column] }
            derivatives[sample, column] = sum
        }
    }

    /// Weights w with Σ w_i f(x_i) = the derivative at `point` of the polynomial through the nodes (Fornberg 1988).
    public static func weights(at point: Double, nodes: [Double], derivative: Int) -> [Double] {
        var table = Array(repeating: Array(repeating: 0.0, count: derivative + 1), count: nodes.count)
        guard !nodes.isEmpty else { return [] }
        table[0][0] = 1
        var product = 1.0
        for i in 1..<max(nodes.count, 1) {
            var next = 1.0
            for j in 0..<i {
                let distance = nodes[i] - nodes[j]
                next *= distance
                if j == i - 1 {
                    for k in (0...derivative).reversed() {
                        let lower = k > 0 ? Double(k) * table[i - 1][k - 1] : 0
                        table[i][k] = product * (lower - (nodes[i - 1] - point) * table[i - 1][k]) / next
                    }
                }
                for k in (0...derivative).reversed() {
                    let lower = k > 0 ? Double(k) * table[j][k - 1] : 0
                    table[j][k] = ((nodes[i] - point) * table[j][k] - lower) / distance
                }
            }
            product = next
        }
        return table.map { $0[derivative] }
    }
}

/// Derivatives of periodic samples by the Fourier transform: x' = F⁻¹ (i k F x), the last sample followed by the first. Cost: two
/// transforms a variable.
public struct SpectralDerivative: Differentiation, Hashable {
    public init() {}

    public func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates {
        let step = try trajectory.requireUniformStep(for: "the spectral derivative")
        let count = trajectory.count
        let plan = try FourierPlan(length: count)
        let time = Buffer<Complex<Double>>(repeating: .zero, count: count)
        let spectrum = Buffer<Complex<Double>>(repeating: .zero, count: count)
        var derivatives = Matrix<Double>(repeating: 0, rows: count, columns: trajectory.states.columns)
        for column in 0..<trajectory.states.columns {
            for index in 0..<count { time[index] = Complex(trajectory.states[index, column], 0) }
            plan.transform(time.pointer, into: spectrum.pointer)
            for index in 0..<count {
                // The wave of half the sampling rate has no derivative that samples show.
                let k = 2 * index == count ? 0 : 2 * index < count ? index : index - count
                let rate = 2 * Double.pi * Double(k) / (step * Double(count) * Double(count))
                spectrum[index] = Complex(-rate * spectrum[index].imaginary, rate * spectrum[index].real)
            }
            plan.transform(spectrum.pointer, into: time.pointer, inverse: true)
            for index in 0..<count { derivatives[index, column] = time[index].real }
        }
        withExtendedLifetime((time, spectrum)) {}
        return DifferentiatedStates(states: trajectory.states, derivatives: derivatives)
    }
}
