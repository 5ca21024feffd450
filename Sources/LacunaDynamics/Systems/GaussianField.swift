/// Random smooth functions with normal values: what operators are learnt on.
public enum GaussianField {
    /// exp(-(x - x')²/(2 ℓ²)), or on the circle of length 1 exp(-sin²(π (x - x'))/(2 π² ℓ²)), which is the same for small distances.
    public enum Kernel: Hashable, Sendable {
        case line(length: Double)
        case circle(length: Double)

        func value(_ distance: Double) -> Double {
            switch self {
            case .line(let length): return Double.exp(-distance * distance / (2 * length * length))
            case .circle(let length):
                let sine = Double.sin(.pi * distance) / (.pi * length)
                return Double.exp(-sine * sine / 2)
            }
        }
    }

    /// `count` draws of a process of mean 0 at `positions`: L z with L Lᵀ = K + 1e-10, z standard normal.
    /// - Throws: `LacunaError` for a length that is not positive.
    public static func samples(
        _ kernel: Kernel, at positions: [Double], count: Int, random: inout RandomStream
    ) throws -> [[Double]] {
        switch kernel {
        case .line(let length), .circle(let length):
            guard length > 0, length.isFinite else {
                throw LacunaError(.value, "length", "\(length); it must be positive")
            }
        }
        let n = positions.count
        // Smooth kernels are singular to rounding: so much white noise makes them definite.
        var factor = Matrix<Double>(repeating: 0, rows: n, columns: n)
        for i in 0..<n {
            for j in 0...i {
                var entry = kernel.value(positions[i] - positions[j]) + (i == j ? 1e-10 : 0)
                for k in 0..<j { entry -= factor[i, k] * factor[j, k] }
                factor[i, j] = i == j ? max(entry, 0).squareRoot() : factor[j, j] > 0 ? entry / factor[j, j] : 0
            }
        }
        return (0..<count).map { _ in
            let z = random.normals(count: n)
            return (0..<n).map { i in (0...i).reduce(0) { $0 + factor[i, $1] * z[$1] } }
        }
    }

    /// A draw of N(0, c (-Δ + τ²)^{-α}) of mean value 0 on the unit torus, size × size row-major:
    /// Re Σ_k √λ_k (a_k + i b_k) exp(2πi k·x), λ_k = c (4π² |k|² + τ²)^{-α}, a and b standard normal; its variance is Σ_{k≠0} λ_k.
    /// - Throws: `LacunaError` for a size below 1 or a negative c.
    public static func torus(
        size: Int, scale c: Double, shift tau: Double, exponent alpha: Double, random: inout RandomStream
    ) throws -> [Double] {
        guard c >= 0, c.isFinite else { throw LacunaError(.value, "scale", "\(c); it must be ≥ 0") }
        let plan = try FourierGridPlan(height: size, width: size)
        let spectrum = Buffer<Complex<Double>>(repeating: .zero, count: plan.count)
        let field = Buffer<Complex<Double>>(repeating: .zero, count: plan.count)
        for row in 0..<size {
            for column in 0..<size {
                let k = Double(2 * row < size ? row : row - size),
                    l = Double(2 * column < size ? column : column - size)
                let power = 4 * Double.pi * Double.pi * (k * k + l * l) + tau * tau
                let deviation = row + column == 0 ? 0 : (c * Double.pow(power, -alpha)).squareRoot()
                let real = random.normal(), imaginary = random.normal()
                spectrum[row * size + column] = Complex(deviation * real, deviation * imaginary)
            }
        }
        withExtendedLifetime(spectrum) { plan.transform(spectrum.pointer, into: field.pointer, inverse: true) }
        return field.prefix(plan.count).map(\.real)
    }
}
