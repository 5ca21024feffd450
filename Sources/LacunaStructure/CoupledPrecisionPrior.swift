/// Precisions coupled to both neighbours in the flat vector: PC-SBL (Fang, Shen, Li & Wang 2015).
///
///     m = |mean|² + var,  E_n = m_n + η (m_{n-1} + m_{n+1}),  a_n = (a + ½) / (½ E_n + b)
///     1 / g_n = a_n + η (a_{n-1} + a_{n+1})
///
/// Precisions above 10³ min(a) are set to 10¹⁰ and their coefficients skipped (g = 0) until the next update.
public struct CoupledPrecisionPrior<Real: RealScalar>: ScalePrior {
    /// η.
    public var coupling: Real
    public var shape: Real
    public var rate: Real
    /// Precisions beyond this multiple of the smallest are taken as infinite.
    public var cutoff: Real

    public init(coupling: Real = 0.9, shape: Real = 0.5, rate: Real = 1e-4, cutoff: Real = 1e3) {
        self.coupling = coupling
        self.shape = shape
        self.rate = rate
        self.cutoff = cutoff
    }

    public var allowsPruning: Bool { false }

    public func validate() throws {
        try validateCoupling(coupling)
        guard shape >= 0, shape.isFinite, rate >= 0, rate.isFinite, cutoff >= 1 else {
            throw LacunaError(
                .value, "pattern-coupled prior", "shape and rate must be finite and ≥ 0, the cutoff ≥ 1")
        }
    }

    /// Precision 1 without coupling, as the authors of the Kronecker SBL study start it.
    public func start(dimensions: [Int]) -> KroneckerScales<Real> {
        KroneckerScales(dimensions: [dimensions.reduce(1, *)])
    }

    public func makeWorkspace(dimensions: [Int]) -> [Real] {
        Array(repeating: 0, count: dimensions.reduce(1, *))
    }

    @specialized(where Real == Double)
    public func update(
        _ scales: inout KroneckerScales<Real>, secondMoment m: UnsafePointer<Real>, workspace precisions: inout [Real]
    ) {
        let count = scales.values[0].count
        var smallest = Real.infinity
        for index in 0..<count {
            let neighbours = (index > 0 ? m[index - 1] : 0) + (index < count - 1 ? m[index + 1] : 0)
            let precision = (shape + 0.5) / (0.5 * (m[index] + coupling * neighbours) + rate)
            precisions[index] = precision
            smallest = min(smallest, precision)
        }
        for index in 0..<count where precisions[index] > cutoff * smallest { precisions[index] = 1e10 }
        for index in 0..<count {
            if precisions[index] >= 1e10 {
                scales.values[0][index] = 0
                continue
            }
            let neighbours = (index > 0 ? precisions[index - 1] : 0) + (index < count - 1 ? precisions[index + 1] : 0)
            scales.values[0][index] = 1 / (precisions[index] + coupling * neighbours)
        }
    }
}
