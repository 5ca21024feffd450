/// How x' is got from samples of x.
public protocol Differentiation: Sendable {
    /// The fewest that a trajectory must have.
    var minimumSamples: Int { get }

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

    public var minimumSamples: Int { order + 1 }

    public func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates {
        guard (1...12).contains(order) else {
            throw LacunaError(.value, "finite differences", "order \(order); 1 to 12 is expected")
        }
        let count = trajectory.count, width = order + 1
        guard count >= width else {
            throw LacunaError(.shape, "finite differences", "\(count) samples; order \(order) needs \(width)")
        }
        let states = trajectory.states, behind = order / 2
        var derivatives = Matrix<Double>(repeating: 0, rows: count, columns: states.columns)
        var inside = 0..<0
        if let step = trajectory.uniformStep {
            inside = behind..<behind + count - order
            let nodes = (0..<width).map { Double($0 - behind) }
            let weights = Self.weights(at: 0, nodes: nodes, derivative: 1).map { $0 / step }
            // Inside, a column of derivatives is the column of states in `width` shifts, weighted.
            states.storage.withUnsafeBufferPointer { states in
                derivatives.storage.withUnsafeMutableBufferPointer { derivatives in
                    guard let states = states.baseAddress, let derivatives = derivatives.baseAddress else { return }
                    for first in stride(from: 0, to: trajectory.states.storage.count, by: count) {
                        BLAS<Double>.combine(
                            length: inside.count, outputs: 1, depth: width, states + first, stride: 1,
                            coefficients: weights, outputStride: width, depthStride: 1,
                            into: derivatives + first + behind, stride: count)
                    }
                }
            }
        }
        for sample in 0..<count where !inside.contains(sample) {
            let first = min(max(sample - behind, 0), count - width)
            let nodes = Array(trajectory.times[first..<first + width])
            let weights = Self.weights(at: trajectory.times[sample], nodes: nodes, derivative: 1)
            for column in 0..<states.columns {
                derivatives[sample, column] = zip(weights, first..<first + width).reduce(0) {
                    $0 + $1.0 * states[$1.1, column]
                }
            }
        }
        return DifferentiatedStates(states: states, derivatives: derivatives)
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

    public var minimumSamples: Int { 2 }

    public func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates {
        let step = try trajectory.requireUniformStep(
            for: "the spectral derivative", remedy: "Resample it, or take finite differences.")
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
