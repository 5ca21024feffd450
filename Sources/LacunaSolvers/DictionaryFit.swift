/// Steps on the parameters of a dictionary of curves a_n(θ_n) that raise the evidence at given scales g,
///
///     log p(y; θ) = -log det Σ_y - yᴴ Σ_y⁻¹ y + …,  Σ_y = s² I + A(θ) diag(g) A(θ)ᴴ.
///
/// Its gradient is also that of the expected log-likelihood -(‖y - A μ‖² + tr A Σ Aᴴ) / s² that the paper climbs (Liu et al.
/// 2020; Fisher's identity):
///
///     ∂ / ∂θ_n = 2 Re a_n′ᴴ (μ̄_n Σ_y⁻¹ y - g_n Σ_y⁻¹ a_n).
///
/// A step goes along the gradient over the curvature 2 e_n ‖a_n′‖² / s² of the paper's function, e = |μ|² + diag Σ, but its
/// length is sought (Armijo) on the evidence, which is much flatter: the paper's own is a lower bound that touches it here, and
/// takes steps a hundred times shorter at low noise. No parameter goes farther from its start than `range`.
/// Cost: 2 M² N multiply-adds, and M² N / 2 for every trial of the length.
struct DictionaryFit<Element: Scalar> {
    typealias Real = Element.RealPart

    private(set) var dictionary: any ParameterGradient<Element>
    /// θ. Not read back from the dictionary: angles may wrap there.
    private(set) var parameters: [Real]
    private let start: [Real]
    private let range: Real
    private let measurements: [Element]
    private let matrix: Buffer<Element>
    private let covariance: Buffer<Element>
    /// W = L⁻¹ A diag(g) with Σ_y = L Lᴴ: Σ = diag(g) - Wᴴ W.
    private let whitened: Buffer<Element>
    /// Σ_y⁻¹ A diag(g).
    private let dual: Buffer<Element>
    /// Σ_y⁻¹ y.
    private let dualMeasurements: Buffer<Element>
    private let derivative: Buffer<Element>
    private let mean: Buffer<Element>
    private var scales: [Real] = []
    private var noiseVariance: Real = 1
    /// Length of the next step.
    private var size: Real = 1

    /// - Throws: `LacunaError` for a dictionary without parameters or a range that is not positive.
    init(_ model: LinearModel<Element>, range: Real) throws {
        guard let dictionary = model.dictionary as? any ParameterGradient<Element> else {
            throw LacunaError(
                .value, "dictionary", "\(type(of: model.dictionary)) has no parameters to fit",
                remedy: "Leave the parameter range out.")
        }
        guard range > 0, range.isFinite else {
            throw LacunaError(.value, "parameter range", "\(range); it must be positive and finite")
        }
        let m = dictionary.rows, n = dictionary.columns
        try requireMemory(
            elements: [4, m, max(m, n)], bytesEach: MemoryLayout<Element>.stride, "dictionary in dense form")
        self.dictionary = dictionary
        self.range = range
        start = dictionary.parameters
        parameters = start
        measurements = model.measurements
        matrix = Buffer(repeating: 0, count: m * n)
        covariance = Buffer(repeating: 0, count: m * m)
        whitened = Buffer(repeating: 0, count: m * n)
        dual = Buffer(repeating: 0, count: m * n)
        dualMeasurements = Buffer(repeating: 0, count: m)
        derivative = Buffer(repeating: 0, count: m)
        mean = Buffer(repeating: 0, count: n)
    }

    /// y through the dictionary as fitted so far.
    var model: LinearModel<Element> {
        get throws { try LinearModel(dictionary: dictionary, measurements: measurements) }
    }

    /// One step on the parameters of the active columns; whether it moved any.
    mutating func step(scales: [Real], noiseVariance: Real, active: (Int) -> Bool) -> Bool {
        guard prepare(scales: scales, noiseVariance: noiseVariance) else { return false }
        let old = parameters
        let slopes = gradient()
        let curvatures = curvatures()
        let value = logEvidence(dictionary)
        for _ in 0..<30 {
            var gain = Real.zero
            let new = old.indices.map { index -> Real in
                guard active(index), curvatures[index] > 0 else { return old[index] }
                let target = old[index] + size * slopes[index] / curvatures[index]
                let moved = min(max(target, start[index] - range), start[index] + range)
                gain += slopes[index] * (moved - old[index])
                return moved
            }
            guard gain > 0, let candidate: any ParameterGradient<Element> = try? dictionary.replacing(parameters: new)
            else { return false }
            if logEvidence(candidate) >= value + 1e-4 * gain {
                size *= 2
                dictionary = candidate
                parameters = new
                return true
            }
            size /= 2
        }
        return false
    }

