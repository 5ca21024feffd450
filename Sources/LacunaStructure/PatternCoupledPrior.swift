/// Kronecker-structured scales for block-sparse modes by pattern coupling (He & Joseph 2024, PC-KroSBL).
///
/// A coupled mode has effective scales t_i = ε + C_i g_i with C_i tridiagonal: 1 on the diagonal, β beside it; an
/// uncoupled one t_i = g_i. One sweep, mode by mode: u_i = the AM update from the latest t of the others; coupled:
/// g_i = argmin_{g ≥ 0} ‖C_i g - u_i‖; then modes 1…I-1 to unit norm. After pruning the remaining t stay and C_i is
/// restricted to the kept indices. The scales kept and pruned are the t.
public struct PatternCoupledPrior<Real: RealScalar>: ScalePrior {
    /// β per mode; nil: uncoupled. Modes beyond the list are uncoupled.
    public var couplings: [Real?]
    public var tolerance: Real
    public var isRelative: Bool
    public var sweepLimit: Int
    /// ε: keeps an effective scale from vanishing.
    public var floor: Real

    /// The authors' settings for the IRS study: modes 1 and 3 coupled.
    public init(
        couplings: [Real?], tolerance: Real = 1e-4, isRelative: Bool = true, sweepLimit: Int = 9, floor: Real = 1e-5
    ) {
        self.couplings = couplings
        self.tolerance = tolerance
        self.isRelative = isRelative
        self.sweepLimit = sweepLimit
        self.floor = floor
    }

    private func coupling(_ mode: Int) -> Real? {
        mode < couplings.count ? couplings[mode] : nil
    }

    public func validate() throws {
        try validateSweeps(limit: sweepLimit, tolerance: tolerance)
        for case let coupling? in couplings { try validateCoupling(coupling) }
        guard floor >= 0, floor.isFinite else {
            throw LacunaError(.value, "floor", "\(floor); it must be finite and ≥ 0")
        }
    }

    /// t_i = C_i 1.
    public func start(dimensions: [Int]) -> KroneckerScales<Real> {
        var scales = KroneckerScales<Real>(dimensions: dimensions)
        for (mode, size) in dimensions.enumerated() {
            guard let beta = coupling(mode) else { continue }
            for index in 0..<size {
                let neighbours = (index > 0 ? 1 : 0) + (index < size - 1 ? 1 : 0)
                scales.values[mode][index] = 1 + beta * Real(neighbours)
            }
        }
        return scales
    }

    public struct Workspace {
        var contraction: ReciprocalContraction<Real>
        var change: KroneckerChange<Real>
        var modes: [CoupledMode<Real>?]
    }

    public func makeWorkspace(dimensions: [Int]) -> Workspace {
        Workspace(
            contraction: ReciprocalContraction(dimensions: dimensions),
            change: KroneckerChange(KroneckerScales(dimensions: dimensions)),
            modes: dimensions.enumerated().map { mode, size in
                coupling(mode).map { CoupledMode(beta: $0, size: size) }
            })
    }

    @specialized(where Real == Double)
    public func update(
        _ scales: inout KroneckerScales<Real>, secondMoment: UnsafePointer<Real>, workspace: inout Workspace
    ) {
        for mode in 0..<scales.modes { workspace.modes[mode]?.restrict(to: scales.active[mode]) }
        for _ in 0..<sweepLimit {
            workspace.change.remember(scales)
            workspace.contraction.begin(scales, secondMoment)
            for mode in 0..<scales.modes {
                workspace.contraction.minimizer(mode, into: &scales.values[mode])
                workspace.modes[mode]?.project(&scales.values[mode], floor: floor)
                workspace.contraction.advance(mode, scales.values[mode])
            }
            scales.normalize()
            let norms = workspace.change.norms(of: scales)
            if !(norms.difference > tolerance * (isRelative ? norms.previous : 1)) { return }
        }
    }
}

/// One coupled mode: C restricted to the kept indices, and the non-negative fit.
struct CoupledMode<Real: RealScalar> {
    private let beta: Real
    private var kept: [Int]
    private var fit: NonNegativeLeastSquares<Real>
    private let solution: Buffer<Real>
    private let projected: Buffer<Real>
    private var isFresh = true

    init(beta: Real, size: Int) {
        self.beta = beta
        kept = []
        kept.reserveCapacity(size)
        fit = NonNegativeLeastSquares(capacity: size)
        solution = Buffer(repeating: 0, count: size)
        projected = Buffer(repeating: 0, count: size)
    }

    /// C[k, l] between kept indices.
    private static func entry(_ kept: [Int], _ beta: Real, _ row: Int, _ column: Int) -> Real {
        let distance = abs(kept[row] - kept[column])
        return distance == 0 ? 1 : distance == 1 ? beta : 0
    }

    private func entry(_ row: Int, _ column: Int) -> Real { Self.entry(kept, beta, row, column) }

    @specialized(where Real == Double)
    mutating func restrict(to indices: [Int]) {
        guard isFresh || indices != kept else { return }
        isFresh = false
        kept.removeAll(keepingCapacity: true)
        kept.append(contentsOf: indices)
        let n = kept.count
        let (kept, beta) = (kept, beta)
        fit.setGram(n) { row, column in
            let last = max(row, column)
            var sum = Real.zero
            for k in max(0, last - 1)...min(n - 1, last + 1) {
                sum += Self.entry(kept, beta, k, row) * Self.entry(kept, beta, k, column)
            }
            return sum
        }
        for index in 0..<n { solution[index] = 0 }
    }

    /// t ← ε + C argmin_{g ≥ 0} ‖C g - t‖.
    @specialized(where Real == Double)
    mutating func project(_ values: inout [Real], floor: Real) {
        multiply(values) { projected[$0] = $1 }
        fit.solve(projected.pointer, solution: solution.pointer)
        let n = kept.count
        for row in 0..<n {
            var sum = floor
            for k in max(0, row - 1)...min(n - 1, row + 1) { sum += entry(row, k) * solution[k] }
            values[row] = sum
        }
    }

    /// Cᵀ u.
    private func multiply(_ u: [Real], _ store: (Int, Real) -> Void) {
        let n = kept.count
        for row in 0..<n {
            var sum = Real.zero
            for k in max(0, row - 1)...min(n - 1, row + 1) { sum += entry(k, row) * u[k] }
            store(row, sum)
        }
    }
}
