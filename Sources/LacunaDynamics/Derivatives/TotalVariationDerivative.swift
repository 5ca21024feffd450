/// Derivatives with few jumps in place of noise: u = argmin ½ Σ (u_i - (x_{i+1} - x_i) / dt)² + λ Σ |u_{i+1} - u_i| between samples (Rudin, Osher &
/// Fatemi 1992, on differences; Chartrand 2011 fits the integral instead), exactly by the taut string; at the samples the mean of both
/// sides. States are its integral, with the mean of the samples. Equal steps are needed.
///
/// For motions with kinks; smooth ones come out in stairs. λ near σ / dt · √(samples of the shortest piece) takes noise of deviation σ
/// away. λ = 0 is the central difference. Cost: O(samples) typically.
public struct TotalVariationDerivative: Differentiation, Hashable {
    /// λ.
    public var weight: Double

    public init(weight: Double) { self.weight = weight }

    public func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates {
        let penalty = try TotalVariation<Double>(weight: weight)
        let step = try trajectory.requireUniformStep(for: "the total variation derivative")
        let m = trajectory.count, states = trajectory.states
        guard m >= 3 else {
            throw LacunaError(.shape, "total variation derivative", "\(m) samples; at least 3 are needed")
        }
        var values = states, derivatives = states
        for column in 0..<states.columns {
            var slopes = (0..<m - 1).map { (states[$0 + 1, column] - states[$0, column]) / step }
            var workspace: Void = ()
            slopes.withUnsafeMutableBufferPointer { penalty.prox($0, step: 1, workspace: &workspace) }
            var integral = 0.0, mean = 0.0
            for row in 0..<m {
                let before = slopes[max(row - 1, 0)], after = slopes[min(row, m - 2)]
                derivatives[row, column] = (before + after) / 2
                values[row, column] = integral
                mean += (states[row, column] - integral) / Double(m)
                integral += step * after
            }
            for row in 0..<m { values[row, column] += mean }
        }
        return DifferentiatedStates(states: values, derivatives: derivatives)
    }
}