    /// The posterior at the present parameters. False if Σ_y is not positive definite.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    mutating func prepare(scales: [Real], noiseVariance: Real) -> Bool {
        self.scales = scales
        self.noiseVariance = noiseVariance
        let m = dictionary.rows, n = dictionary.columns
        for column in 0..<n {
            let target = whitened.pointer + column * m
            dictionary.copyColumn(column, into: target)
            let root = scales[column].squareRoot()
            for row in 0..<m { target[row] = target[row].scaled(by: root) }
        }
        BLAS<Element>.outerGram(m, n, whitened.pointer, m, into: covariance.pointer, m)
        for row in 0..<m { covariance[row * (m + 1)] += Element(noiseVariance) }
        guard BLAS<Element>.choleskyFactor(m, covariance.pointer, m) else { return false }
        for column in 0..<n {
            let root = scales[column].squareRoot()
            for row in 0..<m { whitened[row + column * m] = whitened[row + column * m].scaled(by: root) }
        }
        BLAS<Element>.solveLower(.plain, m, columns: n, covariance.pointer, m, into: whitened.pointer, m)
        dual.pointer.update(from: whitened.pointer, count: m * n)
        BLAS<Element>.solveLower(.adjoint, m, columns: n, covariance.pointer, m, into: dual.pointer, m)
        for row in 0..<m { dualMeasurements[row] = measurements[row] }
        BLAS<Element>.solveLower(.plain, m, columns: 1, covariance.pointer, m, into: dualMeasurements.pointer, m)
        BLAS<Element>.multiply(
            .adjoint, m, n, whitened.pointer, m, vector: dualMeasurements.pointer, into: mean.pointer)
        BLAS<Element>.solveLower(.adjoint, m, columns: 1, covariance.pointer, m, into: dualMeasurements.pointer, m)
        return true
    }

    /// The gradient at the parameters of `prepare`.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    func gradient() -> [Real] {
        let m = dictionary.rows
        return (0..<dictionary.columns).map { column in
            dictionary.copyDerivative(column, into: derivative.pointer)
            let weight = mean[column].conjugated
            var slope = Real.zero
            for row in 0..<m {
                let pull = weight * dualMeasurements[row] - dual[row + column * m]
                slope += (derivative[row].conjugated * pull).realPart
            }
            return 2 * slope
        }
    }

    /// 2 e_n ‖a_n′‖² / s².
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func curvatures() -> [Real] {
        let m = dictionary.rows
        return (0..<dictionary.columns).map { column in
            dictionary.copyDerivative(column, into: derivative.pointer)
            var length = Real.zero, variance = scales[column]
            for row in 0..<m {
                length += derivative[row].squaredModulus
                variance -= whitened[row + column * m].squaredModulus
            }
            return 2 * (mean[column].squaredModulus + max(variance, 0)) * length / noiseVariance
        }
    }

    /// The log evidence at other parameters, the scales being those of `prepare`; -∞ where Σ_y is not positive definite.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    func logEvidence(_ candidate: any ParameterGradient<Element>) -> Real {
        let m = candidate.rows, n = candidate.columns
        for column in 0..<n {
            let target = matrix.pointer + column * m
            candidate.copyColumn(column, into: target)
            let root = scales[column].squareRoot()
            for row in 0..<m { target[row] = target[row].scaled(by: root) }
        }
        BLAS<Element>.outerGram(m, n, matrix.pointer, m, into: covariance.pointer, m)
        for row in 0..<m {
            covariance[row * (m + 1)] += Element(noiseVariance)
            derivative[row] = measurements[row]
        }
        guard BLAS<Element>.choleskyFactor(m, covariance.pointer, m) else { return -.infinity }
        BLAS<Element>.solveLower(.plain, m, columns: 1, covariance.pointer, m, into: derivative.pointer, m)
        var total = Real.zero
        for row in 0..<m {
            total += 2 * Real.log(covariance[row * (m + 1)].realPart) + derivative[row].squaredModulus
        }
        return -total
    }
}
