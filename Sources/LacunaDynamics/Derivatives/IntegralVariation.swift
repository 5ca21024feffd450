/// v = argmin ½ Σ (v_i - x_i)² + μ Σ |v_{i+1} - 2 v_i + v_{i-1}|: samples whose differences have few jumps.
///
/// This is Chartrand's problem (2011, "Numerical differentiation of noisy, nonsmooth data") in the integral v = c + A u of the derivative u
/// instead of u: A is a running sum and is never formed; its inverse are differences, so that all matrices are banded.
/// Lagged diffusivity (Vogel & Oman 1996): with g = D v, D the second differences, |g| ≈ g² / w for w = √(g² + ε²) of the iterate before, and
/// the quadratic problem that is left has the solution
///
///     (diag(w) / μ + D Dᵀ) z = D x,  v = x - Dᵀ z
///
/// five diagonals, by Cholesky's method without fill. Each iteration lowers Σ (v - x)² / 2 + μ Σ √(g² + ε²); ε is 10⁻⁵ of the mean of |D x|.
/// Cost: O(samples) an iteration.
struct IntegralVariation {
    /// μ.
    let weight: Double
    let iterations: Int

    /// slopes ← (v_{i+1} - v_i) / step. Precondition: at least 3 samples, and a slope fewer.
    func smooth(_ samples: [Double], slopes: inout [Double], step: Double) {
        let curvature = Self.secondDifferences(samples), count = curvature.count
        let epsilon = 1e-5 * curvature.reduce(0) { $0 + abs($1) } / Double(count)
        // A straight line is its own solution.
        guard epsilon > 0 else { return }
        var v = samples, z = curvature, w = curvature
        for _ in 0..<iterations {
            let g = Self.secondDifferences(v)
            for i in 0..<count { w[i] = (g[i] * g[i] + epsilon * epsilon).squareRoot() / weight }
            z = curvature
            Self.solve(adding: w, &z)
            var change = 0.0, size = 0.0
            for i in samples.indices {
                let before = i >= 2 ? z[i - 2] : 0, at = i >= 1 && i <= count ? z[i - 1] : 0,
                    after = i < count ? z[i] : 0
                let next: Double = samples[i] - before + 2 * at - after
                change = max(change, abs(next - v[i]))
                size = max(size, abs(next))
                v[i] = next
            }
            if change <= 1e-10 * size { break }
        }
        for i in slopes.indices { slopes[i] = (v[i + 1] - v[i]) / step }
    }

    private static func secondDifferences(_ v: [Double]) -> [Double] {
        (1..<v.count - 1).map { (i: Int) -> Double in v[i + 1] - 2 * v[i] + v[i - 1] }
    }

    /// z ← (diag(w) + D Dᵀ)⁻¹ z, D Dᵀ having 6 on its diagonal, then -4, then 1: L diag(d) Lᵀ with two diagonals below that of L.
    private static func solve(adding w: [Double], _ z: inout [Double]) {
        let count = w.count
        var d = w, first = w, second = w
        for i in 0..<count {
            // first[i] is L[i + 1, i], second[i] is L[i + 2, i].
            d[i] += 6
            first[i] = -4
            if i >= 1 {
                d[i] -= first[i - 1] * first[i - 1] * d[i - 1]
                first[i] -= second[i - 1] * first[i - 1] * d[i - 1]
                z[i] -= first[i - 1] * z[i - 1]
            }
            if i >= 2 {
                d[i] -= second[i - 2] * second[i - 2] * d[i - 2]
                z[i] -= second[i - 2] * z[i - 2]
            }
            first[i] /= d[i]
            second[i] = 1 / d[i]
        }
        for i in (0..<count).reversed() {
            z[i] /= d[i]
            if i + 1 < count { z[i] -= first[i] * z[i + 1] }
            if i + 2 < count { z[i] -= second[i] * z[i + 2] }
        }
    }
}
