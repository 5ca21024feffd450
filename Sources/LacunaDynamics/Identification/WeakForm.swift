/// The weak form of identification (Messenger & Bortz 2021): in place of derivatives of noisy samples, integrals against test functions
/// φ_k that vanish at the ends of their windows,
///
/// -∫ φ_k' x dt = Ξ ∫ φ_k θ(x) dt, φ(τ) = (1 - τ²)^p on 2 L + 1 samples, τ = (t - t_k) / (L dt).
///
/// Centres are evenly spaced. Integrals are plain sums times dt: φ and p - 1 derivatives vanish at the ends, so they are exact to a
/// high order. Equal steps are needed. Cost: windows × (2 L + 1) × terms multiply-adds.
public struct WeakForm: Hashable, Sendable {
    /// K, of every trajectory.
    public var windows: Int
    /// L, in samples.
    public var halfWidth: Int
    /// p.
    public var power: Int

    public init(windows: Int = 200, halfWidth: Int = 100, power: Int = 4) {
        self.windows = windows
        self.halfWidth = halfWidth
        self.power = power
    }

    /// - Throws: `LacunaError` for settings out of range, unequal steps, and trajectories with fewer samples than the windows need.
    func integrate(
        _ trajectories: [Trajectory], features: Matrix<Double>, segments: [Range<Int>]
    ) throws -> (features: Matrix<Double>, targets: Matrix<Double>) {
        guard windows >= 1, halfWidth >= 2, power >= 1 else {
            throw LacunaError(
                .value, "weak form",
                "\(windows) windows, half width \(halfWidth), power \(power); at least 1, 2 and 1 are needed")
        }
        let width = 2 * halfWidth + 1, rows = windows * trajectories.count
        let d = trajectories.first?.states.columns ?? 0
        var integrals = Matrix<Double>(repeating: 0, rows: rows, columns: features.columns)
        var targets = Matrix<Double>(repeating: 0, rows: rows, columns: d)
        for (number, trajectory) in trajectories.enumerated() {
            guard trajectory.count >= width + windows - 1 else {
                throw LacunaError(
                    .shape, "weak form",
                    "\(trajectory.count) samples; \(windows) different windows of \(width) samples need \(width + windows - 1)",
                    remedy: "Take shorter or fewer windows.")
            }
            let step = try trajectory.requireUniformStep(for: "the weak form")
            let (test, slope) = testFunction(step)
            for window in 0..<windows {
                let first = centre(window, trajectory.count) - halfWidth, row = number * windows + window
                features.storage.withUnsafeBufferPointer { values in
                    for column in 0..<features.columns {
                        let start = segments[number].lowerBound + first + column * features.rows
                        var sum = 0.0
                        for offset in 0..<width { sum += test[offset] * values[start + offset] }
                        integrals[row, column] = sum * step
                    }
                }
                for column in 0..<d {
                    var sum = 0.0
                    for offset in 0..<width { sum -= slope[offset] * trajectory.states[first + offset, column] }
                    targets[row, column] = sum * step
                }
            }
        }
        return (integrals, targets)
    }

    /// φ and φ' at the samples of a window.
    private func testFunction(_ step: Double) -> (values: [Double], slopes: [Double]) {
        let positions = (-halfWidth...halfWidth).map { Double($0) / Double(halfWidth) }
        let scale = -2 * Double(power) / (Double(halfWidth) * step)
        return (
            positions.map { Double.pow(1 - $0 * $0, power) },
            positions.map { scale * $0 * Double.pow(1 - $0 * $0, power - 1) }
        )
    }

    private func centre(_ window: Int, _ count: Int) -> Int {
        let last = count - 1 - 2 * halfWidth
        let place = windows > 1 ? Double(window) * (Double(last) / Double(windows - 1)) : Double(last) / 2
        return halfWidth + Int(place.rounded(.toNearestOrEven))
    }
}
