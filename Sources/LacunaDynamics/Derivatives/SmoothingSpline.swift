/// The natural cubic spline f that minimises Σ (x_i - f(t_i))² + λ ∫ f''² dt (Reinsch 1967), and its derivative. Steps may differ.
///
/// λ is given, or minimises the generalised cross-validation score m ‖x - f‖² / tr(I - S)² (Craven & Wahba 1979) of each variable. f'' is 0
/// at the ends, where the derivative is one order less exact. Cost: about 50 operations a sample, and 60 times that for choosing λ.
public struct SmoothingSpline: Differentiation, Hashable {
    /// λ; nil chooses it.
    public var smoothing: Double?

    public init(smoothing: Double? = nil) { self.smoothing = smoothing }

    public var minimumSamples: Int { 4 }

    public func differentiate(_ trajectory: Trajectory) throws -> DifferentiatedStates {
        let m = trajectory.count, states = trajectory.states
        guard m >= 4 else { throw LacunaError(.shape, "smoothing spline", "\(m) samples; at least 4 are needed") }
        guard smoothing.map({ $0 >= 0 && $0.isFinite }) ?? true else {
            throw LacunaError(.value, "smoothing spline", "λ = \(smoothing ?? 0); at least 0 is expected")
        }
        let system = SplineSystem(trajectory.times)
        var values = states, derivatives = states
        for column in 0..<states.columns {
            let x = Array(states.column(column))
            let weight = smoothing ?? system.chosenSmoothing(x)
            let fit = system.solve(x, smoothing: weight)
            for row in 0..<m { values[row, column] = fit.values[row] }
            for (row, slope) in system.slopes(fit).enumerated() { derivatives[row, column] = slope }
        }
        return DifferentiatedStates(states: values, derivatives: derivatives)
    }

    /// λ that generalised cross-validation takes for each variable.
    public func chosenSmoothing(_ trajectory: Trajectory) throws -> [Double] {
        guard trajectory.count >= 4 else {
            throw LacunaError(.shape, "smoothing spline", "\(trajectory.count) samples; at least 4 are needed")
        }
        let system = SplineSystem(trajectory.times)
        return (0..<trajectory.states.columns).map { system.chosenSmoothing(Array(trajectory.states.column($0))) }
    }
}

/// The banded systems of a smoothing spline (Green & Silverman 1994, section 2.3): γ = f'' at the inner knots solves (R + λ QᵀQ) γ = Qᵀx and
/// f = x - λ Q γ, with R tridiagonal and Q of three diagonals.
private struct SplineSystem {
    let steps: [Double]
    /// Diagonals 0, 1, 2 of R and of QᵀQ.
    private let stiffness: [[Double]]
    private let products: [[Double]]

    struct Fit {
        let values: [Double]
        /// At all knots; 0 at the ends.
        let curvatures: [Double]
        /// tr(I - S).
        let freedom: Double
    }

    init(_ times: [Double]) {
        let h: [Double] = zip(times, times.dropFirst()).map { $1 - $0 }
        steps = h
        let n = h.count - 1
        let zeros = [Double](repeating: 0, count: n)
        var stiffness = [zeros, zeros, zeros], products = [zeros, zeros, zeros]
        // Column j of Q: 1/h_j, -1/h_j - 1/h_{j+1}, 1/h_{j+1} in rows j, j+1, j+2.
        func column(_ j: Int) -> [Double] {
            let before = 1 / h[j], after = 1 / h[j + 1]
            return [before, -before - after, after]
        }
        for j in 0..<n {
            stiffness[0][j] = (h[j] + h[j + 1]) / 3
            if j + 1 < n { stiffness[1][j] = h[j + 1] / 6 }
            let own = column(j)
            for offset in 0..<min(3, n - j) {
                let other = column(j + offset)
                var sum = 0.0
                for row in offset..<3 { sum += own[row] * other[row - offset] }
                products[offset][j] = sum
            }
        }
        self.stiffness = stiffness
        self.products = products
    }

