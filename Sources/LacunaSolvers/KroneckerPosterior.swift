/// The posterior for a Kronecker dictionary and scales in product form (He & Joseph 2024, E-step), at Kronecker cost:
/// one small eigendecomposition per factor and mode-wise products. Nothing of size M×M, N×N or M×N is formed.
///
/// Cost per update: Σ M_i³ for the eigendecompositions, and for mean and variances Σ_i n_i ∏_{j≤i} r_j ∏_{j>i} n_j each,
/// r_i = min(M_i, n_i). Storage: 4 tensors of at most ∏ max(M_i, N_i) and the factors.
public struct KroneckerPosterior<Element: Scalar>: GaussianPosterior {
    public typealias Real = Element.RealPart

    private let factors: [KroneckerFactor<Element>]
    /// y as given, and y with Aᴴ taken along the modes whose factor is in the n×n form.
    private let measurements: Buffer<Element>
    private let reduced: Buffer<Element>
    private let projected: Buffer<Element>
    private let fit: Buffer<Element>
    private let scratch: [Buffer<Element>]
    private let realScratch: [Buffer<Real>]
    private let inverse: Buffer<Real>
    private let meanTensor: Buffer<Element>
    private let moment: Buffer<Real>
    private let prefix: Buffer<Real>
    public let dimensions: [Int]
    private var activeCount: Int
    /// s², floored.
    private var shift: Real = 0

