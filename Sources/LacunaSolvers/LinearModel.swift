@_exported import LacunaOperators
@_exported import LacunaStructure

/// y = A x + n with white Gaussian noise n of variance s² per measurement (circular if complex).
public struct LinearModel<Element: Scalar>: Sendable {
    /// A: m×n.
    public let dictionary: any LinearOperator<Element>
    /// y: m.
    public let measurements: [Element]
    /// s² > 0, or nil where it is not known.
    public let noiseVariance: Element.RealPart?

    /// - Throws: `LacunaError` if sizes disagree, y is not finite, the dictionary is zero or not finite, or the noise
    ///   variance is not positive.
    public init(
        dictionary: any LinearOperator<Element>, measurements: [Element], noiseVariance: Element.RealPart? = nil
    ) throws {
        guard measurements.count == dictionary.rows else {
            throw LacunaError(
                .shape, "y",
                "\(measurements.count) measurements for a \(describeShape(dictionary.shape)) dictionary, expected \(dictionary.rows)"
            )
        }
        // Every method holds x and at least one more vector of its size.
        try requireMemory(
            elements: [2, max(dictionary.rows, dictionary.columns)], bytesEach: MemoryLayout<Element>.stride,
            "dictionary")
        if let index = measurements.firstIndex(where: { !$0.isFinite }) {
            throw LacunaError(.value, "y", "entry \(index) is not finite", remedy: "Drop or repair it.")
        }
        if let noiseVariance, !(noiseVariance > 0 && noiseVariance.isFinite) {
            throw LacunaError(
                .value, "noise variance", "\(noiseVariance); it must be positive and finite",
                remedy: "Leave it out to have it learnt.")
        }
        if let factored = dictionary as? any Factored<Element> {
            let factors = factored.factors
            for (index, factor) in factors.enumerated() {
                let name = factors.count == 1 ? "dictionary" : "dictionary factor \(index + 1)"
                if let bad = factor.storage.firstIndex(where: { !$0.isFinite }) {
                    throw LacunaError(
                        .value, name, "the entry in row \(bad % factor.rows), column \(bad / factor.rows) is not finite"
                    )
                }
                guard factor.storage.contains(where: { $0 != 0 }) else {
                    throw LacunaError(.value, name, "all \(describeShape(factor.shape)) entries are zero")
                }
            }
        }
        if !(dictionary is any Factored<Element>), let columns = dictionary as? any ColumnAccess<Element> {
            let norms = columns.squaredColumnNorms()
            if let column = norms.firstIndex(where: { !$0.isFinite }) {
                throw LacunaError(.value, "dictionary", "column \(column) is not finite")
            }
            guard norms.contains(where: { $0 > 0 }) else {
                throw LacunaError(.value, "dictionary", "all \(describeShape(dictionary.shape)) entries are zero")
            }
        }
        self.dictionary = dictionary
        self.measurements = measurements
        self.noiseVariance = noiseVariance
    }

    /// s², for methods that need it. - Throws: `LacunaError` where it is not known.
    public func requireNoiseVariance(for method: String) throws -> Element.RealPart {
        guard let noiseVariance else {
            throw LacunaError(
                .value, "noise variance", "\(method) needs it and the problem does not give it",
                remedy: "Give noise_variance, or choose a method that learns it.")
        }
        return noiseVariance
    }
}

/// What every sparse solver returns.
public struct SparseEstimate<Element: Scalar>: FiniteCheckable, Sendable {
    /// x̂: n.
    public var coefficients: [Element]
    /// Posterior variance of each coefficient, 0 where it was pruned (taken as certainly zero); nil for methods that are not
    /// Bayesian.
    public var variances: [Element.RealPart]?
    /// Hyperparameters per mode (g_1, …, g_I in full); empty for methods without.
    public var scales: [[Element.RealPart]]
    /// s² as given or learnt.
    public var noiseVariance: Element.RealPart?
    /// P(x_n ≠ 0 | y), of methods that have a law of the support.
    public var supportProbabilities: [Element.RealPart]?
    /// θ of a dictionary A(θ), of methods that fit it.
    public var dictionaryParameters: [Element.RealPart]?

    public init(
        coefficients: [Element], variances: [Element.RealPart]? = nil, scales: [[Element.RealPart]] = [],
        noiseVariance: Element.RealPart? = nil, supportProbabilities: [Element.RealPart]? = nil,
        dictionaryParameters: [Element.RealPart]? = nil
    ) {
        self.coefficients = coefficients
        self.variances = variances
        self.scales = scales
        self.noiseVariance = noiseVariance
        self.supportProbabilities = supportProbabilities
        self.dictionaryParameters = dictionaryParameters
    }

    /// Whether every coefficient is a finite number.
    public var isFinite: Bool { areFinite(coefficients) }

    /// Half-width of the credible interval (real) or radius of the credible disc (complex) around each coefficient that
    /// holds it with the given probability: √(2 var) erf⁻¹(p), or √(-var log(1 - p)).
    public func credibleRadius(probability: Element.RealPart) -> [Element.RealPart]? {
        guard let variances, probability > 0, probability < 1 else { return nil }
        if Element.isComplex {
            let factor = -Element.RealPart.log(onePlus: -probability)
            return variances.map { ($0 * factor).squareRoot() }
        }
        let factor = Element.RealPart(2).squareRoot() * inverseErrorFunction(probability)
        return variances.map { $0.squareRoot() * factor }
    }
}

@specialized(where Element == Double)
@specialized(where Element == Complex<Double>)
private func areFinite<Element: Scalar>(_ values: [Element]) -> Bool {
    for index in 0..<values.count where !values[index].isFinite { return false }
    return true
}

/// erf⁻¹ by Newton's method on erf from a series start; p in (0, 1).
func inverseErrorFunction<Real: RealScalar>(_ p: Real) -> Real {
    // Winitzki's approximation, good to 2e-3, then Newton: erf'(x) = 2/√π exp(-x²).
    let a: Real = 0.147
    let logarithm = Real.log(onePlus: -p * p)
    let half = 2 / (Real.pi * a) + logarithm / 2
    var x = ((half * half - logarithm / a).squareRoot() - half).squareRoot()
    for _ in 0..<8 {
        let slope = 2 / Real.pi.squareRoot() * Real.exp(-x * x)
        let step = (Real.erf(x) - p) / slope
        x -= step
        if step.magnitude <= 4 * Real.ulpOfOne * x { break }
    }
    return x
}
