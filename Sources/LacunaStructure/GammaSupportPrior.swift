/// The three-layer prior of Turbo-VBI: x_n ~ N(0, 1 / ρ_n), ρ_n ~ Gamma(a, b) where s_n = 1 and Gamma(ā, b̄) where s_n = 0.
///
/// One update is Module A's step on precisions and support. From the second moments e_n and the prior log odds m_n that a
/// `SupportDenoiser` gives, it returns the evidence ℓ_n for "active", q_n = P(s_n = 1) = σ(m_n + ℓ_n), and the mean precision
/// E_n, with h = 1 for circular complex coefficients and ½ for real ones:
///
/// - `joint`: q(ρ_n, s_n) in one block, ρ_n integrated out. ℓ_n = z¹ - z⁰ with
///   z¹ = a log b - log Γ(a) + log Γ(a + h) - (a + h) log(b + h e_n), z⁰ likewise with ā, b̄;
///   E_n = q (a + h) / (b + h e_n) + (1 - q) (ā + h) / (b̄ + h e_n)
/// - `meanField`: q(ρ_n) q(s_n) in turn, as published. With α = q a + (1 - q) ā + h and β = q b + (1 - q) b̄ + h e_n:
///   E_n = α / β, L_n = ψ(α) - log β, ℓ_n = [a log b - log Γ(a) + (a - 1) L_n - b E_n] - [the same with ā, b̄]
///
/// Mean field tends to keep the support it starts with; `joint` has the tighter bound and is our extension. ℓ grows with e from
/// -h log(b / b̄) to ā log(b / b̄) (a = ā), and changes sign near h e = b (b̄ / b)^{a / (a + h)}: a and b say how large active
/// coefficients are, ā and b̄ how small the others.
///
/// As a `ScalePrior` alone (m constant) it is three-layer variational Bayes with independent support.
///
/// Source: Liu, Liu, Lian, Lau & Zhao 2020, eqs. 40-44 (mean field, complex).
public struct GammaSupportPrior<Real: RealScalar>: ScalePrior {
    public enum Coupling: String, Hashable, Sendable, CaseIterable {
        case joint
        /// As published.
        case meanField = "mean-field"
    }

    public var coupling: Coupling
    /// a and b.
    public var activeShape: Real
    public var activeRate: Real
    /// ā and b̄.
    public var inactiveShape: Real
    public var inactiveRate: Real
    /// Prior activity before a `SupportDenoiser` speaks.
    public var activity: Real
    /// h.
    public var degrees: Real

    public init(
        isComplex: Bool, coupling: Coupling = .joint, activeShape: Real = 1, activeRate: Real = 1,
        inactiveShape: Real = 1, inactiveRate: Real = 1e-3, activity: Real = 0.1
    ) {
        self.coupling = coupling
        self.activeShape = activeShape
        self.activeRate = activeRate
        self.inactiveShape = inactiveShape
        self.inactiveRate = inactiveRate
        self.activity = activity
        degrees = isComplex ? 1 : 0.5
    }

    /// Coefficients come back when their neighbours ask for them.
    public var allowsPruning: Bool { false }

    public func validate() throws {
        for value in [activeShape, activeRate, inactiveShape, inactiveRate] where !(value > 0 && value.isFinite) {
            throw LacunaError(.value, "Gamma support prior", "shapes and rates must be positive and finite")
        }
        guard inactiveShape / inactiveRate > activeShape / activeRate else {
            throw LacunaError(
                .value, "Gamma support prior",
                "inactive precision \(inactiveShape / inactiveRate) is not above the active one, \(activeShape / activeRate)"
            )
        }
        try requireProbability(activity, "activity")
    }

    /// 1 / E at the prior's mean; on a Kronecker problem the modes are read as one.
    public func start(dimensions: [Int]) -> KroneckerScales<Real> {
        let shape = activity * activeShape + (1 - activity) * inactiveShape
        let rate = activity * activeRate + (1 - activity) * inactiveRate
        return KroneckerScales(dimensions: [dimensions.reduce(1, *)], repeating: rate / shape)
    }

    public func makeWorkspace(dimensions: [Int]) -> SupportBelief<Real> {
        SupportBelief(count: dimensions.reduce(1, *), activity: activity)
    }