    /// - Throws: `LacunaError` if the dictionary is not a Kronecker product of dense factors.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public init(_ model: LinearModel<Element>) throws {
        guard let factored = model.dictionary as? any Factored<Element> else {
            throw LacunaError(
                .value, "dictionary", "\(type(of: model.dictionary)) is not a Kronecker product of matrices",
                remedy: "Use a KroneckerOperator, or a solver for unstructured dictionaries.")
        }
        try requireMemory(
            elements: [3] + factored.factors.map { max($0.rows, $0.columns) }, bytesEach: MemoryLayout<Element>.stride,
            "posterior")
        factors = factored.factors.map { KroneckerFactor($0) }
        dimensions = factors.map(\.count)
        activeCount = dimensions.reduce(1, *)
        measurements = Buffer(model.measurements)
        reduced = Buffer(model.measurements)
        let ranks = factors.map { min($0.rows, $0.count) }
        // The largest tensor between two mode products: the modes after the split are already changed.
        let rows = factors.map(\.rows)
        var intermediate = rows.reduce(1, *)
        for split in 1..<max(factors.count, 1) {
            let expanding = ranks[..<split].reduce(1, *) * dimensions[split...].reduce(1, *)
            let measuring = dimensions[..<split].reduce(1, *) * rows[split...].reduce(1, *)
            intermediate = max(intermediate, max(expanding, measuring))
        }
        projected = Buffer(repeating: 0, count: max(ranks.reduce(1, *), 1))
        fit = Buffer(repeating: 0, count: measurements.count)
        scratch = (0..<2).map { _ in Buffer(repeating: 0, count: intermediate) }
        realScratch = (0..<2).map { _ in Buffer(repeating: 0, count: intermediate) }
        inverse = Buffer(repeating: 0, count: max(ranks.reduce(1, *), 1))
        meanTensor = Buffer(repeating: 0, count: activeCount)
        moment = Buffer(repeating: 0, count: activeCount)
        prefix = Buffer(repeating: 1, count: activeCount / (dimensions.last ?? 1))
        for mode in 0..<factors.count where dimensions[mode] < factors[mode].rows { reduce(mode: mode) }
    }

    public var mean: UnsafePointer<Element> { UnsafePointer(meanTensor.pointer) }
    public var secondMoment: UnsafePointer<Real> { UnsafePointer(moment.pointer) }

    public mutating func restrict(mode: Int, kept: [Int]) {
        let factor = factors[mode]
        if factor.usesGram { restrictMeasurements(mode: mode, kept: kept) }
        activeCount = activeCount / factor.count * kept.count
        factor.restrict(kept)
        if !factor.usesGram && factor.count < factor.rows { reduce(mode: mode) }
    }

    /// Elements of the measurement tensor outside (before) and inside (after) a mode.
    private func strides(around mode: Int) -> (outer: Int, inner: Int) {
        var outer = 1, inner = 1
        for index in 0..<mode { outer *= factors[index].measurementCount }
        for index in mode + 1..<factors.count { inner *= factors[index].measurementCount }
        return (outer, inner)
    }

    private func restrictMeasurements(mode: Int, kept: [Int]) {
        let (outer, inner) = strides(around: mode)
        let old = factors[mode].count
        var target = 0
        for block in 0..<outer {
            for index in kept {
                let source = (block * old + index) * inner
                if source != target {
                    (reduced.pointer + target).update(from: reduced.pointer + source, count: inner)
                }
                target += inner
            }
        }
    }

    /// Takes Aᴴ along a mode of the measurements and lets its factor go to the n×n form.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func reduce(mode: Int) {
        let factor = factors[mode]
        let (outer, inner) = strides(around: mode)
        ModeProduct.along(
            UnsafePointer(factor.adjoint.pointer), r: factor.count, q: factor.rows, outer: outer, inner: inner,
            reduced.pointer, into: scratch[0].pointer)
        reduced.pointer.update(from: scratch[0].pointer, count: outer * factor.count * inner)
        factor.switchToGram()
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public mutating func update(_ scales: KroneckerScales<Real>, noiseVariance: Real) {
        for (mode, factor) in factors.enumerated() { factor.update(scales.values[mode]) }
        invertEigenvalues(noiseVariance)
        projectMeasurements()
        formMean()
        formVarianceReduction()
        formMoment(scales, addsMean: true)
    }

    /// D⁻¹ with D = s² + ⊗ w_i, where s² is floored at rounding level so that s² → 0 is safe.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private mutating func invertEigenvalues(_ noiseVariance: Real) {
        let d = inverse.pointer
        var count = 1
        var largest: Real = 1
        d[0] = 1
        for factor in factors.reversed() {
            let w = factor.eigenvalues.pointer
            var leading = Real.zero
            for row in stride(from: factor.rank - 1, through: 0, by: -1) {
                let value = w[row]
                leading = value > leading ? value : leading
                for index in 0..<count { d[row * count + index] = value * d[index] }
            }
            largest *= leading
            count *= factor.rank
        }
        shift = max(noiseVariance, max(largest, Real.leastNormalMagnitude) * Real.ulpOfOne)
        let shift = shift
        for index in 0..<count { d[index] = 1 / (d[index] + shift) }
    }

    /// Σ_n 1 - var_n / g_n = Σ w / D, over the eigenvalues kept.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func determinedParameters() -> Real {
        var sum = Real.zero
        let count = factors.reduce(1) { $0 * $1.rank }
        for index in 0..<count { sum += 1 - shift * inverse[index] }
        return sum
    }

    /// projected <- D⁻¹ ∘ (⊗ forwardᴴ) z.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func projectMeasurements() {
        pass(
            reduced.pointer, scratch, into: projected.pointer, from: { $0.measurementCount }, to: { $0.rank },
            matrix: { $0.forward })
        let count = factors.reduce(1) { $0 * $1.rank }
        for index in 0..<count { projected[index] = projected[index].scaled(by: inverse[index]) }
    }

    /// mean <- (⊗ backward) projected.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func formMean() {
        pass(
            projected.pointer, scratch, into: meanTensor.pointer, from: { $0.rank }, to: { $0.count },
            matrix: { $0.backward })
    }

    /// moment <- (⊗ backwardSquared) D⁻¹: what the data take off the prior variances.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func formVarianceReduction() {
        pass(
            inverse.pointer, realScratch, into: moment.pointer, from: { $0.rank }, to: { $0.count },
            matrix: { UnsafePointer($0.backwardSquared.pointer) })
    }

    /// (E_1 ⊗ … ⊗ E_I) T, last mode first: an expansion of the last mode then acts on the smallest tensor. Intermediate
    /// results alternate between the two spare buffers.
    @inline(__always)
    private func pass<S: Scalar>(
        _ input: UnsafePointer<S>, _ spare: [Buffer<S>], into output: UnsafeMutablePointer<S>,
        from q: (KroneckerFactor<Element>) -> Int, to r: (KroneckerFactor<Element>) -> Int,
        matrix: (KroneckerFactor<Element>) -> UnsafePointer<S>
    ) {
        var source = input
        var outer = 1, inner = 1
        for factor in factors { outer *= q(factor) }
        for mode in stride(from: factors.count - 1, through: 0, by: -1) {
            let factor = factors[mode]
            let target = mode == 0 ? output : spare[mode % 2].pointer
            outer /= q(factor)
            ModeProduct.along(
                matrix(factor), r: r(factor), q: q(factor), outer: outer, inner: inner, source, into: target)
            inner *= r(factor)
            source = UnsafePointer(target)
        }
    }

    /// moment <- g - moment, plus |mean|² if asked. Rounding must not make a variance negative.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func formMoment(_ scales: KroneckerScales<Real>, addsMean: Bool) {
        let last = scales.modes - 1
        var count = 1
        prefix[0] = 1
        for mode in stride(from: last - 1, through: 0, by: -1) {
            for row in stride(from: scales.values[mode].count - 1, through: 0, by: -1) {
                let value = scales.values[mode][row]
                for index in 0..<count { prefix[row * count + index] = value * prefix[index] }
            }
            count *= scales.values[mode].count
        }
        scales.values[last].withUnsafeBufferPointer { g in
            let width = g.count
            for block in 0..<count {
                let scale = prefix[block]
                let l = moment.pointer + block * width
                let mu = meanTensor.pointer + block * width
                if addsMean {
                    guard let g = g.baseAddress else { return }
                    BLAS<Element>.secondMoment(width, scale: scale, g, mean: mu, into: l)
                } else {
                    for index in 0..<width { l[index] = max(scale * g[index] - l[index], 0) }
                }
            }
        }
    }

    public mutating func variances(_ scales: KroneckerScales<Real>) -> UnsafePointer<Real> {
        formVarianceReduction()
        formMoment(scales, addsMean: false)
        return UnsafePointer(moment.pointer)
    }

    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    public func squaredResidual() -> Real {
        pass(
            meanTensor.pointer, scratch, into: fit.pointer, from: { $0.count }, to: { $0.rows },
            matrix: { UnsafePointer($0.dictionary.pointer) })
        var sum = Real.zero
        for index in 0..<measurements.count { sum += (measurements[index] - fit[index]).squaredModulus }
        return sum
    }

    public var logDeterminant: Real {
        let kept = factors.reduce(1) { $0 * $1.rank }
        var sum = Real(measurements.count - kept) * Real.log(shift)
        for index in 0..<kept { sum -= Real.log(inverse[index]) }
        return sum
    }
}
