/// Every coefficient has a variance of its own: g_n ← L_n (Tipping 2001; Wipf & Rao 2004, eq. 18).
///
/// On a Kronecker problem the modes are read as one.
public struct IndependentPrior<Real: RealScalar>: ScalePrior {
    public init() {}

    public func start(dimensions: [Int]) -> KroneckerScales<Real> {
        KroneckerScales(dimensions: [dimensions.reduce(1, *)])
    }

    public func makeWorkspace(dimensions: [Int]) {}

    @specialized(where Real == Double)
    public func update(
        _ scales: inout KroneckerScales<Real>, secondMoment: UnsafePointer<Real>, workspace: inout Void
    ) {
        for index in 0..<scales.values[0].count { scales.values[0][index] = secondMoment[index] }
    }
}
