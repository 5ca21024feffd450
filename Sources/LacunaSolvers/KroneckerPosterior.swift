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
    private let scratch: [Buffer<Element>]
    private let realScratch: [Buffer<Real>]
    private let inverse: Buffer<Real>
    private let meanTensor: Buffer<Element>
    private let moment: Buffer<Real>
    private let prefix: Buffer<Real>
    public let dimensions: [Int]
    private var activeCount: Int
    private var noiseVariance: Real = 0
    public private(set) var determinedParameters: Real = 0

    /// - Throws: `LacunaError` if the dictionary is not a Kronecker product of dense factors.
    public init(_ model: LinearModel<Element>) throws {
        guard let factored = model.dictionary as? any Factored<Element> else {
            throw LacunaError(
                .value, "dictionary", "\(type(of: model.dictionary)) is not a Kronecker product of matrices",
                remedy: "Use a KroneckerOperator, or a solver for unstructured dictionaries.")
        }
        factors = factored.factors.map { KroneckerFactor($0) }
        dimensions = factors.map(\.count)
        activeCount = dimensions.reduce(1, *)
        measurements = Buffer(model.measurements)
        reduced = Buffer(model.measurements)
        let ranks = factors.map { min($0.rows, $0.count) }
        // The largest tensor between two mode products: modes before the split still to be (or already) changed.
        let rows = factors.map(\.rows)
        var intermediate = rows.reduce(1, *)
        for split in 1..<max(factors.count, 1) {
            let expanded = dimensions[split...].reduce(1, *)
            intermediate = max(intermediate, max(ranks[..<split].reduce(1, *), rows[..<split].reduce(1, *)) * expanded)
        }
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
        let sizes = factors.map(\.measurementCount)
        return (sizes[..<mode].reduce(1, *), sizes[(mode + 1)...].reduce(1, *))
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
    private func reduce(mode: Int) {
        let factor = factors[mode]
        let (outer, inner) = strides(around: mode)
        let m = factor.rows, n = factor.count
        let target = scratch[0].pointer
        for block in 0..<outer {
            let y = reduced.pointer + block * m * inner
            for column in 0..<n {
                let z = target + (block * n + column) * inner
                for index in 0..<inner { z[index] = 0 }
                for row in 0..<m {
                    let weight = factor.dictionary[row + column * m].conjugated
                    for index in 0..<inner { z[index] += weight * y[row * inner + index] }
                }
            }
        }
        reduced.pointer.update(from: target, count: outer * n * inner)
        factor.switchToGram()
    }

    public mutating func update(_ scales: KroneckerScales<Real>, noiseVariance: Real) {
        self.noiseVariance = noiseVariance
        for (mode, factor) in factors.enumerated() { factor.update(scales.values[mode]) }
        invertEigenvalues(noiseVariance)
        projectMeasurements()
        formMean()
        formVarianceReduction()
        formMoment(scales, addsMean: true)
    }

    /// D⁻¹ with D = s² + ⊗ w_i, floored at rounding level so that s² → 0 is safe; and Σ w / D.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private mutating func invertEigenvalues(_ noiseVariance: Real) {
        let d = inverse.pointer
        var count = 1
        d[0] = 1
        for factor in factors.reversed() {
            let w = factor.eigenvalues.pointer
            for row in stride(from: factor.rank - 1, through: 0, by: -1) {
                let value = w[row]
                for index in 0..<count { d[row * count + index] = value * d[index] }
            }
            count *= factor.rank
        }
        var largest = Real.leastNormalMagnitude
        for index in 0..<count { largest = max(largest, d[index]) }
        let shift = max(noiseVariance, largest * Real.ulpOfOne)
        var determined = Real.zero
        for index in 0..<count {
            let reciprocal = 1 / (d[index] + shift)
            determined += d[index] * reciprocal
            d[index] = reciprocal
        }
        determinedParameters = determined
    }

    /// scratch[0] <- D⁻¹ ∘ (⊗ forwardᴴ) z.
    @specialized(where Element == Double)
    @specialized(where Element == Complex<Double>)
    private func projectMeasurements() {
        var source = UnsafePointer(reduced.pointer)
        var count = factors.reduce(1) { $0 * $1.measurementCount }
        for (mode, factor) in factors.enumerated() {
            let target = scratch[(factors.count - 1 - mode) % 2].pointer
            let q = factor.measurementCount, r = factor.rank
            ModeProduct.first(.adjoint, factor.forward, q, r: r, q: q, rest: count / q, source, into: target)
            count = count / q * r
            source = UnsafePointer(target)
        }
        let projected = scratch[0].pointer
        for index in 0..<count { projected[index] = projected[index].scaled(by: inverse[index]) }
    }

    /// mean <- (⊗ backward) scratch[0].
    private func formMean() {
        expand(
            scratch[0].pointer, spare: scratch[1].pointer, scratch[0].pointer, into: meanTensor.pointer
        ) { $0.backward }
    }

    /// moment <- (⊗ backwardSquared) D⁻¹: what the data take off the prior variances.
    private func formVarianceReduction() {
        expand(
            inverse.pointer, spare: realScratch[0].pointer, realScratch[1].pointer, into: moment.pointer
        ) { UnsafePointer($0.backwardSquared.pointer) }
    }

    /// (E_1 ⊗ … ⊗ E_I) T with E_i of size n_i × rank_i; last mode first, since it then acts on the smallest tensor.
    private func expand<S: Scalar>(
        _ input: UnsafePointer<S>, spare first: UnsafeMutablePointer<S>, _ second: UnsafeMutablePointer<S>,
        into output: UnsafeMutablePointer<S>, matrix: (KroneckerFactor<Element>) -> UnsafePointer<S>
    ) {
        var source = input
        var count = factors.reduce(1) { $0 * $1.rank }
        for mode in stride(from: factors.count - 1, through: 0, by: -1) {
            let factor = factors[mode]
            let target = mode == 0 ? output : (factors.count - mode) % 2 == 1 ? first : second
            let q = factor.rank, r = factor.count
            ModeProduct.last(matrix(factor), r, r: r, q: q, rest: count / q, source, into: target)
            count = count / q * r
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
                    for index in 0..<width {
                        l[index] = max(scale * g[index] - l[index], 0) + mu[index].squaredModulus
                    }
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

    public func squaredResidual() -> Real {
        var source = UnsafePointer(meanTensor.pointer)
        var count = activeCount
        for (mode, factor) in factors.enumerated() {
            let target = scratch[mode % 2].pointer
            ModeProduct.first(
                .plain, UnsafePointer(factor.dictionary.pointer), factor.rows, r: factor.rows, q: factor.count,
                rest: count / factor.count, source, into: target)
            count = count / factor.count * factor.rows
            source = UnsafePointer(target)
        }
        var sum = Real.zero
        for index in 0..<count { sum += (measurements[index] - source[index]).squaredModulus }
        return sum
    }

    public var logDeterminant: Real {
        let kept = factors.reduce(1) { $0 * $1.rank }
        var sum = Real(measurements.count - kept) * Real.log(noiseVariance)
        for index in 0..<kept { sum -= Real.log(inverse[index]) }
        return sum
    }
}
