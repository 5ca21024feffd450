/// Every coefficient has a Gamma-distributed precision of its own: plain variational Bayes, or automatic relevance
/// determination (Bishop & Tipping 2000).
///
///     E_n = ⟨1 / g_n⟩ = (a + h) / (b + h L_n),  h = 1 for circular complex coefficients, ½ for real ones
///
/// With a = b = 0 these are the scales of `IndependentPrior`.
public struct GammaPrior<Real: RealScalar>: ScalePrior {
    public var shape: Real
    public var rate: Real
    /// The largest precision.
    public var cap: Real
    /// h.
    public var degrees: Real

    public init(isComplex: Bool, shape: Real = 1e-6, rate: Real = 1e-6, cap: Real = 1e12) {
        self.shape = shape
        self.rate = rate
        self.cap = cap
        degrees = isComplex ? 1 : 0.5
    }

    public func validate() throws {
        guard shape >= 0, shape.isFinite, rate >= 0, rate.isFinite, cap > 0, cap.isFinite else {
            throw LacunaError(.value, "Gamma prior", "shape and rate must be finite and ≥ 0, the cap positive")
        }
    }

    /// On a Kronecker problem the modes are read as one.
    public func start(dimensions: [Int]) -> KroneckerScales<Real> {
        KroneckerScales(dimensions: [dimensions.reduce(1, *)])
    }

    public func makeWorkspace(dimensions: [Int]) {}

    @specialized(where Real == Double)
    public func update(
        _ scales: inout KroneckerScales<Real>, secondMoment: UnsafePointer<Real>, workspace: inout Void
    ) {
        let floor = 1 / cap
        for index in 0..<scales.values[0].count {
            scales.values[0][index] = max((rate + degrees * secondMoment[index]) / (shape + degrees), floor)
        }
    }
}