    func solve(_ x: [Double], smoothing: Double) -> Fit {
        let n = steps.count - 1, h = steps
        // L D Lᵀ of the five diagonals.
        var d = [Double](repeating: 0, count: n), first = d, second = d
        for j in 0..<n {
            var pivot = stiffness[0][j] + smoothing * products[0][j]
            var next = stiffness[1][j] + smoothing * products[1][j]
            if j >= 1 {
                pivot -= first[j - 1] * first[j - 1] * d[j - 1]
                next -= first[j - 1] * second[j - 1] * d[j - 1]
            }
            if j >= 2 { pivot -= second[j - 2] * second[j - 2] * d[j - 2] }
            d[j] = pivot
            first[j] = next / pivot
            second[j] = smoothing * products[2][j] / pivot
        }
        var gamma = [Double](repeating: 0, count: n)
        for j in 0..<n {
            let after = (x[j + 2] - x[j + 1]) / h[j + 1]
            let before = (x[j + 1] - x[j]) / h[j]
            gamma[j] = after - before
            if j >= 1 { gamma[j] -= first[j - 1] * gamma[j - 1] }
            if j >= 2 { gamma[j] -= second[j - 2] * gamma[j - 2] }
        }
        for j in 0..<n { gamma[j] /= d[j] }
        for j in (0..<n).reversed() {
            if j + 1 < n { gamma[j] -= first[j] * gamma[j + 1] }
            if j + 2 < n { gamma[j] -= second[j] * gamma[j + 2] }
        }
        var values = x
        for j in 0..<n {
            let before = smoothing * gamma[j] / h[j], after = smoothing * gamma[j] / h[j + 1]
            values[j] -= before
            values[j + 1] += before + after
            values[j + 2] -= after
        }
        let freedom = smoothing * traceOfInverse(d, first, second)
        return Fit(values: values, curvatures: [0] + gamma + [0], freedom: freedom)
    }

    /// tr(QᵀQ (L D Lᵀ)⁻¹) by the five central diagonals of the inverse, from its end (Hutchinson & de Hoog 1985).
    private func traceOfInverse(_ d: [Double], _ first: [Double], _ second: [Double]) -> Double {
        let n = d.count
        // Diagonals 0, 1 of rows j + 1 and j + 2.
        var near = (0.0, 0.0), far = (0.0, 0.0)
        var trace = 0.0
        for j in (0..<n).reversed() {
            let a = j + 1 < n ? first[j] : 0, b = j + 2 < n ? second[j] : 0
            let one = -a * near.0 - b * near.1
            let two = -a * near.1 - b * far.0
            let zero = 1 / d[j] - a * one - b * two
            trace += products[0][j] * zero
            trace += 2 * products[1][j] * one
            trace += 2 * products[2][j] * two
            far = near
            near = (zero, one)
        }
        return trace
    }

    func slopes(_ fit: Fit) -> [Double] {
        let f = fit.values, c = fit.curvatures, last = steps.count
        var slopes: [Double] = []
        for row in 0..<last {
            let secant = (f[row + 1] - f[row]) / steps[row]
            let bend = 2 * c[row] + c[row + 1]
            slopes.append(secant - steps[row] * bend / 6)
        }
        let secant = (f[last] - f[last - 1]) / steps[last - 1]
        let bend = c[last - 1] + 2 * c[last]
        slopes.append(secant + steps[last - 1] * bend / 6)
        return slopes
    }

    /// By a coarse search over λ / h³, which goes from interpolation to a straight line, then by golden sections.
    func chosenSmoothing(_ x: [Double]) -> Double {
        let mean = steps.reduce(0, +) / Double(steps.count), unit = mean * mean * mean
        func score(_ exponent: Double) -> Double {
            let fit = solve(x, smoothing: unit * Double.exp(exponent))
            var squares = 0.0
            for (value, smooth) in zip(x, fit.values) { squares += (value - smooth) * (value - smooth) }
            return Double.log(max(squares, .leastNormalMagnitude)) - 2 * Double.log(fit.freedom)
        }
        var centre = -10.0, best = score(centre)
        for exponent in stride(from: -8.0, through: 40, by: 2) {
            let value = score(exponent)
            if value < best { (centre, best) = (exponent, value) }
        }
        let ratio = (5.0.squareRoot() - 1) / 2
        var low = centre - 2, high = centre + 2
        var left = high - ratio * (high - low), right = low + ratio * (high - low)
        var leftScore = score(left), rightScore = score(right)
        while high - low > 0.01 {
            if leftScore < rightScore {
                (high, right, rightScore) = (right, left, leftScore)
                left = high - ratio * (high - low)
                leftScore = score(left)
            } else {
                (low, left, leftScore) = (left, right, rightScore)
                right = low + ratio * (high - low)
                rightScore = score(right)
            }
        }
        return unit * Double.exp((low + high) / 2)
    }
}
