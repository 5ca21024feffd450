/// Derivatives with few jumps in place of noise, between samples: u = argmin ½ D(u) + λ Σ |u_{i+1} - u_i|, at the samples the mean of both
/// sides. D is either the distance to differences or that of the integral to the samples (`Fit`). Equal steps are needed.
///
/// For motions with kinks; smooth ones come out in stairs. Cost: O(samples), for the integral times the iterations.
public struct TotalVariationDerivative: Differentiation, Hashable {
    /// What the derivative is held against, x being samples `dt` apart.
    public enum Fit: String, Hashable, Sendable, CaseIterable {
        /// D = Σ (u_i - (x_{i+1} - x_i) / dt)² (Rudin, Osher & Fatemi 1992, on differences), exactly by the taut string. The noise of differences is
        /// 1 / dt times that of samples, and not white. λ near σ / dt · √(samples of the shortest piece) takes noise of deviation σ away.
        case differences
        /// D = Σ (c + dt Σ_{j<i} u_j - x_i)² (Chartrand 2011; he takes c = x_0, here it is fitted too), by lagged diffusivity
        /// (`IntegralVariation`). λ near σ dt (samples of the shortest piece)^1.5 / 10 takes noise of deviation σ away.
        case integral
    }

    /// λ. 0 is the central difference.
    public var weight: Double
    public var fit: Fit
    /// Of the lagged diffusivity at most.
    public var iterations: Int

    public init(weight: Double, fit: Fit = .differences, iterations: Int = 300) {
        self.weight = weight
        self.fit = fit
        self.iterations = iterations
    }

    public var minimumSamples: Int { 3 }

    public func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates {
        let penalty = try TotalVariation<Double>(weight: weight)
        let step = try trajectory.requireUniformStep(
            for: "the total variation derivative", remedy: "Resample it, or take finite differences.")
        let m = trajectory.count, states = trajectory.states
        guard m >= 3, iterations >= 1 else {
            throw LacunaError(
                .shape, "total variation derivative",
                "\(m) samples and \(iterations) iterations; at least 3 and 1 are needed")
        }
        var values = states, derivatives = states
        for column in 0..<states.columns {
            var slopes = (0..<m - 1).map { (states[$0 + 1, column] - states[$0, column]) / step }
            var workspace: Void = ()
            switch fit {
            case .differences:
                slopes.withUnsafeMutableBufferPointer { penalty.prox($0, step: 1, workspace: &workspace) }
            case .integral where weight > 0:
                IntegralVariation(weight: weight / step, iterations: iterations).smooth(
                    Array(states.column(column)), slopes: &slopes, step: step)
            case .integral: break
            }
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