    /// g ← 1 / E.
    @specialized(where Real == Double)
    public func update(
        _ scales: inout KroneckerScales<Real>, secondMoment: UnsafePointer<Real>,
        workspace belief: inout SupportBelief<Real>
    ) {
        scales.values[0].withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            update(secondMoment, belief, precisions: base)
            for index in 0..<values.count { base[index] = 1 / base[index] }
        }
    }

    /// After the prior log odds changed: q ← σ(m + ℓ), and g ← 1 / E to go with it.
    @specialized(where Real == Double)
    public func updateScales(
        _ scales: inout KroneckerScales<Real>, secondMoment: UnsafePointer<Real>, _ belief: SupportBelief<Real>
    ) {
        scales.values[0].withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            setPrecisions(secondMoment, belief, base)
            for index in 0..<values.count { base[index] = 1 / base[index] }
        }
    }

    /// One step: belief.likelihoodRatio and belief.probability from the second moments and belief.logPriorOdds, then E.
    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func update(
        _ secondMoment: UnsafePointer<Real>, _ belief: SupportBelief<Real>, precisions: UnsafeMutablePointer<Real>
    ) {
        if coupling == .joint {
            setJointRatios(secondMoment, belief)
            setPrecisions(secondMoment, belief, precisions)
        } else {
            // q(ρ) first, then q(s): E belongs to the q that the step began with.
            setMeanFieldRatios(secondMoment, belief, precisions)
            belief.setProbabilities()
        }
    }

    /// After the prior log odds changed: q ← σ(m + ℓ), and E to go with it.
    @specialized(where Real == Double)
    @specialized(where Real == Float)
    public func setPrecisions(
        _ secondMoment: UnsafePointer<Real>, _ belief: SupportBelief<Real>, _ precisions: UnsafeMutablePointer<Real>
    ) {
        belief.setProbabilities()
        let h = degrees
        for index in 0..<belief.count {
            let q = belief.probability[index], moment = h * secondMoment[index]
            precisions[index] =
                coupling == .joint
                ? q * (activeShape + h) / (activeRate + moment) + (1 - q) * (inactiveShape + h)
                    / (inactiveRate + moment)
                : (q * activeShape + (1 - q) * inactiveShape + h) / (q * activeRate + (1 - q) * inactiveRate + moment)
        }
    }

    @inline(__always)
    private func setJointRatios(_ secondMoment: UnsafePointer<Real>, _ belief: SupportBelief<Real>) {
        let h = degrees, limit = Real.logOddsLimit
        let constant = Real(
            Self.evidenceConstant(Double(activeShape), Double(activeRate), Double(h))
                - Self.evidenceConstant(Double(inactiveShape), Double(inactiveRate), Double(h)))
        let active = activeShape + h, inactive = inactiveShape + h
        for index in 0..<belief.count {
            let moment = h * secondMoment[index]
            let ratio = constant - active * Real.log(activeRate + moment) + inactive * Real.log(inactiveRate + moment)
            belief.likelihoodRatio[index] = clipped(ratio, limit)
        }
    }

    @inline(__always)
    private func setMeanFieldRatios(
        _ secondMoment: UnsafePointer<Real>, _ belief: SupportBelief<Real>, _ precisions: UnsafeMutablePointer<Real>
    ) {
        let limit = Real.logOddsLimit
        let a = Double(activeShape), b = Double(activeRate), c = Double(inactiveShape), d = Double(inactiveRate)
        let constant = a * Double.log(b) - Double.logGamma(a) - c * Double.log(d) + Double.logGamma(c)
        for index in 0..<belief.count {
            let q = Double(belief.probability[index]), h = Double(degrees)
            let shape = q * a + (1 - q) * c + h
            let rate = q * b + (1 - q) * d + h * Double(secondMoment[index])
            precisions[index] = Real(shape / rate)
            // Shapes that are equal leave nothing of ⟨log ρ⟩.
            let logarithm = a == c ? 0 : (a - c) * (digamma(shape) - Double.log(rate))
            belief.likelihoodRatio[index] = clipped(Real(constant + logarithm - (b - d) * shape / rate), limit)
        }
    }

    /// a log b - log Γ(a) + log Γ(a + h).
    private static func evidenceConstant(_ a: Double, _ b: Double, _ h: Double) -> Double {
        a * Double.log(b) - Double.logGamma(a) + Double.logGamma(a + h)
    }
}
