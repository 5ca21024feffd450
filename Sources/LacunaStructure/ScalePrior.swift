/// x ~ N(0, diag(g)) with unknown variances g: what g may look like, and how it follows from the posterior second
/// moments L_n = var_n + |mean_n|² (the M-step of expectation maximisation).
///
/// Law: `update` leaves every scale finite and ≥ 0, and allocates nothing.
public protocol ScalePrior<Real>: Sendable {
    associatedtype Real: RealScalar
    /// What updates need besides the scales; made once per solve.
    associatedtype Workspace

    /// Whether small scales may be dropped for good. A prior that couples neighbours by position, and lets coefficients
    /// come back, forbids it.
    var allowsPruning: Bool { get }

    /// - Throws: `LacunaError` for settings that no update can work with.
    func validate() throws

    /// The scales before the first E-step, for modes of the given sizes.
    func start(dimensions: [Int]) -> KroneckerScales<Real>
    func makeWorkspace(dimensions: [Int]) -> Workspace

    /// Replaces the active scales, given L over the active entries (row-major tensor, last mode fastest).
    func update(
        _ scales: inout KroneckerScales<Real>, secondMoment: UnsafePointer<Real>, workspace: inout Workspace)
}

extension ScalePrior {
    public var allowsPruning: Bool { true }
    public func validate() throws {}
}

/// The settings of priors that sweep. - Throws: `LacunaError` (value).
func validateSweeps<Real: RealScalar>(limit: Int, tolerance: Real) throws {
    guard limit >= 1 else { throw LacunaError(.value, "sweep limit", "\(limit); at least 1 is needed") }
    guard tolerance >= 0 else { throw LacunaError(.value, "inner tolerance", "\(tolerance); it must be ≥ 0") }
}

/// The coupling of neighbours. - Throws: `LacunaError` (value).
func validateCoupling<Real: RealScalar>(_ coupling: Real) throws {
    guard coupling >= 0, coupling <= 1 else {
        throw LacunaError(.value, "coupling", "\(coupling); it must be in [0, 1]")
    }
}

/// How all scales start.
public enum ScaleStart: String, Hashable, Sendable, CaseIterable {
    /// All ones.
    case ones
    /// All ones, modes 1…I-1 scaled to unit 2-norm and the scale moved to the last (the same product).
    case normalized
}

extension KroneckerScales {
    init(dimensions: [Int], start: ScaleStart) {
        self.init(dimensions: dimensions)
        if start == .normalized { normalize() }
    }
}
